"""The filters that are drawn as widgets, as views of a question: what each reads from it and writes into it.

The text of the question is the one truth; a widget shows what it can of it and leaves the rest alone.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from parley.model_query.editing import replaced
from parley.model_query.fields import ANY, CAPABILITIES
from parley.model_query.query import ModelQuery, Order, Part, Problem, Range
from parley.model_query.values import name_key, write_names, write_tokens

HIGHEST_PRICE = 1_000_000.0
"""Beyond what any price is; a number box refuses numbers that a browser cannot hold."""
WORD_OF = {name: word for word, name in CAPABILITIES.items()}
"""Capability → the word that asks for it."""


@dataclass(frozen=True)
class Control:
    """One widget."""

    field: str
    read: Callable[[ModelQuery, Collection[Any]], Any]
    """From the question and the widget's options to its value."""
    write: Callable[[Any], list[str]]
    """From the widget's value to the words that stand for it."""
    replaces: Callable[[Part], bool] = lambda _: True
    """Which parts on the field the widget shows, and so writes anew."""

    def rewrite(self, text: str, value: Any) -> str:
        """The question with what the widget says now."""
        return replaced(text, self._is_shown, self.write(value))

    def _is_shown(self, part: Part) -> bool:
        if part.field != self.field or getattr(part, "negated", False):
            return False
        return isinstance(part, Problem) or self.replaces(part)


def _read_names(field: str) -> Callable[[ModelQuery, Collection[str]], list[str]]:
    def read(query: ModelQuery, options: Collection[str]) -> list[str]:
        wanted = {name_key(value) for value in query.chosen(field)}
        return [option for option in options if name_key(option) in wanted]

    return read


def _write_names(field: str) -> Callable[[list[str]], list[str]]:
    return lambda names: [f"{field}:{write_names(names)}"] if names else []


def _names(field: str) -> Control:
    return Control(field, _read_names(field), _write_names(field))


def _is_lower(part: Part) -> bool:
    return isinstance(part, Range) and part.least is not None and part.most is None


def _is_upper(part: Part) -> bool:
    return isinstance(part, Range) and part.most is not None and part.least is None


def _read_context(query: ModelQuery, _: Collection[int]) -> int | None:
    """Of several the one that counts."""
    found = [int(str(part.least)) for part in query.ranges("ctx") if _is_whole_lower(part)]
    return max(found, default=None)


def _is_whole_lower(part: Range) -> bool:
    """Of "ctx>1.5" no widget can tell the half token."""
    return _is_lower(part) and str(part.least).isdigit()


def _read_price(query: ModelQuery, _: Collection[float]) -> float | None:
    """Of several the one that counts."""
    found = [float(str(part.most)) for part in query.ranges("out") if _is_upper(part)]
    lowest = min(found, default=None)
    return None if lowest is None or lowest > HIGHEST_PRICE else lowest


def _write_number(number: float) -> str:
    """
    >>> _write_number(0.15), _write_number(1000.0)
    ('0.15', '1000')
    """
    return f"{number:.6f}".rstrip("0").rstrip(".")


def _read_order(query: ModelQuery, _: Collection[str]) -> str | None:
    return order_word(query.orders[0]) if query.orders else None


def order_word(order: Order) -> str:
    """The order as it is written after "sort:"."""
    return order.by if order.descending is order.largest_first else f"-{order.by}"


CONTROLS: Mapping[str, Control] = {
    "publisher": _names("publisher"),
    "family": _names("family"),
    "kind": _names("kind"),
    "lifecycle": _names("lifecycle"),
    "context": Control(
        "ctx",
        _read_context,
        lambda tokens: [f"ctx>={write_tokens(tokens)}"] if tokens else [],
        _is_lower,
    ),
    "max_price": Control(
        "out",
        _read_price,
        lambda price: [] if price is None else [f"out<={_write_number(price)}"],
        _is_upper,
    ),
    "takes": Control(
        "takes",
        lambda query, options: [name for name in options if name in query.names("takes")],
        lambda names: [f"takes:{name}" for name in names],
    ),
    "can": Control(
        "can",
        lambda query, options: [name for name in options if name in query.names("can")],
        lambda names: [WORD_OF[name] for name in names],
    ),
    "favourites": Control(
        "fav", lambda query, _: bool(query.names("fav")), lambda on: ["fav"] if on else []
    ),
    "all_kinds": Control(
        "kind",
        lambda query, _: ANY in map(str.casefold, query.chosen("kind")),
        lambda on: [f"kind:{ANY}"] if on else [],
    ),
    "sort": Control("sort", _read_order, lambda word: [f"sort:{word}"] if word else []),
}
"""By the key of the widget."""
