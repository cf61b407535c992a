"""What a tab remembers, and that a submission survives a newer click that comes in the middle of it."""

from __future__ import annotations

import pytest
from streamlit.runtime.scriptrunner import RerunData, RerunException
from streamlit.testing.v1 import AppTest

from components.mailbox import Interruption
from components.state import LAST_MESSAGES


def follow() -> None:
    from components.state import Session

    Session().follow_url()


def remembered(app: AppTest, name: str) -> object:
    known = name in app.session_state
    return app.session_state[name] if known else None


def address(app: AppTest) -> dict[str, object]:
    return {
        name: value if isinstance(value, str) else value[0]
        for name, value in app.query_params.items()
    }


def test_the_address_opens_a_conversation_and_forgets_the_choice_of_the_last() -> None:
    app = AppTest.from_function(follow)
    app.session_state["endpoint_name"] = "Mine"
    app.session_state["model_id"] = "big"
    app.session_state["shown_messages"] = 90
    app.query_params["c"] = "c1"

    app.run()

    assert remembered(app, "conversation_id") == "c1"
    assert remembered(app, "shown_messages") == LAST_MESSAGES
    assert (remembered(app, "endpoint_name"), remembered(app, "model_id")) == (None, None)


def test_the_address_of_the_open_conversation_changes_nothing() -> None:
    app = AppTest.from_function(follow)
    app.session_state["conversation_id"] = "c1"
    app.session_state["model_id"] = "big"
    app.query_params["c"] = "c1"

    app.run()

    assert remembered(app, "model_id") == "big"


def test_an_address_that_navigation_cleared_is_written_back() -> None:
    app = AppTest.from_function(follow)
    app.session_state["conversation_id"] = "c1"

    app.run()

    assert address(app) == {"c": "c1"}


def test_a_tab_without_a_conversation_has_a_bare_address() -> None:
    app = AppTest.from_function(follow).run()

    assert address(app) == {}
    assert remembered(app, "conversation_id") is None


def preselect() -> None:
    import streamlit as st

    from components.state import Session

    st.text(str(Session().asked_model()))


def test_a_model_in_the_address_is_asked_for_once() -> None:
    app = AppTest.from_function(preselect)
    app.query_params["model"] = "big"

    first = app.run().text[0].value
    second = app.run().text[0].value

    assert (first, second) == ("big", "None")


def spoiled() -> None:
    import streamlit as st

    from components.state import Session

    session = Session()
    st.text(f"{session.conversation_id} {session.model_id} {session.flash}")


@pytest.mark.parametrize("value", ["", 7, None, ["x"]])
def test_what_is_no_text_counts_as_nothing(value: object) -> None:
    app = AppTest.from_function(spoiled)
    app.session_state["conversation_id"] = value
    app.session_state["model_id"] = value

    assert app.run().text[0].value == "None None None"


def a_newer_click() -> RerunException:
    return RerunException(RerunData())


def test_i7_a_newer_click_waits_until_the_submission_is_safe() -> None:
    interruption, kept = Interruption(), list[str]()
    waiting = [a_newer_click()]

    def access() -> str:
        if waiting:
            raise waiting.pop()
        kept.append("the message")
        return "read"

    assert interruption.do(access) == "read"
    assert kept == ["the message"]
    with pytest.raises(RerunException):
        interruption.resume()


def test_without_a_newer_click_nothing_is_resumed() -> None:
    interruption = Interruption()

    assert interruption.do(lambda: 7) == 7
    interruption.resume()
