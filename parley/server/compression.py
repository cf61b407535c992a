"""Streamlit's scripts and styles, compressed once and served from memory.

Streamlit sends them uncompressed (2.8 MB before the first word), and Starlette's GZipMiddleware would
compress them again for every visitor, on the event loop. Their names hold a hash of their content, so one copy
is right for ever. Everything else, ranges and browsers without gzip included, passes through untouched.
Never reads a file that was not listed when the app started: a path from outside is only a key to look up.
"""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

MEDIA_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
}
"""What is worth compressing; fonts and pictures are compressed already."""

MAX_MEMORY_BYTES = 16 * 1024 * 1024
"""Streamlit's whole front end takes 7 MB compressed, so nothing is turned away in practice."""

COMPRESSION_LEVEL = 9


@dataclass(frozen=True)
class CompressedFile:
    """A file as it goes over the wire."""

    body: bytes
    media_type: str
    etag: str

    @property
    def headers(self) -> dict[str, str]:
        return {
            "Content-Encoding": "gzip",
            "Cache-Control": "public, immutable, max-age=31536000",
            "ETag": self.etag,
            "Vary": "Accept-Encoding",
        }


class CompressedFiles:
    """The compressible files under one folder, each compressed when it is first asked for."""

    def __init__(self, directory: Path, max_memory_bytes: int = MAX_MEMORY_BYTES) -> None:
        self._directory = directory
        self._paths = {
            path.relative_to(directory).as_posix(): path
            for path in (directory / "static").rglob("*")
            if path.suffix in MEDIA_TYPES
        }
        self._ready: dict[str, CompressedFile] = {}
        self._room_bytes = max_memory_bytes

    def __contains__(self, name: str) -> bool:
        return name in self._paths

    async def get(self, name: str) -> CompressedFile:
        """One file, compressed in a thread unless that was done before."""
        if name not in self._ready:
            return await asyncio.to_thread(self._compress, name)
        return self._ready[name]

    def warm(self) -> None:
        """Compress what the first page loads, so that the first visitor does not wait for it."""
        index = self._directory / "index.html"
        if index.is_file():
            for name in re.findall(r'(?:src|href)="\./([^"]+)"', index.read_text("utf-8")):
                if name in self and name not in self._ready:
                    self._compress(name)

    def _compress(self, name: str) -> CompressedFile:
        path = self._paths[name]
        body = gzip.compress(path.read_bytes(), COMPRESSION_LEVEL, mtime=0)
        etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        compressed = CompressedFile(body, MEDIA_TYPES[path.suffix], etag)
        if len(body) <= self._room_bytes:
            self._room_bytes -= len(body)
            self._ready[name] = compressed
        return compressed


class ServeCompressed:
    """ASGI middleware that answers for `CompressedFiles` and lets every other request pass."""

    def __init__(self, app: ASGIApp, files: CompressedFiles) -> None:
        self.app = app
        self.files = files

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        name = scope.get("path", "").removeprefix("/")
        if scope["type"] != "http" or name not in self.files or not _wants_gzip(scope):
            await self.app(scope, receive, send)
            return
        file = await self.files.get(name)
        if Headers(scope=scope).get("if-none-match") == file.etag:
            response = Response(status_code=304, headers=file.headers)
        else:
            response = Response(file.body, headers=file.headers, media_type=file.media_type)
        await response(scope, receive, send)


def _wants_gzip(scope: Scope) -> bool:
    """A plain GET from a reader that takes gzip; a range would count compressed bytes."""
    headers = Headers(scope=scope)
    return (
        scope["method"] == "GET"
        and "range" not in headers
        and accepts_gzip(headers.get("accept-encoding", ""))
    )


def accepts_gzip(accept_encoding: str) -> bool:
    """Whether gzip is named and not refused by a weight of zero."""
    return any(
        re.fullmatch(r"\s*gzip\s*(;\s*q=(1(\.0*)?|0\.\d*[1-9]\d*))?\s*", offer, re.IGNORECASE)
        for offer in accept_encoding.split(",")
    )
