"""The receipt: one line in which every figure carries its state, and behind it where each comes from."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from components.receipt import IMPOSSIBLE, NO_CALL_TO_COPY, line
from parley.conversation import LedgerEntry, MessageState, Outcome, Request
from parley.endpoint import THIS_MACHINE, Endpoint
from parley.outcomes import bill
from parley.pricing.costing import cost_of
from parley.pricing.price import UNKNOWN_COST, Cost, Price, Tier
from parley.usage import UNKNOWN, Count, State, Usage
from tests.components.open_receipt import MESSAGE, arithmetic, drawn, facts, texts
from tests.parley.store.turns import NOON, request_for

PRICE = Price(Decimal("0.2"), Decimal("0.65"), Decimal("0.03"), source="a ![test](x)")
REQUEST = replace(request_for(MESSAGE), price=PRICE, context_window=8_000)
USAGE = Usage(*(Count(value, State.REPORTED) for value in (1204, 900, 318, 210)))
OUTCOME = Outcome(
    "a1",
    NOON,
    MessageState.COMPLETE,
    USAGE,
    raw_usage={"prompt_tokens": 1204},
    cost=cost_of(USAGE, PRICE),
    finish_reason="stop",
    request_id="req-1",
    model_answered="Qwen/![x](y)",
    time_to_first_token_s=0.039,
    generation_s=2.0,
    tokens_per_second=48.2,
    speed_source="measured",
    http_status=200,
)
WHOLE = (
    "in 1,204 (cached 900) · out 318 (reasoning 210) · cost $0.00029 · 39 ms to first token"
    " · 48 tokens/s · 19 % of context"
)
ESTIMATED = Usage(Count(10, State.ESTIMATED), UNKNOWN, Count(20, State.ESTIMATED))
PARTIAL = Usage(Count(10, State.REPORTED), UNKNOWN, Count(20, State.PARTIAL, 500))
GUESSED = Usage(Count(4_000, State.ESTIMATED), UNKNOWN, Count(80, State.PARTIAL))


def unknown(request: Request) -> tuple[Request, Outcome]:
    return replace(request, price=None, context_window=None), Outcome(
        "a1", NOON, MessageState.COMPLETE
    )


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, WHOLE),
        ({"finish_reason": "length"}, f"{WHOLE} · cut at the token limit"),
        (
            {"finish_reason": "content_filter"},
            f"{WHOLE} · cut by the endpoint's content filter",
        ),
        ({"finish_reason": "eos_token"}, WHOLE),
        ({"http_status": 401}, "No usage: the endpoint refused the call (HTTP status 401)"),
        (
            {"usage": ESTIMATED, "cost": Cost(Decimal("0.5"), State.ESTIMATED)},
            "in ≈10 (cached –) · out ≈20 (reasoning –) · cost ≈$0.50 · 39 ms to first token"
            " · ≈48 tokens/s · ≈<1 % of context",
        ),
        (
            {"usage": ESTIMATED, "speed_source": "server", "cost": Cost(None)},
            "in ≈10 (cached –) · out ≈20 (reasoning –) · cost – · 39 ms to first token"
            " · 48 tokens/s · ≈<1 % of context",
        ),
        (
            {"usage": PARTIAL, "cost": Cost(Decimal("0.5"), State.PARTIAL)},
            "in 10 (cached –) · out ≥20 (reasoning –) · cost ≥$0.50 · 39 ms to first token"
            " · ≈48 tokens/s · ≥<1 % of context",
        ),
        (
            {"usage": GUESSED, "cost": UNKNOWN_COST},
            "in ≈4,000 (cached –) · out ≥80 (reasoning –) · cost – · 39 ms to first token"
            " · ≈48 tokens/s · ≥1 % of context",
        ),
        (
            {"usage": Usage(), "error_kind": "TooManyRequests"},
            "No usage: the endpoint refused the call",
        ),
    ],
)
def test_the_line_says_what_was_used_and_how_certain_that_is(
    changes: dict[str, Any], words: str
) -> None:
    assert line(LedgerEntry(REQUEST, replace(OUTCOME, **changes))) == words


def test_what_is_unknown_is_a_dash_and_never_zero() -> None:
    written = line(LedgerEntry(*unknown(REQUEST)))

    assert written == (
        "in – (cached –) · out – (reasoning –) · cost – · – to first token · – tokens/s · – of context"
    )


def test_the_arithmetic_adds_up_before_the_readers_eyes() -> None:
    lines = arithmetic(drawn(LedgerEntry(REQUEST, OUTCOME)))

    assert lines == [
        ["Input", "304", "$0.20", "$0.0000608"],
        ["Cached input", "900", "$0.03", "$0.000027"],
        ["Output", "318", "$0.65", "$0.0002067"],
        ["Total", "", "", "$0.0002945"],
    ]


@pytest.mark.parametrize(
    ("usage", "lines"),
    [
        (
            ESTIMATED,
            [
                ["Input", "≈10", "$0.20", "≈$0.000002"],
                ["Output", "≈20", "$0.65", "≈$0.000013"],
                ["Total", "", "", "≈$0.000015"],
            ],
        ),
        (
            replace(PARTIAL, cached_tokens=Count(4, State.REPORTED)),
            [
                ["Input", "6", "$0.20", "$0.0000012"],
                ["Cached input", "4", "$0.03", "$0.00000012"],
                ["Output", "≥20", "$0.65", "≥$0.000013"],
                ["Total", "", "", "≥$0.00001432"],
                ["Output at most", "500", "$0.65", "$0.000325"],
                ["At most", "", "", "$0.00032632"],
            ],
        ),
    ],
    ids=["estimated", "partial"],
)
def test_the_arithmetic_says_how_certain_each_figure_is(
    usage: Usage, lines: list[list[str]]
) -> None:
    outcome = replace(OUTCOME, usage=usage, cost=cost_of(usage, PRICE))

    assert arithmetic(drawn(LedgerEntry(REQUEST, outcome))) == lines


def test_the_detail_names_every_fact_and_its_source() -> None:
    app = drawn(LedgerEntry(REQUEST, OUTCOME))

    assert facts(app) == {
        "State of the figures": "input reported, output reported",
        "Finish reason": "stop",
        "Request or response id": "req-1",
        "Endpoint": "W&B Inference",
        "Model asked": "Qwen/Qwen3",
        "Model that answered": "Qwen/![x](y)",
        "Time to first token": "39 ms",
        "Generation time": "2.0 s",
        "Speed": "48 tokens/s (measured here)",
        "Context window": "8,000 tokens",
        "Sent at": "2026-11-22 12:00:00 UTC",
        "Calls for this reply": "1",
    }
    assert texts(app) == [
        "Price: $0.20 in ($0.03 cached) · $0.65 out per million tokens (source: a ![test](x), undated)",
        "Counted once: 900 cached tokens are among those of the input, "
        "210 reasoning tokens are among those of the output.",
        "Usage as received:",
    ]
    assert [code.value for code in app.code] == ['{\n  "prompt_tokens": 1204\n}']
    assert not any("![" in str(cell) for table in app.table for cell in table.value.values.ravel())


def test_a_detail_of_unknowns_says_so_everywhere() -> None:
    app = drawn(LedgerEntry(*unknown(REQUEST)))

    known = {"State of the figures", "Endpoint", "Model asked", "Sent at", "Calls for this reply"}
    assert {value for name, value in facts(app).items() if name not in known} == {"–"}
    assert texts(app) == [
        "Price: – (no source names one for this model)",
        "Usage as received: none came",
    ]


def test_a_stopped_reply_names_its_bound_and_a_tool_its_name() -> None:
    message = replace(MESSAGE, tool_calls=("look_up", "rm"))

    app = drawn(LedgerEntry(REQUEST, replace(OUTCOME, usage=PARTIAL)), message=message)

    assert facts(app)["Output at most"] == "500 tokens"
    assert facts(app)["Tools asked for, not run"] == "look_up, rm"


@pytest.mark.parametrize("price", [PRICE, None], ids=["listed", "unlisted"])
def test_a_cost_that_the_response_named_is_shown_to_the_last_digit(price: Price | None) -> None:
    named = Decimal("0.00012345678")
    outcome = replace(OUTCOME, reported_cost=named, cost=cost_of(USAGE, price, reported_cost=named))

    app = drawn(LedgerEntry(replace(REQUEST, price=price), outcome))

    assert "The response itself named the cost: $0.00012345678" in texts(app)


def test_a_cost_by_another_price_says_by_which() -> None:
    own = Price(Decimal(10), Decimal(20), source="a ![list](x)")
    cost_as_answered = bill(USAGE, PRICE, asked="a", answered="b", price_of=lambda _: own)
    cost_as_asked = bill(USAGE, PRICE, asked="a", answered="b")

    as_answered = drawn(LedgerEntry(REQUEST, replace(OUTCOME, cost=cost_as_answered)))
    as_asked = drawn(LedgerEntry(REQUEST, replace(OUTCOME, cost=cost_as_asked)))

    assert "Priced as the model that answered (source: a ![list](x), undated)." in texts(
        as_answered
    )
    assert (
        "Priced as the model that was asked; the model that answered has no known price."
        in texts(as_asked)
    )
    assert arithmetic(as_asked)[-1] == ["Total", "", "", "≈$0.0002945"]


def test_the_higher_rate_of_a_long_request_is_still_that_of_the_model_that_was_asked() -> None:
    tiered = replace(PRICE, tiers=(Tier(1_000, Decimal(5), Decimal(6), Decimal(1)),))

    app = drawn(
        LedgerEntry(replace(REQUEST, price=tiered), replace(OUTCOME, cost=cost_of(USAGE, tiered)))
    )

    assert arithmetic(app)[0][2] == "$5.00"
    assert not any(text.startswith("Priced as") for text in texts(app))


def test_an_estimated_input_is_no_part_of_what_a_cut_reply_cost_at_least() -> None:
    outcome = replace(OUTCOME, usage=GUESSED, cost=bill(GUESSED, PRICE))

    app = drawn(LedgerEntry(REQUEST, outcome))

    assert arithmetic(app) == [
        ["Output", "≥80", "$0.65", "≥$0.000052"],
        ["Total", "", "", "≥$0.000052"],
        ["At most", "", "", "–"],
    ]
    assert "The input is estimated, so what the reply cost at least leaves it out." in texts(app)


def test_u37_numbers_that_cannot_be_are_told() -> None:
    app = drawn(LedgerEntry(REQUEST, replace(OUTCOME, raw_usage={"prompt_tokens": -5})))

    assert IMPOSSIBLE in texts(app)


def test_each_attempt_counts_as_a_call_and_the_last_is_shown() -> None:
    refused = replace(OUTCOME, http_status=429)

    app = drawn(LedgerEntry(REQUEST, refused), LedgerEntry(REQUEST, OUTCOME))

    assert facts(app)["Calls for this reply"] == "2"
    assert app.expander[0].label.replace("\\", "") == WHOLE


@pytest.mark.parametrize("entries", [[], [LedgerEntry(REQUEST, None)]])
def test_without_an_outcome_the_usage_is_unknown(entries: list[LedgerEntry]) -> None:
    app = drawn(*entries)

    assert "usage is unknown (–)" in app.caption[0].value
    assert not app.expander


def test_the_same_call_is_there_as_code_without_the_key() -> None:
    app = drawn(
        LedgerEntry(REQUEST, OUTCOME), endpoint=Endpoint("Mine", "https://api.example.com/v1")
    )

    python, curl = [code.value for code in app.code][-2:]
    assert [tab.label for tab in app.tabs] == ["Python", "curl"]
    assert "base_url='https://api.example.com/v1'" in python
    assert curl.startswith("curl -N https://api.example.com/v1/chat/completions")


def test_of_this_machine_there_is_no_call_to_copy() -> None:
    app = drawn(LedgerEntry(REQUEST, OUTCOME), endpoint=THIS_MACHINE)

    assert texts(app)[-1] == NO_CALL_TO_COPY
    assert not app.tabs
