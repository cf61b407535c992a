"""The one door into the ledger: a call is written and added to the sums in the same transaction."""

from __future__ import annotations

from sqlalchemy import Connection, insert

from parley.conversation import Outcome, Request
from parley.store import statements
from parley.store.ledger_rows import outcome_values, request_values
from parley.store.spending_kept import count_ended, count_sent
from parley.store.tables import outcomes, requests


def add_request(connection: Connection, owner: str, request: Request) -> None:
    connection.execute(insert(requests).values(request_values(owner, request)))
    count_sent(connection, owner, request.attempt_id)


def add_outcome(connection: Connection, owner: str, outcome: Outcome) -> None:
    """The first outcome of an attempt stands: a second one changes nothing."""
    if statements.add_once(connection, outcomes, outcome_values(owner, outcome)):
        count_ended(connection, owner, outcome.attempt_id)
