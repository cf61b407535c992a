"""The last answer of a service's public catalog on disk: a line that says when and whence, then the answer as it came.

A file that is damaged, too large or from another address counts as none; the next fetch writes it anew.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import tempfile
from datetime import datetime
from pathlib import Path

LOG = logging.getLogger(__name__)

FILE_NAME = "service-catalog.json"

_HEAD_MAX_BYTES = 4_000


def write(folder: Path, address: str, fetched_at: datetime, body: bytes) -> None:
    """Keep an answer, for nobody but this user. Where that fails the answer lives as long as the process."""
    head = json.dumps({"address": address, "fetched_at": fetched_at.isoformat()}).encode()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _replace(folder / FILE_NAME, head + b"\n" + body)
    except OSError as fault:
        LOG.warning("the service's catalog could not be kept: %s", type(fault).__name__)


def _replace(path: Path, content: bytes) -> None:
    """At once or not at all: another process may be reading."""
    # Made with mode 0600, whatever the process's mask is.
    handle, beside = tempfile.mkstemp(prefix=f"{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(beside).replace(path)
    except OSError:
        Path(beside).unlink(missing_ok=True)
        raise


def read(folder: Path, address: str, max_bytes: int) -> tuple[datetime, bytes] | None:
    """When the kept answer was fetched, and its bytes; `None` where there is none of this address."""
    with contextlib.suppress(OSError), (folder / FILE_NAME).open("rb") as file:
        head = file.readline(_HEAD_MAX_BYTES)
        body = file.read(max_bytes + 1)
        fetched_at = _fetched_at(head, address)
        if fetched_at is not None and len(body) <= max_bytes:
            return fetched_at, body
    return None


def _fetched_at(head: bytes, address: str) -> datetime | None:
    try:
        said = json.loads(head)
        moment = datetime.fromisoformat(said["fetched_at"])
        return moment if said["address"] == address and moment.tzinfo else None
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
