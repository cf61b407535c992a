"""Starts and ends the services for the server, without importing them before the port is open.

They bring the API client and the database with them, more than half a second of imports.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from parley.errors import ParleyError
from parley.settings import Mode, Settings

SERVICES = "components.services"
PANDAS_USER = "parley.frames"
"""The models page wants it, and it takes half a second to import."""

_services: Any = None


def start() -> None:
    """Open the store and start the engine; a fault is logged, and shown by every page."""
    global _services
    # Not found in `sys.modules` instead: a module is there before it is whole.
    _services = import_module(SERVICES)
    _services.start()


def warm() -> None:
    """Import what a later page wants."""
    import_module(PANDAS_USER)


def stop() -> None:
    """End every reply, the model on this machine, and the store."""
    if _services is not None:
        _services.stop()


def is_healthy() -> bool:
    """The store is open and can be read."""
    return _services is not None and bool(_services.is_healthy())


def mode() -> Mode:
    """The mode of this process; the strictest while the environment makes no sense."""
    try:
        return Settings.from_environ().mode
    except ParleyError:
        return Mode.LOCAL
