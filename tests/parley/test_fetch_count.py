"""Fetches of model lists are counted, whoever fetches."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from parley.endpoint import Endpoint
from parley.engine import Engine
from parley.fetch_count import LIST_FETCHES, FetchCount
from tests.upstream import Upstream


def test_fetches_from_many_threads_are_all_counted() -> None:
    count = FetchCount()

    with ThreadPoolExecutor(8) as threads:
        for _ in range(500):
            threads.submit(count.add)

    assert count.number == 500


def test_each_list_that_the_endpoint_was_asked_for_is_counted(
    engine: Engine, endpoint: Endpoint, upstream: Upstream
) -> None:
    before = LIST_FETCHES.number

    for _ in range(3):
        engine.call(engine.gateway.list_models(endpoint), 10)

    assert LIST_FETCHES.number - before == 3 == len(upstream.requests)
