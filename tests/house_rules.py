"""The rules of the house as functions from a parsed file to its breaches. `test_rules.py` applies them.

A breach is a sentence with path and line. Nothing here imports the code that it judges.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parent.parent
PRODUCT = ("streamlit_app.py", "pages", "components", "parley")

MAX_FILE_LINES = 300
MAX_FUNCTION_LINES = 50
MAX_DOCSTRING_LINES = 6

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Source:
    """One file, parsed."""

    path: str
    """Relative to the repository, with forward slashes."""
    text: str
    tree: ast.Module

    @classmethod
    def of(cls, path: str, text: str) -> Source:
        return cls(path, text, ast.parse(text))

    def breach(self, node: ast.AST, sentence: str) -> str:
        return f"{self.path}:{getattr(node, 'lineno', 1)}: {sentence}"

    def within(self, *places: str) -> bool:
        """Whether the file is one of these files, or inside one of these folders."""
        path = PurePosixPath(self.path)
        return any(path == PurePosixPath(p) or PurePosixPath(p) in path.parents for p in places)


def sources(*places: str) -> list[Source]:
    """The Python files at these places; a place that does not exist yet has none."""
    found = [p for place in places for p in _python_files(ROOT / place)]
    return [Source.of(p.relative_to(ROOT).as_posix(), p.read_text("utf-8")) for p in found]


def _python_files(place: Path) -> list[Path]:
    return [place] if place.is_file() else sorted(place.rglob("*.py"))


def functions(source: Source) -> Iterator[Function]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def function_lines(function: Function) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def imported(source: Source) -> Iterator[tuple[ast.AST, str]]:
    """Every imported module by its full name; `from a import b` counts as `a.b`."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield from ((node, f"{node.module}.{alias.name}") for alias in node.names)


def dotted(node: ast.AST) -> str:
    """`a.b.c` for a chain of names, else an empty string."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        owner = dotted(node.value)
        return f"{owner}.{node.attr}" if owner else ""
    return ""


def uses(source: Source) -> Iterator[tuple[ast.AST, str]]:
    """Everything that is named: imports, and chains of attributes with `st` written out."""
    yield from imported(source)
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute) and (name := dotted(node)):
            yield node, re.sub(r"^st\.", "streamlit.", name)


def _names(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")


# ---------------------------------------------------------------- layers and doors

MAY_NOT_IMPORT = {
    "parley": ("streamlit", "components", "pages", "streamlit_app"),
    "components": ("pages", "streamlit_app"),
    "pages": ("pages", "streamlit_app"),
    "streamlit_app.py": ("pages",),
}
"""Place → what it must not import: nothing points up, and a page imports no page."""

DOORS: dict[str, tuple[str, ...]] = {
    "openai": ("parley/gateway.py",),
    "sqlalchemy": ("parley/store",),
    "alembic": ("parley/store",),
    "sqlite3": ("parley/store",),
    "os.environ": ("parley/settings.py",),
    "os.getenv": ("parley/settings.py",),
    "streamlit.session_state": ("components/state.py",),
    "streamlit.query_params": ("components/state.py",),
    "streamlit.secrets": ("components/services.py",),
    "streamlit.cache_data": ("components/services.py",),
    "streamlit.cache_resource": ("components/services.py",),
    "pyarrow": ("parley/ledger_export/parquet_file.py",),
    "pandas": ("parley/frames.py", "components", "pages"),
    "httpx2.Client": ("parley/transport.py",),
    "httpx2.AsyncClient": ("parley/transport.py",),
    "httpx2.HTTPTransport": ("parley/transport.py",),
    "httpx2.AsyncHTTPTransport": ("parley/transport.py",),
    "httpx2.get": ("parley/transport.py",),
    "httpx2.post": ("parley/transport.py",),
    "httpx2.request": ("parley/transport.py",),
    "httpx2.stream": ("parley/transport.py",),
}
"""Name → the only places that may use it. httpx2's types and its URL parser are free."""


def layers(source: Source) -> Iterator[str]:
    for place, forbidden in MAY_NOT_IMPORT.items():
        for node, name in imported(source) if source.within(place) else ():
            if any(_names(name, package) for package in forbidden):
                yield source.breach(node, f"{place} must not import {name}")


def doors(source: Source) -> Iterator[str]:
    for node, name in uses(source):
        for guarded, places in DOORS.items():
            if _names(name, guarded) and not source.within(*places):
                yield source.breach(node, f"{guarded} has its door in {places[0]}")


def revealed_keys(source: Source) -> Iterator[str]:
    for node in ast.walk(source.tree):
        reveals = isinstance(node, ast.Attribute) and node.attr == "reveal"
        if reveals and not source.within("parley/transport.py"):
            yield source.breach(node, "a key is revealed in parley/transport.py alone")


# ---------------------------------------------------------------- shape


def sizes(source: Source) -> Iterator[str]:
    lines = source.text.count("\n")
    if lines > MAX_FILE_LINES:
        yield f"{source.path}:1: {lines} lines, {MAX_FILE_LINES} at most"
    for function in functions(source):
        if function_lines(function) > MAX_FUNCTION_LINES:
            yield source.breach(
                function,
                f"{function.name} has {function_lines(function)} lines, {MAX_FUNCTION_LINES} at most",
            )


def docstrings(source: Source) -> Iterator[str]:
    if not source.text.strip() or source.within("parley/errors.py"):
        return  # an empty __init__ says nothing; errors.py draws its tree
    lines = [line for line in (ast.get_docstring(source.tree) or "").splitlines() if line.strip()]
    if not 1 <= len(lines) <= MAX_DOCSTRING_LINES:
        yield f"{source.path}:1: a module docstring of one to six lines, not {len(lines)}"


def annotated(source: Source) -> Iterator[str]:
    for function in functions(source):
        if not function.name.startswith("_") and _lacks_annotation(function):
            yield source.breach(function, f"{function.name} lacks an annotation")


def _lacks_annotation(function: Function) -> bool:
    given = function.args
    named = [*given.posonlyargs, *given.args, *given.kwonlyargs]
    starred = [arg for arg in (given.vararg, given.kwarg) if arg is not None]
    unannotated = [a for a in (*named, *starred) if a.annotation is None]
    return function.returns is None or any(a.arg not in ("self", "cls") for a in unannotated)
