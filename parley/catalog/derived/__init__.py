"""What can be told from a model id alone: publisher, family, sizes, quantization, date, kind, variants.

Rules of spelling, no table of models. Unsure means absent: a chat model that is hidden by a wrong guess is worse than
an image model that is offered. How often the rules are right stands in `docs/facets.md`.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from parley.catalog.derived import numbers
from parley.catalog.derived.brands import Branded, branded
from parley.catalog.derived.makers import maker, shows_others_models
from parley.catalog.derived.meanings import kind, may_talk, says_nothing, talks, variants
from parley.catalog.derived.parts import Spelling, spelling, words
from parley.catalog.model import Fact

DERIVED_SOURCE = "derived from the id"


@lru_cache(maxsize=32_768)  # a list of thousands is read anew on every refresh
def derived_facts(model_id: str) -> tuple[Fact, ...]:
    """Facts that the spelling of the id gives away.

    >>> [(fact.name, fact.value) for fact in derived_facts("Qwen/Qwen3-8B")]
    [('publisher', 'Qwen'), ('family', 'Qwen3'), ('params_total', '8B'), ('kind', 'chat')]
    """
    return tuple(
        Fact(name, value, DERIVED_SOURCE)
        for name, value in _statements(model_id)
        if value is not None
    )


def _statements(model_id: str) -> Iterator[tuple[str, object]]:
    parts = spelling(model_id)
    reduced, plain = numbers.quantization(parts.name)
    brand = branded(plain)
    sure = brand if brand and _nobody_elses(brand) else None
    yield "publisher", _publisher(parts, sure)
    yield "family", sure.family if sure else None
    yield from numbers.sizes(plain)
    yield "quantization", reduced
    yield "version_date", numbers.version_date(plain)
    yield from _uses(plain, sure)
    yield "lora", True if model_id.startswith("wandb-artifact:") else None


def _nobody_elses(found: Branded) -> bool:
    if not found.brand.open:
        return True
    return says_nothing(words(found.rest), other_brands=found.brand.trains_others)


def _publisher(parts: Spelling, sure: Branded | None) -> str | None:
    """An organization before the plain name of another's model made it anew or only keeps a copy: that is unsure."""
    organization = parts.organization
    if organization is None or shows_others_models(organization):
        return sure.brand.maker if sure else None
    named = maker(organization)
    if sure is None or named.casefold() == sure.brand.maker.casefold():
        return named
    return None


def _uses(name: str, sure: Branded | None) -> Iterator[tuple[str, object]]:
    named = words(name)
    told = variants(named) | (sure.variants if sure else frozenset())
    what = kind(name) or (sure.brand.kind if sure else None)
    if what is None and (talks(named, told) or _is_chat_brand(named, told, sure)):
        what = "chat"
    yield "kind", what
    # The "base" of an embedding or speech model is a size.
    yield "variants", (told - {"base"} if what not in (None, "chat") else told) or None


def _is_chat_brand(named: tuple[str, ...], told: frozenset[str], sure: Branded | None) -> bool:
    if sure is None or not sure.brand.chat:
        return False
    known = says_nothing(words(sure.rest), other_brands=sure.brand.trains_others)
    return known and may_talk(named, told)
