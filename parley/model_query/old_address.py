"""Addresses of the models page as it was before it had one question: a parameter for each filter, read once."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from parley.model_query.controls import CONTROLS, WORD_OF
from parley.model_query.fields import MODALITIES, STAGES
from parley.model_query.values import price

_ORDERS = {
    "Id, A to Z": "name",
    "Largest context": "ctx",
    "Cheapest input": "in",
    "Cheapest output": "out",
}


def _context(values: list[str]) -> list[str]:
    digits = re.sub(r"\D", "", values[-1])[:12]
    return CONTROLS["context"].write(int(digits)) if digits else []


def _max_price(values: list[str]) -> list[str]:
    span = price(values[-1])
    return [] if span is None else CONTROLS["max_price"].write(float(str(span[0])))


def _takes(values: list[str]) -> list[str]:
    return CONTROLS["takes"].write([value for value in values if value in MODALITIES])


def _can(values: list[str]) -> list[str]:
    names = [value.replace(" ", "_") for value in values]
    return CONTROLS["can"].write([name for name in names if name in WORD_OF])


def _lifecycle(values: list[str]) -> list[str]:
    return CONTROLS["lifecycle"].write([value for value in values if value in STAGES])


OLD_NAMES: Mapping[str, Callable[[list[str]], list[str]]] = {
    "search": lambda values: [values[-1].strip()],
    "publisher": CONTROLS["publisher"].write,
    "context": _context,
    "max_price": _max_price,
    "takes": _takes,
    "can": _can,
    "lifecycle": _lifecycle,
    "all_kinds": lambda values: CONTROLS["all_kinds"].write(values[-1].lower() == "true"),
    "sort": lambda values: CONTROLS["sort"].write(_ORDERS.get(values[-1])),
}
"""Parameter → the words that its values amount to; what means nothing amounts to none."""


def from_old_address(parameters: Mapping[str, list[str]]) -> str:
    """The question that such an address asked.

    >>> from_old_address({"search": ["qwen"], "context": ["32,000 tokens"], "can": ["json mode"]})
    'qwen ctx>=32k json'
    """
    words = [
        word
        for name, values in parameters.items()
        if values and name in OLD_NAMES
        for word in OLD_NAMES[name](values)
    ]
    return " ".join(filter(None, words))
