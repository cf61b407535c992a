"""The budgets of an owner, and what counts against each: sums of the ledger at their upper bound."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal, localcontext

from sqlalchemy import Connection, RowMapping, delete, exists, insert, select

from parley.budget import Budget, Period, Tally
from parley.call_bound import reserve
from parley.pricing.costing import EXACT_DIGITS
from parley.store.database import Database
from parley.store.ledger_rows import request_from
from parley.store.spending_apart import apart
from parley.store.spending_figures import SPENT, added_up, spent_from
from parley.store.spending_sums import about_calls, conditions, sums
from parley.store.spending_table import spending
from parley.store.tables import budgets, outcomes, requests
from parley.wanted_calls import QUARTER_MIN, Wanted, beginning_of


class Budgets(Database):
    """What an owner may spend; the rows of the ledger say what was."""

    def budgets(self, owner: str) -> list[Budget]:
        """Those that are set: of a conversation, a day, a month, in this order."""
        wanted = select(budgets).where(budgets.c.owner == owner)
        with self._reading() as connection:
            rows = {row["period"]: row for row in connection.execute(wanted).mappings()}
        return [
            Budget(period, rows[period]["amount"], rows[period]["hard"])
            for period in Period
            if period in rows
        ]

    def set_budgets(self, owner: str, wanted: Iterable[Budget]) -> None:
        """These and no others from now on."""
        now = datetime.now(UTC)
        rows = [{"owner": owner, "set_at": now, **vars(budget)} for budget in wanted]
        with self._writing(owner) as connection:
            connection.execute(delete(budgets).where(budgets.c.owner == owner))
            if rows:
                connection.execute(insert(budgets), rows)

    def tally(self, owner: str, wanted: Wanted) -> Tally:
        """What the calls cost at least and at most; one without an end counts with all that it may have cost."""
        with self._reading() as connection:
            row = sums(connection, owner, wanted, SPENT)
            others = apart(connection, owner, wanted)
            running = _open(connection, owner, wanted) if row["unfinished"] else []
        spent = spent_from(row, others)
        ends = [reserve(request_from(one)) for one in running]
        most = added_up(row, "most", (one.most for one in others))
        with localcontext(prec=EXACT_DIGITS):
            most = sum((end for end in ends if end is not None), most)
        return Tally(
            least=spent.amount or Decimal(0),
            most=most,
            unknown=spent.unpriced + spent.unbounded + ends.count(None),
            is_estimate=spent.estimated > 0,
        )


def _open(connection: Connection, owner: str, wanted: Wanted) -> Sequence[RowMapping]:
    """The calls without an outcome. The sums tell where they are: they are few among many."""
    where = select(spending.c.quarter, spending.c.conversation_id).where(
        *conditions(spending, owner, wanted), spending.c.state == ""
    )
    places = connection.execute(where).all()
    quarters = [place.quarter for place in places]
    has_ended = exists().where(
        outcomes.c.owner == requests.c.owner, outcomes.c.attempt_id == requests.c.attempt_id
    )
    asked = select(requests).where(
        *about_calls(requests, owner, wanted),
        requests.c.conversation_id.in_({place.conversation_id for place in places}),
        requests.c.sent_at >= beginning_of(min(quarters)),
        requests.c.sent_at < beginning_of(max(quarters)) + timedelta(minutes=QUARTER_MIN),
        ~has_ended,
    )
    return connection.execute(asked).mappings().all()
