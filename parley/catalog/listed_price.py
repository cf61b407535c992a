"""The price in an entry of a model list. Servers differ in unit (per token, per million) and seldom name it.

The unit comes from the known host first, then from the form: text is per token, a number under 0.001 too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from parley.catalog.values import decimal, dig, mappings, tokens
from parley.pricing.price import Price, RefusedPrice, Tier
from parley.pricing.sanity import checked_price

PER_TOKEN_HOSTS = frozenset({"openrouter.ai", "ai-gateway.vercel.sh", "inference.baseten.co"})
PER_MTOK_HOSTS = frozenset(
    {
        "api.together.xyz",
        "api.together.ai",
        "router.huggingface.co",
        "llm.chutes.ai",
        "api.venice.ai",
    }
)
LARGEST_PER_TOKEN = Decimal("0.001")
MAX_TIERS = 20

_INPUT_KEYS = ("prompt", "input")
_OUTPUT_KEYS = ("completion", "output")
_CACHED_KEYS = ("input_cache_read", "cached_input", "cache_read", "cached_prompt")


def listed_price(
    entry: Mapping[str, object], model_id: str, *, host: str, source: str, has_output: bool
) -> Price | RefusedPrice | None:
    """The entry's price, if it holds one that can be read.

    Where several providers serve a model, their price is given only if all of them ask the same.
    """
    offers = [(pricing, _says_free(entry, model_id)) for pricing in _own_pricing(entry)]
    offers = offers or [
        (provider["pricing"], _says_free(provider, model_id))
        for provider in mappings(entry.get("providers"))
        if isinstance(provider.get("pricing"), dict)
    ]
    found = {
        _price_in(pricing, host, source=source, says_free=says_free, has_output=has_output)
        for pricing, says_free in offers
    }
    return found.pop() if len(found) == 1 else None


def _own_pricing(entry: Mapping[str, object]) -> list[Any]:
    candidates = (entry.get("pricing"), dig(entry, "model_spec", "pricing"))
    return [pricing for pricing in candidates if isinstance(pricing, dict)][:1]


def _says_free(entry: Mapping[str, object], model_id: str) -> bool:
    return model_id.endswith(":free") or entry.get("is_free") is True


def _price_in(
    pricing: object, host: str, *, source: str, says_free: bool, has_output: bool
) -> Price | RefusedPrice | None:
    """The rates of short requests, with the steps that Vercel names for long ones.

    A step that cannot be true, or cannot be read, spoils the whole: without it long requests would look cheap.
    """
    if not _steps_are_readable(pricing):
        return None
    price, *longer = [
        checked_price(
            *_rates(pricing, host, start),
            source=source,
            says_free=says_free,
            has_output=has_output,
        )
        for start in (0, *_tier_starts(pricing))
    ]
    if not isinstance(price, Price):
        return price
    tiers: list[Tier] = []
    for start, step in zip(_tier_starts(pricing), longer, strict=True):
        if not isinstance(step, Price):
            return step
        own = step.input_per_mtok, step.output_per_mtok, step.cached_input_per_mtok
        tiers.append(Tier(start, *own))
    return replace(price, tiers=tuple(tiers))


def _rates(pricing: object, host: str, start: int) -> list[Decimal | None]:
    raw = [_rate(pricing, keys, start) for keys in (_INPUT_KEYS, _OUTPUT_KEYS, _CACHED_KEYS)]
    is_per_token = _is_per_token(raw, host)
    return [_per_mtok(value, is_per_token) for value in raw]


def _tier_starts(pricing: object) -> list[int]:
    """From how many tokens of input on other rates hold, beside the first."""
    every = map(tokens, _written_starts(pricing))
    return sorted({start for start in every if start})[:MAX_TIERS]


def _written_starts(pricing: object) -> list[object]:
    return [
        tier.get("min", 0)
        for key in (*_INPUT_KEYS, *_OUTPUT_KEYS, *_CACHED_KEYS)
        for tier in mappings(dig(pricing, f"{key}_tiers"))
    ]


def _steps_are_readable(pricing: object) -> bool:
    """A step without a beginning is the first; one whose beginning is no number of tokens spoils the whole."""
    starts = _written_starts(pricing)
    return len(starts) <= MAX_TIERS * 3 and all(s in (0, None) or tokens(s) for s in starts)


def _rate(pricing: object, keys: tuple[str, ...], start: int) -> object:
    """The first of the keys that is there; Venice wraps the number in `{"usd": …}`."""
    for key in keys:
        value = _tier_cost(dig(pricing, f"{key}_tiers"), start)
        value = dig(pricing, key) if value is None else value
        if value is not None:
            return dig(value, "usd") if isinstance(value, dict) else value
    return None


def _tier_cost(tiers: object, start: int) -> object:
    """What the last step costs that begins at or below this many tokens."""
    begun = [(tokens(tier.get("min")) or 0, tier.get("cost")) for tier in mappings(tiers)]
    reached = [step for step in begun if step[0] <= start]
    return max(reached, key=lambda step: step[0])[1] if reached else None


def _is_per_token(raw: list[object], host: str) -> bool:
    if _is_one_of(host, PER_TOKEN_HOSTS):
        return True
    if _is_one_of(host, PER_MTOK_HOSTS):
        return False
    if any(isinstance(value, str) for value in raw):
        return True
    known = [number for number in map(decimal, raw) if number is not None]
    return max(known, default=Decimal(0)) < LARGEST_PER_TOKEN


def _is_one_of(host: str, known: frozenset[str]) -> bool:
    name = host.lower().rstrip(".")
    return any(name == other or name.endswith("." + other) for other in known)


def _per_mtok(value: object, is_per_token: bool) -> Decimal | None:
    number = decimal(value)
    if number is None or not is_per_token:
        return number
    # Adding 0 writes 2E+1 as 20.
    return number.scaleb(6) + Decimal(0)
