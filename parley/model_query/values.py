"""How values are written in a question: prices, tokens, parameters, dates, names. Nonsense is read as `None`.

A value that is written roughly stands for a span: "128k" is anything from 128,000 to 131,072, "2026-01" a whole month.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal

from parley.model_query.fields import Kind

Value = Decimal | date
Span = tuple[Value, Value]

_NUMBER = re.compile(r"(\d{1,12}(?:,\d{3}){0,4}(?:\.\d{0,9})?|\.\d{1,9})([kmbt]?)", re.IGNORECASE)
_DAY = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
_UNITS = {"": Decimal(1), "k": Decimal(10**3), "m": Decimal(10**6), "b": Decimal(10**9)}
_UNITS["t"] = Decimal(10**12)
_BINARY = {"": Decimal(1), "k": Decimal(2**10), "m": Decimal(2**20), "b": Decimal(2**30)}
_BINARY["t"] = Decimal(2**40)
_BARE_BILLIONS = 10_000
"""A number of parameters without a unit that is smaller than this is meant in billions."""
_NOT_WORD = re.compile(r"[\W_]+")


def squashed(words: str) -> str:
    """Text as it is compared: without case, spaces and punctuation.

    >>> squashed("GPT-OSS 120b")
    'gptoss120b'
    """
    return _NOT_WORD.sub("", words.casefold())


def name_key(name: str) -> str:
    """What two spellings of one name have in common; a name of nothing but signs is kept as it is."""
    return squashed(name) or name.casefold()


def _amount(text: str) -> tuple[Decimal, str] | None:
    found = _NUMBER.fullmatch(text.strip())
    if found is None:
        return None
    return Decimal(found[1].replace(",", "")), found[2].lower()


def price(text: str) -> Span | None:
    """US dollars.

    >>> price("$0.50"), price("cheap")
    ((Decimal('0.50'), Decimal('0.50')), None)
    """
    found = _amount(text.strip().removeprefix("$"))
    if found is None:
        return None
    dollars = found[0] * _UNITS[found[1]]
    return dollars, dollars


def tokens(text: str) -> Span | None:
    """
    >>> tokens("128k"), tokens("131,072")
    ((Decimal('128000'), Decimal('131072')), (Decimal('131072'), Decimal('131072')))
    """
    found = _amount(text)
    if found is None:
        return None
    number, unit = found
    return number * _UNITS[unit], number * _BINARY[unit]


def params(text: str) -> Span | None:
    """
    >>> params("30B") == params("30"), params("135M")
    (True, (Decimal('135000000'), Decimal('135000000')))
    """
    found = _amount(text)
    if found is None:
        return None
    number, unit = found
    bare = not unit and number < _BARE_BILLIONS
    count = number * _UNITS["b" if bare else unit]
    return count, count


def day(text: str) -> Span | None:
    """A year, a month or a day, from its first day to its last.

    >>> day("2026-02")
    (datetime.date(2026, 2, 1), datetime.date(2026, 2, 28))
    """
    found = _DAY.fullmatch(text.strip())
    if found is None:
        return None
    year, month, number = (int(part) if part else None for part in found.groups())
    try:
        first = date(year or 0, month or 1, number or 1)
    except ValueError:
        return None
    last_month = month or 12
    last = number or monthrange(first.year, last_month)[1]
    return first, date(first.year, last_month, last)


SPANS: Mapping[Kind, Callable[[str], Span | None]] = {
    Kind.PRICE: price,
    Kind.TOKENS: tokens,
    Kind.PARAMS: params,
    Kind.DAY: day,
}


def write_tokens(count: int) -> str:
    """The shortest way to ask for a number of tokens.

    >>> write_tokens(128_000), write_tokens(1_000_000), write_tokens(8192)
    ('128k', '1M', '8192')
    """
    for unit, size in (("M", 10**6), ("k", 10**3)):
        if count and count % size == 0:
            return f"{count // size}{unit}"
    return str(count)


def write_names(names: list[str]) -> str:
    """Names as the value of a condition, quoted where they have to be; the quote sign itself cannot be written.

    >>> write_names(["Qwen", "Mistral AI"])
    'Qwen,"Mistral AI"'
    """
    plain = (" ".join(name.replace('"', "").split()) for name in names)
    return ",".join(name if re.fullmatch(r"[\w./+-]+", name) else f'"{name}"' for name in plain)
