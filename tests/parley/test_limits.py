"""The bounds that Parley promises, in one table: a change of one of them is a change of the promise."""

from __future__ import annotations

from dataclasses import asdict

from parley.limits import LIMITS


def test_the_bounds_are_those_that_are_promised() -> None:
    assert asdict(LIMITS) == {
        "prompt_chars": 4_000_000,
        "system_prompt_chars": 20_000,
        "setting_json_chars": 50_000,
        "setting_json_depth": 50,
        "stop_texts": 4,
        "stop_chars": 500,
        "preset_name_chars": 60,
        "attachment_bytes": 5_000_000,
        "attachments": 10,
        "image_pixels": 50_000_000,
        "image_side_px": 2000,
        "image_sent_bytes": 1_500_000,
        "pdf_pages": 1000,
        "pdf_read_s": 20.0,
        "import_bytes": 500_000_000,
        "import_messages": 200_000,
        "import_depth": 20,
        "import_values": 5_000_000,
        "import_name_chars": 300,
        "reply_chars": 4_000_000,
        "reply_bytes": 32_000_000,
        "model_list_bytes": 8_000_000,
        "connect_s": 5.0,
        "silence_s": 60.0,
        "whole_reply_s": 600.0,
        "model_list_s": 10.0,
        "checked_reply_chars": 200_000,
        "reply_check_s": 2.0,
        "retry_attempts": 3,
        "retry_wait_s": 30.0,
        "retry_total_s": 60.0,
        "retry_default_s": 2.0,
        "requests_at_once": 8,
        "checkpoint_s": 1.0,
        "catalog_fresh_s": 300.0,
        "catalog_failed_s": 10.0,
        "catalog_entries": 64,
    }
