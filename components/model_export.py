"""The models that are shown as files to download. Nothing is made before the click."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime

import streamlit as st

from parley.catalog.listing import Listing
from parley.catalog.model import Model
from parley.endpoint import Endpoint
from parley.frames import Frame
from parley.model_query.exporting import as_csv, as_json
from parley.model_query.query import ModelQuery

BYTE_ORDER_MARK = "\ufeff"
"""Without it Excel reads the file as Latin-1."""


@dataclass(frozen=True)
class Shown:
    """What is on the page when it is drawn, and so what a click downloads."""

    endpoint: Endpoint
    listing: Listing
    query: ModelQuery
    found: Frame

    def csv(self) -> bytes:
        text = as_csv(self._models(), fetched_on=self._fetched_on(), favourites=self._favourites())
        return f"{BYTE_ORDER_MARK}{text}".encode("utf-8", "replace")

    def json(self) -> bytes:
        text = as_json(
            self._models(),
            endpoint=self.endpoint.name,
            query=self.query.text,
            exported_at=datetime.now(UTC),
            fetched_on=self._fetched_on(),
            favourites=self._favourites(),
        )
        return text.encode("utf-8", "replace")

    def _models(self) -> list[Model]:
        known = {model.id: model for model in self.listing.models}
        return [known[model_id] for model_id in self.found["id"]]

    def _fetched_on(self) -> date | None:
        return self.listing.fetched_at.date() if self.listing.fetched_at else None

    def _favourites(self) -> frozenset[str]:
        return frozenset(self.found["id"][self.found["favourite"]])


def show(shown: Shown) -> None:
    """Draw one button for each kind of file."""
    _button("CSV", "text/csv", "csv", shown.csv)
    _button("JSON", "application/json", "json", shown.json)


def _button(label: str, mime: str, ending: str, make: Callable[[], bytes]) -> None:
    st.download_button(
        label,  # trusted: ours
        make,
        file_name=f"models.{ending}",
        mime=mime,
        key=f"download-{ending}",
        icon=":material/download:",
        type="tertiary",
        on_click="ignore",
        help="All models that are found, with the source and date of each price",
    )
