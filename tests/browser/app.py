"""The app as a process of its own, started as a reader starts it.

It gets nothing of this shell's environment but its path: no key, no proxy, no coverage measurement.
Its home and data folders are its own; both can outlive the process, so that a restart can be tried.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
START_S = 90.0
"""For a slow machine that others share; nothing here asserts a speed."""
END_S = 15.0


class App:
    """A running app: its address, its data, and what it wrote to its log."""

    def __init__(
        self,
        folder: Path,
        base_url: str = "",
        *,
        environment: Mapping[str, str] | None = None,
        program: str = "streamlit",
    ) -> None:
        """Start it on a free port and wait until it is healthy. `folder` may have been used before."""
        self.folder = folder
        self.port = free_port()
        self._log = folder / "app.log"
        folder.mkdir(parents=True, exist_ok=True)
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", program, *self._arguments()],
                cwd=ROOT,
                env={**environment_of(folder, base_url), **(environment or {})},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        try:
            self._wait_until_healthy()
        except BaseException:  # whatever it is, the process must not stay behind
            self.close()
            raise

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def data_dir(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> str:
        return self._log.read_text("utf-8", "replace")

    def close(self) -> None:
        """End it as Ctrl-C does, and with force when that does not help."""
        self._process.terminate()
        try:
            self._process.wait(END_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _arguments(self) -> list[str]:
        return [
            "run",
            "streamlit_app.py",
            "--server.port",
            str(self.port),
            "--server.headless",
            "true",
        ]

    def _wait_until_healthy(self) -> None:
        deadline = time.monotonic() + START_S
        while not _is_healthy(self.port):
            ended = self._process.poll()
            if ended is not None or time.monotonic() > deadline:
                raise AssertionError(f"the app did not start (exit code {ended}):\n{self.log}")
            time.sleep(0.02)


@contextlib.contextmanager
def running(
    folder: Path,
    base_url: str = "",
    *,
    environment: Mapping[str, str] | None = None,
    program: str = "streamlit",
) -> Iterator[App]:
    app = App(folder, base_url, environment=environment, program=program)
    try:
        yield app
    finally:
        app.close()


def environment_of(folder: Path, base_url: str) -> dict[str, str]:
    """An empty home, and one endpoint; without `base_url`, none but the model on this machine."""
    common = {
        "PATH": os.environ["PATH"],
        "LANG": "C.UTF-8",
        "HOME": str(folder),
        "PARLEY_DATA_DIR": str(folder / "data"),
    }
    if not base_url:
        return common
    return {
        **common,
        "OPENAI_BASE_URL": base_url,
        "OPENAI_API_KEY": "a-key-for-tests",
        "PARLEY_LOCAL_MODEL": "off",
    }


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _is_healthy(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=START_S)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()
