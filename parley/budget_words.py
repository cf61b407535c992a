"""Budgets in sentences, plain text: what is spent and left, what a usual reply takes, why something is not sent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import ROUND_FLOOR, Decimal

from parley.budget import Budget, Standing, Tally
from parley.pricing.wording import write_money
from parley.usual_reply import UsualReply


def budget_words(budget: Budget) -> str:
    """
    >>> from parley.budget import Period
    >>> budget_words(Budget(Period.DAY, Decimal("0.1"), hard=True))
    '$0.10 a day'
    """
    return f"{write_money(budget.amount)} {budget.period.words}"


def refusal(narrow: Standing, model_id: str, least: Decimal | None) -> tuple[str, str]:
    """What happened and what can be done. `least`: US dollars for the shortest reply; `None` = no price is known."""
    named = budget_words(narrow.budget)
    if least is None:
        return (
            f"Nothing was sent: your budget of {named} cannot be kept, since nobody says what {model_id} costs.",
            "Set its price on the Models page, choose another model, or send it all the same.",
        )
    return (
        f"The reply might exceed your budget of {named}, so nothing was sent.",
        f"{spent_words(narrow)}; even a short reply may cost up to {write_money(least)}. "
        "Raise the budget in Settings, choose a cheaper model, or send it all the same.",
    )


def spent_words(standing: Standing) -> str:
    """
    >>> from parley.budget import Period
    >>> half = Tally(Decimal("0.04"), Decimal("0.05"), unknown=1)
    >>> spent_words(Standing(Budget(Period.DAY, Decimal("0.1"), hard=True), half))
    '$0.040 to $0.050 of $0.10 spent today, and 1 call of unknown cost; at most $0.050 left'
    """
    budget, spent = standing.budget, standing.spent
    of = f"of {write_money(budget.amount)} spent {budget.period.now}"
    return f"{_span(spent)} {of}{_unknown(spent)}; {_left(standing)} left"


def left_words(standings: Iterable[Standing]) -> str:
    """In one line; empty without a budget."""
    parts = [
        f"{_left(one)} of {write_money(one.budget.amount)} left {one.budget.period.now}"
        for one in standings
    ]
    line = " · ".join(parts)
    return line[:1].upper() + line[1:]


def _span(spent: Tally) -> str:
    sign = "≈" if spent.is_estimate else ""
    least, most = write_money(spent.least), write_money(spent.most)
    return f"{sign}{least}" if least == most else f"{sign}{least} to {most}"


def _unknown(spent: Tally) -> str:
    if not spent.unknown:
        return ""
    return f", and {spent.unknown:,} {'call' if spent.unknown == 1 else 'calls'} of unknown cost"


def _left(standing: Standing) -> str:
    spent = standing.spent
    sign = "at most " if spent.unknown else "≈" if spent.is_estimate else ""
    return f"{sign}{write_money(_rounded_down(standing.left))}"


def _rounded_down(amount: Decimal) -> Decimal:
    """In hundredths or two digits, as `write_money` writes it: nobody has more left than is said.

    >>> _rounded_down(Decimal("0.0009978")), _rounded_down(Decimal("4.999"))
    (Decimal('0.00099'), Decimal('4.99'))
    """
    places = max(2, 1 - amount.adjusted())
    return amount.quantize(Decimal(1).scaleb(-places), ROUND_FLOOR)


def usual_words(usual: UsualReply, model_id: str) -> str:
    """What a reply costs as a rule, and by what that is said."""
    seen = (
        f"{usual.tokens:,} tokens, which 95 of 100 replies do not exceed, of {usual.n:,} seen"
        if usual.n
        else f"for {usual.tokens:,} tokens, assumed: no reply of {model_id} was seen yet"
    )
    cost = "–" if usual.cost is None else f"≈{write_money(usual.cost)}"
    return f"A usual reply here costs {cost} ({seen})"


def warnings_of(standings: Iterable[Standing], usual: UsualReply, model_id: str) -> Iterator[str]:
    """What to think of before the next message is sent. `usual`: its cost is `None` where no price is known."""
    for one in standings:
        named = budget_words(one.budget)
        if usual.cost is None:
            yield _unpriced(one, named, model_id)
        elif usual.cost > one.left:
            yield (
                f"A usual reply does not fit your budget of {named} any more: {_left(one)} is left."
                f"{' It will be cut short, or not sent.' if one.budget.hard else ''}"
            )
        elif one.is_near:
            percent = int(100 * one.spent.most / one.budget.amount)
            yield f"{percent:,} % of your budget of {named} is spent."


def _unpriced(one: Standing, named: str, model_id: str) -> str:
    if one.budget.hard:
        return f"Nobody says what {model_id} costs: under your budget of {named} it is not asked unless you say so."
    return f"Nobody says what {model_id} costs: it does not count against your budget of {named}."
