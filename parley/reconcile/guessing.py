"""What the columns of a usage file probably mean: by their names, and by whether their cells can be read as that.

The names are those of the exports of OpenAI, OpenRouter, Anthropic and W&B, and what others call the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from parley.reconcile.cells import is_unsaid, read_amount, read_count, read_day
from parley.reconcile.columns import COMMA, POINT, Columns, Field
from parley.reconcile.usage_file import UsageFile

SAMPLE_LINES = 200
_TOKEN_ASIDE = r"(?!.*\b(?:cost|price|usd|rate|audio|image|reasoning|text|per|write|batch)\b)"

_RULES: Mapping[Field, tuple[str, ...]] = {
    Field.DAY: (
        r"(?:usage )?(?:date|day)(?: utc)?",
        r"(?:bucket |period |usage )?start(?:ing)?(?: (?:time|date|at|day))?(?: (?:iso|utc))?",
        r"created(?: at)?(?: utc)?|timestamp|date ?time|datum|tag|fecha",
        r"(?!.*\b(?:end|updated|to first)\b).*\b(?:date|day|time)\b.*",
    ),
    Field.MODEL: (
        r"model(?: id| name| slug)?",
        r"model (?:version|permaslug)|modell",
        r"(?!.*\b(?:requests?|calls|provider)\b).*\bmodel\b.*",
        r"line item|sku|deployment(?: name)?|snapshot id",
    ),
    Field.REQUESTS: (
        r"(?:num |n |total |number of |model )*(?:requests|calls|generations|api calls|anfragen)",
        r"(?:request|call)s? (?:count|total)|count",
    ),
    Field.INPUT: (
        rf"{_TOKEN_ASIDE}(?!.*\bcach)(?:total )?(?:input|prompt) ?tokens?(?: total)?",
        rf"{_TOKEN_ASIDE}(?!.*\bcach)(?:n |num )?(?:tokens? (?:prompt|input|in)|context tokens(?: total)?)",
        rf"{_TOKEN_ASIDE}(?:usage )?(?:uncached input tokens|input uncached tokens|input tokens no cache)",
        rf"{_TOKEN_ASIDE}(?!.*\bcach).*\b(?:input|prompt|tokens in|eingabe)\b.*",
    ),
    Field.CACHED: (
        rf"{_TOKEN_ASIDE}(?!.*\b(?:no|un|non)\b)(?:input |prompt )?cached(?: input| prompt)? ?tokens?",
        rf"{_TOKEN_ASIDE}(?!.*\b(?:no|non)\b).*(?:tokens? cached|cache read|cached|cache hit).*",
    ),
    Field.OUTPUT: (
        rf"{_TOKEN_ASIDE}(?:total )?(?:output|completion) ?tokens?(?: total)?",
        rf"{_TOKEN_ASIDE}(?:n |num )?(?:tokens? (?:completion|output|out)|generated tokens(?: total)?)",
        rf"{_TOKEN_ASIDE}.*\b(?:output|completion|generated|tokens out|ausgabe)\b.*",
    ),
    Field.COST: (
        r"(?:total )?(?:cost|spend|spent|charge|amount|kosten)(?: total)?(?: (?:in )?(?:usd|cents?|dollars?|value))?",
        r"(?:usd|dollars?|amount (?:due|usd)|total cost.*|net (?:cost|amount).*)",
        r"(?!.*\b(?:per|rate|search|cache|file|input|output|center|centre|code)\b).*\b(?:cost|spend|charge)\b.*",
    ),
    Field.CURRENCY: (r"(?:amount |cost |billing )?currency(?: code)?|währung",),
}
_CALL_ID = re.compile(r"(?:generation|request|call|completion|response) id")
_WITHOUT_CACHED = re.compile(r"\b(?:no cache|uncached|non cached)\b")
_OTHER_MONEY = re.compile(
    r"[€£¥₹]|(?<![A-Za-z])(?:EUR|GBP|CHF|JPY|CNY|INR|CAD|AUD)(?![A-Za-z])", re.IGNORECASE
)
_IN_CENTS = re.compile(r"\bcents?\b")


def guessed(file: UsageFile) -> Columns:
    """The columns as they are before the reader has said anything."""
    names = {name: spaced(name) for name in file.header}
    day_first = _day_first(file)
    sign = _decimal_sign(file)
    of: dict[Field, str] = {}
    for field, rules in _RULES.items():
        free = [name for name in file.header if name not in of.values()]
        if field is Field.COST:
            free = [name for name in free if not _OTHER_MONEY.search(name)]
        readable = _reads(field, day_first, sign)
        for rule in rules:
            fitting = [name for name in free if re.fullmatch(rule, names[name])]
            found = next((name for name in fitting if _fits(file, name, readable)), None)
            if found is not None:
                of[field] = found
                break
    return Columns(
        of=of,
        day_first=day_first,
        decimal_sign=sign,
        in_cents=bool(_IN_CENTS.search(names.get(of.get(Field.COST, ""), ""))),
        input_has_cached=not _WITHOUT_CACHED.search(names.get(of.get(Field.INPUT, ""), "")),
        line_is_call=Field.REQUESTS not in of and any(map(_CALL_ID.search, names.values())),
    )


def spaced(name: str) -> str:
    """
    >>> spaced("num_model_requests"), spaced("inputTokens"), spaced("Cost (USD)")
    ('num model requests', 'input tokens', 'cost usd')
    """
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)
    return " ".join(re.findall(r"[^\W_]+", apart.casefold()))


def _reads(field: Field, day_first: bool, sign: str) -> Callable[[str], object]:
    match field:
        case Field.DAY:
            utc = Columns().tzinfo
            return lambda cell: read_day(cell, utc, day_first=day_first)
        case Field.COST:
            return lambda cell: read_amount(cell, sign)
        case Field.MODEL | Field.CURRENCY:
            return str
        case _:
            return lambda cell: read_count(cell, sign)


def _fits(file: UsageFile, name: str, read: Callable[[str], object]) -> bool:
    """Half of its cells can be read, or more; a column without any cell is as good as none."""
    said = _cells(file, name)
    return bool(said) and sum(_can(read, cell) for cell in said) * 2 >= len(said)


def _can(read: Callable[[str], object], cell: str) -> bool:
    try:
        read(cell)
    except ValueError:
        return False
    return True


def _cells(file: UsageFile, name: str) -> Sequence[str]:
    """What the first lines say there."""
    at = file.header.index(name)
    cells = (line.cells[at] for line in file.lines[:SAMPLE_LINES])
    return [cell for cell in cells if not is_unsaid(cell)]


def _every_cell(file: UsageFile) -> list[str]:
    return [cell for line in file.lines[:SAMPLE_LINES] for cell in line.cells]


def _day_first(file: UsageFile) -> bool:
    """Whether some day cannot be meant otherwise; of those with dots nobody begins with the month."""
    days = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2\d{4}\b")
    found = [day for cell in _every_cell(file) if (day := days.match(cell))]
    return any(int(day[1]) > 12 or day[2] == "." for day in found)


def _decimal_sign(file: UsageFile) -> str:
    """A comma where some number has one that cannot stand between thousands and none has such a point."""
    points = re.compile(r"\D?\d+\.(?:\d{1,2}|\d{4,})(?:e[+-]?\d+)?\D?", re.IGNORECASE)
    commas = re.compile(r"\D?\d+,(?:\d{1,2}|\d{4,})\D?|\D?0,\d+\D?")
    every = _every_cell(file)
    if any(map(points.fullmatch, every)):
        return POINT
    return COMMA if any(map(commas.fullmatch, every)) else POINT
