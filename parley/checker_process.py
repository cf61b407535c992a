"""The process that reads JSON schemas: started when it is first asked, and ended when it takes too long to answer.

It stays for the next question, because a start costs a fifth of a second and a page may show thirty checked replies.
"""

from __future__ import annotations

import atexit
import json
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

COMMAND = (sys.executable, "-P", str(Path(__file__).with_name("schema_check.py")))
START_S = 20.0
"""For a machine that is busy with something else."""

_ENVIRONMENT = {"PYTHONUTF8": "1"}
"""All that the process gets to see: the app's own environment may hold keys."""


@dataclass(frozen=True)
class Answer:
    """What the checker said."""

    fault: str = ""
    """Empty = it found none, when it said anything."""
    untold: str | None = None
    """Why it could not tell, in words; empty when it did not even say why, `None` = it could tell."""
    late: bool = False
    """It was ended because it took too long."""


class CheckerProcess:
    """Asked by any thread, one question at a time."""

    def __init__(self, command: tuple[str, ...] = COMMAND) -> None:
        self._command = command
        self._one_at_a_time = threading.Lock()
        self._child: _Child | None = None

    def ask(self, schema: object, reply: str | None, at_most_s: float) -> Answer:
        """The fault of a schema, or of a reply (JSON text) that is held against it. Never raises."""
        question = json.dumps({"schema": schema, "reply": reply}).encode() + b"\n"
        with self._one_at_a_time:
            try:
                said, late = self._ready_child().answer(question, at_most_s)
            except OSError:
                said, late = b"", False
            if late or not said:
                self._end()
        if not said:
            return Answer(untold="", late=late)
        return Answer(**json.loads(said))

    def end(self) -> None:
        """End the process; the next question starts another."""
        with self._one_at_a_time:
            self._end()

    def _ready_child(self) -> _Child:
        if self._child is not None and not self._child.runs:
            self._end()
        if self._child is None:
            self._child = _Child(self._command)
            atexit.register(self._child.end)
            self._child.answer(b"", START_S)
        return self._child

    def _end(self) -> None:
        if self._child is not None:
            atexit.unregister(self._child.end)
            self._child.end()
            self._child = None


class _Child:
    """One run of the process."""

    def __init__(self, command: tuple[str, ...]) -> None:
        # A session of its own: Ctrl-C in the terminal is for the app.
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_ENVIRONMENT,
            start_new_session=True,
        )

    @property
    def runs(self) -> bool:
        return self._process.poll() is None

    def answer(self, question: bytes, at_most_s: float) -> tuple[bytes, bool]:
        """The next line that it writes, empty when it ended first; and whether it was ended for taking too long."""
        late = threading.Event()
        watch = threading.Timer(at_most_s, self._kill, (late,))
        watch.start()
        try:
            _opened(self._process.stdin).write(question)
            _opened(self._process.stdin).flush()
            return _opened(self._process.stdout).readline(), late.is_set()
        except BrokenPipeError:
            return b"", late.is_set()
        finally:
            watch.cancel()
            watch.join()

    def end(self) -> None:
        """Leave nothing behind, neither a zombie nor a pipe."""
        self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            with suppress(BrokenPipeError):
                _opened(pipe).close()
        self._process.wait()

    def _kill(self, late: threading.Event) -> None:
        late.set()
        self._process.kill()


def _opened(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe
    return pipe
