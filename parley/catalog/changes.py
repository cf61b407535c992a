"""What changed between two lists of an endpoint: new and gone models, prices, context, lifecycle, announced ends.

Pure. A list is kept as JSON can say it: by model id the facts that can change, what is unknown left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from itertools import takewhile
from typing import Any

from parley.catalog.model import Fact, Model
from parley.pricing.price import Price
from parley.pricing.wording import UNKNOWN_FIGURE, write_rate

Content = Mapping[str, Mapping[str, Any]]

_RATES = ("input", "output", "cached")
_MOST_PLACES = 12
"""More are not needed to tell two prices within sane bounds apart."""


class Kind(StrEnum):
    """Of a change; the value is what it is called."""

    NEW = "new"
    GONE = "no longer listed"
    DEARER = "dearer"
    CHEAPER = "cheaper"
    PRICE = "price otherwise changed"
    """Some rates up and some down, or a price that was not known before or is not known now."""
    CONTEXT = "context window changed"
    LIFECYCLE = "lifecycle changed"
    RETIREMENT = "end announced or moved"


_OF_PRICE = frozenset({Kind.DEARER, Kind.CHEAPER, Kind.PRICE})


@dataclass(frozen=True)
class Change:
    """One line: what happened to one model. All text is from outside."""

    kind: Kind
    model_id: str
    words: str
    """From what to what; of a new model, its price and context. Empty when there is nothing to say."""


def snapshot_of(models: Iterable[Model]) -> dict[str, dict[str, Any]]:
    """By id: `listed`, and what is known of `context_window` (tokens), `input`, `output`, `cached` (dollars per
    million tokens as text), `lifecycle`, `retired_on` (ISO day), and who says so (`context_from`, `price_from`,
    `lifecycle_from`, `retired_from`).
    """
    return {model.id: _stated(model) for model in models}


def changes(before: Content, after: Content) -> list[Change]:
    """Every difference, kind by kind in the order of `Kind`, the ids of a kind in the order of the alphabet."""
    ids = {
        model_id for model_id in (*before, *after) if before.get(model_id) != after.get(model_id)
    }
    alphabet = sorted(ids, key=lambda model_id: (model_id.casefold(), model_id))
    found = [change for model_id in alphabet for change in _changes_of(model_id, before, after)]
    order = list(Kind)
    return sorted(found, key=lambda change: order.index(change.kind))


def seen_by(change: Change, history: Sequence[tuple[datetime, Content]]) -> datetime:
    """Since when the list has been as it is now in this respect, as far as the lists that were kept can tell.

    `history` is what the change was found between, oldest first, with any lists in between.
    """
    *earlier, (moment, newest) = history
    shown = takewhile(lambda kept: not _is_news(change, kept[1], newest), reversed(earlier))
    return [moment, *(taken_at for taken_at, _ in shown)][-1]


def _is_news(change: Change, before: Content, after: Content) -> bool:
    """Whether a change of this kind, or one after which the model has to be looked at anew, lies between."""
    kinds = {other.kind for other in _changes_of(change.model_id, before, after)}
    same = _OF_PRICE if change.kind in _OF_PRICE else {change.kind}
    return bool(kinds & {*same, Kind.NEW, Kind.GONE})


def counted(found: Iterable[Change]) -> str:
    """
    >>> counted([Change(Kind.NEW, "a", ""), Change(Kind.NEW, "b", ""), Change(Kind.GONE, "c", "")])
    '2 new · 1 no longer listed'
    """
    numbers = Counter(change.kind for change in found)
    return " · ".join(f"{numbers[kind]:,} {kind}" for kind in Kind if kind in numbers)


def _stated(model: Model) -> dict[str, Any]:
    first = {fact.name: fact for fact in reversed(model.facts)}
    stated: dict[str, Any] = {"listed": model.listed}
    for name, said in _STATED.items():
        if name in first:
            stated |= said(first[name])
    return stated


def _stated_context(fact: Fact) -> dict[str, Any]:
    return {"context_window": fact.value, "context_from": _source(fact)}


def _stated_price(fact: Fact) -> dict[str, Any]:
    price: Price = fact.value
    rates = (price.input_per_mtok, price.output_per_mtok, price.cached_input_per_mtok)
    written = {
        name: str(rate) for name, rate in zip(_RATES, rates, strict=True) if rate is not None
    }
    return {**written, "price_from": _source(fact)}


_STATED: Mapping[str, Callable[[Fact], dict[str, Any]]] = {
    "context_window": _stated_context,
    "price": _stated_price,
    "lifecycle": lambda fact: {"lifecycle": fact.value, "lifecycle_from": _source(fact)},
    "retired_on": lambda fact: {
        "retired_on": fact.value.isoformat(),
        "retired_from": _source(fact),
    },
}


def _source(fact: Fact) -> str:
    """Who says it; the detail behind the colon is as long as a page and no part of a change."""
    return fact.source.partition(": ")[0]


def _changes_of(model_id: str, before: Content, after: Content) -> Iterator[Change]:
    was, now = before.get(model_id, {}), after.get(model_id, {})
    was_listed, is_listed = bool(was.get("listed")), bool(now.get("listed"))
    if is_listed and not was_listed:
        yield Change(Kind.NEW, model_id, _summary(now))
    elif was_listed and not is_listed:
        yield Change(Kind.GONE, model_id, _gone_words(was, now))
    elif was and now:
        for kind, words in _differences(was, now):
            yield Change(kind, model_id, words)


def _gone_words(was: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    ends_on = now.get("retired_on") or was.get("retired_on")
    return f"its end was set for {ends_on}" if ends_on else ""


def _differences(was: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[tuple[Kind, str]]:
    """What a source says of a model that is in neither list, a price say, is no change of the list."""
    if now.get("listed"):
        yield from _price_change(was, now)
        yield from _context_change(was, now)
    yield from _lifecycle_change(was, now)
    ends = was.get("retired_on"), now.get("retired_on")
    if ends[0] != ends[1]:
        yield Kind.RETIREMENT, _end_words(*ends) + _other_source(was, now, *_WHO_KNOWS_THE_END)


def _price_change(was: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[tuple[Kind, str]]:
    pairs = [(name, _rate(was, name), _rate(now, name)) for name in _RATES]
    moved = [(name, old, new) for name, old, new in pairs if old != new]
    if not moved:
        return
    steps = " · ".join(f"{name} {_step(old, new)}" for name, old, new in moved)
    yield _direction(moved), steps + _other_source(was, now, "price_from")


def _direction(moved: list[tuple[str, Decimal | None, Decimal | None]]) -> Kind:
    ways = {_way(old, new) for _, old, new in moved}
    return ways.pop() if len(ways) == 1 else Kind.PRICE


def _way(old: Decimal | None, new: Decimal | None) -> Kind:
    if old is None or new is None:
        return Kind.PRICE
    return Kind.DEARER if new > old else Kind.CHEAPER


def _rate(stated: Mapping[str, Any], name: str) -> Decimal | None:
    return Decimal(stated[name]) if name in stated else None


def _step(old: Decimal | None, new: Decimal | None) -> str:
    return f"{_write_rate(old)} → {_write_rate(new)}{_percent(old, new)}"


def _write_rate(rate: Decimal | None) -> str:
    if rate is None:
        return UNKNOWN_FIGURE
    return write_rate(rate) if rate else "free"


def _percent(old: Decimal | int | None, new: Decimal | int | None) -> str:
    """One decimal, and more where it would say that nothing changed, or that nothing is left.

    >>> _percent(Decimal(4), Decimal(3)), _percent(3, 4), _percent(1, None), _percent(0, 1)
    (' (−25 %)', ' (+33.3 %)', '', '')
    >>> _percent(1_000, 995), _percent(10, 20_000)
    (' (−0.5 %)', ' (+199,900 %)')
    >>> _percent(100_000, 100_001), _percent(100_000, 1), _percent(1, 2), _percent(1, 0)
    (' (+0.001 %)', ' (−99.999 %)', ' (+100 %)', ' (−100 %)')
    """
    if not old or new is None:
        return ""
    exact = abs(Decimal(new) - Decimal(old)) / Decimal(old) * 100
    misleading = {"0", "100"} if 0 < new < old else {"0"}
    figures = (_rounded(exact, places) for places in range(1, _MOST_PLACES))
    figure = next((figure for figure in figures if figure not in misleading), str(exact))
    return f" ({'+' if new > old else '−'}{figure} %)"


def _rounded(exact: Decimal, places: int) -> str:
    digits = exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return f"{digits:,f}".rstrip("0").removesuffix(".")


_WHO_KNOWS_THE_END = ("retired_from", "lifecycle_from")
"""Where no end is stated, the source that calls the model available has said so."""


def _other_source(was: Mapping[str, Any], now: Mapping[str, Any], *names: str) -> str:
    """Two sources may differ without anything having changed: then the reader has to know."""
    old, new = (next(filter(None, map(one.get, names)), None) for one in (was, now))
    return f"; {new} says so, before it was {old}" if old and new and old != new else ""


def _context_change(was: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[tuple[Kind, str]]:
    old, new = was.get("context_window"), now.get("context_window")
    if old != new:
        step = f"{_write_tokens(old)} → {_write_tokens(new)} tokens{_percent(old, new)}"
        yield Kind.CONTEXT, step + _other_source(was, now, "context_from")


def _write_tokens(tokens: int | None) -> str:
    return UNKNOWN_FIGURE if tokens is None else f"{tokens:,}"


def _lifecycle_change(was: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[tuple[Kind, str]]:
    """A source that first says nothing and then "available" has told of no change."""
    old, new = was.get("lifecycle"), now.get("lifecycle")
    if old != new and {old, new} != {None, "available"}:
        step = f"{old or UNKNOWN_FIGURE} → {new or UNKNOWN_FIGURE}"
        yield Kind.LIFECYCLE, step + _other_source(was, now, "lifecycle_from")


def _end_words(old: str | None, new: str | None) -> str:
    if new is None:
        return f"no end is set any more; it was {old}" if old else ""
    return f"the end moved from {old} to {new}" if old else f"the end is set for {new}"


def _summary(now: Mapping[str, Any]) -> str:
    """Price and context of a new model, as far as they are known."""
    rates = [f"{_write_rate(_rate(now, name))} {name}" for name in _RATES if name in now]
    window = now.get("context_window")
    context = [f"{_write_tokens(window)} tokens of context"] if window else []
    said_by = now.get("price_from") if rates else now.get("context_from")
    return " · ".join(rates + context) + (f"; says {said_by}" if said_by else "")
