"""The tree of a conversation: alternatives, the path that is shown, what is deleted and brought back."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from parley.conversation import Message
from parley.store import Store
from tests.parley.store.turns import (
    ANN,
    BOB,
    conversation,
    ended,
    outcome_of,
    question,
    reply_to,
    request_for,
)


@dataclass(frozen=True)
class Tree:
    """A question with two answers; below the first another question with an answer.

    q1 ─ a1 ─ q2 ─ b1
       └ a2
    """

    thread: str
    q1: Message
    a1: Message
    q2: Message
    b1: Message
    a2: Message


def answered(store: Store, asked: Message, text: str, user: Message | None = None) -> Message:
    reply = reply_to(asked)
    request = request_for(reply)
    store.begin_turn(ANN, user=user, reply=reply, request=request)
    store.finish_reply(ANN, ended(reply, text), outcome_of(request))
    return ended(reply, text)


@pytest.fixture
def tree(store: Store) -> Tree:
    thread = conversation()
    made = store.create_conversation(ANN, title=thread.title, endpoint="", model="")
    q1 = question(made, text="q1")
    a1 = answered(store, q1, "a1", q1)
    q2 = question(made, a1, "q2")
    b1 = answered(store, q2, "b1", q2)
    a2 = answered(store, q1, "a2")
    return Tree(made.id, q1, a1, q2, b1, a2)


def shown(store: Store, tree: Tree) -> list[str]:
    """The texts on the path; the count is that of the path."""
    path = store.messages(ANN, tree.thread)
    assert store.message_count(ANN, tree.thread) == len(path)
    assert [one.id for one in store.messages_to_send(ANN, tree.thread)] == [one.id for one in path]
    return [message.text for message in path]


def test_the_newest_branch_is_shown_and_alternatives_are_known(store: Store, tree: Tree) -> None:
    family = [tree.a1.id, tree.a2.id]

    assert shown(store, tree) == ["q1", "a2"]
    assert store.siblings(ANN, tree.thread, [tree.q1, tree.a2]) == {tree.a2.id: family}
    assert store.siblings(ANN, tree.thread, [tree.a1, tree.q2, tree.b1]) == {tree.a1.id: family}
    assert store.siblings(BOB, tree.thread, [tree.a1]) == {}
    assert store.siblings(ANN, tree.thread, []) == {}


def test_first_messages_may_be_alternatives_too(store: Store, tree: Tree) -> None:
    edited = replace(question(conversation(), text="q1 edited"), conversation_id=tree.thread)
    answered(store, edited, "new", edited)

    assert shown(store, tree) == ["q1 edited", "new"]
    siblings = store.siblings(ANN, tree.thread, store.messages(ANN, tree.thread))
    assert siblings == {edited.id: [tree.q1.id, edited.id]}


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("a1", ["q1", "a1", "q2", "b1"]),
        ("q2", ["q1", "a1", "q2", "b1"]),
        ("b1", ["q1", "a1", "q2", "b1"]),
        ("a2", ["q1", "a2"]),
        ("q1", ["q1", "a2"]),
    ],
)
def test_the_path_through_a_message_is_shown_down_to_its_end(
    store: Store, tree: Tree, name: str, path: list[str]
) -> None:
    store.show_path(ANN, tree.thread, getattr(tree, name).id)

    assert shown(store, tree) == path


def test_the_path_to_a_message_is_read_whatever_is_shown(store: Store, tree: Tree) -> None:
    assert store.messages_to(ANN, tree.thread, tree.q2.id) == [tree.q1, tree.a1, tree.q2]
    assert store.messages_to(ANN, tree.thread, "none") == []
    assert store.messages_to(BOB, tree.thread, tree.q2.id) == []
    assert store.messages_to(ANN, "another", tree.q2.id) == []


def test_a_path_that_is_not_there_changes_nothing(store: Store, tree: Tree) -> None:
    store.show_path(ANN, tree.thread, "none")
    store.show_path(BOB, tree.thread, tree.b1.id)

    assert shown(store, tree) == ["q1", "a2"]


@pytest.mark.parametrize(
    ("looked_at", "deleted", "left"),
    [
        ("a2", "a2", ["q1", "a1", "q2", "b1"]),
        ("b1", "a1", ["q1", "a2"]),
        ("b1", "q2", ["q1", "a1"]),
        ("b1", "b1", ["q1", "a1", "q2"]),
        ("b1", "q1", []),
        ("b1", "a2", ["q1", "a1", "q2", "b1"]),
        ("a2", "b1", ["q1", "a2"]),
    ],
)
def test_a_message_is_deleted_with_what_follows_it_and_comes_back_as_it_was(
    store: Store, tree: Tree, looked_at: str, deleted: str, left: list[str]
) -> None:
    store.show_path(ANN, tree.thread, getattr(tree, looked_at).id)
    before = shown(store, tree)

    token = store.delete_message(ANN, tree.thread, getattr(tree, deleted).id)

    assert shown(store, tree) == left
    assert store.message(ANN, getattr(tree, deleted).id) is None
    assert len(store.ledger(ANN, conversation_id=tree.thread)) == 3
    assert token is not None
    assert store.undelete(ANN, tree.thread, token)
    assert shown(store, tree) == before
    record = store.record(ANN, tree.thread)
    assert record is not None
    assert [message.text for message in record.messages] == ["q1", "a1", "q2", "b1", "a2"]


def test_a_deleted_alternative_is_none(store: Store, tree: Tree) -> None:
    store.delete_message(ANN, tree.thread, tree.a2.id)

    assert store.siblings(ANN, tree.thread, [tree.a1]) == {}


def test_only_what_one_deletion_took_comes_back_with_it(store: Store, tree: Tree) -> None:
    first = store.delete_message(ANN, tree.thread, tree.b1.id)
    second = store.delete_message(ANN, tree.thread, tree.a1.id)
    assert first is not None
    assert second is not None

    assert not store.undelete(ANN, tree.thread, first)
    assert store.undelete(ANN, tree.thread, second)

    assert store.message(ANN, tree.q2.id) == tree.q2
    assert store.message(ANN, tree.b1.id) is None


def test_what_is_not_there_or_of_another_owner_is_not_deleted(store: Store, tree: Tree) -> None:
    assert store.delete_message(ANN, tree.thread, "none") is None
    assert store.delete_message(BOB, tree.thread, tree.a1.id) is None
    assert store.delete_message(ANN, "another", tree.a1.id) is None

    assert shown(store, tree) == ["q1", "a2"]


def test_the_depth_of_a_long_branch_is_its_length(store: Store, tree: Tree) -> None:
    parent = tree.b1
    for number in range(40):
        asked = replace(question(conversation(), parent, f"q{number}"), conversation_id=tree.thread)
        parent = answered(store, asked, "…", asked)

    assert store.message_count(ANN, tree.thread) == 84
    assert len(store.messages(ANN, tree.thread)) == 84
    assert store.messages(ANN, tree.thread, limit=3)[-1] == parent
