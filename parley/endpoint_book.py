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
from parley.errors import NameRefused
from parley.settings import Settings
from parley.store import SavedEndpoint, Store

NAME_MAX_CHARS = 60

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
        saved = {row.name: row for row in self._store.endpoints(owner)}
        here = [THIS_MACHINE] if self._local_model else []
        by_name: dict[str, Endpoint] = {}
        for endpoint in [*self._given, *self._assigned(owner), *here, *PRESETS]:
            by_name.setdefault(endpoint.name, _with_project(endpoint, saved.get(endpoint.name)))
        for row in saved.values():
            by_name.setdefault(row.name, _own(row))
        return [self._with_typed_key(owner, endpoint) for endpoint in by_name.values()]

    def named(self, owner: str, name: str | None) -> Endpoint | None:
        return next((endpoint for endpoint in self.all(owner) if endpoint.name == name), None)

    def default(self, owner: str) -> Endpoint:
        """The endpoint to begin with; without any key or local model, the first preset."""
        return self.all(owner)[0]

    @property
    def has_default(self) -> bool:
        """False: nothing can be chatted with until a key is given."""
        return self.has_given or self._local_model

    @property
    def has_given(self) -> bool:
        """The environment or secrets.toml names an endpoint, so one to begin with is known."""
        return bool(self._given)

    def is_set_up(self, owner: str) -> bool:
        """There is a default, or the owner gave a key or an endpoint: something may be expected to answer."""
        return self.has_default or any(
            self.is_own(owner, endpoint) or self.key_source(owner, endpoint) is not KeySource.NONE
            for endpoint in self.all(owner)
        )

    def add(self, owner: str, *, name: str, base_url: str, project: str | None) -> None:
        """Keep an endpoint that a person described; `base_url` is tidied already.

        Raises:
            NameRefused: the name is empty, too long, or another endpoint has it.
        """
        called = self.free_name(owner, name)
        self._store.save_endpoint(owner, name=called, base_url=base_url, project=project)

    def free_name(self, owner: str, name: str) -> str:
        """The name as it would be kept.

        Raises:
            NameRefused: it is empty, too long, or another endpoint has it.
        """
        called = name.strip()
        if not called or len(called) > NAME_MAX_CHARS or not called.isprintable():
            raise NameRefused
        taken = {endpoint.name.casefold() for endpoint in [THIS_MACHINE, *self.all(owner)]}
        if called.casefold() in taken:
            raise NameRefused("Another endpoint has this name already.")
        return called

    def sharing(self, owner: str, endpoint: Endpoint) -> list[str]:
        """The names of the other endpoints on the same origin: a typed key is theirs too."""
        return [
            other.name
            for other in self.all(owner)
            if other.origin == endpoint.origin and other.name != endpoint.name
        ]

    def set_project(self, owner: str, endpoint: Endpoint, project: str | None) -> None:
        """Keep a team/project for any endpoint, a preset included."""
        self._store.save_endpoint(
            owner, name=endpoint.name, base_url=endpoint.base_url, project=project
        )

    def move(self, owner: str, endpoint: Endpoint, base_url: str) -> None:
        """Give an own endpoint another path on the same origin, so that its key stays where it belongs."""
        moved = replace(endpoint, base_url=base_url)
        if self.is_own(owner, endpoint) and moved.origin == endpoint.origin:
            self.set_project(owner, moved, endpoint.project)

    def remove(self, owner: str, endpoint: Endpoint) -> None:
        """Remove an own endpoint, and its typed key unless another endpoint uses it too."""
        self._store.delete_endpoint(owner, endpoint.name)
        if all(other.origin != endpoint.origin for other in self.all(owner)):
            self.forget_key(owner, endpoint)

    def is_own(self, owner: str, endpoint: Endpoint) -> bool:
        """The owner made it, so it can be removed."""
        given = {known.name for known in [*self._given, THIS_MACHINE, *PRESETS]}
        saved = {row.name for row in self._store.endpoints(owner)}
        return endpoint.name in saved - given

    def give_key(self, owner: str, endpoint: Endpoint, key: ApiKey) -> None:
        """Hold a typed key for an owner and the endpoint's origin."""
        with self._lock:
            self._typed[owner, endpoint.origin] = key

    def forget_key(self, owner: str, endpoint: Endpoint) -> None:
        with self._lock:
            self._typed.pop((owner, endpoint.origin), None)

    def key_source(self, owner: str, endpoint: Endpoint) -> KeySource:
        with self._lock:
            if (owner, endpoint.origin) in self._typed:
                return KeySource.TYPED
        return KeySource.NONE if endpoint.key is None else KeySource.ENVIRONMENT

    @property
    def unassigned_key(self) -> bool:
        """The environment holds an `OPENAI_API_KEY` that may be for another service."""
        return self._settings.unassigned_key is not None

    def needs_assignment(self, owner: str) -> bool:
        """True until the owner has said which service the unassigned key is for."""
        return self.unassigned_key and self.assigned_to(owner) is None

    def assigned_to(self, owner: str) -> Service | None:
        """Which service the unassigned key is for; `OTHER` = none that Parley knows, so it stays unused."""
        chosen = self._store.preference(owner, KEY_SERVICE) if self.unassigned_key else None
        return next((service for service in Service if service.value == chosen), None)

    def assign(self, owner: str, service: Service | None) -> None:
        """The owner says which service the unassigned key is for; `None` = ask again."""
        self._store.set_preference(owner, KEY_SERVICE, service.value if service else "")

    def _assigned(self, owner: str) -> list[Endpoint]:
        key, service = self._settings.unassigned_key, self.assigned_to(owner)
        preset = next((preset for preset in PRESETS if preset.service is service), None)
        return [preset.with_key(key)] if key and preset else []

    def _with_typed_key(self, owner: str, endpoint: Endpoint) -> Endpoint:
        with self._lock:
            key = self._typed.get((owner, endpoint.origin)) if endpoint.origin else None
        return endpoint if key is None else replace(endpoint, key=key)


def _own(row: SavedEndpoint) -> Endpoint:
    service = service_at(row.base_url)
    return Endpoint(
        row.name,
        row.base_url,
        project=row.project,
        service=service,
        needs_key=_needs_key(service),
    )


def _with_project(endpoint: Endpoint, row: SavedEndpoint | None) -> Endpoint:
    """A saved row changes the project of a known endpoint, never its address: its key stays with that."""
    if row is None or row.base_url != endpoint.base_url:
        return endpoint
    return replace(endpoint, project=row.project)


def _needs_key(service: Service) -> bool:
    return any(preset.service is service and preset.needs_key for preset in PRESETS)
