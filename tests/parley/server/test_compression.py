"""Compressed copies of Streamlit's scripts and styles, as a browser receives them."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.testclient import TestClient

from parley.server.compression import CompressedFiles, ServeCompressed, accepts_gzip

SCRIPT = "export const words = 'again and again';\n" * 400


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "static" / "js").mkdir(parents=True)
    (tmp_path / "static" / "js" / "index.abc.js").write_text(SCRIPT)
    (tmp_path / "static" / "js" / "later.abc.js").write_text(SCRIPT)
    (tmp_path / "static" / "index.abc.css").write_text("p { margin: 0 }\n" * 100)
    (tmp_path / "static" / "font.abc.woff2").write_bytes(b"wOF2" * 100)
    (tmp_path / "index.html").write_text(
        '<script src="./static/js/index.abc.js"></script><link href="./favicon.png">'
    )
    (tmp_path / "secret.js").write_text("not listed")
    return tmp_path


def browser(folder: Path, files: CompressedFiles | None = None) -> TestClient:
    app = Starlette(
        routes=[Mount("/", StaticFiles(directory=folder, html=True))],
        middleware=[Middleware(ServeCompressed, files=files or CompressedFiles(folder))],
    )
    return TestClient(app, headers={"Accept-Encoding": "gzip"})


@pytest.mark.parametrize(
    ("path", "media_type"),
    [("/static/js/index.abc.js", "text/javascript"), ("/static/index.abc.css", "text/css")],
)
def test_scripts_and_styles_arrive_compressed_and_whole(
    folder: Path, path: str, media_type: str
) -> None:
    response = browser(folder).get(path)

    assert response.headers["Content-Encoding"] == "gzip"
    assert response.headers["Content-Type"] == f"{media_type}; charset=utf-8"
    assert response.content == (folder / path[1:]).read_bytes()
    assert int(response.headers["Content-Length"]) < len(response.content) / 5


def test_a_browser_may_keep_them_for_ever(folder: Path) -> None:
    response = browser(folder).get("/static/js/index.abc.js")

    assert response.headers["Cache-Control"] == "public, immutable, max-age=31536000"
    assert response.headers["Vary"] == "Accept-Encoding"


def test_a_browser_that_has_it_is_told_so(folder: Path) -> None:
    tab = browser(folder)
    etag = tab.get("/static/js/index.abc.js").headers["ETag"]

    again = tab.get("/static/js/index.abc.js", headers={"If-None-Match": etag})

    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", etag)


@pytest.mark.parametrize(
    "headers",
    [{"Accept-Encoding": "identity"}, {"Accept-Encoding": "gzip;q=0"}, {"Range": "bytes=0-9"}],
)
def test_who_cannot_take_gzip_gets_the_plain_file(folder: Path, headers: dict[str, str]) -> None:
    response = browser(folder).get("/static/js/index.abc.js", headers=headers)

    assert "Content-Encoding" not in response.headers
    assert SCRIPT.encode().startswith(response.content)
    assert response.content


@pytest.mark.parametrize("path", ["/static/font.abc.woff2", "/secret.js", "/", "/index.html"])
def test_everything_else_passes_through(folder: Path, path: str) -> None:
    response = browser(folder).get(path)

    assert response.status_code == 200
    assert "Content-Encoding" not in response.headers


@pytest.mark.parametrize("path", ["/static/../secret.js", "/static/js/%2e%2e/%2e%2e/secret.js"])
def test_a_path_from_outside_names_no_file_of_its_own(folder: Path, path: str) -> None:
    files = CompressedFiles(folder)

    response = browser(folder, files).get(path)

    assert "Content-Encoding" not in response.headers


def test_other_methods_pass_through(folder: Path) -> None:
    assert browser(folder).post("/static/js/index.abc.js").status_code == 405


def test_a_second_reader_is_served_from_memory(folder: Path) -> None:
    tab = browser(folder)
    tab.get("/static/js/index.abc.js")
    (folder / "static" / "js" / "index.abc.js").unlink()

    assert tab.get("/static/js/index.abc.js").text == SCRIPT


def test_what_the_first_page_loads_is_ready_before_it_is_asked_for(folder: Path) -> None:
    files = CompressedFiles(folder)
    files.warm()
    files.warm()
    (folder / "static" / "js" / "index.abc.js").unlink()

    assert browser(folder, files).get("/static/js/index.abc.js").text == SCRIPT


def test_without_an_index_nothing_is_warmed_and_nothing_fails(tmp_path: Path) -> None:
    files = CompressedFiles(tmp_path)

    files.warm()

    assert "static/js/index.abc.js" not in files


def test_memory_has_a_bound_and_a_file_beyond_it_is_still_served(folder: Path) -> None:
    room = len(gzip.compress(SCRIPT.encode(), 9, mtime=0))
    tab = browser(folder, CompressedFiles(folder, max_memory_bytes=room))
    tab.get("/static/js/index.abc.js")

    beyond = tab.get("/static/js/later.abc.js")
    (folder / "static" / "js" / "index.abc.js").unlink()
    kept = tab.get("/static/js/index.abc.js")

    assert (beyond.text, kept.text) == (SCRIPT, SCRIPT)


@pytest.mark.parametrize(
    ("offer", "takes_it"),
    [
        ("gzip", True),
        ("br, GZIP;q=0.5", True),
        ("deflate, gzip; q=1.0", True),
        ("gzip;q=0", False),
        ("gzip;q=0.000", False),
        ("x-gzipped", False),
        ("", False),
    ],
)
def test_an_offer_of_gzip_is_read_with_its_weight(offer: str, takes_it: bool) -> None:
    assert accepts_gzip(offer) is takes_it
