"""What the spelling of an id gives away, and what it does not."""

from __future__ import annotations

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.catalog import derived, values
from parley.catalog.derived import derived_facts
from parley.catalog.model import FACT_NAMES


def test_the_examples_in_the_docstrings_hold() -> None:
    assert doctest.testmod(derived).failed == 0
    assert doctest.testmod(values).failed == 0


@pytest.mark.parametrize(
    ("model_id", "expected"),
    [
        ("Qwen/Qwen3.6-35B-A3B", {"publisher": "Qwen", "params_total": "35B", "params_active": "3B"}),
        ("JetBrains/Mellum2-12B-A2.5B-Instruct",
         {"publisher": "JetBrains", "params_total": "12B", "params_active": "2.5B"}),
        ("meta-llama/Llama-4-Scout-17B-16E-Instruct", {"publisher": "meta-llama", "params_active": "17B"}),
        ("SmolLM2-135M-Instruct.Q4_1.gguf",
         {"publisher": "Hugging Face", "params_total": "135M", "quantization": "Q4_1"}),
        ("mixtral-8x7b", {"publisher": "Mistral AI"}),
        ("qwen2.5:7b-instruct-q4_K_M", {"publisher": "Qwen", "params_total": "7B", "quantization": "q4_K_M"}),
        ("gpt-5.2", {"publisher": "OpenAI"}),
        ("o3", {"publisher": "OpenAI"}),
        ("claude-sonnet-5", {"publisher": "Anthropic"}),
        ("accounts/fireworks/models/glm-5p2", {"publisher": "Z.AI"}),
        ("models/gemini-3-pro", {"publisher": "Google"}),
        ("zai-org/GLM-5-FP8", {"publisher": "zai-org", "quantization": "FP8"}),
        ("/srv/weights/model.gguf", {}),
        ("my-model-1M", {}),
        ("wandb-artifact:///team/project/name:v3", {"lora": True}),
    ],
)  # fmt: skip
def test_facts_that_the_id_gives_away(model_id: str, expected: dict[str, object]) -> None:
    assert {fact.name: fact.value for fact in derived_facts(model_id)} == expected


@pytest.mark.parametrize(
    ("model_id", "kind"),
    [
        ("text-embedding-3-large", "embedding"),
        ("BAAI/bge-large-en", "embedding"),
        ("BAAI/bge-reranker-v2", "rerank"),
        ("omni-moderation-latest", "moderation"),
        ("meta-llama/Llama-Guard-4-12B", "moderation"),
        ("whisper-large-v3", "audio"),
        ("gpt-4o-mini-tts", "audio"),
        ("dall-e-3", "image"),
        ("black-forest-labs/FLUX.1-dev", "image"),
        ("sora-2", "video"),
        ("gpt-image-1", "image"),
        ("gpt-4o-transcribe", "audio"),
        ("tts-1-hd", "audio"),
        ("davinci-002", "completion"),
        ("babbage-002", "completion"),
        ("text-davinci-003", "completion"),
        ("gpt-3.5-turbo-instruct", "completion"),
        ("gpt-3.5-turbo-instruct-0914", "completion"),
        ("gpt-3.5-turbo", None),
        ("meta-llama/Llama-3.1-8B-Instruct", None),
        ("adapter-7b", None),
        ("gpt-oss-safeguard-20b", None),
        ("influxdb-expert-7b", None),
        ("Qwen/Qwen3.8-27B", None),
    ],
)
def test_the_kind_is_told_only_where_the_pattern_is_plain(model_id: str, kind: str | None) -> None:
    kinds = [fact.value for fact in derived_facts(model_id) if fact.name == "kind"]

    assert kinds == ([] if kind is None else [kind])


@given(st.text(max_size=256))
def test_any_text_may_be_an_id(model_id: str) -> None:
    facts = derived_facts(model_id)

    assert {fact.name for fact in facts} <= set(FACT_NAMES)
    assert {fact.source for fact in facts} <= {"derived from the id"}
