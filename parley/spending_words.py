"""Sums of the ledger in words: each figure with the sign of its state, and what is not known said. Pure, plain text."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from parley.conversation import Kind
from parley.pricing.costing import CostTotal
from parley.pricing.wording import UNKNOWN_FIGURE, write_count, write_money
from parley.spending import CacheUse, Spent, TokenSum, WhereTokensWent

KINDS: Mapping[Kind, str] = {
    Kind.CHAT: "chat",
    Kind.COMPARISON: "comparison",
    Kind.PROBE: "probe",
}


def calls_of(number: int) -> str:
    """
    >>> calls_of(1), calls_of(1200)
    ('1 call', '1,200 calls')
    """
    return f"{number:,} {'call' if number == 1 else 'calls'}"


def percent(share: Decimal | None) -> str:
    """Of a share from 0 to 1.

    >>> [percent(share) for share in (None, Decimal(0), Decimal("0.001"), Decimal("0.784"), Decimal("0.9999"))]
    ['–', '0 %', '<1 %', '78 %', '>99 %']
    """
    if share is None:
        return UNKNOWN_FIGURE
    hundredths = 100 * share
    if 0 < hundredths < 1:
        return "<1 %"
    return ">99 %" if 99 < hundredths < 100 else f"{hundredths:.0f} %"


def money_of(spent: Spent) -> str:
    """The sum alone, with its sign."""
    return figure_of(spent.total)


def figure_of(total: CostTotal) -> str:
    """
    >>> figure_of(CostTotal(Decimal("1.27"), unpriced=2, partial=0, estimated=0, replies=5, all_free=False))
    '≥$1.27'
    """
    if total.all_free:
        return "free"
    sign = "≥" if total.unpriced or total.partial else "≈" if total.estimated else ""
    return UNKNOWN_FIGURE if total.amount is None else f"{sign}{write_money(total.amount)}"


def exact_words(spent: Spent) -> str:
    """The sum to its last digit, and its upper bound; empty where there is none."""
    total = spent.total
    if total.amount is None or total.all_free:
        return ""
    exact = f"${total.amount:,f}"
    if not (total.unpriced or total.partial or total.estimated):
        return f"Exactly {exact}."
    if not (total.unpriced or total.partial):
        return f"With what is estimated it adds up to {exact}."
    most = ""
    if spent.at_most is not None and spent.at_most > total.amount:
        most = f", and at most ${spent.at_most:,f} with every reply that was cut short at its limit"
    return f"What is known adds up to {exact}{most}."


def certainty_words(spent: Spent) -> str:
    """What the cost of each call is worth."""
    if spent.calls == spent.priced:
        return "The cost of every call is certain."
    said = (
        (spent.priced, "of certain cost"),
        (spent.free, "free"),
        (spent.estimated, "estimated (≈)"),
        (spent.partial, "cut short, which cost at least what is counted (≥)"),
        (spent.unpriced, "unpriced"),
        (spent.unfinished, "without an outcome: running or interrupted, of unknown cost"),
        (spent.unused, "that reached no model"),
    )
    parts = [f"{number:,} {remark}" for number, remark in said if number]
    return f"Of {calls_of(spent.calls)}: {'; '.join(parts)}."


def doubts_of(spent: Spent) -> str:
    """In a few words, why a sum is not certain; `certain` where it is."""
    if not spent.calls - spent.unused:
        return "nothing: no model was reached"
    said = (
        (spent.estimated, "estimated"),
        (spent.partial, "cut short"),
        (spent.unpriced, "unpriced"),
        (spent.unfinished, "without an outcome"),
    )
    return ", ".join(f"{number:,} {remark}" for number, remark in said if number) or "certain"


def calls_words(shown: int, made: int, kinds: Mapping[str, int]) -> str:
    """`shown` of the calls that were `made` are wanted; `kinds`: the value of a `Kind` → how many of them.

    >>> calls_words(3, 3, {"probe": 1, "chat": 2})
    'Calls this app made: 3, all shown: 2 chat, 1 probe.'
    """
    parts = ", ".join(
        f"{kinds[kind.value]:,} {word}" for kind, word in KINDS.items() if kinds.get(kind.value)
    )
    if shown == made:
        return f"Calls this app made: {made:,}, all shown: {parts}."
    return f"Calls this app made: {made:,}; {shown:,} of them are in this view: {parts}."


def cached_words(cache: CacheUse, inputs: TokenSum) -> str:
    """How much of the input came out of a cache, as far as servers said it."""
    if not cache.said:
        return f"{UNKNOWN_FIGURE} cached"
    sign = "≥" if cache.said < inputs.known + inputs.unknown else ""
    if sign and not cache.cached_tokens:
        return "none cached, as far as is told"
    return f"{sign}{cache.cached_tokens:,} cached"


def reasoning_words(went: WhereTokensWent, output: TokenSum) -> str:
    """How much of the output was reasoning, as far as servers said it."""
    if not went.reasoning + went.answer:
        return f"{UNKNOWN_FIGURE} reasoning"
    is_all = not (went.output_undivided or output.unknown or output.partial)
    if not is_all and not went.reasoning:
        return "no reasoning, as far as is told"
    sign = "≈" if output.estimated else ""
    return f"{sign if is_all else '≥'}{went.reasoning:,} reasoning"


def tokens_words(tokens: TokenSum) -> str:
    return write_count(tokens.count)


def input_words(went: WhereTokensWent) -> str:
    """The parts of the input, the largest first; what could not be divided is said."""
    parts = {
        "re-sent history": went.history,
        "new text": went.new,
        "system prompt": went.system,
        "attachments": went.attachments,
    }
    largest = sorted(parts.items(), key=lambda part: part[1], reverse=True)
    said = [f"{percent(went.share_of_input(n))} {name}" for name, n in largest if n]
    if not said:
        return "Of no input it is known what it was made of."
    first, *others = said
    share, _, name = first.partition(" % ")
    more = f" The rest: {', '.join(others)}." if others else ""
    sign = "" if share[0] in "<>" else "≈"
    words = f"{sign}{share} % of the input was {name}.{more}"
    if went.input_unplaced:
        words += (
            f" Not divided: {went.input_unplaced:,} tokens, estimated or known by their sum alone."
        )
    return words


def output_words(went: WhereTokensWent) -> str:
    """What part of the output was thought and not answered; empty where nobody said."""
    divided = went.reasoning + went.answer
    if not divided:
        return ""
    share = percent(Decimal(went.reasoning) / divided) if went.reasoning else "Nothing"
    if not went.output_undivided:
        return f"{share} of the output was reasoning."
    return (
        f"{share} of the {divided:,} tokens of output of which a server told it was reasoning; "
        f"of {went.output_undivided:,} nobody told it."
    )


def cache_words(cache: CacheUse) -> str:
    """The hit rate, of how many calls it is one, and what it saved."""
    if cache.hit_rate is None:
        return "No server said how much of the input came out of its cache."
    rate = (
        f"{percent(cache.hit_rate)} of the input came out of a cache: "
        f"{cache.hits:,} of {calls_of(cache.said)} whose server told it had a hit"
    )
    return f"{rate}{_saved_words(cache)}."


def _saved_words(cache: CacheUse) -> str:
    if not cache.hits:
        return ""
    if cache.saved is None:
        return "; what that saved is not known"
    lost = cache.saved < 0
    words = f", which {'cost' if lost else 'saved'} {write_money(abs(cache.saved))}"
    words += f"{' more' if lost else ''} against the price of other input, call by call"
    if cache.unvalued:
        words += (
            f"; {cache.unvalued:,} more {'hit' if cache.unvalued == 1 else 'hits'} of unknown value"
        )
    return words


def saved_figure(cache: CacheUse) -> str:
    """For a headline: `–` where it is not known, `≥` where it is of some hits alone."""
    if cache.saved is None:
        return UNKNOWN_FIGURE
    return f"{'≥' if cache.unvalued else ''}{write_money(cache.saved)}"
