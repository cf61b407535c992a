"""What a probe saw stands beside what is declared, with its source and day; it claims no more than it saw."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.catalog.derived import DERIVED_SOURCE
from parley.catalog.model import Fact, Model
from parley.errors import TimedOut
from parley.probe import (
    OBSERVED_SOURCE,
    Check,
    Probed,
    ProbeResult,
    Step,
    observed_facts,
    of_address,
    with_observed,
)

NOW = datetime(2026, 11, 24, 13, 0, tzinfo=UTC)
LATER = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
YES, NO, UNTOLD = Check(True, "yes"), Check(False, "no"), Check(None, "?")


def facts(**result: object) -> list[tuple[str, object]]:
    found = observed_facts(ProbeResult(True, **result), NOW)  # type: ignore[arg-type]
    assert all((f.source, f.as_of) == (OBSERVED_SOURCE, date(2026, 11, 24)) for f in found)
    return [(fact.name, fact.value) for fact in found]


@pytest.mark.parametrize(
    ("result", "known"),
    [
        ({}, []),
        ({"reasoning": ""}, []),
        ({"reasoning": "reasoning_content"}, [("reasoning", True)]),
        ({"checks": {Step.TOOLS: YES}}, [("tools", True)]),
        ({"checks": {Step.TOOLS: NO}}, [("tools", False)]),
        ({"checks": {Step.SCHEMA: YES}}, [("structured_output", True)]),
        ({"checks": {Step.VISION: NO}}, [("vision", False)]),
        ({"checks": {Step.VISION: UNTOLD, Step.TOOLS: UNTOLD}}, []),
        ({"checks": {Step.CACHE: YES}}, []),
    ],
)
def test_only_what_was_seen_or_refused_becomes_a_fact(
    result: dict[str, object], known: list[tuple[str, object]]
) -> None:
    assert facts(**result) == known


def probed(result: ProbeResult, taken_at: datetime = NOW) -> dict[str, tuple[datetime, dict]]:  # type: ignore[type-arg]
    return {"a": (taken_at, result.to_dict())}


def test_what_was_observed_stands_after_what_is_declared_and_before_what_is_derived() -> None:
    declared = Fact("tools", False, "the endpoint's own list")
    derived = Fact("kind", "chat", DERIVED_SOURCE)
    models = (Model("a", (declared, derived)), Model("b", (declared,)))
    tools = ProbeResult(True, checks={Step.TOOLS: YES})

    first, second = with_observed(models, probed(tools))

    assert first.facts == (declared, Fact("tools", True, OBSERVED_SOURCE, NOW.date()), derived)
    assert first.value("tools") is False
    assert second is models[1]


def test_without_a_probe_the_models_are_the_same() -> None:
    models = (Model("a"),)

    assert with_observed(models, {}) is models


def test_the_same_models_and_probes_give_the_same_tuple() -> None:
    models = (Model("a"),)
    tools = ProbeResult(True, checks={Step.TOOLS: YES})

    first = with_observed(models, probed(tools))
    for other in range(8):
        with_observed((Model(f"other {other}"),), probed(tools))
    again = with_observed(models, probed(tools))
    same = with_observed(models, probed(tools))
    newer = with_observed(models, probed(ProbeResult(True, checks={Step.TOOLS: NO}), LATER))

    assert first == again
    assert again is same
    assert newer[0].value("tools") is False


def test_only_probes_of_this_address_count() -> None:
    here = {"reached": True, "base_url": "http://a/v1"}
    results: Probed = {"a": (NOW, here), "b": (NOW, {"base_url": "http://b/v1"}), "c": (NOW, {})}

    assert of_address(results, "http://a/v1") == {"a": (NOW, here)}


def test_what_is_kept_is_what_comes_back() -> None:
    result = ProbeResult(
        True,
        notice=TimedOut(detail="late").notice,
        time_to_first_token_s=0.25,
        tokens_per_second=48.5,
        speed_source="server",
        is_streamed=True,
        has_usage=False,
        has_cached_tokens=None,
        reasoning="",
        finish_reason="stop",
        checks={Step.TOOLS: Check(False, "Refused.", "no tools here"), Step.CACHE: UNTOLD},
    )

    assert ProbeResult.from_dict(result.to_dict()) == result


def test_what_another_version_kept_is_read_as_far_as_it_is_known() -> None:
    stored = {"later": 1, "checks": {"telepathy": {"seen": True, "words": "hm"}}}

    assert ProbeResult.from_dict(stored) == ProbeResult(False)


@given(
    st.dictionaries(st.sampled_from(Step), st.builds(Check, st.none() | st.booleans(), st.text()))
)
def test_any_checks_come_back(checks: dict[Step, Check]) -> None:
    result = ProbeResult(True, checks=checks)

    assert ProbeResult.from_dict(result.to_dict()) == result
