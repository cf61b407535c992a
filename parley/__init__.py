"""Parley without a screen: models, replies, what they used and cost, from a REPL or a script.

Open a `Store`, give it to an `Engine`, `begin` what `next_turn` makes of a text, and read the `Reply`.
Each name is imported when first asked for: `import parley` itself loads nothing and starts nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from parley.catalog.listing import CatalogCache as CatalogCache
    from parley.catalog.listing import Listing as Listing
    from parley.catalog.model import Model as Model
    from parley.conversation import Conversation as Conversation
    from parley.conversation import Message as Message
    from parley.conversation import Outcome as Outcome
    from parley.endpoint import PRESETS as PRESETS
    from parley.endpoint import ApiKey as ApiKey
    from parley.endpoint import Endpoint as Endpoint
    from parley.engine import Engine as Engine
    from parley.errors import Notice as Notice
    from parley.errors import ParleyError as ParleyError
    from parley.gateway import ChatCall as ChatCall
    from parley.gateway import Gateway as Gateway
    from parley.pricing.costing import cost_of as cost_of
    from parley.pricing.price import Cost as Cost
    from parley.pricing.price import Price as Price
    from parley.reply import Reply as Reply
    from parley.settings import Settings as Settings
    from parley.store import Store as Store
    from parley.turns import Target as Target
    from parley.turns import next_turn as next_turn
    from parley.usage import Usage as Usage

_ROOM_OF = {
    "ApiKey": "endpoint",
    "CatalogCache": "catalog.listing",
    "ChatCall": "gateway",
    "Conversation": "conversation",
    "Cost": "pricing.price",
    "Endpoint": "endpoint",
    "Engine": "engine",
    "Gateway": "gateway",
    "Listing": "catalog.listing",
    "Message": "conversation",
    "Model": "catalog.model",
    "Notice": "errors",
    "Outcome": "conversation",
    "PRESETS": "endpoint",
    "ParleyError": "errors",
    "Price": "pricing.price",
    "Reply": "reply",
    "Settings": "settings",
    "Store": "store",
    "Target": "turns",
    "Usage": "usage",
    "cost_of": "pricing.costing",
    "next_turn": "turns",
}

__all__ = list(_ROOM_OF)

if (
    not TYPE_CHECKING
):  # pragma: no branch -- hidden from mypy, which then knows a name that is not there

    def __getattr__(name: str) -> object:
        if name not in _ROOM_OF:
            raise AttributeError(f"module 'parley' has no attribute {name!r}")
        return getattr(importlib.import_module(f"parley.{_ROOM_OF[name]}"), name)

    def __dir__() -> list[str]:
        return sorted({*globals(), *_ROOM_OF})
