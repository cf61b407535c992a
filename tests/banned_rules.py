"""Constructs that this code base does without, found in the syntax tree.

Beside ruff, which cannot be told about Streamlit's or pandas' own traps.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.house_rules import Source, dotted, imported

BANNED_MODULES = ("pickle", "marshal", "shelve", "dill", "zipfile")
BANNED_CALLS = ("eval", "exec", "print", "compile")
BANNED_KEYWORDS = ("unsafe_allow_html", "unsafe_allow_javascript")
BANNED_METHODS = ("write_stream", "query", "eval")
"""`DataFrame.query` and `.eval` run typed text; `st.write_stream` sends the whole reply for every chunk."""


def banned(source: Source) -> Iterator[str]:
    for node, name in imported(source):
        if name.split(".")[0] in BANNED_MODULES:
            yield source.breach(node, f"{name} is not used here")
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call):
            yield from _banned_call(source, node)
        elif isinstance(node, ast.ExceptHandler):
            yield from _banned_handler(source, node)


def _banned_call(source: Source, call: ast.Call) -> Iterator[str]:
    for keyword in call.keywords:
        if keyword.arg in BANNED_KEYWORDS:
            yield source.breach(call, f"{keyword.arg} lets outside text act")
    if isinstance(call.func, ast.Name) and call.func.id in BANNED_CALLS:
        yield source.breach(call, f"{call.func.id}() is not used here")
    if isinstance(call.func, ast.Attribute) and call.func.attr in BANNED_METHODS:
        yield source.breach(call, f".{call.func.attr}() is not used here")


def _banned_handler(source: Source, handler: ast.ExceptHandler) -> Iterator[str]:
    if handler.type is None:
        yield source.breach(handler, "a bare except catches Stop and rerun as well")
        return
    caught = _caught(handler.type)
    if {"Exception", "BaseException"} & caught and not _has_reason(source, handler):
        yield source.breach(handler, "a blind except needs a comment with its reason")
    if handler.name and not caught <= _own_errors():
        for node in handler.body:
            yield from _shown_text(source, node, handler.name)


def _caught(kind: ast.expr) -> set[str]:
    kinds = kind.elts if isinstance(kind, ast.Tuple) else [kind]
    return {dotted(each).rsplit(".", 1)[-1] for each in kinds}


def _own_errors() -> set[str]:
    import parley.errors

    return {name for name, value in vars(parley.errors).items() if isinstance(value, type)}


def _has_reason(source: Source, handler: ast.ExceptHandler) -> bool:
    """A comment on the line itself (a bare `noqa` is none) or on the line after it."""
    lines = source.text.splitlines()[handler.lineno - 1 : handler.lineno + 1]
    return any(_reason(line) for line in lines)


def _reason(line: str) -> bool:
    comments = [part.strip() for part in line.split("#")[1:]]
    return any(part and not part.startswith("noqa") for part in comments) or any(
        part.startswith("noqa") and len(part.split(None, 2)) > 2 for part in comments
    )


def _shown_text(source: Source, body: ast.stmt, name: str) -> Iterator[str]:
    """Places where the exception called `name` is turned into text."""
    for node in ast.walk(body):
        if isinstance(node, ast.FormattedValue) and dotted(node.value) == name:
            yield source.breach(node, "the text of a foreign exception may hold a key or markup")
        is_text = isinstance(node, ast.Call) and dotted(node.func) in ("str", "repr", "format")
        if is_text and any(dotted(argument) == name for argument in node.args):  # type: ignore[attr-defined]
            yield source.breach(node, "the text of a foreign exception may hold a key or markup")
