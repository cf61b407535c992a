"""Any server's model list → `ModelList`. Takes an object with `data`, one with `models`, or a bare array.

Entries that cannot be read are counted, never raised; ids are kept exactly as they came.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from parley.catalog.entry import facts_in
from parley.catalog.model import MAX_ID_CHARS, Model
from parley.errors import WrongBaseUrl

MAX_ENTRIES = 20_000

_ID_KEYS = ("id", "key", "name", "model")


@dataclass(frozen=True)
class ModelList:
    """What an endpoint listed, and what of it could not be used."""

    models: tuple[Model, ...] = ()
    unreadable: int = 0
    """Entries that are no object, or have no usable id."""
    duplicates: int = 0
    """Entries whose id had come before; the first was kept."""
    truncated: bool = False
    """There were more than `MAX_ENTRIES`; the rest was not read."""


def parse_models(payload: object, *, host: str) -> ModelList:
    """Read a model list. `host` is the endpoint's host name: it decides the unit of prices.

    Raises:
        WrongBaseUrl: the payload has none of the three shapes.
    """
    entries, further = _entries(payload)
    models: dict[str, Model] = {}
    unreadable = duplicates = 0
    for entry in entries[:MAX_ENTRIES]:
        model_id = _id_of(entry)
        if model_id is None:
            unreadable += 1
        elif model_id in models:
            duplicates += 1
        else:
            models[model_id] = _model(model_id, entry, further.get(model_id, {}), host)
    return ModelList(tuple(models.values()), unreadable, duplicates, len(entries) > MAX_ENTRIES)


def _entries(payload: object) -> tuple[list[Any], dict[str, Mapping[str, Any]]]:
    """The entries, and for llama.cpp what its second list says about the same ids."""
    if isinstance(payload, list):
        return payload, {}
    if not isinstance(payload, dict):
        raise WrongBaseUrl
    data, models = _list_in(payload, "data"), _list_in(payload, "models")
    if data:
        return data, _by_id(models or [])
    if data is None and models is None and not _is_empty_list(payload):
        raise WrongBaseUrl
    return models or [], {}


def _list_in(payload: Mapping[str, Any], key: str) -> list[Any] | None:
    found = payload.get(key)
    return found if isinstance(found, list) else None


def _is_empty_list(payload: Mapping[str, Any]) -> bool:
    """Servers without a model answer `data: null`, or leave `data` out."""
    return payload.get("data") is None and (payload.get("object") == "list" or "data" in payload)


def _by_id(entries: list[Any]) -> dict[str, Mapping[str, Any]]:
    found = ((_id_of(entry), entry) for entry in entries[:MAX_ENTRIES])
    return {model_id: entry for model_id, entry in found if model_id is not None}


def _id_of(entry: object) -> str | None:
    """The id as it stands, or None when it cannot be sent back to the server."""
    if not isinstance(entry, dict):
        return None
    found = next((entry[key] for key in _ID_KEYS if entry.get(key) is not None), None)
    if not isinstance(found, str) or not found.strip() or len(found) > MAX_ID_CHARS:
        return None
    return found if _is_sendable(found) else None


def _is_sendable(model_id: str) -> bool:
    """Half a surrogate pair is text in JSON, but neither UTF-8 nor a database takes it."""
    return not any("\ud800" <= char <= "\udfff" for char in model_id)


def _model(model_id: str, entry: Mapping[str, Any], further: Mapping[str, Any], host: str) -> Model:
    return Model(model_id, facts_in({**further, **entry}, model_id, host=host), raw=entry)
