"""PLACEHOLDER by the lead: the owner of this room replaces this file whole."""

from typing import Any


def show(attachments: Any, load: Any) -> None: ...
