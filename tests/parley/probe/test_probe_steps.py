"""The optional steps of a probe: what is sent, and what an answer to it proves."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Iterator

import pytest
from PIL import Image

from parley.endpoint import Endpoint
from parley.engine import Engine
from parley.limits import Limits
from parley.probe import Check, Step
from parley.store import Store
from tests.parley.probe.probing import ANSWER, calls_tool, probed, result_of
from tests.upstream import Step as Line
from tests.upstream import (
    Upstream,
    done,
    finish,
    reasoning,
    reply,
    status,
    text,
    usage,
)

FITS = json.dumps({"parley_place": "Paris", "parley_letters": 5})


@pytest.fixture
def engine(store: Store) -> Iterator[Engine]:
    """Nothing here is silent, so a slow machine gets the time that a user would give."""
    running = Engine(store, limits=Limits())
    yield running
    running.close()


def check(
    step: Step, upstream: Upstream, engine: Engine, endpoint: Endpoint, *scripts: tuple[Line, ...]
) -> Check:
    """What comes of a step after a whole reply."""
    for script in (ANSWER, *scripts):
        upstream.script(*script)
    return result_of(probed(engine, endpoint, steps=(step,))).checks[step]


def refused(parameter: str) -> tuple[Line, ...]:
    return (
        status(400, {"error": {"message": f"{parameter} is not possible", "param": parameter}}),
    )


SCHEMA: dict[str, tuple[tuple[Line, ...], bool | None, str]] = {
    "fits": ((reply(FITS),), True, "The reply fits the schema."),
    "other-names": ((reply('{"city": "Paris"}'),), False, "does not keep it"),
    "no-json": ((reply("Paris has five letters."),), False, "does not keep it"),
    "refused": (refused("response_format"), False, "Refused."),
    "unsupported": (
        (status(500, {"error": {"message": "json_schema is not supported"}}),),
        False,
        "Refused.",
    ),
    "cut-short": (
        (text('{"parley_place": "Pa'), finish("length"), usage(9, 256), done()),
        None,
        "ended before",
    ),
    "u33-thought-only": (
        (reasoning("hm"), finish("length"), usage(9, 256), done()),
        None,
        "ended before",
    ),
    "u8-fault": ((status(500, "no"),), None, "a fault of its own"),
}


@pytest.mark.parametrize("case", SCHEMA)
def test_a_json_schema_is_seen_to_hold_only_where_the_reply_fits_it(
    case: str, upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    script, seen, words = SCHEMA[case]

    found = check(Step.SCHEMA, upstream, engine, endpoint, script)

    assert found.seen is seen
    assert words in found.words
    sent = upstream.chats[1].body["response_format"]["json_schema"]
    assert sent["strict"] is True
    assert "parley_letters" not in json.dumps(upstream.chats[1].body["messages"])


TOOLS: dict[str, tuple[tuple[Line, ...], bool | None, str]] = {
    "u31-called": (calls_tool("note_number"), True, "called the tool"),
    "another": (calls_tool("rm"), None, "not called"),
    "only-text": ((reply("I have noted 7."),), None, "not called"),
    "refused": (refused("tools"), False, "Refused."),
    "no-such-endpoint": (
        (status(404, {"error": {"message": "No endpoints found that support tool use"}}),),
        False,
        "Refused.",
    ),
}


@pytest.mark.parametrize("case", TOOLS)
def test_tools_are_seen_where_one_was_called(
    case: str, upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    script, seen, words = TOOLS[case]

    found = check(Step.TOOLS, upstream, engine, endpoint, script)

    assert found.seen is seen
    assert words in found.words
    assert upstream.chats[1].body["tools"][0]["function"]["name"] == "note_number"


VISION: dict[str, tuple[tuple[Line, ...], bool | None, str]] = {
    "colour": ((reply("Red."),), True, "its colour named"),
    "another-colour": ((reply("It is blue."),), None, "no proof"),
    "every-colour": ((reply("Red, green or blue"),), None, "no proof"),
    "refused": (refused("messages[0].content"), False, "Refused."),
    "unsupported": (
        (status(500, {"error": {"message": "image input is not supported"}}),),
        False,
        "Refused.",
    ),
}


@pytest.mark.parametrize("case", VISION)
def test_an_image_that_was_accepted_is_no_proof_that_it_was_seen(
    case: str, upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    script, seen, words = VISION[case]

    found = check(Step.VISION, upstream, engine, endpoint, script)

    assert found.seen is seen
    assert words in found.words
    assert is_red(upstream.chats[1].body["messages"][0]["content"][1]["image_url"]["url"])


def is_red(address: str) -> bool:
    head, _, data = address.partition(",")
    assert head == "data:image/png;base64"
    with Image.open(io.BytesIO(base64.b64decode(data))) as picture:
        red, green, blue = picture.convert("RGB").getpixel((5, 5))  # type: ignore[misc]
    return bool(red > 200 and green < 50 and blue < 50)


TWICE: dict[str, tuple[tuple[Line, ...], tuple[Line, ...], bool | None, str]] = {
    "cached": (
        (text("OK"), finish(), usage(1500, 1, cached=0), done()),
        (text("OK"), finish(), usage(1500, 1, cached=1408), done()),
        True,
        "1,408 of 1,500 tokens",
    ),
    "none": (
        (text("OK"), finish(), usage(1500, 1, cached=0), done()),
        (text("OK"), finish(), usage(1500, 1, cached=0), done()),
        False,
        "None of the 1,500 tokens",
    ),
    "u34-not-said": ((reply("OK"),), (reply("OK"),), None, "does not say"),
    "u8-fault": ((reply("OK"),), (status(500, "no"),), None, "a fault of its own"),
}


@pytest.mark.parametrize("case", TWICE)
def test_the_second_of_two_equal_calls_tells_whether_the_first_was_cached(
    case: str, upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    first, second, seen, words = TWICE[case]

    found = check(Step.CACHE, upstream, engine, endpoint, first, second)

    assert found.seen is seen
    assert words in found.words
    assert upstream.chats[1].body == upstream.chats[2].body


def test_a_first_call_that_fails_is_not_followed_by_a_second(
    upstream: Upstream, engine: Engine, endpoint: Endpoint
) -> None:
    found = check(Step.CACHE, upstream, engine, endpoint, (status(500, "no"),))

    assert found.seen is None
    assert len(upstream.chats) == 2
