"""Server-sent events: what counts as a line, an event, and too much."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parley.errors import MalformedReply, ReplyTooLarge
from parley.sse import EVENT_MAX_BYTES, EventDecoder


def decoded(*chunks: bytes) -> list[str]:
    decoder = EventDecoder()
    return [*(data for chunk in chunks for data in decoder.feed(chunk)), *decoder.close()]


SEPARATORS = "\u2028\u2029\x85\x0b\x0c\x1c"

STREAMS: list[tuple[str, bytes, list[str]]] = [
    ("two events", b"data: a\n\ndata: b\n\n", ["a", "b"]),
    ("carriage returns", b"data: a\r\rdata: b\r\r", ["a", "b"]),
    ("both line ends", b"data: a\r\n\r\ndata: b\r\n\r\n", ["a", "b"]),
    ("no space after the colon", b"data:a\n\n", ["a"]),
    ("only one space belongs to the field", b"data:  a\n\n", [" a"]),
    ("several data lines", b"data: a\ndata: b\n\n", ["a\nb"]),
    ("data without a colon", b"data\n\n", [""]),
    ("U-21 comments", b": OPENROUTER PROCESSING\n\n:\n\ndata: a\n\n", ["a"]),
    ("U-21 other fields", b"event: ping\nid: 7\nretry: 3\nnonsense\n\ndata: a\n\n", ["a"]),
    ("fields that only begin like data", b"database: x\ndata : y\n\n", []),
    ("a byte order mark", b"\xef\xbb\xbfdata: a\n\n", ["a"]),
    ("a mark that is not at the start", "data: a\n\n\ufeffdata: b\n\n".encode(), ["a"]),
    ("what splitlines would cut", f"data: {SEPARATORS}\n\n".encode(), [SEPARATORS]),
    ("U-19 no blank line at the end", b"data: a\n\ndata: [DONE]", ["a", "[DONE]"]),
    ("nothing", b"", []),
    ("blank lines only", b"\n\r\n\r\n\n", []),
]  # fmt: skip


@pytest.mark.parametrize(
    ("stream", "events"), [case[1:] for case in STREAMS], ids=[case[0] for case in STREAMS]
)
def test_a_stream_reads_the_same_however_it_is_cut_up(stream: bytes, events: list[str]) -> None:
    bytewise = [stream[at : at + 1] for at in range(len(stream))]

    assert decoded(stream) == events
    assert decoded(*bytewise) == events
    assert decoded(*(part for byte in bytewise for part in (byte, b""))) == events
    for cut in range(len(stream)):
        assert decoded(stream[:cut], stream[cut:]) == events


def test_characters_survive_a_cut_at_every_byte_u_23() -> None:
    said = "Grüße, 世界 👩‍👩‍👧 \u2028 end"
    stream = f"data: {said}\n\n".encode()

    for cut in range(len(stream)):
        assert decoded(stream[:cut], stream[cut:]) == [said]


def test_events_before_invalid_bytes_still_come_out_u_24() -> None:
    decoder = EventDecoder()
    received: list[str] = []

    with pytest.raises(MalformedReply):
        received.extend(decoder.feed(b"data: kept\n\n"))
        for data in decoder.feed(b"data: also\n\ndata: \xff\xfe\n\n"):
            received.append(data)

    assert received == ["kept", "also"]


def test_invalid_bytes_in_a_comment_harm_nobody() -> None:
    assert decoded(b": \xff\n\ndata: a\n\n") == ["a"]


BOMBS: list[tuple[str, list[bytes]]] = [
    ("one line without an end", [b"data: " + b"x" * EVENT_MAX_BYTES]),
    ("the same in small pieces", [b"x" * 10_000] * 101),
    ("many lines of one event", [b"data: " + b"x" * 999 + b"\n"] * 1001),
    ("many lines of next to nothing", [b"data: xxxxxxxxx\n" * 1000] * 101),
]


@pytest.mark.parametrize("chunks", [case[1] for case in BOMBS], ids=[case[0] for case in BOMBS])
def test_an_event_of_more_than_a_megabyte_is_refused_u_25(chunks: list[bytes]) -> None:
    with pytest.raises(ReplyTooLarge):
        decoded(*chunks)


def test_many_events_may_be_larger_together_than_one_may_be() -> None:
    event = b"data: " + b"x" * (EVENT_MAX_BYTES - 6) + b"\n\n"

    assert [len(data) for data in decoded(event, event, event)] == [EVENT_MAX_BYTES - 6] * 3


def test_a_long_line_in_single_bytes_takes_linear_time_u_25() -> None:
    decoder = EventDecoder()
    began = time.process_time()

    for _ in range(200_000):
        list(decoder.feed(b"x"))

    assert time.process_time() - began < 3


@settings(deadline=None)
@given(st.lists(st.binary(max_size=40), max_size=10))
def test_any_bytes_give_events_or_one_of_our_errors(chunks: list[bytes]) -> None:
    try:
        whole = decoded(b"".join(chunks))
    except MalformedReply:
        with pytest.raises(MalformedReply):
            decoded(*chunks)
    else:
        assert decoded(*chunks) == whole


@settings(deadline=None)
@given(st.lists(st.text(st.characters(exclude_characters="\r\n", exclude_categories=["Cs"]))))
def test_what_was_sent_is_what_arrives(sent: list[str]) -> None:
    stream = "".join(f"data: {data}\n\n" for data in sent).encode()

    assert decoded(stream) == sent
