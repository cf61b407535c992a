"""A question to the model list, as it was understood: conditions, an order, and what was not understood.

Every part knows where it stands in the text, so that a page can point at it or take it out.
"""

from __future__ import annotations

from dataclasses import dataclass

from parley.model_query.values import Value

WORDS = "words"
"""The field of a `Phrase`."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """A stretch of the text."""

    field: str
    """A name of `FIELDS`; `WORDS`; "sort"; empty where it is not known."""
    start: int
    end: int


@dataclass(frozen=True, kw_only=True)
class Phrase(Part):
    """Words that the id, the name, the publisher or the description holds."""

    text: str
    negated: bool = False


@dataclass(frozen=True, kw_only=True)
class OneOf(Part):
    """Any of these values."""

    values: tuple[str, ...]
    """As they were written; compared without case and punctuation."""
    negated: bool = False


@dataclass(frozen=True, kw_only=True)
class Has(Part):
    """A capability, modality, variant or flag that the model is known to have."""

    name: str
    negated: bool = False


@dataclass(frozen=True, kw_only=True)
class Range(Part):
    """A number or date within bounds; what is unknown is not within any."""

    least: Value | None = None
    most: Value | None = None
    strict: bool = False
    """The bounds themselves are left out."""
    negated: bool = False


Condition = Phrase | OneOf | Has | Range


@dataclass(frozen=True, kw_only=True)
class Order(Part):
    """Sort by a column of the frame; what is unknown comes last either way."""

    by: str
    """The name of a field, or "name"."""
    column: str
    descending: bool
    largest_first: bool = False
    """What the order would be without a sign before its name."""


@dataclass(frozen=True, kw_only=True)
class Problem(Part):
    """A part of the text that asks for nothing, and what would be right. Plain text, not Markdown."""

    message: str


@dataclass(frozen=True)
class ModelQuery:
    """What a person is looking for. A condition that is negated leaves out what is known to meet it."""

    text: str = ""
    conditions: tuple[Condition, ...] = ()
    orders: tuple[Order, ...] = ()
    """The first counts most."""
    problems: tuple[Problem, ...] = ()

    def of(self, field: str, *, negated: bool = False) -> list[Condition]:
        """The conditions on a field."""
        return [c for c in self.conditions if c.field == field and c.negated is negated]

    def chosen(self, field: str) -> list[str]:
        """The values of an either-or field that are asked for, as written."""
        found = [c.values for c in self.of(field) if isinstance(c, OneOf)]
        return [value for values in found for value in values]

    def names(self, field: str) -> list[str]:
        """What the model is to have of a field."""
        return [c.name for c in self.of(field) if isinstance(c, Has)]

    def ranges(self, field: str) -> list[Range]:
        return [c for c in self.of(field) if isinstance(c, Range)]
