"""Where the tokens went: estimates are marked, and what nobody divided has no share."""

from __future__ import annotations

from components.usage_went import rows_of, share_of, written
from parley.spending import WhereTokensWent
from tests.parley.spent import went


def table(given: WhereTokensWent) -> dict[str, tuple[str, str]]:
    return {
        part: (written(given, part, tokens), share_of(given, part, tokens))
        for part, _, tokens in rows_of(given)
    }


def test_input_is_an_estimate_by_its_characters_and_output_is_what_servers_said() -> None:
    assert table(went(10, 70, 0, 20, 5, 7, 9, 11)) == {
        "System prompt": ("≈10", "10 %"),
        "Re-sent history": ("≈70", "70 %"),
        "Attachments": ("0", "0 %"),
        "New text": ("≈20", "20 %"),
        "Input, not divided": ("5", "–"),
        "Reasoning": ("7", "–"),
        "Answer": ("9", "–"),
        "Output, not divided": ("11", "–"),
    }


def test_of_what_was_not_divided_there_are_no_shares() -> None:
    assert {share for _, share in table(went(0, 0, 0, 0, 9)).values()} == {"–"}
