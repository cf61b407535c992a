"""Which endpoints an owner has, and the keys that were given for them.

Typed keys live in this process's memory alone, per owner and origin, until the app ends or they are forgotten.
A key of the environment or of secrets.toml stays with the endpoint it came with and is lent to no other.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import replace
from enum import StrEnum

from parley.endpoint import PRESETS, THIS_MACHINE, ApiKey, Endpoint, Service, service_at
from parley.settings import Settings, preset_for
from parley.store import Store

KEY_SERVICE = "openai_api_key_service"
"""Preference: which service an unassigned `OPENAI_API_KEY` is for."""


class KeySource(StrEnum):
    """Where an endpoint's key comes from."""

    NONE = "none"
    ENVIRONMENT = "environment"
    TYPED = "typed"


class EndpointBook:
    """All endpoints of all owners."""

    def __init__(
        self,
        settings: Settings,
        store: Store,
        *,
        secrets: Iterable[Endpoint] = (),
        local_model: bool = False,
    ) -> None:
        self._settings = settings
        self._store = store
        self._given = tuple(settings.endpoints) + tuple(secrets)
        self._local_model = local_model
        self._typed: dict[tuple[str, str], ApiKey] = {}
        self._lock = threading.Lock()

    def all(self, owner: str) -> list[Endpoint]:
        """Every endpoint of an owner, the default first; one a name."""
        assigned = self._assigned(owner)
        here = [THIS_MACHINE] if self._local_model else []
        own = [
            Endpoint(
                row.name,
                row.base_url,
                project=row.project,
                service=service_at(row.base_url),
                needs_key=_needs_key(service_at(row.base_url)),
            )
            for row in self._store.endpoints(owner)
        ]
        by_name: dict[str, Endpoint] = {}
        for endpoint in [*self._given, *assigned, *here, *own, *PRESETS]:
            by_name.setdefault(endpoint.name, self._with_typed_key(owner, endpoint))
        order = [*self._given, *assigned, *here, *PRESETS, *own]
        return [by_name[name] for name in dict.fromkeys(endpoint.name for endpoint in order)]

    def named(self, owner: str, name: str | None) -> Endpoint | None:
        return next((endpoint for endpoint in self.all(owner) if endpoint.name == name), None)

    def default(self, owner: str) -> Endpoint:
        """The endpoint to begin with; without any key or local model, the first preset."""
        return self.all(owner)[0]

    @property
    def has_default(self) -> bool:
        """False: nothing can be chatted with until a key is given."""
        return bool(self._given) or self._local_model

    def add(self, owner: str, *, name: str, base_url: str, project: str | None) -> None:
        """Keep an endpoint that a person described; `base_url` is tidied already."""
        self._store.save_endpoint(owner, name=name, base_url=base_url, project=project)

    def remove(self, owner: str, endpoint: Endpoint) -> None:
        self._store.delete_endpoint(owner, endpoint.name)
        self.forget_key(owner, endpoint)

    def is_own(self, owner: str, endpoint: Endpoint) -> bool:
        """The owner made it, so it can be removed."""
        return any(row.name == endpoint.name for row in self._store.endpoints(owner))

    def give_key(self, owner: str, endpoint: Endpoint, key: ApiKey) -> None:
        """Hold a typed key for an owner and the endpoint's origin."""
        with self._lock:
            self._typed[owner, endpoint.origin] = key

    def forget_key(self, owner: str, endpoint: Endpoint) -> None:
        with self._lock:
            self._typed.pop((owner, endpoint.origin), None)

    def key_source(self, owner: str, endpoint: Endpoint) -> KeySource:
        if (owner, endpoint.origin) in self._typed:
            return KeySource.TYPED
        return KeySource.NONE if endpoint.key is None else KeySource.ENVIRONMENT

    @property
    def unassigned_key(self) -> bool:
        """The environment holds an `OPENAI_API_KEY` that may be for another service."""
        return self._settings.unassigned_key is not None

    def needs_assignment(self, owner: str) -> bool:
        """True until the owner has said which service the unassigned key is for."""
        return self.unassigned_key and not self._assigned(owner)

    def assign(self, owner: str, service: Service) -> None:
        """The owner says which service the unassigned key is for."""
        self._store.set_preference(owner, KEY_SERVICE, service.value)

    def _assigned(self, owner: str) -> list[Endpoint]:
        key = self._settings.unassigned_key
        service = self._store.preference(owner, KEY_SERVICE) if key else None
        return [preset_for(Service(service), key)] if key and service else []

    def _with_typed_key(self, owner: str, endpoint: Endpoint) -> Endpoint:
        with self._lock:
            key = self._typed.get((owner, endpoint.origin)) if endpoint.origin else None
        return endpoint if key is None else replace(endpoint, key=key)


def _needs_key(service: Service) -> bool:
    return any(preset.service is service and preset.needs_key for preset in PRESETS)
