"""Search: what is found, what is not, by whom, and how it is shown. The same on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.conversation import Message, Record
from parley.store import Store
from parley.store.postgres_search import MAX_WORD_CHARS, MAX_WORDS_BYTES, indexable
from tests.parley.store.turns import (
    ANN,
    BOB,
    conversation,
    ended,
    outcome_of,
    put_turn,
    question,
    reply_to,
    request_for,
)


def kept(store: Store, text: str, title: str = "Untitled", owner: str = ANN) -> Message:
    """A conversation of one message."""
    thread = conversation(title)
    message = question(thread, text=text)
    store.add_records(owner, [Record(thread, (message,))])
    return message


def found(store: Store, words: str, owner: str = ANN) -> list[tuple[str, str | None]]:
    """`(conversation id, message id)`."""
    hits = store.search(owner, words)
    return [(hit.conversation.id, hit.message_id) for hit in hits]


def at(message: Message) -> tuple[str, str]:
    return message.conversation_id, message.id


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("We saw Motörhead live", "motorhead"),
        ("We saw Motorhead live", "MOTÖRHEAD"),
        ("Mot\u006f\u0308rhead, decomposed", "motörhead"),
        ("Ace of Spades", "spades ace"),
        ("Ace of Spades", "ace spa"),
        ("ИСКУССТВО И ЖИЗНЬ", "жизнь"),
        ("Ωμέγα", "ωμέγα"),
        ("мой ёж", "Мой Ёж"),
        ("한국어 문장", "한국어"),
        ("ガラスの仮面", "ガラスの仮面"),
        ("हिन्दी में लिखा", "हिन्दी"),
        ("call foo-bar() at https://example.com/a/b?c=d", "example bar"),
        ("snake_case_name = 3.14", "case 14"),
        ("AND OR NOT NEAR", "and or not near"),
        ("日本語 の 文章", "日本語"),
        ("it's", "it's"),
        ("Version2 of 1916", "1916 version2"),
    ],
)
def test_words_are_found_without_case_accents_and_signs(
    store: Store, text: str, words: str
) -> None:
    message = kept(store, text)
    kept(store, "something else")

    assert found(store, words) == [at(message)]


@pytest.mark.parametrize(
    "words",
    [
        "' OR 1=1; drop table messages",
        "NEAR(",
        '"',
        '"unclosed',
        "*",
        ":",
        "text:ace",
        "a\\",
        "'; SELECT 1 --",
        "",
        " \n\t",
        "\0\ud800",
        "🂡",
        "👩‍👩‍👧 família",
        "日本語",
        "x" * 100_000,
        "word " * 20_000,
        " ".join(f"w{number}" for number in range(5_000)),
        "%_%",
        "$1 %s %(owner)s :owner",
    ],
)
def test_d15_what_a_person_types_is_never_an_operator(store: Store, words: str) -> None:
    message = kept(store, "Ace of Spades")

    assert found(store, words) == []
    assert found(store, "spades") == [at(message)]


@pytest.mark.parametrize(
    "words",
    ["ace & !spades", "ace:*", "{ace} : spades", "^ace", "-spades", '"ace" + spades', "(ace"],
)
def test_d15_signs_around_words_change_nothing(store: Store, words: str) -> None:
    message = kept(store, "Ace of Spades")

    assert found(store, words) == [at(message)]


@given(words=st.text(st.characters() | st.sampled_from("\0\ud800'\"\\*:&|!()<->"), max_size=60))
def test_d15_nothing_that_can_be_typed_breaks_it(shared: Store, words: str) -> None:
    assert isinstance(shared.search(ANN, words), list)


def test_the_last_word_may_be_a_beginning_the_others_not(store: Store) -> None:
    message = kept(store, "overkill bomber")

    assert found(store, "overkill bom") == [at(message)]
    assert found(store, "bomber over") == [at(message)]
    assert found(store, "over bomber") == []
    assert found(store, "o") == []


def test_a_title_is_found_before_messages_and_each_conversation_once(store: Store) -> None:
    message = kept(store, "about bombers")
    titled = kept(store, "about bombers too", title="Bömbers")
    kept(store, "nothing", title="Bomb")

    assert found(store, "bombers") == [(titled.conversation_id, None), at(message)]


def test_the_newest_conversation_comes_first_with_its_newest_message(store: Store) -> None:
    first = kept(store, "iron fist")
    second = kept(store, "iron fist again")
    asked = question(conversation(), text="iron fist once more")
    thread = store.conversation(ANN, first.conversation_id)
    assert thread is not None
    asked = replace(asked, conversation_id=thread.id, parent_id=first.id)
    reply = reply_to(asked)

    store.begin_turn(ANN, user=asked, reply=reply, request=request_for(reply))

    assert found(store, "iron") == [at(asked), at(second)]


def test_archived_conversations_and_other_branches_are_found(store: Store) -> None:
    asked, reply, request = put_turn(store)
    store.finish_reply(ANN, ended(reply, "the first answer"), outcome_of(request))
    again = reply_to(asked)
    second = request_for(again)
    store.begin_turn(ANN, user=None, reply=again, request=second)
    store.finish_reply(ANN, ended(again, "another one"), outcome_of(second))

    store.archive(ANN, asked.conversation_id, True)

    assert found(store, "first answer") == [at(reply)]
    assert found(store, "another") == [at(again)]


def test_what_was_deleted_is_not_found_until_it_is_brought_back(store: Store) -> None:
    message = kept(store, "no class")
    lost = kept(store, "no class either")

    store.delete_conversation(ANN, lost.conversation_id)
    deleted = store.delete_message(ANN, message.conversation_id, message.id)
    assert deleted is not None
    assert found(store, "class") == []

    store.restore(ANN, lost.conversation_id)
    store.undelete(ANN, message.conversation_id, deleted)
    assert found(store, "class") == [at(lost), at(message)]


def test_what_was_erased_is_gone_from_the_index_too(store: Store) -> None:
    lost = kept(store, "stay clean", title="Stay")
    store.delete_conversation(ANN, lost.conversation_id)
    store.delete_conversation(ANN, "another", now=datetime.now(UTC) + timedelta(hours=2))

    store.restore(ANN, lost.conversation_id)

    assert found(store, "stay") == []


def test_another_owner_finds_nothing_of_it(store: Store) -> None:
    kept(store, "white line fever", title="Fever")
    theirs = kept(store, "fever of mine", owner=BOB)

    assert found(store, "fever", owner=BOB) == [at(theirs)]
    assert found(store, "white", owner=BOB) == []


def test_a_reply_is_found_once_it_has_ended(store: Store) -> None:
    _, reply, request = put_turn(store)
    store.checkpoint(ANN, reply.id, text="deaf forever", reasoning="")
    assert found(store, "deaf") == []

    store.finish_reply(ANN, ended(reply, "deaf forever and ever"), outcome_of(request))

    assert found(store, "deaf ever") == [at(reply)]


def test_a_reply_that_was_interrupted_is_found_after_the_next_start(
    folder: Path, url: str | None, store: Store
) -> None:
    _, reply, _ = put_turn(store)
    store.checkpoint(ANN, reply.id, text="killed by death", reasoning="")
    store.close()

    again = Store.open(folder, url)

    assert found(again, "killed") == [at(reply)]
    again.close()


def test_a_new_name_is_found_and_the_old_one_no_more(store: Store) -> None:
    message = kept(store, "", title="Orgasmatron")

    store.rename(ANN, message.conversation_id, "Rock 'n' Roll")

    assert found(store, "roll rock") == [(message.conversation_id, None)]
    assert found(store, "orgasmatron") == []


def test_no_more_are_given_than_were_asked_for(store: Store) -> None:
    for number in range(6):
        kept(store, "inferno", title="inferno" if number < 3 else "other")

    assert [len(store.search(ANN, "inferno", limit=limit)) for limit in (1, 3, 4, 50)] == [
        *(1, 3, 4),
        6,
    ]


def test_a_text_with_more_words_than_an_index_takes_is_kept_and_found(store: Store) -> None:
    text = "beginning " + " ".join(f"{number:x}word" for number in range(150_000))

    message = kept(store, text + " " + "ä" * 5_000)

    assert found(store, "beginning") == [at(message)]
    assert store.message(ANN, message.id) == message


@given(text=st.text(max_size=2_000))
def test_what_is_indexed_fits_into_postgresql(text: str) -> None:
    words = indexable(text * 3)

    assert len(words) == len(set(words))
    assert all(0 < len(word) <= MAX_WORD_CHARS for word in words)
    assert sum(len(word.encode()) for word in words) <= MAX_WORDS_BYTES


@pytest.mark.parametrize("length", [64, 65, 600, 3_000])
def test_a_very_long_word_is_found(store: Store, length: int) -> None:
    message = kept(store, "a" * length + " tail")

    assert found(store, "a" * length) == [at(message)]
    assert found(store, "a" * length + " tail") == [at(message)]
