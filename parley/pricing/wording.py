"""How figures are written: counts, money, prices, times. Pure; the sign of a figure's state comes with it.

Plain text only: a dollar sign means maths in Markdown, so what shows these must not take them for markup.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from parley.pricing.costing import CostTotal
from parley.pricing.price import LOCAL_SOURCE, Cost, Price, Tier
from parley.usage import Count, State

UNKNOWN_FIGURE = "–"

_SIGN = {State.ESTIMATED: "≈", State.PARTIAL: "≥"}
_MOST_RATE_PLACES = 6


def sign_of(state: State) -> str:
    """What stands before a figure of this state.

    >>> [sign_of(state) for state in State]
    ['', '≈', '≥', '']
    """
    return _SIGN.get(state, "")


def write_count(count: Count) -> str:
    """
    >>> write_count(Count(1204, State.REPORTED)), write_count(Count(1204, State.ESTIMATED)), write_count(Count())
    ('1,204', '≈1,204', '–')
    """
    if count.value is None:
        return UNKNOWN_FIGURE
    return f"{sign_of(count.state)}{count.value:,}"


def write_money(amount: Decimal | None) -> str:
    """US dollars, in cents or in two significant digits, whichever says more.

    >>> [write_money(Decimal(text)) for text in ("1.267", "0.5", "0.000413", "0")]
    ['$1.27', '$0.50', '$0.00041', '$0']
    """
    if amount is None:
        return UNKNOWN_FIGURE
    if amount == 0:
        return "$0"
    return f"{'−' if amount < 0 else ''}${rounded_money(abs(amount)):,f}"


def rounded_money(amount: Decimal) -> Decimal:
    """In hundredths or in two significant digits, whichever says more; more than nothing.

    >>> rounded_money(Decimal("1.267")), rounded_money(Decimal("0.000413"))
    (Decimal('1.27'), Decimal('0.00041'))
    """
    return _in_cents_or_two_digits(_in_cents_or_two_digits(amount))


def plain_digits(number: Decimal) -> str:
    """All of it, as a file holds it.

    >>> plain_digits(Decimal("1.500")), plain_digits(Decimal("1E-7")), plain_digits(Decimal("100"))
    ('1.5', '0.0000001', '100')
    """
    digits = f"{number:f}"
    return digits.rstrip("0").rstrip(".") if "." in digits else digits


def _in_cents_or_two_digits(amount: Decimal) -> Decimal:
    """Done twice, since rounding can add a digit in front: 0.0099 is written 0.010 and not 0.0100."""
    places = max(2, 1 - amount.adjusted())
    return amount.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def write_cost(cost: Cost) -> str:
    """
    >>> write_cost(Cost(Decimal("0.0012"), State.PARTIAL))
    '≥$0.0012'
    """
    if cost.free:
        return "free, runs here" if cost.source == LOCAL_SOURCE else "free"
    if cost.amount is None:
        return UNKNOWN_FIGURE
    return f"{sign_of(cost.state)}{write_money(cost.amount)}"


def write_total(total: CostTotal) -> str:
    """
    >>> write_total(CostTotal(Decimal("1.27"), unpriced=2, partial=0, estimated=0, replies=5, all_free=False))
    'at least $1.27, 2 replies unpriced'
    """
    if total.all_free:
        return "free"
    if total.amount is None:
        return _replies(total.unpriced, "unpriced") if total.unpriced else UNKNOWN_FIGURE
    remarks = [
        _replies(number, remark)
        for number, remark in ((total.unpriced, "unpriced"), (total.partial, "cut short"))
        if number
    ]
    sign = "at least " if remarks else "≈" if total.estimated else ""
    return ", ".join([f"{sign}{write_money(total.amount)}", *remarks])


def _replies(number: int, remark: str) -> str:
    return f"{number:,} {'reply' if number == 1 else 'replies'} {remark}"


def write_price(price: Price | None) -> str:
    """
    >>> write_price(Price(Decimal("0.2"), Decimal("0.65"), Decimal("0.03")))
    '$0.20 in ($0.03 cached) · $0.65 out per million tokens'
    """
    if price is None:
        return UNKNOWN_FIGURE
    if price.free:
        return "free, runs here" if price.source == LOCAL_SOURCE else "free"
    longer = (
        f"; above {tier.above_input_tokens:,} tokens of input {_rates(tier)}"
        for tier in price.tiers
    )
    return f"{_rates(price)} per million tokens{''.join(longer)}"


def _rates(price: Price | Tier) -> str:
    cached = price.cached_input_per_mtok
    discount = "" if cached is None else f" ({write_rate(cached)} cached)"
    return (
        f"{write_rate(price.input_per_mtok)} in{discount} · {write_rate(price.output_per_mtok)} out"
    )


def write_rate(rate: Decimal) -> str:
    """A rate is a fact to compare, so it is not rounded like an amount.

    >>> write_rate(Decimal("0.044")), write_rate(Decimal("3"))
    ('$0.044', '$3.00')
    """
    digits = f"{rate:,.{_MOST_RATE_PLACES}f}".rstrip("0")
    whole, _, fraction = digits.partition(".")
    return f"${whole}.{fraction:0<2}"


def write_duration(seconds: float | None) -> str:
    """
    >>> write_duration(0.0394), write_duration(3.44), write_duration(125)
    ('39 ms', '3.4 s', '2 min 5 s')
    """
    if seconds is None:
        return UNKNOWN_FIGURE
    if seconds < 0.9995:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 59.95:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes:,} min {rest} s"


def write_speed(tokens_per_second: float | None) -> str:
    """
    >>> write_speed(48.2), write_speed(4.21)
    ('48 tokens/s', '4.2 tokens/s')
    """
    if tokens_per_second is None:
        return UNKNOWN_FIGURE
    places = 0 if tokens_per_second >= 9.95 else 1
    return f"{tokens_per_second:,.{places}f} tokens/s"


def write_share(tokens: Count, window: int | None) -> str:
    """How much of the context window is used.

    >>> write_share(Count(4000, State.REPORTED), 131072)
    '3 % of context'
    """
    if tokens.value is None or not window:
        return UNKNOWN_FIGURE
    percent = 100 * tokens.value / window
    figure = "<1" if 0 < percent < 1 else f"{percent:,.0f}"
    return f"{sign_of(tokens.state)}{figure} % of context"
