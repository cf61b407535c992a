"""The calls that are wanted as files to download. Nothing is made before the click."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import BinaryIO

import streamlit as st

from parley.conversation import LedgerEntry
from parley.ledger_export import About, every_call, write_csv, write_json
from parley.store import Store
from parley.wanted_calls import Wanted

Write = Callable[[Iterable[LedgerEntry], About, BinaryIO], None]


@dataclass(frozen=True)
class Export:
    """All calls of one question, however many pages they fill."""

    store: Store
    owner: str
    wanted: Wanted

    def csv(self) -> bytes:
        return self._made(write_csv)

    def json(self) -> bytes:
        return self._made(write_json)

    def parquet(self) -> bytes:
        # Loaded for those alone who want it: a tenth of a second of every start.
        from parley.ledger_export.parquet_file import write_parquet

        return self._made(write_parquet)

    def _made(self, write: Write) -> bytes:
        file = io.BytesIO()
        about = About(datetime.now(UTC), self.wanted)
        write(every_call(self.store, self.owner, self.wanted), about, file)
        return file.getvalue()


def show(store: Store, owner: str, wanted: Wanted) -> None:
    """Draw one button for each kind of file."""
    export = Export(store, owner, wanted)
    _button("CSV", "text/csv", "csv", export.csv)
    _button("JSON", "application/json", "json", export.json)
    _button("Parquet", "application/vnd.apache.parquet", "parquet", export.parquet)


def _button(label: str, mime: str, ending: str, make: Callable[[], bytes]) -> None:
    st.download_button(
        label,  # trusted: ours
        make,
        file_name=f"calls.{ending}",
        mime=mime,
        key=f"download-calls-{ending}",
        icon=":material/download:",
        type="tertiary",
        on_click="ignore",
        help="All calls that are wanted, with exact figures, their states, and what each column means",
    )
