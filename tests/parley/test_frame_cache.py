"""A frame is made once for a list of models, and never handed out for another."""

from __future__ import annotations

from parley.catalog.model import Model
from parley.frames import FrameCache


def test_the_same_models_get_the_same_frame() -> None:
    models = (Model("a"), Model("b"))
    cache = FrameCache()

    first, second = cache.frame(models), cache.frame(models)

    assert second is first
    assert list(first["id"]) == ["a", "b"]


def test_another_list_gets_its_own_frame_even_when_it_is_equal() -> None:
    cache = FrameCache()

    first = cache.frame((Model("a"),))
    second = cache.frame((Model("a"),))
    third = cache.frame((Model("b"),))

    assert second is not first
    assert list(third["id"]) == ["b"]


def test_only_the_latest_frames_are_kept() -> None:
    oldest = (Model("a"),)
    cache = FrameCache(entries=2)

    first = cache.frame(oldest)
    for name in ("b", "c"):
        cache.frame((Model(name),))

    assert cache.frame(oldest) is not first
