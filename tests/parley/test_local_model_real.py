"""This machine with the real llama.cpp server and the real model."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from parley import local_model
from parley.endpoint import Endpoint
from parley.errors import LocalModelError
from parley.local_model import REPOSITORY, LocalModel, find_weights
from tests.processes import PATIENCE_S, crash, listens, wait_until

pytestmark = pytest.mark.real_model


@pytest.fixture(scope="module")
def real_model() -> Iterator[LocalModel]:
    weights = find_weights()
    if weights is None:
        pytest.skip("requirements-local.txt is not installed")
    model = LocalModel(weights)
    with pytest.MonkeyPatch.context() as patched:
        # Coverage follows the child through the environment.
        patched.setattr(local_model, "ENVIRONMENT", dict(os.environ))
        model.endpoint(timeout_s=PATIENCE_S)
    yield model
    model.stop()


@pytest.fixture
def own_model() -> Iterator[LocalModel]:
    """A real model that the test may harm."""
    weights = find_weights()
    if weights is None:
        pytest.skip("requirements-local.txt is not installed")
    model = LocalModel(weights)
    yield model
    model.stop()


def client(model: LocalModel, key: str | None = None) -> httpx2.Client:
    endpoint = model.endpoint(timeout_s=PATIENCE_S)
    assert endpoint.key
    return httpx2.Client(
        base_url=endpoint.base_url + "/",
        headers={"Authorization": f"Bearer {key or endpoint.key.reveal()}"},
        timeout=PATIENCE_S,
        trust_env=False,
    )


def question(text: str, **more: Any) -> dict[str, Any]:
    return {"messages": [{"role": "user", "content": text}], "max_tokens": 16, **more}


def test_the_real_model_streams_a_reply_and_its_usage(real_model: LocalModel) -> None:
    asked = question(
        "Say hello.",
        model=real_model.model_id,
        stream=True,
        stream_options={"include_usage": True},
    )

    with client(real_model) as http:
        lines = http.post("chat/completions", json=asked).text.splitlines()

    chunks = [json.loads(line[6:]) for line in lines if line.startswith("data: {")]
    text = "".join(
        choice["delta"].get("content") or "" for chunk in chunks for choice in chunk["choices"]
    )
    usage = chunks[-1]["usage"]
    assert text
    assert usage["prompt_tokens"] > 0
    assert 0 < usage["completion_tokens"] <= 16
    assert usage["total_tokens"] == usage["prompt_tokens"] + usage["completion_tokens"]


def test_the_real_model_answers_in_english_and_to_the_point(real_model: LocalModel) -> None:
    asked = question("What is the capital of France?", model=real_model.model_id, temperature=0)

    with client(real_model) as http:
        answer = http.post("chat/completions", json=asked).json()

    assert "The capital of France is Paris" in answer["choices"][0]["message"]["content"]


def test_the_real_list_names_the_model_and_the_window_that_one_reply_has(
    real_model: LocalModel,
) -> None:
    too_long = question("a " * 5000)

    with client(real_model) as http:
        listed = http.get("models").json()["data"]
        refused = http.post("chat/completions", json=too_long)

    assert [model["id"] for model in listed] == ["SmolLM2-135M-Instruct"]
    assert listed[0]["meta"]["n_ctx"] == 4096
    assert refused.status_code == 400
    assert refused.json()["error"]["n_ctx"] == 4096


@pytest.mark.parametrize("path", ["models", "chat/completions"])
def test_the_real_server_answers_nobody_without_its_key(path: str, real_model: LocalModel) -> None:
    with client(real_model, key="wrong") as http:
        answer = http.post(path, json=question("hi")) if "chat" in path else http.get(path)

    assert answer.status_code == 401


@pytest.mark.parametrize("origin", ["https://evil.example", "http://127.0.0.1:8501", "null"])
@pytest.mark.parametrize("method", ["GET", "OPTIONS"])
def test_the_real_server_lets_no_web_page_read_its_answers(
    method: str, origin: str, real_model: LocalModel
) -> None:
    headers = {"Origin": origin, "Access-Control-Request-Method": "POST"}

    with client(real_model) as http:
        answer = http.request(method, "models", headers=headers)

    assert answer.headers.get("Access-Control-Allow-Origin", "") == ""
    assert answer.headers.get("Access-Control-Allow-Credentials") != "true"


@pytest.mark.parametrize("path", ["/", "/slots", "/metrics"])
def test_the_real_server_has_no_pages_and_no_view_into_other_replies(
    path: str, real_model: LocalModel
) -> None:
    with client(real_model) as http:
        answer = http.get(str(http.base_url.copy_with(path=path)))

    assert answer.status_code in (404, 501)


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="reads /proc")
def test_the_real_server_sees_no_key_of_the_environment_and_shows_none(
    own_model: LocalModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WANDB_API_KEY", "wandb-secret")

    endpoint = own_model.endpoint(timeout_s=PATIENCE_S)

    process = Path("/proc") / str(own_model.process_id)
    assert endpoint.key
    assert (process / "environ").read_bytes() == b"PYTHONUTF8=1\0"
    assert endpoint.key.reveal() not in (process / "cmdline").read_text()


def test_the_real_server_is_started_again_after_a_kill(own_model: LocalModel) -> None:
    own_model.endpoint(timeout_s=PATIENCE_S)

    crash(own_model)

    with client(own_model) as http:
        assert http.get("models").status_code == 200


def test_the_real_server_can_be_stopped_while_it_writes(own_model: LocalModel) -> None:
    long_story = question("Tell a long story.", stream=True) | {"max_tokens": 3000}
    endpoint = own_model.endpoint(timeout_s=PATIENCE_S)

    with client(own_model) as http, http.stream("POST", "chat/completions", json=long_story) as it:
        lines = it.iter_lines()
        next(lines)
        own_model.stop()
        with pytest.raises(httpx2.TransportError):
            list(lines)

    assert not listens(endpoint)


@pytest.mark.parametrize("signal_number", [signal.SIGKILL, signal.SIGTERM])
def test_the_real_server_ends_with_the_app_however_that_ends(
    signal_number: int, own_model: LocalModel
) -> None:
    program = (
        "import sys, time, pathlib; from parley.local_model import LocalModel, find_weights;"
        "print(LocalModel(find_weights()).endpoint(timeout_s=120).base_url, flush=True);"
        "time.sleep(600)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], cwd=REPOSITORY, stdout=subprocess.PIPE, text=True
    ) as app:
        assert app.stdout
        endpoint = Endpoint("its", app.stdout.readline().strip())
        assert listens(endpoint)

        app.send_signal(signal_number)

    wait_until(lambda: not listens(endpoint))


def test_the_real_server_ends_with_a_program_that_just_returns() -> None:
    program = (
        "from parley.local_model import LocalModel, find_weights;"
        "print(LocalModel(find_weights()).endpoint(timeout_s=120).base_url)"
    )

    ended = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )

    assert not listens(Endpoint("its", ended.stdout.strip()))
    assert ended.stderr == ""


def test_a_file_that_is_no_model_is_said_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local_model, "ENVIRONMENT", dict(os.environ))
    no_model = tmp_path / "not a model é.gguf"
    no_model.write_text("hello")
    model = LocalModel(no_model)

    with pytest.raises(LocalModelError, match="could not be loaded"):
        model.endpoint(timeout_s=PATIENCE_S)


def test_weights_without_the_program_that_runs_them_are_said_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local_model, "ENVIRONMENT", dict(os.environ))
    without_xllamacpp = (
        "import runpy, sys; sys.modules['xllamacpp'] = None;"
        "runpy.run_module('parley.local_model_server', run_name='__main__')"
    )
    model = LocalModel(tmp_path / "x.gguf", [sys.executable, "-c", without_xllamacpp])

    with pytest.raises(LocalModelError, match="is not installed"):
        model.endpoint(timeout_s=PATIENCE_S)
