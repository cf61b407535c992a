"""Finds a Chromium or Chrome for the browser tests, and gets one when there is none.

`python -m tests.browser.chromium` is what `make test` runs first; tests call `find()` and `LAUNCH_ARGUMENTS`.
"""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)

IS_ROOT = hasattr(os, "geteuid") and os.geteuid() == 0

LAUNCH_ARGUMENTS = (
    # Nothing that the browser does on its own may count as a request of the page.
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
    "--disable-gpu",
    # A container's /dev/shm is often too small for a page.
    "--disable-dev-shm-usage",
    *(("--no-sandbox",) if IS_ROOT else ()),
)

VERSION_TIMEOUT_S = 60.0


@functools.cache
def find() -> str | None:
    """The path of a browser that starts: an installed one first, then Playwright's own."""
    installed = (shutil.which(name) for name in NAMES)
    return next((path for path in installed if path and _starts(path)), None) or _playwrights()


def get() -> str | None:
    """The same, after trying to install one."""
    for install in (_by_apt, _by_playwright):
        if find():
            break
        install()
        find.cache_clear()
    return find()


def is_required() -> bool:
    """In CI a skipped browser test is a failure."""
    return bool(os.environ.get("CI"))


def _starts(path: str) -> bool:
    """Ubuntu's `chromium-browser` may be a stub that only asks for snap."""
    return _succeeds([path, "--version"], VERSION_TIMEOUT_S)


def _playwrights() -> str | None:
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() and _starts(path) else None


def _by_apt() -> None:
    if _may_use_apt():
        _say("No Chromium found; installing Debian's with apt-get …")
        _succeeds(["apt-get", "update", "-qq"])
        _succeeds(["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"])


def _by_playwright() -> None:
    _say("No Chromium found; asking Playwright for one …")
    with_libraries = ["--with-deps"] if _may_use_apt() else []
    _succeeds([sys.executable, "-m", "playwright", "install", *with_libraries, "chromium"])


def _may_use_apt() -> bool:
    return IS_ROOT and shutil.which("apt-get") is not None


def _succeeds(command: list[str], timeout_s: float | None = None) -> bool:
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        done = subprocess.run(
            command, capture_output=True, env=quiet, timeout=timeout_s, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _say(sentence: str) -> None:
    sys.stderr.write(sentence + "\n")


def main() -> int:
    found = get()
    if found:
        _say(f"Browser tests use {found}")
        return 0
    _say("No Chromium could be had: the browser tests are skipped.")
    if is_required():
        _say("CI is set, so that is a failure.")
    return int(is_required())


if __name__ == "__main__":
    sys.exit(main())
