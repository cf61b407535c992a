"""Ledgers of all kinds for properties: sensible calls, odd ones, impossible ones."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from parley.conversation import Kind, LedgerEntry, MessageState, Outcome, Request, new_id
from parley.pricing.price import UNKNOWN_COST, Cost, CostLine
from parley.usage import ABSURD_TOKENS, UNKNOWN, Count, State, Usage
from parley.wanted_calls import Wanted

ENDPOINTS, MODELS, THREADS = ("a", "b"), ("m", "n", "ö"), ("", "one", "two")
FIRST = datetime(2026, 10, 24, tzinfo=UTC)
DAYS = 4

SENSIBLE = st.decimals(0, 50, places=12, allow_nan=False)
AMOUNTS = st.one_of(
    SENSIBLE,
    st.decimals(0, Decimal("0.001"), places=24, allow_nan=False),
    st.sampled_from(
        [Decimal(text) for text in ("0", "0E-8", "1.5E-7", "1E-24", "99.99", "1E+1", "00012.50")]
    ),
    st.sampled_from(
        [Decimal(text) for text in ("1E-25", "100", "1234567.5", "1E+9", "0E-30", "0E+5")]
    ),
    st.builds(
        lambda digits, exponent: Decimal(digits).scaleb(exponent),
        st.integers(0, 10**17),
        st.integers(-30, 0),
    ),
)
RATES = st.one_of(
    st.decimals(0, 1000, places=6, allow_nan=False),
    st.sampled_from(
        [Decimal(text) for text in ("1E-4", "0.000000000001", "1E-13", "123456", "0.333333333333")]
    ),
)
TOKENS = st.integers(0, ABSURD_TOKENS) | st.integers(0, 500)

COUNTS = st.one_of(
    st.just(UNKNOWN),
    st.builds(Count, TOKENS, st.sampled_from([State.REPORTED, State.ESTIMATED])),
    st.builds(
        Count,
        TOKENS,
        st.just(State.PARTIAL),
        st.none() | TOKENS | st.sampled_from([-1, ABSURD_TOKENS + 1, 2**63 - 1]),
    ),
    st.builds(
        Count, st.sampled_from([ABSURD_TOKENS + 1, 2**63 - 1, 2**70]), st.just(State.REPORTED)
    ),
)
USAGES = st.just(Usage()) | st.builds(Usage, COUNTS, COUNTS, COUNTS, COUNTS)


@st.composite
def lines(draw: st.DrawFn) -> tuple[CostLine, ...]:
    """Their amounts play no part in any sum."""
    labels = draw(
        st.sampled_from(
            [(), ("Output",), ("Input", "Output"), ("Input", "Cached input", "Output")] * 2
            + [("Cached input", "Input")]
        )
    )
    return tuple(CostLine(label, draw(TOKENS), draw(RATES), Decimal(0)) for label in labels)


COSTS = st.one_of(
    st.just(UNKNOWN_COST),
    st.builds(Cost, AMOUNTS, st.sampled_from([State.REPORTED, State.ESTIMATED]), lines=lines()),
    st.builds(Cost, AMOUNTS, st.just(State.PARTIAL), st.none() | AMOUNTS, lines()),
    st.builds(Cost, st.just(Decimal(0)), st.just(State.REPORTED), free=st.just(True)),
)
STATES = [one for one in MessageState if one is not MessageState.STREAMING]
ERRORS = [None, None, "TooManyRequests", "CannotConnect", "ConnectionLost"]


@st.composite
def calls(draw: st.DrawFn) -> LedgerEntry:
    attempt = new_id()
    within = st.integers(0, DAYS * 24 * 3600 * 1_000_000 - 1)
    sent_at = FIRST + timedelta(microseconds=draw(within))
    parts = st.integers(0, 5000) | st.sampled_from([-1, 10_000_000_000, 10_000_000_001, 2**70])
    request = Request(
        attempt,
        draw(st.sampled_from("xyz")),
        draw(st.sampled_from(THREADS)),
        draw(st.sampled_from(Kind)),
        draw(st.sampled_from(ENDPOINTS)),
        "https://x.example/v1",
        draw(st.sampled_from(MODELS)),
        sent_at,
        price=None,
        context_window=None,
        composition=draw(
            st.just({})
            | st.fixed_dictionaries(
                {}, optional=dict.fromkeys(("system", "history", "attachments", "new"), parts)
            )
        ),
        parameters={},
    )
    if draw(st.integers(0, 5)) == 0:
        return LedgerEntry(request, None)
    outcome = Outcome(
        attempt,
        sent_at,
        draw(st.sampled_from(STATES)),
        draw(USAGES),
        cost=draw(COSTS),
        error_kind=draw(st.sampled_from(ERRORS)),
        http_status=draw(st.sampled_from([None, 200, 200, 429])),
    )
    return LedgerEntry(request, outcome)


LEDGERS = st.lists(calls(), max_size=8)


@st.composite
def wishes(draw: st.DrawFn) -> Wanted:
    """Often everything, else one or more conditions."""
    if draw(st.booleans()):
        return Wanted(utc_offset_min=draw(st.sampled_from([0, 60, 345, -570])))
    day = st.none() | st.dates(date(2026, 10, 23), date(2026, 10, 29))
    return Wanted(
        draw(day),
        draw(day),
        draw(st.sampled_from([0, 120, 765, -300])),
        tuple(draw(st.lists(st.sampled_from(ENDPOINTS), max_size=2))),
        tuple(draw(st.lists(st.sampled_from(MODELS), max_size=2))),
        tuple(draw(st.lists(st.sampled_from(Kind), max_size=2))),
        draw(st.none() | st.sampled_from(THREADS)),
        draw(st.booleans()),
    )
