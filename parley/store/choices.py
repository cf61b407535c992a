"""What an owner chose to keep: endpoints without their keys, presets, preferences."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete, select

from parley.conversation import Preset
from parley.store import statements
from parley.store.database import Database
from parley.store.rows import preset_from, preset_values
from parley.store.tables import (
    endpoints,
    favourites,
    own_prices,
    preferences,
    presets,
    probes,
)


@dataclass(frozen=True)
class SavedEndpoint:
    """An endpoint that an owner added, without its key."""

    name: str
    base_url: str
    project: str | None


class Choices(Database):
    """Small things under a name; saving under a name that is taken replaces what was there."""

    def save_endpoint(self, owner: str, *, name: str, base_url: str, project: str | None) -> None:
        """Add an endpoint, or change the one of this name."""
        values = {"owner": owner, "name": name, "base_url": base_url, "project": project}
        with self._writing(owner) as connection:
            statements.put(connection, endpoints, values)

    def endpoints(self, owner: str) -> list[SavedEndpoint]:
        """In the order of their names."""
        wanted = select(endpoints).where(endpoints.c.owner == owner).order_by(endpoints.c.name)
        with self._reading() as connection:
            return [
                SavedEndpoint(row["name"], row["base_url"], row["project"])
                for row in connection.execute(wanted).mappings()
            ]

    def delete_endpoint(self, owner: str, name: str) -> None:
        """Forget it with its prices, favourites and probes: another server may be given its name."""
        with self._writing(owner) as connection:
            connection.execute(
                delete(endpoints).where(endpoints.c.owner == owner, endpoints.c.name == name)
            )
            for notes in (own_prices, favourites, probes):
                connection.execute(
                    delete(notes).where(notes.c.owner == owner, notes.c.endpoint == name)
                )

    def save_preset(self, owner: str, preset: Preset) -> None:
        with self._writing(owner) as connection:
            statements.put(connection, presets, preset_values(owner, preset))

    def presets(self, owner: str) -> list[Preset]:
        """In the order of their names."""
        wanted = select(presets).where(presets.c.owner == owner).order_by(presets.c.name)
        with self._reading() as connection:
            return [preset_from(row) for row in connection.execute(wanted).mappings()]

    def delete_preset(self, owner: str, name: str) -> None:
        with self._writing(owner) as connection:
            connection.execute(
                delete(presets).where(presets.c.owner == owner, presets.c.name == name)
            )

    def preference(self, owner: str, name: str) -> str | None:
        wanted = select(preferences.c.value).where(
            preferences.c.owner == owner, preferences.c.name == name
        )
        with self._reading() as connection:
            return connection.scalar(wanted)

    def set_preference(self, owner: str, name: str, value: str) -> None:
        with self._writing(owner) as connection:
            statements.put(connection, preferences, {"owner": owner, "name": name, "value": value})
