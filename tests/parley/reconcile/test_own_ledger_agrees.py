"""A file that is made from the ledger itself has nothing to differ in, whatever the calls were."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from parley.conversation import LedgerEntry
from parley.reconcile.columns import Field
from parley.reconcile.pairs import Side
from tests.parley.calls import entry, prices, refused, usages
from tests.parley.reconcile.files import HEADER, held_against, rows_of, written
from tests.parley.store.turns import NOON

NAMES = ("Qwen/Qwen3", "qwen3", "gpt-5", "gpt-5-2026-08-06", "a,b;c", "x\ty", "=1+1", 'Ω "quoted"')

OF = dict(zip(Field, HEADER, strict=False))


@st.composite
def calls(draw: st.DrawFn) -> LedgerEntry:
    """Any call of a few days."""
    used = draw(st.none() | usages())
    made = draw(st.just(refused()) | st.just(entry(used, price=draw(st.none() | prices()))))
    sent_at: datetime = NOON + timedelta(minutes=draw(st.integers(-4000, 4000)))
    request = replace(made.request, sent_at=sent_at, model=draw(st.sampled_from(NAMES)))
    return replace(made, request=request)


@given(st.lists(calls(), min_size=1, max_size=12), st.sampled_from(",;\t|"))
def test_a_file_of_our_own_ledger_has_no_difference(
    entries: list[LedgerEntry], delimiter: str
) -> None:
    rows = rows_of(entries)
    if not rows:
        return

    found = held_against(written(rows, delimiter=delimiter), entries, of=OF)

    assert {one.pair.side for one in found.pairs} <= {Side.AGREES, Side.UNCOMPARED}
    assert not any(one.why for one in found.pairs)
    assert not found.theirs.left_out
    assert len(found.pairs) == len(rows)
    assert "differs" in found.verdict and "; none differs." in found.verdict
