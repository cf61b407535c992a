"""An API key is trimmed or refused, and never shown, copied or written."""

from __future__ import annotations

import copy
import pickle
from dataclasses import asdict

import pytest

from parley.endpoint import (
    ApiKey,
    Endpoint,
)
from parley.errors import KeyRefused

KEYS_TRIMMED = [
    ("sk-abc123", "sk-abc123"),
    ("sk-abc123\n", "sk-abc123"),
    ("  sk-abc123\t", "sk-abc123"),
    ('"sk-abc123"', "sk-abc123"),
    ("'sk-abc123' ", "sk-abc123"),
]

KEYS_REFUSED = [
    "",
    "  \n",
    '""',
    "sk-canary\r\nX-Evil: 1",
    "sk-canary\nmore",
    "sk-canary more",
    "sk-canary\tmore",
    "sk-canaryé",
    "sk-canary\x00",
    "sk-canary\x7f",
    "sk-canary\u200b",
]


@pytest.mark.parametrize(("typed", "sent"), KEYS_TRIMMED)
def test_s7_blanks_newlines_and_quotes_around_a_key_are_trimmed(typed: str, sent: str) -> None:
    assert ApiKey(typed).reveal() == sent


@pytest.mark.parametrize("typed", KEYS_REFUSED)
def test_s7_a_key_that_no_header_can_carry_is_refused_and_never_quoted(typed: str) -> None:
    with pytest.raises(KeyRefused) as refused:
        ApiKey(typed)

    assert "canary" not in f"{refused.value}{refused.value!r}{refused.value.notice}"
    assert "X-Evil" not in f"{refused.value}{refused.value!r}{refused.value.notice}"


def test_a_key_shows_itself_in_no_text() -> None:
    endpoint = Endpoint("Mine", "https://h.example/v1", key=ApiKey("canary-key"))

    shown = f"{endpoint.key} {endpoint.key!r} {endpoint} {endpoint!r} {vars(endpoint)}"

    assert "canary" not in shown


@pytest.mark.parametrize("copying", [pickle.dumps, copy.copy, copy.deepcopy])
def test_a_key_cannot_be_pickled_or_copied(copying: object) -> None:
    assert callable(copying)

    with pytest.raises(TypeError, match="cannot be pickled"):
        copying(ApiKey("canary-key"))


def test_an_endpoint_with_a_key_cannot_be_pickled_or_dumped_as_a_dict() -> None:
    endpoint = Endpoint("Mine", "https://h.example/v1", key=ApiKey("canary-key"))

    with pytest.raises(TypeError):
        pickle.dumps(endpoint)
    with pytest.raises(TypeError):
        asdict(endpoint)


def test_equal_keys_are_equal_and_others_are_told_apart() -> None:
    key = ApiKey("one-key")

    assert key == ApiKey(" one-key ")
    assert hash(key) == hash(ApiKey("one-key"))
    assert key != ApiKey("another")
    assert key != "one-key"


def test_the_fingerprint_of_a_key_says_nothing_of_it() -> None:
    key = ApiKey("canary-key")

    assert len(key.fingerprint) == 16
    assert "canary" not in key.fingerprint


def test_a_key_that_a_server_echoed_is_taken_out_of_the_text() -> None:
    assert ApiKey("canary").redact("bad key canary!") == "bad key [key]!"


@pytest.mark.parametrize(("typed", "is_openais"), [("sk-proj-1", True), ("0123abcd", False)])
def test_openais_own_keys_are_known_by_their_beginning(typed: str, is_openais: bool) -> None:
    assert ApiKey(typed).looks_like_openai is is_openais
