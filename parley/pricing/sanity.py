"""Which prices may be shown: the one place where rates that were read somewhere become a `Price`.

A mistake of unit (cents, per token) is the usual cause of a wild price, so what is out of bounds is refused, not shown.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from parley.pricing.price import HIGHEST_PER_MTOK, LOWEST_PER_MTOK, Price, RefusedPrice


def checked_price(
    input_per_mtok: Decimal | None,
    output_per_mtok: Decimal | None,
    cached_input_per_mtok: Decimal | None = None,
    *,
    source: str,
    as_of: date | None = None,
    says_free: bool = False,
    has_output: bool = True,
) -> Price | RefusedPrice | None:
    """A price, a refusal that can be shown, or `None` where nothing usable was said.

    `says_free`: the source itself calls the model free; otherwise zeros mean "not said".
    `has_output`: False for embeddings and the like, whose output rate is rightly 0.
    """
    if (
        input_per_mtok is None
        or output_per_mtok is None
        or min(input_per_mtok, output_per_mtok) < 0
    ):
        return None
    if input_per_mtok == output_per_mtok == 0:
        return free_price(source, as_of) if says_free else None
    output_is_sane = _is_sane(output_per_mtok) or (output_per_mtok == 0 and not has_output)
    if not (_is_sane(input_per_mtok) and output_is_sane):
        return RefusedPrice(_refusal(input_per_mtok, output_per_mtok), source)
    cached = _usable_discount(cached_input_per_mtok, input_per_mtok)
    return Price(input_per_mtok, output_per_mtok, cached, source=source, as_of=as_of)


def free_price(source: str, as_of: date | None = None) -> Price:
    return Price(Decimal(0), Decimal(0), Decimal(0), source=source, as_of=as_of, free=True)


def _is_sane(rate: Decimal) -> bool:
    return LOWEST_PER_MTOK <= rate <= HIGHEST_PER_MTOK


def _usable_discount(cached: Decimal | None, full: Decimal) -> Decimal | None:
    """Zero and nonsense count as "no discount known": a cost is rather a little high than too low."""
    if cached is None or not _is_sane(cached) or cached > full:
        return None
    return cached


def _refusal(input_per_mtok: Decimal, output_per_mtok: Decimal) -> str:
    return (
        f"${input_per_mtok:,f} in and ${output_per_mtok:,f} out per million tokens"
        f" is outside ${LOWEST_PER_MTOK} to ${HIGHEST_PER_MTOK:,f}"
    )
