"""Sizes, quantization and dates in a name. A number that could mean two things means nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

_COUNT = r"\d{1,4}(?:\.\d{1,2})?"
_SIZE = re.compile(
    rf"(?<![a-z0-9.])(?<![-_]0[-_])({_COUNT})(b|t|(?<=\d\d)m)(?![a-z0-9])", re.IGNORECASE | re.ASCII
)
_ACTIVE = re.compile(rf"(?<![a-z0-9])a({_COUNT})b(?![a-z0-9])", re.IGNORECASE | re.ASCII)
_PER_EXPERT = re.compile(
    rf"(?<![a-z0-9.])({_COUNT})b-\d{{1,3}}e(?![a-z0-9])", re.IGNORECASE | re.ASCII
)
_LLAMA_4 = re.compile(r"llama-?4-(?:scout|maverick)", re.IGNORECASE | re.ASCII)

_QUANTIZATION = re.compile(
    r"(?:^|[-_./:@])((?:nv|mx)?fp[48]|nf4|bf16|fp16|f16|int[48]|awq|gptq|w\d{1,2}a\d{1,2}|[2-8]-?bit"
    r"|i?q[1-8]_(?:k|xs|xxs|s|m|nl|[01])(?:_(?:xs|s|m|l|xl))?|q[468])(?=$|[-_.:/])",
    re.IGNORECASE | re.ASCII,
)

_MONTH, _DAY = r"(?P<month>0[1-9]|1[0-2])", r"(?P<day>0[1-9]|[12]\d|3[01])"
_DATES = tuple(
    re.compile(rf"(?<![a-z0-9.]){written}(?![a-z0-9.])", re.IGNORECASE | re.ASCII)
    for written in (
        rf"(?P<year>202\d)(?P<gap>[-_.]?){_MONTH}(?P=gap){_DAY}",
        rf"{_MONTH}-(?P<year>202\d)(?!-\d)",
        rf"(?P<year>202\d)-{_MONTH}(?!-\d)",
        rf"(?P<year>2[2-9]){_MONTH}{_DAY}",
        rf"(?P<year>2[2-9]){_MONTH}",
    )
)


def sizes(name: str) -> Iterator[tuple[str, str]]:
    """`35B-A3B` is total and active; the number before `-16E` is the active part of 16 experts.

    >>> dict(sizes("Qwen3-30B-A3B")), dict(sizes("Llama-4-Scout-17B-16E")), dict(sizes("mixtral-8x7b"))
    ({'params_total': '30B', 'params_active': '3B'}, {'params_active': '17B'}, {})
    """
    per_expert = _PER_EXPERT.search(name) or (_LLAMA_4.search(name) and _SIZE.search(name))
    if per_expert:
        yield "params_active", f"{per_expert[1]}B"
        return
    totals = {f"{count}{unit.upper()}" for count, unit in _SIZE.findall(name)}
    if len(totals) == 1:
        yield "params_total", totals.pop()
    if active := _ACTIVE.search(name):
        yield "params_active", f"{active[1]}B"


def quantization(name: str) -> tuple[str | None, str]:
    """What the weights were reduced to, in capitals, and the name without any word of it.

    >>> quantization("qwen2.5:7b-instruct-q4_K_M"), quantization("Qwen3-30B-A3B-4bit")
    (('Q4_K_M', 'qwen2.5:7b-instruct'), ('4-bit', 'Qwen3-30B-A3B'))
    """
    found = _QUANTIZATION.search(name)
    if found is None:
        return None, name
    written = found[1].upper()
    if written.endswith("BIT"):
        written = f"{written[0]}-bit"
    return "FP16" if written == "F16" else written, _QUANTIZATION.sub("", name)


def version_date(name: str) -> date | None:
    """The day that is written out, or the first day of the month: 20250514, 2025-05-14, 08-2024, 250615, 2507.

    Four digits are year and month only where they cannot be month and day: 2507 is, 0528 and 1017 are not.
    """
    return next((day for day in _days(name) if day is not None), None)


def _days(name: str) -> Iterator[date | None]:
    for written in _DATES:
        for found in written.finditer(name):
            parts = found.groupdict()
            yield _day(int(parts["year"]), int(parts["month"]), int(parts.get("day") or 1))


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year if year > 100 else 2000 + year, month, day)
    except ValueError:
        return None
