"""A long list is set aside from the garbage collector, a short one is not."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from parley.catalog.model import Model
from parley.frames import FrameCache
from parley.long_lived import MANY


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    yield
    gc.unfreeze()


@pytest.mark.parametrize(("count", "set_aside"), [(MANY - 1, False), (MANY, True)])
def test_only_a_long_list_is_set_aside_and_once(count: int, set_aside: bool) -> None:
    gc.unfreeze()
    models = tuple(Model(f"m{number}") for number in range(count))
    cache = FrameCache()

    cache.frame(models)
    once = gc.get_freeze_count()
    cache.frame(models)

    assert (once > count) is set_aside
    assert gc.get_freeze_count() == once
