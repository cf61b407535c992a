"""The bounds that Parley promises, in one table: a change of one of them is a change of the promise."""

from __future__ import annotations

from dataclasses import asdict

from parley.limits import LIMITS


def test_the_bounds_are_those_that_are_promised() -> None:
    assert asdict(LIMITS) == {
        "prompt_chars": 4_000_000,
        "reply_chars": 4_000_000,
        "reply_bytes": 32_000_000,
        "model_list_bytes": 8_000_000,
        "connect_s": 5,
        "silence_s": 60,
        "whole_reply_s": 600,
        "model_list_s": 10,
        "retry_attempts": 3,
        "retry_wait_s": 30,
        "retry_total_s": 60,
        "retry_default_s": 2,
        "requests_at_once": 8,
        "checkpoint_s": 1,
        "catalog_fresh_s": 300,
        "catalog_failed_s": 10,
        "catalog_entries": 64,
    }
