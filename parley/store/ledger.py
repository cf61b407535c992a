"""The ledger of an owner: what was sent and what came of it. Rows are added, never changed."""

from __future__ import annotations

from collections.abc import Collection

from parley.conversation import LedgerEntry, Outcome, Request
from parley.store import statements
from parley.store.database import Database
from parley.store.ledger_rows import CallUsage
from parley.store.ledger_writing import add_outcome, add_request


class Ledger(Database):
    """Requests and their outcomes."""

    def add_request(self, owner: str, request: Request) -> None:
        """A further attempt at the same reply."""
        with self._writing(owner) as connection:
            add_request(connection, owner, request)

    def add_outcome(self, owner: str, outcome: Outcome) -> None:
        """What became of an attempt that was retried; the first outcome of an attempt stands."""
        with self._writing(owner) as connection:
            add_outcome(connection, owner, outcome)

    def ledger(
        self,
        owner: str,
        *,
        conversation_id: str | None = None,
        reply_ids: Collection[str] | None = None,
    ) -> list[LedgerEntry]:
        """What was sent and what came of it, in the order of sending."""
        with self._reading() as connection:
            return statements.read_ledger(connection, owner, conversation_id, reply_ids)

    def usage_of_conversation(self, owner: str, conversation_id: str) -> list[CallUsage | None]:
        """What each call used and cost, in the order of sending; `None` = it has no outcome yet.

        Quick however long the conversation is, unlike `ledger`, which also reads what only one receipt shows.
        """
        with self._reading() as connection:
            return statements.read_usage(connection, owner, conversation_id)
