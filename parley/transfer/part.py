"""One object of a file that is imported, with where it stands: values of the wrong type are refused by that."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from parley.errors import ImportRefused
from parley.limits import LIMITS

_FIRST, _LAST = datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)
_MILLISECONDS = 100_000_000_000
"""As seconds this is in the year 5138: a number from here on counts as JavaScript does."""
_TITLE_BREAKS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


@dataclass(frozen=True)
class Part:
    """An object of the file. A name that is absent and one that is null are the same."""

    values: Mapping[str, Any]
    where: str
    """Such as "Line 3, message 5"."""

    def refusal(self, reason: str, advice: str | None = None) -> ImportRefused:
        """`reason` goes on after the place: "has no role"."""
        return ImportRefused(f"{self.where} {reason}.", advice=advice)

    def refuse_role(self, role: str) -> ImportRefused:
        """`developer` too: for most endpoints it is no role at all."""
        if not role:
            return self.refusal("has no role")
        advice = "Write it as “system”, at the beginning; nothing was imported."
        words = f"has the role “{role[:60]}”, which Parley does not know"
        return self.refusal(words, advice if role == "developer" else None)

    def text(self, name: str, at_most: int | None = None) -> str:
        """Empty when there is none."""
        text = self._of_type(name, str, "text") or ""
        limit = LIMITS.reply_chars if at_most is None else at_most
        if len(text) > limit:
            raise self.refusal(f"has {len(text):,} characters as “{name}”; at most {limit:,} fit")
        return str(text)

    def name(self, name: str) -> str:
        """A short text: a model, an endpoint, a file's name."""
        return self.text(name, LIMITS.import_name_chars)

    def title(self) -> str:
        return one_title(self._of_type("title", str, "text") or "")

    def flag(self, name: str) -> bool:
        return bool(self._of_type(name, bool, "yes or no"))

    def listed(self, name: str) -> list[Any]:
        return self._of_type(name, list, "a list") or []

    def names(self, name: str) -> tuple[str, ...]:
        """A list of short texts."""
        found = self.listed(name)
        if not all(isinstance(one, str) and len(one) <= LIMITS.import_name_chars for one in found):
            raise self.refusal(f"has something else than short texts in “{name}”")
        return tuple(found)

    def part(self, name: str) -> Part | None:
        values = self._of_type(name, dict, "an object")
        return None if values is None else Part(values, self.where)

    def parts(self, name: str, word: str) -> list[Part]:
        """A list of objects; `word` is what one of them is called."""
        return [
            part_of(one, f"{self.where}, {word} {n}") for n, one in _numbered(self.listed(name))
        ]

    def time(self, name: str, otherwise: datetime) -> datetime:
        """Seconds or milliseconds since 1970, or text in ISO 8601; without a zone it is UTC."""
        given = self.values.get(name)
        if given is None:
            return otherwise
        try:
            moment = _moment(given)
        except (ValueError, OverflowError, OSError, TypeError):
            raise self.refusal(f"has no possible time as “{name}”") from None
        if not _FIRST <= moment < _LAST:
            raise self.refusal(f"has no possible time as “{name}”")
        return moment

    def _of_type(self, name: str, kind: type, word: str) -> Any:
        value = self.values.get(name)
        if value is not None and not isinstance(value, kind):
            raise self.refusal(f"has something else than {word} as “{name}”")
        return value


def one_title(text: str) -> str:
    """One line, cut where it is too long: a title says what a conversation is about, no more."""
    line = _TITLE_BREAKS.sub(" ", text).strip()
    limit = LIMITS.import_name_chars
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def is_set(value: object) -> bool:
    """Whether a setting says anything: nothing and empty do not, 0 and no do."""
    return value is not None and value not in ("", [], {})


def part_of(value: object, where: str) -> Part:
    """The value as an object of the file.

    Raises:
        ImportRefused: it is none.
    """
    if not isinstance(value, dict):
        raise ImportRefused(f"{where} is not an object.")
    return Part(value, where)


def _numbered(values: list[Any]) -> list[tuple[str, Any]]:
    return [(f"{number:,}", value) for number, value in enumerate(values, 1)]


def _moment(given: object) -> datetime:
    if isinstance(given, str):
        moment = datetime.fromisoformat(given)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    if isinstance(given, bool) or not isinstance(given, int | float):
        raise TypeError
    return datetime.fromtimestamp(given / 1000 if given >= _MILLISECONDS else given, UTC)
