"""PLACEHOLDER by the lead: the owner of this room replaces this file whole."""

from typing import Any


def export_buttons(services: Any, owner: str, conversation: Any) -> None: ...
def show(services: Any, owner: str, session: Any) -> None: ...
