"""The ways of looking at the models."""

from __future__ import annotations

from collections.abc import Mapping

from components import view_choice
from components.state import Session

CONTROL = "model-view"
LIST = "list"
VIEWS: Mapping[str, str] = {
    LIST: ":material/table_rows: :gray[List]",
    "chart": ":material/scatter_plot: :gray[Chart]",
    "compare": ":material/compare_arrows: :gray[Compare]",
    "cost": ":material/calculate: :gray[Cost of my use]",
    "changes": ":material/history: :gray[What changed]",
    "probe": ":material/monitor_heart: :gray[Probe]",
}
"""Value in the address → what the control says; a chosen one in the accent's colour is too faint in the dark theme."""
WITH_TABLE = (LIST, "cost")
"""The cost of a use is a column of the table, so it is seen at once."""


def choose(session: Session) -> str:
    """Draw the control; return a key of `VIEWS`."""
    return view_choice.choose(session, VIEWS, CONTROL)
