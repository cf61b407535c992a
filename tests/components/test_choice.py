"""Which models are offered for chat."""

from __future__ import annotations

from typing import Any

import pytest

from components.choice import offered
from parley.catalog.listing import CatalogCache
from parley.endpoint import Endpoint, Service
from parley.engine import Engine
from tests.upstream import Upstream

BUNDLED_AVAILABLE = 21


@pytest.mark.parametrize(
    ("listed", "count"),
    [
        ({"data": [{"id": "openai/gpt-oss-20b"}]}, 1),
        ({"data": []}, BUNDLED_AVAILABLE),
        ({"data": None}, BUNDLED_AVAILABLE),
    ],
)
def test_of_wandb_only_what_it_lists_is_offered_unless_its_list_is_empty(
    upstream: Upstream, engine: Engine, listed: dict[str, Any], count: int
) -> None:
    upstream.models = listed

    listing = CatalogCache(engine).get(
        Endpoint("W&B Inference", upstream.base_url, service=Service.WANDB)
    )

    assert listing.fetched_at is not None
    assert len(offered(listing)) == count
