"""From sums of whole numbers to figures with their states. What a call cost that fits no whole number is added here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext

from parley.pricing.costing import EXACT_DIGITS
from parley.spending import Spent, TokenSum
from parley.wanted_calls import day_of

SPENT = (
    *("calls", "unused", "free", "estimated", "partial", "unbounded", "unpriced"),
    *("amount_pico", "amount_yocto", "most_pico", "most_yocto"),
    *("input_tokens", "input_known", "input_unknown", "input_estimated"),
    *("output_tokens", "output_known", "output_unknown", "output_estimated"),
    *("output_partial", "output_most", "output_unbounded"),
)

Sums = dict[str, int]


def plus(one: Sums, other: Sums, times: int = 1) -> Sums:
    return {name: one.get(name, 0) + times * value for name, value in other.items()}


@dataclass(frozen=True)
class Apart:
    """Money of one call that is in no sum; US dollars."""

    key: str
    amount: Decimal | None
    most: Decimal | None
    saved: Decimal | None


def written(key: str | int) -> str:
    """A day is a number up to here."""
    return key if isinstance(key, str) else day_of(key)


def spent_from(row: Sums, others: Sequence[Apart]) -> Spent:
    ended = row["calls"] - row["unfinished"]
    paid = ended - row["unused"] - row["unpriced"] - row["free"]
    is_bounded = not (row["unfinished"] or row["unpriced"] or row["unbounded"])
    is_known = paid + row["free"] > 0
    most = added_up(row, "most", (one.most for one in others)) if is_bounded else None
    return Spent(
        calls=row["calls"],
        unfinished=row["unfinished"],
        unused=row["unused"],
        free=row["free"],
        priced=paid - row["estimated"] - row["partial"],
        estimated=row["estimated"],
        partial=row["partial"],
        unpriced=row["unpriced"],
        unbounded=row["unbounded"],
        amount=added_up(row, "amount", (one.amount for one in others)) if is_known else None,
        at_most=most if is_known else None,
        input=_input(row),
        output=_output(row),
    )


def _input(row: Sums) -> TokenSum:
    unknown = row["input_unknown"] + row["unfinished"]
    tokens = row["input_tokens"] if row["input_known"] else None
    return TokenSum(
        tokens=tokens,
        known=row["input_known"],
        unknown=unknown,
        estimated=row["input_estimated"],
        at_most=None if unknown else tokens,
    )


def _output(row: Sums) -> TokenSum:
    unknown = row["output_unknown"] + row["unfinished"]
    is_bounded = row["output_known"] and not (unknown or row["output_unbounded"])
    return TokenSum(
        tokens=row["output_tokens"] if row["output_known"] else None,
        known=row["output_known"],
        unknown=unknown,
        estimated=row["output_estimated"],
        partial=row["output_partial"],
        at_most=row["output_most"] if is_bounded else None,
    )


def added_up(row: Sums, name: str, others: Iterable[Decimal | None]) -> Decimal:
    """US dollars, exact: two whole numbers, and what stands apart."""
    with localcontext(prec=EXACT_DIGITS):
        whole = Decimal(row[f"{name}_pico"]).scaleb(-12) + Decimal(row[f"{name}_yocto"]).scaleb(-24)
        total = sum((one for one in others if one is not None), whole).normalize()
        # Never 1E+2.
        return total.quantize(1) if total == total.to_integral_value() else total
