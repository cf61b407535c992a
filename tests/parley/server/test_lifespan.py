"""What runs before the first request and after the last."""

from __future__ import annotations

import gc

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from parley.server.lifespan import lifespan


def test_the_steps_run_in_order_and_stop_comes_last() -> None:
    happened: list[str] = []
    steps = (lambda: happened.append("first"), lambda: happened.append("second"))
    app = Starlette(lifespan=lifespan(steps, lambda: happened.append("stop")))

    with TestClient(app):
        happened.append("served")

    assert happened == ["first", "second", "served", "stop"]


def test_what_was_loaded_at_the_start_is_left_out_of_garbage_collection() -> None:
    app = Starlette(lifespan=lifespan((), lambda: None))

    with TestClient(app):
        frozen = gc.get_freeze_count()

    assert frozen > 1000
    assert gc.get_freeze_count() == 0


def test_stop_runs_when_the_app_fails() -> None:
    happened: list[str] = []
    app = Starlette(lifespan=lifespan((), lambda: happened.append("stop")))

    with pytest.raises(RuntimeError), TestClient(app):
        raise RuntimeError

    assert happened == ["stop"]
