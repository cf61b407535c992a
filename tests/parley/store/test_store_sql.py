"""D-15: what is executed is written here, never put together from values."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.house_rules import Source, sources

TAKES_SQL = (
    "execute",
    "exec_driver_sql",
    "scalar",
    "scalars",
    "text",
    "executemany",
    "executescript",
)


def spliced(source: Source) -> Iterator[str]:
    """Calls that take SQL as an f-string, by `%`, by `+` with a name, or by `.format`."""
    calls = (node for node in ast.walk(source.tree) if isinstance(node, ast.Call) and node.args)
    for call in calls:
        if _name(call.func) in TAKES_SQL and any(map(_is_built, ast.walk(call.args[0]))):
            yield source.breach(call, "SQL is put together from values")


def _name(function: ast.expr) -> str:
    return getattr(function, "attr", getattr(function, "id", ""))


def _is_built(part: ast.AST) -> bool:
    if isinstance(part, ast.BinOp):
        sides = (part.left, part.right)
        return any(isinstance(side, ast.Constant) and isinstance(side.value, str) for side in sides)
    formats = isinstance(part, ast.Call) and _name(part.func) == "format"
    return formats or isinstance(part, ast.JoinedStr)


def test_d15_no_statement_is_put_together_from_values() -> None:
    found = sources("parley/store")

    assert len(found) > 20
    assert [breach for source in found for breach in spliced(source)] == []


@pytest.mark.parametrize(
    "line",
    [
        'connection.execute(text(f"SELECT {x}"))',
        'connection.exec_driver_sql("SELECT %s" % x)',
        'connection.execute("SELECT " + x)',
        'text("SELECT {}".format(x))',
        'cursor.execute(f"SELECT {x}", values)',
    ],
)
def test_d15_each_way_to_put_one_together_is_seen(line: str) -> None:
    assert list(spliced(Source.of("parley/store/x.py", line)))


@pytest.mark.parametrize(
    "line",
    [
        'connection.execute(text("SELECT 1"), {"x": f"{x}"})',
        "connection.execute(wanted.where(path.c.steps + 1 < limit))",
    ],
)
def test_d15_bound_values_are_no_breach(line: str) -> None:
    assert not list(spliced(Source.of("parley/store/x.py", line)))
