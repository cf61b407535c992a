"""The environment, read once into one frozen `Settings`. The only reader of `os.environ`.

Which endpoint is the default follows from which key is set; a key belongs to the one endpoint it came with.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import httpx2
import platformdirs

from parley.endpoint import (
    PRESETS,
    ApiKey,
    Endpoint,
    Service,
    service_at,
    tidy_base_url,
    tidy_project,
)
from parley.errors import SettingsRefused


class Mode(StrEnum):
    """Who uses this Parley: the person at this machine, strangers at a demo, or people who log in."""

    LOCAL = "local"
    GUEST = "guest"
    SHARED = "shared"


@dataclass(frozen=True)
class Settings:
    """What the environment says."""

    mode: Mode
    data_dir: Path
    database_url: str | None = None
    local_model: bool = True
    weights: Path | None = None
    """Another .gguf for This machine; `None` = the packaged one."""
    endpoints: tuple[Endpoint, ...] = ()
    """Endpoints whose key came from the environment; the first is the default."""
    unassigned_key: ApiKey | None = None
    """`OPENAI_API_KEY` that is neither OpenAI's by its look nor W&B's: the app asks which service it is for."""

    @classmethod
    def from_environ(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Read the environment.

        Raises:
            SettingsRefused: a variable makes no sense; the sentence names it.
            BaseUrlRefused, KeyRefused, ProjectRefused: the same for `OPENAI_BASE_URL`, the keys
                and `OPENAI_PROJECT_ID`.
        """
        variables = _filled(os.environ if environ is None else environ)
        endpoints, unassigned = _endpoints(variables)
        local_model, weights = _local_model(variables.get("PARLEY_LOCAL_MODEL", "on"))
        return cls(
            mode=_mode(variables.get("PARLEY_MODE", Mode.LOCAL)),
            data_dir=_data_dir(variables),
            database_url=variables.get("PARLEY_DATABASE_URL"),
            local_model=local_model,
            weights=weights,
            endpoints=endpoints,
            unassigned_key=unassigned,
        )


def _filled(environ: Mapping[str, str]) -> dict[str, str]:
    return {name: value.strip() for name, value in environ.items() if value.strip()}


def _data_dir(variables: Mapping[str, str]) -> Path:
    chosen = variables.get("PARLEY_DATA_DIR")
    return Path(chosen).expanduser() if chosen else platformdirs.user_data_path("parley", False)


def _mode(text: str) -> Mode:
    try:
        mode = Mode(text.lower())
    except ValueError:
        raise SettingsRefused(f"PARLEY_MODE is {text!r}.", advice="It can be local.") from None
    if mode is not Mode.LOCAL:
        raise SettingsRefused(
            f"PARLEY_MODE={mode} is not built yet.", advice="Remove PARLEY_MODE to use local mode."
        )
    return mode


def _local_model(text: str) -> tuple[bool, Path | None]:
    if text.lower() in ("off", "0", "false", "no"):
        return False, None
    if text.lower() in ("on", "1", "true", "yes"):
        return True, None
    weights = Path(text).expanduser()
    if not weights.is_file():
        raise SettingsRefused(
            "PARLEY_LOCAL_MODEL names a file that is not there.",
            advice="Give on, off, or the path of a .gguf file.",
        )
    return True, weights


def _endpoints(variables: Mapping[str, str]) -> tuple[tuple[Endpoint, ...], ApiKey | None]:
    """The endpoints that the environment gives keys for, and a key that fits none for sure."""
    found: list[Endpoint] = []
    unassigned: ApiKey | None = None
    key = ApiKey(variables["OPENAI_API_KEY"]) if "OPENAI_API_KEY" in variables else None
    base_url = variables.get("OPENAI_BASE_URL")
    if base_url:
        found.append(_custom(base_url, key, variables.get("OPENAI_PROJECT_ID")))
    wandb_key = ApiKey(variables["WANDB_API_KEY"]) if "WANDB_API_KEY" in variables else None
    if wandb_key is not None:
        found.append(preset_for(Service.WANDB, wandb_key))
    if key is not None and not base_url:
        if key.looks_like_openai:
            found.append(preset_for(Service.OPENAI, key))
        elif key != wandb_key:
            unassigned = key
    return _by_name(found), unassigned


def _by_name(found: list[Endpoint]) -> tuple[Endpoint, ...]:
    """One endpoint a name; the first variable in the order above wins.

    A base URL that came without a key takes the key of the same service: `WANDB_API_KEY` is W&B's.
    """
    unique: dict[str, Endpoint] = {}
    for endpoint in found:
        first = unique.setdefault(endpoint.name, endpoint)
        if first.key is None and first.base_url == endpoint.base_url:
            unique[endpoint.name] = first.with_key(endpoint.key)
    return tuple(unique.values())


def preset_for(service: Service, key: ApiKey) -> Endpoint:
    """The preset of a service with a key."""
    return next(preset for preset in PRESETS if preset.service is service).with_key(key)


def _custom(base_url: str, key: ApiKey | None, project: str | None) -> Endpoint:
    tidied = tidy_base_url(base_url)
    service = service_at(tidied)
    name = next((preset.name for preset in PRESETS if preset.base_url == tidied), None)
    return Endpoint(
        name=name or httpx2.URL(tidied).netloc.decode("ascii"),
        base_url=tidied,
        key=key,
        project=tidy_project(project or "", service),
        service=service,
        needs_key=service in (Service.WANDB, Service.OPENAI, Service.OPENROUTER),
    )
