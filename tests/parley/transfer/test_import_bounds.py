"""What kind of file it is, how large it may be, and that all of it is kept or nothing."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from parley.conversation import LedgerEntry
from parley.errors import ImportRefused, StoreError
from parley.limits import LIMITS, Limits
from parley.store import Store
from parley.transfer import export_json, read_import, reading
from tests.parley.store.turns import ANN, BOB, execute
from tests.parley.transfer.files import (
    chatgpt_with_branches,
    exported,
    full_record,
    only,
    own,
    plain_record,
    read,
    said,
    without_ids,
)


class Endless(io.RawIOBase):
    """Says that it is large; nobody may read it."""

    def seek(self, offset: int, whence: int = 0) -> int:
        return 600_000_000 if whence else offset

    def read(self, size: int = -1) -> bytes:
        raise AssertionError("it was read")


def test_x5_a_file_that_is_too_large_is_refused_before_it_is_read() -> None:
    large: Any = Endless()

    with pytest.raises(ImportRefused, match="The file has 600 MB; at most 500 MB"):
        read_import(large)


def limited(monkeypatch: pytest.MonkeyPatch, messages: int) -> Limits:
    limits = replace(LIMITS, import_messages=messages)
    monkeypatch.setattr(reading, "LIMITS", limits)
    return limits


@pytest.mark.parametrize(
    "value",
    [
        [{"role": "user", "content": "Hello"}] * 4,
        [{"messages": [{"role": "user", "content": "Hello"}] * 2}] * 2,
    ],
    ids=["x6-one-list", "x6-together"],
)
def test_a_file_with_too_many_messages_is_refused(
    value: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    limited(monkeypatch, 3)

    with pytest.raises(ImportRefused, match="has more than 3 messages"):
        read(value)


def test_as_many_messages_as_may_be_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    limited(monkeypatch, 5)

    assert read([chatgpt_with_branches()]).message_count == 5


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ([], "The file holds no conversation."),
        ([1], "Line 1, entry 1 is not an object."),
        ([{}], "is no conversation that Parley can read"),
        ({"chat_messages": []}, "is no conversation that Parley can read"),
        ([chatgpt_with_branches(), {"role": "user"}], "is of another kind than what comes before"),
    ],
    ids=["x6-empty-list", "x6-number", "x6-empty", "claude", "x6-mixed"],
)
def test_what_is_no_conversation_is_refused(value: Any, reason: str) -> None:
    with pytest.raises(ImportRefused) as caught:
        read(value)

    assert reason in caught.value.title


def kept(store: Store, owner: str) -> list[Any]:
    found = (store.record(owner, one) for one in store.all_ids(owner))
    return [record for record in found if record is not None]


def test_x7_what_was_imported_is_mine_counts_for_nothing_and_goes_out_as_it_came(
    store: Store,
) -> None:
    store.add_records(BOB, [plain_record("of Bob")])
    first = exported(full_record(), plain_record("Hello", "Hi"))

    store.add_records(ANN, read(first).records)

    assert without_ids(exported(*kept(store, ANN))) == without_ids(first)
    assert [said(one) for one in kept(store, BOB)] == [[("user", "of Bob")]]
    assert [one.calls for one in kept(store, ANN)] == [(), ()]


def test_importing_a_file_twice_gives_two_of_everything(store: Store) -> None:
    data = exported(full_record())

    for _ in range(2):
        store.add_records(ANN, read(data).records)

    assert len(store.all_ids(ANN)) == 2


def test_the_ids_of_what_is_here_do_nothing_in_a_file(store: Store) -> None:
    store.add_records(ANN, read(exported(full_record())).records)
    (mine,) = kept(store, ANN)
    values = own(mine)
    values[0]["messages"][0]["text"] = "Overwritten"

    store.add_records(BOB, read(values).records)

    assert kept(store, ANN) == [mine]


def test_x6_nothing_is_half_imported_when_the_store_fails(store: Store, tmp_path: Path) -> None:
    records = read(exported(*(plain_record(f"Question {n}") for n in range(3)))).records
    (file,) = (tmp_path / "data").glob("*.db")
    execute(
        file,
        "CREATE TRIGGER full BEFORE INSERT ON messages WHEN NEW.text = 'Question 2' "
        "BEGIN SELECT RAISE(ABORT, 'no more'); END",
    )

    with pytest.raises(StoreError):
        store.add_records(ANN, records)

    assert store.all_ids(ANN) == []


def test_an_export_reads_one_conversation_at_a_time() -> None:
    asked: list[str] = []

    def one_by_one() -> Any:
        for title in ("a", "b"):
            asked.append(title)
            yield plain_record(title)

    pieces = export_json(one_by_one())
    next(pieces)

    assert asked == ["a"]
    assert b"".join(export_json([])) == b"[]\n"


def test_an_attachment_without_its_content_is_left_out_of_an_export() -> None:
    record = replace(full_record(), files=())

    assert own(record)[0]["messages"][0]["attachments"] == []


def test_numbers_and_characters_that_no_reader_takes_are_cleaned_on_the_way_out() -> None:
    record = plain_record("a\0b\ud800", "c")
    entry = full_record().calls[0]
    request = replace(entry.request, reply_id=record.messages[1].id)
    assert entry.outcome is not None
    outcome = replace(entry.outcome, tokens_per_second=float("inf"))

    values = own(replace(record, calls=(LedgerEntry(request, outcome),)))

    assert values[0]["messages"][0]["text"] == "ab\ufffd"
    assert values[0]["messages"][1]["receipt"]["tokens_per_second"] is None


def test_a_file_is_read_from_its_beginning() -> None:
    file: BinaryIO = io.BytesIO(exported(plain_record("Hello")))
    file.read()

    assert said(only(read_import(file))) == [("user", "Hello")]
