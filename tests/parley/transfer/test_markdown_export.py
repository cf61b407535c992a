"""A conversation as Markdown: readable, with receipts in words, and nothing in it that fetches or acts."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from parley.chat_settings import ChatSettings
from parley.conversation import LedgerEntry, MessageState, Outcome, Record, Role
from parley.pricing.price import Cost
from parley.transfer import export_markdown
from parley.transfer.plain_markdown import harmless, one_line
from parley.usage import Count, State, Usage
from tests.parley.store.turns import NOON, full_outcome_of, outcome_of, reply_to, request_for
from tests.parley.transfer.files import exported, full_record, only, plain_record, read

MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable("table")


def acts(text: str) -> list[str]:
    """What a reader of Markdown would fetch or let act."""
    tokens = [inner for token in MARKDOWN.parse(text) for inner in (token, *(token.children or ()))]
    return [one.type for one in tokens if one.type in ("image", "html_block", "html_inline")]


def with_call(outcome: Outcome | None) -> Record:
    record = plain_record("Why?", "Because.")
    request = replace(request_for(record.messages[1]), attempt_id="a")
    return replace(record, calls=(LedgerEntry(request, outcome),))


PAYLOADS = [
    "![x](http://evil.example/a.png)",
    "![x][y]\n\n[y]: http://evil.example/a.png",
    r"\![x](http://evil.example/a.png)",
    r"\\![x](http://evil.example/a.png)",
    "[![x](http://evil.example/a.png)](http://evil.example)",
    "<img src=http://evil.example/a.png>",
    "<IMG src=http://evil.example/a.png>",
    r"\<img src=x>",
    r"\\<img src=x>",
    r"\\\<img src=x>",
    "`a`<img src=x>",
    "<!-- --><svg/onload=alert(1)>",
    "<?php ?>",
    "<div>\n```\n\n![x](http://evil.example/a.png)",
    "<pre>\n```\n![x](y)\n</pre>\n![x](y)",
    "- ```\n  a\n  ```\n![x](y)\n```\n![x](y)",
    "- ```\n  a\n\nb\n```\n![x](y)\n```\n![x](y)\n```\n![x](y)",
    "> ```\n\n```\n![x](y)\n```\n![x](y)",
    "    ```\n![x](y)",
    "1. a\n\n   ```\n   b\n```\n![x](y)\n```\n![x](y)",
    "``` a`b\n![x](y)",
    "~~~ a`b\n![x](y)\n~~~\n![x](y)",
    "````\n```\n![x](y)\n````\n![x](y)",
    "```\n![x](y)\n    ```\n![x](y)\n```\n![x](y)",
    "```\n![x](y)\n``` x\n![x](y)\n```\n![x](y)",
    "a\r![x](y)\u2028![x](y)\x85![x](y)\x0b![x](y)",
    "```\r![x](y)\r```\r![x](y)",
    "| ` | ![x](y) | ` |\n|---|---|---|\n| ` | ![x](y) | ` |",
    "~~~|\n---\n![x](y)\n<b>",
    "!\u202e[x](y)",
    "!\x00[x](y)",
    "<\x00img src=x>",
    "[x]: <http://a>\n![x]",
]


@pytest.mark.parametrize("text", PAYLOADS)
@pytest.mark.parametrize("part", ["text", "reasoning", "prompt", "title", "model", "file"])
def test_x4_nothing_in_the_file_is_fetched_or_acts(text: str, part: str) -> None:
    record = full_record()
    asked, first, again, second = record.messages
    if part == "text":
        asked, second = replace(asked, text=text), replace(second, text=text)
    elif part == "reasoning":
        second = replace(second, reasoning=text)
    elif part == "model":
        second = replace(second, model=text, endpoint=text, tool_calls=(text,))
    elif part == "file":
        asked = replace(asked, attachments=(replace(asked.attachments[0], name=text),))
    thread = record.conversation
    if part == "prompt":
        thread = replace(thread, settings=ChatSettings(text))
    elif part == "title":
        thread = replace(thread, title=text)
    spoiled = replace(record, conversation=thread, messages=(asked, first, again, second))

    written = export_markdown(spoiled)

    assert acts(written) == []


@given(
    st.lists(
        st.sampled_from(
            [
                "![x](y)",
                "<img src=x>",
                "```",
                "~~~",
                "````",
                "\n",
                "\n\n",
                "- ",
                "> ",
                "    ",
                " ",
                "`",
                "\\",
                "<",
                "a",
                "|",
                "1. ",
                "\t",
                "<div>",
                "</pre>",
                "<!--",
                "$$",
                "\r",
                "[x]: y",
            ]
        ),
        max_size=14,
    ).map("".join)
)
def test_x4_whatever_stands_around_it_no_image_and_no_tag_survives(text: str) -> None:
    made = harmless(text)

    assert acts(f"# Title\n\n{made}\n\n## You") == []


def test_code_stays_as_it_is_and_an_open_fence_is_closed() -> None:
    code = 'let a = vec![1];\nprintln!("<b>");'

    assert harmless(f"So:\n\n```rust\n{code}\n```\n\nand `vec![`") == (
        f"So:\n\n```rust\n{code}\n```\n\nand `vec!\\[`"
    )
    assert harmless(f"~~~~\n{code}").endswith(f"{code}\n~~~~")


def test_x4_front_matter_is_escaped() -> None:
    record = plain_record("Hello")
    titled = replace(record.conversation, title='a"\n---\nevil: yes\u2028# x: {{y}}')

    lines = export_markdown(replace(record, conversation=titled)).split("\n")

    assert lines[0] == "---"
    assert lines[1] == r'title: "a\" --- evil: yes # x: {{y}}"'
    assert lines[6] == "---"
    assert lines[8] == r"# a\" --- evil: yes \# x: {{y}}".replace('\\"', '"')


def test_who_said_what_stands_in_order_and_the_shown_path_only() -> None:
    written = export_markdown(full_record())

    headings = [line for line in written.split("\n") if line.startswith("## ")]
    assert headings == ["## System prompt", "## You", "## Reply of Qwen/Qwen3-2507"]
    assert "Therefore." in written
    assert "Because." not in written
    assert "And then?" not in written
    assert "*Attached: notes.txt, a.png*" in written
    assert "*Tools asked for, not run: search, open*" in written
    assert "> Hm." in written


def test_a_receipt_in_words_keeps_the_state_of_each_figure() -> None:
    record = with_call(None)
    outcome = replace(
        outcome_of(record.calls[0].request),
        usage=Usage(
            Count(1204, State.REPORTED),
            Count(),
            Count(17, State.PARTIAL),
            Count(3, State.ESTIMATED),
        ),
        cost=Cost(Decimal("0.0012"), State.PARTIAL, source="bundled list", as_of=NOON.date()),
        time_to_first_token_s=0.0394,
        tokens_per_second=80.0,
        finish_reason="length",
    )

    written = export_markdown(with_call(outcome))

    assert (
        r"*Receipt: in 1,204 (cached –) · out ≥17 (reasoning ≈3) · cost ≥\$0.0012 · "
        "priced by bundled list of 2026-11-22 · 39 ms to first token · ≈80 tokens/s · "
        r"finish reason length · Qwen/Qwen3 at W\&B Inference, 2026-11-22T12:00:00.123456Z*"
    ) in written


def test_a_speed_is_written_as_surely_as_it_is_known() -> None:
    outcome = outcome_of(with_call(None).calls[0].request)

    unknown = export_markdown(with_call(outcome))
    served = export_markdown(
        with_call(replace(outcome, tokens_per_second=80.0, speed_source="server"))
    )

    assert "· – tokens/s ·" in unknown
    assert "· 80 tokens/s ·" in served


def test_a_call_without_an_end_a_refused_one_and_none_say_so() -> None:
    refused = full_outcome_of(with_call(None).calls[0].request)

    assert "usage unknown (–), Parley ended while the call ran" in export_markdown(with_call(None))
    assert "no usage, the endpoint refused the call" in export_markdown(with_call(refused))
    assert "Receipt: none; no call of this Parley is known" in export_markdown(
        plain_record("Why?", "Because.")
    )


def test_x7_an_imported_receipt_is_shown_as_what_the_file_said() -> None:
    record = only(read(exported(full_record())))

    written = export_markdown(record)

    assert "*Receipt that came with an import, not counted here:*\n\n```json\n{" in written
    assert '"amount": "1.234567890E-21"' in written


def test_x4_an_imported_receipt_cannot_leave_its_fence() -> None:
    record = plain_record("Why?", "Because.")
    asked, reply = record.messages
    hostile = replace(reply, imported={"```\n![x](y)": ["\n```\n![x](y)"]})

    assert acts(export_markdown(replace(record, messages=(asked, hostile)))) == []


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (MessageState.STOPPED, "*Stopped before its end.*"),
        (MessageState.STREAMING, "*Still being written when this was exported.*"),
        (MessageState.INTERRUPTED, "*Parley ended while this reply ran.*"),
    ],
)
def test_a_reply_that_did_not_end_says_so(state: MessageState, words: str) -> None:
    record = plain_record("Why?")
    reply = replace(reply_to(record.messages[0]), state=state, model="")

    written = export_markdown(replace(record, messages=(*record.messages, reply)))

    assert words in written
    assert "## Reply\n" in written


def test_a_message_of_the_system_is_called_that() -> None:
    record = plain_record("Be brief.")
    system = replace(record.messages[0], role=Role.SYSTEM)

    assert "## System prompt" in export_markdown(replace(record, messages=(system,)))


def test_a_line_of_ours_shows_outside_text_as_it_was_typed() -> None:
    assert one_line("a*b\n<i> ![x](y) $1 `c`") == r"a\*b \<i\> \!\[x\](y) \$1 \`c\`"
