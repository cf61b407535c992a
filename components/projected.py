"""A projection on every model of a list, in the order of its table, and the file that it is saved as."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from components.model_export import BYTE_ORDER_MARK
from components.projection_inputs import Inputs
from parley.catalog.listing import Listing
from parley.projection import Month, projected
from parley.projection_export import Assumed, as_csv


@dataclass(frozen=True)
class Projected:
    """Every model's month, and what it was made from."""

    inputs: Inputs
    months: tuple[Month, ...]
    """Those of known price, the cheapest that hold every turn first."""
    unpriced: tuple[Month, ...]
    now: Month | None
    """On the model that is used now; `None` = the list does not hold it."""
    fetched_on: date | None = None
    """The day of the endpoint's own list, which dates its prices."""

    @property
    def assumed(self) -> Assumed:
        inputs = self.inputs
        return Assumed(
            inputs.audience, inputs.shape.turns, inputs.last_messages, self.now, inputs.ratios
        )

    def csv(self) -> bytes:
        """The file, those of unknown price too."""
        text = as_csv([*self.months, *self.unpriced], self.assumed, fetched_on=self.fetched_on)
        return f"{BYTE_ORDER_MARK}{text}".encode("utf-8", "replace")


def projection(inputs: Inputs, listing: Listing, now: str | None) -> Projected:
    """Every chat model of a list. `now`: the id of the model to compare with."""
    months = projected(
        listing.models,
        inputs.shape,
        inputs.audience,
        last_messages=inputs.last_messages,
        scales=inputs.scales,
    )
    priced = [month for month in months if month.cost is not None]
    return Projected(
        inputs,
        months=tuple(sorted(priced, key=_rank)),
        unpriced=tuple(month for month in months if month.cost is None),
        now=next((month for month in months if month.model.id == now), None),
        fetched_on=listing.fetched_at.date() if listing.fetched_at else None,
    )


def _rank(month: Month) -> tuple[bool, Decimal]:
    return month.holds_all is False, month.cost or Decimal(0)
