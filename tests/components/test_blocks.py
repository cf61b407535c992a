"""A reply is cut into the same blocks however it arrives, losing nothing, in linear work."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.blocks import HARD_LIMIT, Block, BlockKind, Splitter, joined, split
from tests.payloads import PAYLOADS, payload

LINES = st.sampled_from(
    [
        "",
        "  ",
        "text",
        "- item",
        "1. item",
        "   more",
        "    code",
        "- ```py",
        "  ```",
        "```",
        "```py",
        "~~~~",
        "````",
        "$$",
        "$$ x",
        "\\[",
        "\\]",
        "# head",
        "> quote",
        "> ```",
        "| a | b |",
        "|---|---|",
        "\ttab",
        "\r",
    ]
)
REPLIES = st.lists(LINES, max_size=24).map("\n".join) | st.text(alphabet="`~$\n -x", max_size=60)


def _fed(text: str, size: int) -> list[Block]:
    splitter = Splitter()
    finished = [
        block
        for start in range(0, len(text), size)
        for block in splitter.feed(text[start : start + size])
    ]
    return finished + splitter.close()


def _shown(text: str) -> list[tuple[str, str]]:
    return [(block.language or block.kind.value, block.text) for block in split(text)]


@settings(max_examples=400, deadline=None, database=None)
@given(REPLIES, st.integers(1, 9))
def test_any_chunking_gives_the_same_blocks_and_loses_nothing(text: str, size: int) -> None:
    """R-4."""
    blocks = _fed(text, size)

    assert blocks == split(text)
    assert "".join(block.source for block in blocks) == text


@pytest.mark.parametrize("name", PAYLOADS)
def test_finished_blocks_and_tail_are_the_whole_text_at_every_moment(name: str) -> None:
    """R-2, R-4."""
    text, splitter, finished = payload(name, "https://x.example/"), Splitter(), ""

    for end, char in enumerate(text, start=1):
        finished += "".join(block.source for block in splitter.feed(char))

        assert finished + splitter.tail.source == text[:end]


CUTS = {
    "paragraphs": ("a\nb\n\nc", [("markdown", "a\nb"), ("markdown", "c")]),
    "a heading needs no blank line": ("a\n# b\nc", [("markdown", "a"), ("markdown", "# b\nc")]),
    "code": ("a\n```py\nx\n\ny\n```\nb", [("markdown", "a"), ("py", "x\n\ny"), ("markdown", "b")]),
    "code with tildes": ("~~~\n```\n~~~", [("code", "```")]),
    "a longer fence": ("````md\n```\n````", [("md", "```")]),
    "an indented fence": ("  ```\n  a\n    b\n  ```", [("code", "a\n  b")]),
    "a fence with a strange name": ("```{.py}\na\n```", [("code", "a")]),
    "an unclosed fence": ("```py\na\n\nb", [("py", "a\n\nb")]),
    "empty code": ("```py\n```", [("py", "")]),
    "no fence but inline code": ("```a``` b", [("markdown", "```a``` b")]),
    "a loose list": ("1. a\n\n2. b\n\nc", [("markdown", "1. a\n\n2. b"), ("markdown", "c")]),
    "a list's second paragraph": (
        "- a\n\n  b\n\nc",
        [("markdown", "- a\n\n  b"), ("markdown", "c")],
    ),
    "code in a list": (
        "1. a\n   ```\n   x\n\n   # y\n   ```\n2. b",
        [("markdown", "1. a\n   ```\n   x\n\n   # y\n   ```\n2. b")],
    ),
    "code after a list": ("- a\n```\nx\n```", [("markdown", "- a"), ("code", "x")]),
    "a list after its introduction": ("a:\n- b\n\n- c", [("markdown", "a:\n- b\n\n- c")]),
    "dollar maths": ("$$\na\n\nb\n$$\n\nc", [("markdown", "$$\na\n\nb\n$$"), ("markdown", "c")]),
    "bracket maths": (
        "\\[\na\n\nb\n\\]\n\nc",
        [("markdown", "\\[\na\n\nb\n\\]"), ("markdown", "c")],
    ),
    "a fence ends maths that never closes": (
        "$$\na\n```\nb\n```",
        [("markdown", "$$\na"), ("code", "b")],
    ),
    "a table": ("|a|\n|-|\n|b|\n\nc", [("markdown", "|a|\n|-|\n|b|"), ("markdown", "c")]),
    "a quote": ("> a\n>\n> b\n\nc", [("markdown", "> a\n>\n> b"), ("markdown", "c")]),
    "blank lines first": ("\n\na", [("markdown", "a")]),
    "only blank lines": ("\n\n", [("markdown", "")]),
    "nothing": ("", []),
}


@pytest.mark.parametrize("case", CUTS)
def test_a_reply_is_cut_where_it_falls_apart_by_itself(case: str) -> None:
    text, blocks = CUTS[case]

    assert _shown(text) == blocks


def test_the_tail_is_the_code_so_far_while_a_fence_is_open() -> None:
    splitter = Splitter()

    finished = splitter.feed("Look:\n\n```py\nx = 1\ny")

    assert [block.text for block in finished] == ["Look:"]
    assert splitter.tail.kind is BlockKind.CODE
    assert (splitter.tail.language, splitter.tail.text) == ("py", "x = 1\ny")


def test_a_closing_fence_is_not_shown_while_it_arrives() -> None:
    splitter = Splitter()

    splitter.feed("```py\nx\n``")

    assert splitter.tail.text == "x"


def test_a_block_is_finished_at_the_first_character_of_the_next() -> None:
    splitter = Splitter()

    assert splitter.feed("one\n\n") == []
    assert [block.text for block in splitter.feed("t")] == ["one"]
    assert splitter.tail.text == "t"


ENDLESS = {
    "one line": "word " * 40_000,
    "one word": "x" * 200_000,
    "one paragraph": "a line of it\n" * 15_000,
    "one tight list": "- an item of it\n" * 15_000,
    "one loose list": "- an item of it\n\n" * 15_000,
    "one table": "| a | b |\n|---|---|\n" + "| 1 | 2 |\n" * 20_000,
    "one fence": "```py\n" + "x = 1\n" * 30_000,
    "maths that never closes": "$$\n" + "x + \n" * 40_000,
    "a nested fence that never closes": "- ```\n" + "  code\n" * 30_000,
    "blank lines": "\n" * 200_000,
    "backticks": "`" * 200_000,
}


@pytest.mark.parametrize("case", ENDLESS)
def test_a_tail_stays_small_however_long_the_reply(case: str) -> None:
    """R-5."""
    splitter, tails, finished = Splitter(), [0], ""

    for start in range(0, len(ENDLESS[case]), 1_000):
        blocks = splitter.feed(ENDLESS[case][start : start + 1_000])
        finished += "".join(block.source for block in blocks)
        tails.append(len(splitter.tail.source))

    assert max(tails) <= 2 * HARD_LIMIT
    assert finished + splitter.tail.source == ENDLESS[case]


def test_a_table_cut_for_its_size_keeps_its_head() -> None:
    blocks = split(ENDLESS["one table"])

    assert len(blocks) > 2
    assert all(block.text.startswith("| a | b |\n|---|---|\n| 1 | 2 |") for block in blocks)


def test_a_list_cut_for_its_size_is_cut_between_items() -> None:
    blocks = split("".join(f"{n}. an item\n\n   of two paragraphs\n\n" for n in range(1, 900)))

    assert len(blocks) > 2
    assert all(block.text[0].isdigit() for block in blocks)


def test_code_cut_for_its_size_can_be_put_together_again() -> None:
    body = "x = 1\n" * 5_000 + "y" * 40_000
    blocks = split(f"a\n\n```py\n{body}\n```\n\nb")

    whole = joined(blocks)

    assert len(blocks) > 5
    assert [(block.language, block.text) for block in whole] == [("", "a"), ("py", body), ("", "b")]


def test_eight_thousand_feeds_cost_little_and_twice_the_reply_twice_as_much() -> None:
    text = "A paragraph of some words, and more of them.\n- item\n\n```py\nx = 1\n```\n" * 450

    def seconds(reply: str) -> float:
        splitter, began = Splitter(), time.process_time()
        for start in range(0, len(reply), 4):
            splitter.feed(reply[start : start + 4])
        return time.process_time() - began

    once = min(seconds(text) for _ in range(3))
    assert once < 0.5
    assert min(seconds(text * 4) for _ in range(3)) < 10 * once
