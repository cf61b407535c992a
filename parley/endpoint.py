"""An `Endpoint` is one OpenAI-compatible server together with the one key that may be sent to it.

Key and address live in one object, so that no code path can pair them anew. The key is never printed,
pickled, compared by value or written; only `transport.py` reveals it, and only to the endpoint's own origin.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, NoReturn, Self
from urllib.parse import urlsplit

import httpx2

from parley.errors import BaseUrlRefused, KeyRefused, ProjectRefused


class ApiKey:
    """A secret that cannot be shown by accident."""

    __slots__ = ("__text",)

    def __init__(self, text: str) -> None:
        trimmed = text.strip().strip("\"'").strip()
        if not trimmed or not trimmed.isascii() or not trimmed.isprintable() or " " in trimmed:
            raise KeyRefused
        self.__text = trimmed

    def reveal(self) -> str:
        """The key itself. Called in `transport.py` alone (a test looks)."""
        return self.__text

    @property
    def looks_like_openai(self) -> bool:
        """OpenAI's own keys begin with `sk-`; W&B's documentation puts W&B keys into the same variable."""
        return self.__text.startswith("sk-")

    def redact(self, text: str) -> str:
        """The text with this key replaced, should a server have echoed it."""
        return text.replace(self.__text, "[key]")

    @property
    def fingerprint(self) -> str:
        """Sixteen hex digits that tell two keys apart and say nothing else."""
        return hashlib.sha256(self.__text.encode()).hexdigest()[:16]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ApiKey) and other.fingerprint == self.fingerprint

    def __hash__(self) -> int:
        return hash(self.fingerprint)

    def __repr__(self) -> str:
        return "ApiKey(…)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("an ApiKey cannot be pickled or copied")


class Service(StrEnum):
    """Which kind of server it is, where that changes what we say or send."""

    LOCAL = "local"
    WANDB = "wandb"
    OPENAI = "openai"
    OPENROUTER = "openrouter"
    OLLAMA = "ollama"
    LM_STUDIO = "lmstudio"
    VLLM = "vllm"
    OTHER = "other"


@dataclass(frozen=True)
class Endpoint:
    """Where requests go, and with which key."""

    name: str
    """What a person calls it; unique per owner."""
    base_url: str
    """Tidied, without a trailing slash; empty for This machine until it has been started."""
    key: ApiKey | None = None
    project: str | None = None
    """`team/project` for W&B; sent as the `OpenAI-Project` header when set."""
    service: Service = Service.OTHER
    needs_key: bool = False
    """The service is known to answer nobody without a key."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Further headers that this endpoint wants."""

    @property
    def origin(self) -> str:
        """Scheme, host and port, as the HTTP client itself reads them."""
        return origin_of(self.base_url) if self.base_url else ""

    @property
    def runs_here(self) -> bool:
        """A server on this very machine: it has no price unless the user sets one."""
        return bool(self.base_url) and httpx2.URL(self.base_url).host in LOOPBACK_HOSTS

    def with_key(self, key: ApiKey | None) -> Self:
        return replace(self, key=key)


LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost", "::1", "[::1]"})

THIS_MACHINE = Endpoint("This machine", "", service=Service.LOCAL)

PRESETS: tuple[Endpoint, ...] = (
    Endpoint(
        "W&B Inference", "https://api.inference.wandb.ai/v1", service=Service.WANDB, needs_key=True
    ),
    Endpoint("OpenAI", "https://api.openai.com/v1", service=Service.OPENAI, needs_key=True),
    Endpoint(
        "OpenRouter", "https://openrouter.ai/api/v1", service=Service.OPENROUTER, needs_key=True
    ),
    Endpoint("Ollama", "http://127.0.0.1:11434/v1", service=Service.OLLAMA),
    Endpoint("LM Studio", "http://127.0.0.1:1234/v1", service=Service.LM_STUDIO),
    Endpoint("vLLM", "http://127.0.0.1:8000/v1", service=Service.VLLM),
)


def origin_of(url: str) -> str:
    """`https://host:port` with the default port written out, so that equal origins are equal strings."""
    parsed = httpx2.URL(url)
    port = parsed.port or {"http": 80, "https": 443}.get(parsed.scheme, 0)
    return f"{parsed.scheme}://{parsed.host.rstrip('.')}:{port}"


def service_at(base_url: str) -> Service:
    """The service whose preset has this origin, else `OTHER`."""
    origin = origin_of(base_url)
    return next((preset.service for preset in PRESETS if preset.origin == origin), Service.OTHER)


BASE_URL_MAX_CHARS = 2000
PROJECT_MAX_CHARS = 200

_API_PATHS = re.compile(
    r"/(chat/completions|completions|models|responses|embeddings)(/[^/]*)?$", re.IGNORECASE
)
_CUT_SHORT = re.compile(r"(/v\d+[a-z]*\d*)/(?:chat|messages)$", re.IGNORECASE)
_OLLAMA_PATHS = re.compile(r"/api/(?:chat|generate|tags)$", re.IGNORECASE)
_WANTS_VERSION = re.compile(r"^(?!.*/v\d).*/openai$", re.IGNORECASE)


def tidy_base_url(pasted: str) -> str:
    """The base URL behind whatever form people paste.

    Adds a missing scheme and a missing `/v1` (where there is no path at all, or one that ends in `/openai`), removes
    a doubled one, trailing slashes and `/chat/completions` or `/models`. Any other path stays: Open WebUI answers
    at a bare `/api`.

    Raises:
        BaseUrlRefused: not http(s), no host, or a user name, query or fragment in it.
    """
    text = pasted.strip().strip("\"'<>").strip()
    if not text or len(text) > BASE_URL_MAX_CHARS or re.search(r"[\s\\\x00-\x1f]", text):
        raise BaseUrlRefused
    if re.match(r"^https?:(?!//)", text, re.IGNORECASE):
        raise BaseUrlRefused
    if not re.match(r"^[a-zA-Z][a-zA-Z0-9+.-]*://", text):
        text = ("http://" if _is_loopback_like(text) else "https://") + text
    url = _parsed(text)
    path = re.sub(r"/{2,}", "/", url.path).rstrip("/")
    path = _CUT_SHORT.sub(r"\1", _OLLAMA_PATHS.sub("/v1", _API_PATHS.sub("", path)))
    path = re.sub(r"(/v1)+$", "/v1", path, flags=re.IGNORECASE)
    path = _with_version(origin_of(str(url)), path)
    return str(url.copy_with(path=path, query=None, fragment=None)).rstrip("/")


def _with_version(origin: str, path: str) -> str:
    """A known service has one path; a part of it is meant for the whole."""
    own = next(
        (httpx2.URL(known.base_url).path for known in PRESETS if known.origin == origin), "/v1"
    )
    if own.startswith(f"{path}/") or own.endswith(path):
        return own
    return f"{path}/v1" if _WANTS_VERSION.match(path) else path


def _is_loopback_like(text: str) -> bool:
    here = r"^(localhost|127\.[\d.]+|\[::1\]|0\.0\.0\.0)(?=[:/]|$)"
    return re.match(here, text, re.IGNORECASE) is not None


def _parsed(text: str) -> httpx2.URL:
    try:
        url = httpx2.URL(text)
        # What httpx2 takes here and stumbles over later, when the parts are read or put together.
        _ = url.host, url.raw_host, urlsplit(text), url.copy_with(path=url.path)
    except (httpx2.InvalidURL, ValueError) as error:
        raise BaseUrlRefused from error
    if url.scheme not in ("http", "https") or not url.host or not 0 < (url.port or 80) < 65536:
        raise BaseUrlRefused
    if url.userinfo:
        raise BaseUrlRefused(
            "A user name or password in the address is not used.",
            advice="Remove what stands before the @ and put the key into its own field.",
        )
    if url.query or url.fragment:
        raise BaseUrlRefused(
            "The address has a ? or # in it.", advice="Remove everything from that character on."
        )
    return url


def tidy_project(typed: str, service: Service = Service.OTHER) -> str | None:
    """What goes out as `OpenAI-Project`; `None` when nothing was typed, because an empty header is refused.

    Raises:
        ProjectRefused: no header can carry it, or W&B would not read it as `team/project`.
    """
    text = typed.strip().strip("\"'").strip()
    if not text.isascii() or (text and not text.isprintable()) or len(text) > PROJECT_MAX_CHARS:
        raise ProjectRefused
    if text and service is Service.WANDB and not re.fullmatch(r"[^/\s][^/]*/[^/]*[^/\s]", text):
        raise ProjectRefused("W&B wants both, as team/project.")
    return text or None


def from_mapping(name: str, entry: Mapping[str, Any]) -> Endpoint:
    """An endpoint from `[endpoints.<name>]` of secrets.toml: `base_url`, `api_key`, optional `project`.

    Raises:
        BaseUrlRefused, KeyRefused, ProjectRefused: as the values deserve.
    """
    base_url = tidy_base_url(str(entry.get("base_url", "")))
    key_text = str(entry.get("api_key", "")).strip()
    service = service_at(base_url)
    return Endpoint(
        name=name,
        base_url=base_url,
        key=ApiKey(key_text) if key_text else None,
        project=tidy_project(str(entry.get("project", "")), service),
        service=service,
        needs_key=service in (Service.WANDB, Service.OPENAI, Service.OPENROUTER),
    )
