"""The two apps of the bench as processes of their own, with nothing of this shell's environment but its path.

Parley runs from its folder as it ships. The yardstick runs from an empty folder, so with Streamlit's defaults; only
its address, and that it neither opens a browser nor reports to Streamlit's servers, are said on the command line.
"""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Self

ROOT = Path(__file__).resolve().parent.parent
PATIENCE_S = 60.0
TICKS_PER_S = os.sysconf("SC_CLK_TCK")

YARDSTICK_FLAGS = ("--server.address", "127.0.0.1", "--browser.gatherUsageStats", "false")


@dataclass(frozen=True)
class Recipe:
    """How one of the apps is started."""

    name: str
    script: Path
    flags: tuple[str, ...]
    cwd: Path
    environment: dict[str, str]


def parley(scratch: Path, base_url: str) -> Recipe:
    """The app as it ships; its data goes into `scratch/data`."""
    environment = {
        **_environment(scratch, base_url),
        "PARLEY_DATA_DIR": str(data_dir(scratch)),
        "PARLEY_LOCAL_MODEL": "off",
    }
    return Recipe("Parley", ROOT / "streamlit_app.py", (), ROOT, environment)


def yardstick(scratch: Path, base_url: str) -> Recipe:
    folder = scratch / "yardstick"
    folder.mkdir(parents=True, exist_ok=True)
    script = ROOT / "bench" / "yardstick.py"
    environment = _environment(scratch, base_url)
    return Recipe("yardstick", script, YARDSTICK_FLAGS, folder, environment)


def data_dir(scratch: Path) -> Path:
    return scratch / "data"


def _environment(scratch: Path, base_url: str) -> dict[str, str]:
    """`HOME` is the empty scratch folder: no configuration or secrets of this machine's user take part."""
    return {
        "PATH": os.environ["PATH"],
        "LANG": "C.UTF-8",
        "HOME": str(scratch),
        "OPENAI_BASE_URL": base_url,
        "OPENAI_API_KEY": "bench",
    }


class App:
    """A running app: its address, how long it took to answer, the processor time that it has used."""

    def __init__(self, recipe: Recipe) -> None:
        self.name = recipe.name
        self._port = _free_port()
        started = time.monotonic()
        self._process = subprocess.Popen(
            _command(recipe, self._port),
            cwd=recipe.cwd,
            env=recipe.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            self._wait_until_answered()
        except BaseException:  # whatever it is, the process must not stay behind
            self.close()
            raise
        self.start_s = time.monotonic() - started
        """From the command to the first answered request."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def cpu_s(self) -> float:
        """Processor time of the process and its children so far; `nan` where there is no /proc."""
        return sum(_cpu_ticks(each) for each in _family(self._process.pid)) / TICKS_PER_S

    def close(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def _wait_until_answered(self) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while not _answers(self._port):
            if self._process.poll() is not None:
                raise RuntimeError(
                    f"{self.name} ended with {self._process.returncode} at its start"
                )
            if time.monotonic() > deadline:
                raise TimeoutError(f"{self.name} did not answer within {PATIENCE_S:.0f} s")
            time.sleep(0.005)


def _command(recipe: Recipe, port: int) -> list[str]:
    run = [sys.executable, "-m", "streamlit", "run", str(recipe.script)]
    return [*run, "--server.port", str(port), "--server.headless", "true", *recipe.flags]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def _family(process_id: int) -> list[int]:
    """The process and all that descend from it."""
    parents = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        fields = _stat(entry)
        if fields:
            parents[int(entry.parent.name)] = int(fields[1])
    family = [process_id]
    for member in family:
        family += [child for child, parent in parents.items() if parent == member]
    return family


def _cpu_ticks(process_id: int) -> float:
    fields = _stat(Path(f"/proc/{process_id}/stat"))
    return int(fields[11]) + int(fields[12]) if fields else float("nan")


def _stat(path: Path) -> list[str]:
    """The fields after the command's name, which may itself hold spaces."""
    try:
        return path.read_text().rsplit(")", 1)[1].split()
    except OSError:
        return []
