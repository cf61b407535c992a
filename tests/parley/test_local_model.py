"""This machine: its life as a process, with scripted servers in the place of the real one."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from parley import local_model
from parley.endpoint import Endpoint, Service
from parley.errors import LocalModelError
from parley.local_model import LocalModel, Phase
from tests.processes import PATIENCE_S, crash, exists, listens, wait_until

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
STOPS_LISTENING = HEALTHY.replace(
    "print(", "threading.Timer(1, server.socket.close).start(); print("
)
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


# Starting


def test_without_weights_it_is_off_and_says_so() -> None:
    model = LocalModel(None)

    with pytest.raises(LocalModelError, match="turned off or not installed"):
        model.endpoint()
    model.stop()

    assert (model.available, model.phase, model.process_id) == (False, Phase.OFF, None)


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

    assert model.phase is Phase.STOPPED
    assert not exists(process_id)


def test_a_server_that_no_longer_listens_is_replaced(scripted: Scripted) -> None:
    model = scripted(STOPS_LISTENING)
    first = model.endpoint()
    wait_until(lambda: not listens(first))

    second = model.endpoint()

    assert second.base_url != first.base_url


def test_stop_forgets_the_crashes(scripted: Scripted) -> None:
    model = scripted(HEALTHY)
    for _ in range(2):
        model.endpoint()
        crash(model)

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


def test_a_server_that_gets_ready_after_stop_stays_forgotten(
    scripted: Scripted, tmp_path: Path
) -> None:
    asked = tmp_path / "asked"
    model = scripted(
        HEALTHY.replace(
            "self.send_response", f"open({str(asked)!r}, 'w'); gone.wait(); self.send_response"
        )
        .replace("sys.stdin.readline()", "sys.stdin.readline(); gone = threading.Event()")
        .replace("sys.stdin.read()", "sys.stdin.read(); gone.set(); import time; time.sleep(1)")
    )
    with pytest.raises(LocalModelError, match="still starting"):
        model.endpoint(timeout_s=0.01)
    wait_until(asked.exists)

    model.stop()

    wait_until(lambda: "local-model" not in {thread.name for thread in threading.enumerate()})
    assert (model.phase, model.process_id) == (Phase.STOPPED, None)


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
