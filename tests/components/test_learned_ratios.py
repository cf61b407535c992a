"""What is learned of tokenizers: from the newest calls, and never from more than a page can read in time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from components import services
from components.learned_ratios import MOST_CALLS, learned, newest
from parley.conversation import LOCAL_OWNER as OWNER
from tests.components.priced_talk import MODELS, talk
from tests.pages.chat_page import served
from tests.parley.calls import entry, usage
from tests.parley.store.turns import NOON
from tests.upstream import Upstream

LONG = "x" * 400


@pytest.fixture(autouse=True)
def upstream(
    upstream: Upstream, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Upstream]:
    for served_by in served(upstream, monkeypatch, tmp_path):
        served_by.models = {"data": MODELS}
        yield served_by


def test_ratios_are_learned_from_a_bounded_number_of_calls(upstream: Upstream) -> None:
    for _ in range(3):
        talk(upstream, {"prompt": 200, "completion": 1}, question=LONG, model_id="dear")
    own = [entry(usage(100, 1), model="own", new=400) for _ in range(MOST_CALLS)]

    assert set(learned(services.get(), OWNER)) == {"dear"}
    assert set(learned(services.get(), OWNER, own[:5])) == {"dear", "own"}
    assert set(learned(services.get(), OWNER, own)) == {"own"}


def test_the_newest_calls_are_kept() -> None:
    calls = [entry(usage(100, 1)) for _ in range(MOST_CALLS + 1)]
    dated = [
        replace(one, request=replace(one.request, sent_at=NOON - timedelta(minutes=number)))
        for number, one in enumerate(calls)
    ]

    kept = newest(dated)

    assert len(kept) == MOST_CALLS
    assert dated[0] in kept
    assert dated[-1] not in kept
