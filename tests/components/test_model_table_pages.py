"""Of a long table one page is sent."""

from __future__ import annotations

from tests.components.test_model_table import drawn, model


def test_c5_of_many_models_one_page_is_sent_and_the_next_a_click_away() -> None:
    app = drawn(*(model(f"m{number:04}") for number in range(400)))

    first = app.dataframe[0].value
    app.pagination(key="models-page").set_value(3).run()
    last = app.dataframe[0].value

    assert (len(first), first["id"].iloc[0]) == (150, "m0000")
    assert (len(last), last["id"].iloc[0]) == (100, "m0300")
    assert "301 to 400 of 400" in [caption.value for caption in app.caption]


def test_a_page_that_is_not_there_any_more_becomes_the_first() -> None:
    app = drawn(*(model(f"m{number}") for number in range(151)))
    app.session_state["models-page"] = 9

    app.run()

    assert len(app.dataframe[0].value) == 150
