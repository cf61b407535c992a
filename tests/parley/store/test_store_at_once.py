"""Many threads and processes on one database, and a statement that fails at any place: nothing half, nothing lost."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import event, select, update

from parley.attachment import AttachedFile, Attachment, AttachmentKind
from parley.conversation import MessageState, Record, new_id
from parley.errors import StoreError
from parley.store import Store
from parley.store.tables import preferences
from tests.parley.store.turns import (
    ANN,
    conversation,
    ended,
    outcome_of,
    put_turn,
    question,
    reply_to,
    request_for,
)


def test_d5_a_transaction_that_reads_before_it_writes_is_not_overtaken(store: Store) -> None:
    store.set_preference(ANN, "count", "0")
    start = Barrier(4)

    def count_up(_: int) -> None:
        start.wait()
        for _ in range(20):
            with store._writing(ANN) as connection:
                found = connection.scalar(select(preferences.c.value))
                connection.execute(update(preferences).values(value=str(int(found or "") + 1)))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(count_up, range(4)))

    assert store.preference(ANN, "count") == "80"


def test_d8_d12_eight_threads_write_at_once_and_every_row_arrives(store: Store) -> None:
    """Eight times 200 rows: 50 turns of a question, a reply, a request and an outcome."""
    thread = store.create_conversation(ANN, title="", endpoint="", model="")
    start = Barrier(8)

    def write(_: int) -> None:
        start.wait()
        for _ in range(50):
            asked = question(thread)
            reply = reply_to(asked)
            request = request_for(reply)
            store.begin_turn(ANN, user=asked, reply=reply, request=request)
            store.finish_reply(ANN, ended(reply), outcome_of(request))
            assert store.message(ANN, reply.id) == ended(reply)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(8)))

    ledger = store.ledger(ANN, conversation_id=thread.id)
    outcomes = [entry.outcome for entry in ledger if entry.outcome is not None]
    record = store.record(ANN, thread.id)
    assert record is not None
    assert len({entry.request.reply_id for entry in ledger}) == 400
    assert len(record.messages) + len(ledger) + len(outcomes) == 1_600


WRITING = """
import sys
from pathlib import Path
from parley.store import Store
from tests.parley.store.turns import ended, outcome_of, put_turn
store = Store.open(Path(sys.argv[1]), sys.argv[2] or None)
for _ in range(25):
    _, reply, request = put_turn(store)
    store.finish_reply("ann", ended(reply), outcome_of(request))
store.close()
"""


def test_d8_four_processes_that_open_and_write_at_once_lose_nothing(
    folder: Path, url: str | None
) -> None:
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITING, str(folder), url or ""]) for _ in range(4)
    ]

    assert [writer.wait() for writer in writers] == [0, 0, 0, 0]

    store = Store.open(folder, url)
    assert len(store.conversations(ANN, limit=1000)) == 100
    assert len({entry.outcome for entry in store.ledger(ANN)} - {None}) == 100
    recencies = [thread.id for thread in store.conversations(ANN, limit=1000)]
    assert len(set(recencies)) == 100
    store.close()


def fail_at(store: Store, statement_number: int) -> Callable[[], None]:
    """The n-th statement from now on fails as a broken disk would make it; returns the way back."""
    seen = 0

    def before(*_: Any) -> None:
        nonlocal seen
        seen += 1
        if seen == statement_number:
            raise OSError("disk I/O error")

    event.listen(store._engine, "before_cursor_execute", before)
    return lambda: event.remove(store._engine, "before_cursor_execute", before)


def test_d16_whichever_statement_fails_a_turn_is_there_whole_or_not_at_all(store: Store) -> None:
    failures = 0
    for number in range(1, 100):
        thread = conversation()
        asked = question(thread)
        reply = reply_to(asked)
        request = request_for(reply)
        mend = fail_at(store, number)
        try:
            store.begin_turn(ANN, user=asked, reply=reply, request=request, conversation=thread)
            store.finish_reply(ANN, ended(reply), outcome_of(request))
        except StoreError:
            failures += 1
        else:
            break
        finally:
            mend()
        assert store.messages(ANN, thread.id) in ([], [asked, reply])
        assert (
            len(store.ledger(ANN, reply_ids=[reply.id])) == store.message_count(ANN, thread.id) / 2
        )

    assert failures >= 10
    assert store.messages(ANN, thread.id)[-1].state is MessageState.FAILED
    assert store.search(ANN, "because")


def _file() -> AttachedFile:
    known = Attachment(new_id(), "a.txt", AttachmentKind.TEXT, "text/plain", 1)
    return AttachedFile(known, "a", b"a")


def _delete(store: Store, conversation_id: str, message_id: str) -> None:
    store.delete_message(ANN, conversation_id, message_id)


def _branch(store: Store, conversation_id: str, message_id: str) -> None:
    store.show_path(ANN, conversation_id, message_id)


def _import(store: Store, conversation_id: str, message_id: str) -> None:
    thread = conversation("imported")
    store.add_records(ANN, [Record(thread, (question(thread),), (_file(),))])


def _delete_all(store: Store, conversation_id: str, message_id: str) -> None:
    store.delete_conversation(ANN, conversation_id)


def _next_with_file(store: Store, conversation_id: str, message_id: str) -> None:
    thread = conversation("with file")
    asked = question(thread)
    reply = reply_to(asked)
    store.begin_turn(
        ANN, user=asked, reply=reply, request=None, conversation=thread, files=[_file()]
    )


@pytest.mark.parametrize("change", [_delete, _branch, _import, _delete_all, _next_with_file])
def test_d16_whichever_statement_fails_a_change_is_made_whole_or_not_at_all(
    store: Store, change: Callable[[Store, str, str], None]
) -> None:
    asked, reply, request = put_turn(store)
    store.finish_reply(ANN, ended(reply), outcome_of(request))
    again = reply_to(asked)
    store.begin_turn(ANN, user=None, reply=again, request=request_for(again))

    def seen() -> object:
        threads = store.conversations(ANN)
        return [store.record(ANN, thread.id) for thread in threads], store.ledger(ANN)

    before = seen()
    number = 0
    failed = True
    while failed:
        number += 1
        mend = fail_at(store, number)
        try:
            change(store, asked.conversation_id, reply.id)
        except StoreError:
            assert seen() == before
        else:
            failed = False
        finally:
            mend()

    assert number > 1
    assert seen() != before
