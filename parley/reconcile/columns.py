"""What the columns of a usage file mean, and how its cells are to be read: a choice that is kept for its header."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field
from datetime import tzinfo
from enum import StrEnum

from parley.calendar_groups import zone_named

PREFERENCE = "reconcile_columns:"
"""Preference, followed by the signature of a header."""
MOST_PAIRED = 200
"""Models of a file that are said to be others of ours, as many as are kept."""
POINT, COMMA = ".", ","


class Field(StrEnum):
    """What a column can hold."""

    DAY = "day"
    MODEL = "model"
    REQUESTS = "requests"
    INPUT = "input"
    CACHED = "cached"
    OUTPUT = "output"
    COST = "cost"
    CURRENCY = "currency"


TOKENS = (Field.INPUT, Field.CACHED, Field.OUTPUT)
COUNTS = (Field.REQUESTS, *TOKENS)
FIGURES = (*COUNTS, Field.COST)


@dataclass(frozen=True)
class Columns:
    """Which column holds what; a field that is not named has none."""

    of: Mapping[Field, str] = field(default_factory=dict)
    zone: str = "UTC"
    """Whose days they are, and in which times of the file are turned into days."""
    day_first: bool = False
    """Of days such as 03/04/2026: April the third."""
    decimal_sign: str = POINT
    in_cents: bool = False
    input_has_cached: bool = True
    """The input counts what came from a cache as well."""
    line_is_call: bool = False
    """Where no column counts requests: every line is one."""
    models: Mapping[str, str] = field(default_factory=dict)
    """Their name of a model → ours, where the reader said so."""

    @property
    def tzinfo(self) -> tzinfo:
        return zone_named(self.zone)

    @property
    def compared(self) -> tuple[Field, ...]:
        """The figures that the file tells."""
        counts_lines = self.line_is_call and Field.REQUESTS not in self.of
        return tuple(
            one for one in FIGURES if one in self.of or (one is Field.REQUESTS and counts_lines)
        )

    @property
    def lacking(self) -> str | None:
        """Why nothing can be compared yet, in a sentence; `None` = all that is needed is there."""
        if Field.DAY not in self.of:
            return "Say which column holds the day."
        if not self.compared:
            return "Say which column holds a figure: requests, tokens or cost."
        return None


def to_json(columns: Columns) -> str:
    return json.dumps(asdict(columns))


def from_json(text: str | None, header: Collection[str]) -> Columns | None:
    """What was kept for a header; `None` = nothing that fits it."""
    try:
        kept = json.loads(text or "")
        of = {Field(name): column for name, column in kept["of"].items() if column in header}
        return Columns(
            of=of,
            zone=str(kept["zone"]),
            day_first=bool(kept["day_first"]),
            decimal_sign=COMMA if kept["decimal_sign"] == COMMA else POINT,
            in_cents=bool(kept["in_cents"]),
            input_has_cached=bool(kept["input_has_cached"]),
            line_is_call=bool(kept["line_is_call"]),
            models={str(name): str(ours) for name, ours in kept["models"].items()},
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
