"""What a file of calls says of itself: when it was made, of which calls, in which currency, and what it all means."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from parley.ledger_export.fields import COUNTED, FIELDS, STATES
from parley.wanted_calls import Wanted

CURRENCY = "USD"


@dataclass(frozen=True)
class About:
    """Of one file. `exported_at` has a time zone."""

    exported_at: datetime
    wanted: Wanted

    @property
    def filters(self) -> dict[str, str | list[str]]:
        """Name → what was asked for; what is absent was not narrowed."""
        wanted = self.wanted
        found: dict[str, str | list[str] | None] = {
            "first_day": None if wanted.first_day is None else wanted.first_day.isoformat(),
            "last_day": None if wanted.last_day is None else wanted.last_day.isoformat(),
            "utc_offset_of_days_min": str(wanted.utc_offset_min),
            "endpoints": list(wanted.endpoints),
            "models": list(wanted.models),
            "kinds": [str(kind) for kind in wanted.kinds],
            "conversation_id": wanted.conversation_id,
            "probes": "left out" if wanted.in_conversations else None,
        }
        return {name: value for name, value in found.items() if value}

    @property
    def facts(self) -> dict[str, object]:
        """All of it but how many calls there are, which is known at the end."""
        return {
            "exported_at": self.exported_at.isoformat(),
            "filters": self.filters,
            "currency": CURRENCY,
            "columns": {field.name: field.meaning for field in FIELDS},
            "states": STATES,
            "counted_as": COUNTED,
        }

    def lines(self, calls: int) -> Iterator[tuple[str, str]]:
        """The same as pairs of words."""
        yield "exported_at", self.exported_at.isoformat()
        yield "calls", str(calls)
        yield "currency", CURRENCY
        for name, value in self.filters.items():
            yield f"filter {name}", value if isinstance(value, str) else ", ".join(value)
        for field in FIELDS:
            yield f"column {field.name}", field.meaning
        for state, meaning in STATES.items():
            yield f"state {state}", meaning
        for word, meaning in COUNTED.items():
            yield f"counted_as {word}", meaning
