"""What a reader sees of a bug. S-11."""

from __future__ import annotations

import logging

import pytest
from streamlit.testing.v1 import AppTest

from components import crash
from parley.errors import StoreError

SECRET = "sk-canary-0123456789"


def page() -> None:
    import streamlit as st

    from components import crash

    crash.show(st.session_state["error"])


def shown(error: Exception) -> str:
    app = AppTest.from_function(page)
    app.session_state["error"] = error
    app.run()
    return "\n".join(str(element.value) for element in (*app.error, *app.text))


def test_s11_a_bug_shows_a_sentence_and_a_reference_but_not_its_text() -> None:
    text = shown(KeyError(SECRET))

    assert "went wrong" in text
    assert "Reference for the log: " in text
    assert SECRET not in text
    assert "KeyError" not in text


def test_s11_the_reference_is_in_the_log_without_the_text(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.ERROR, logger="parley"):
        text = shown(ValueError(SECRET))

    reference = text.rsplit(" ", 1)[-1]
    assert f"reference {reference}: ValueError" in caplog.text
    assert SECRET not in caplog.text


def test_an_error_of_our_own_shows_its_sentences() -> None:
    text = shown(StoreError())

    assert StoreError.title in text
    assert StoreError.advice in text


def test_streamlits_own_notice_is_replaced() -> None:
    assert crash.show(ValueError("a")) is True
