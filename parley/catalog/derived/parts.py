"""The parts of an id: who it says it comes from, and the name itself with its words.

Ids are written as org/name, host/org/name, accounts/host/models/name, @cf/org/name, region.org.name or just name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_REGION = re.compile(r"^(?:us|eu|apac|jp|au|ca|global|regional|us-gov)\.(?=[a-z0-9]+\.)")
_DOTTED = re.compile(
    r"^(amazon|anthropic|ai21|cohere|deepseek|google|meta|minimax|mistral|moonshot(?:ai)?|nvidia|openai|qwen"
    r"|stability|writer|zai)\.(?=[a-z])",
    re.IGNORECASE,
)
_FILE = re.compile(r"^(?:[/.\\]|~/|[a-zA-Z]:\\)|://")
_ORGANIZATION = re.compile(r"[\w.-]{1,96}")
_NO_ORGANIZATION = frozenset(
    {"models", "accounts", "publishers", "projects", "locations", "endpoints", "deployments"}
)
_EXTENSION = re.compile(r"\.(?:gguf|ggml|safetensors|bin)$", re.IGNORECASE)
_GAP = re.compile(r"[-_:@ ()\[\]]+|\.(?=[a-z])")


def words(text: str) -> tuple[str, ...]:
    """The words of a name in lower case; a dot belongs to a number, and parts what letters follow."""
    return tuple(word for word in _GAP.split(text.lower()) if word)


@dataclass(frozen=True)
class Spelling:
    """An id, taken apart."""

    organization: str | None
    """As the id writes it; a maker, a host, or somebody who repackaged the model."""
    name: str
    """What stands behind the organization."""


def spelling(model_id: str) -> Spelling:
    """Take an id apart. A path of files has no organization: its folders are nobody's name.

    >>> spelling("us.anthropic.claude-opus-4-1-20250805-v1:0")
    Spelling(organization='anthropic', name='claude-opus-4-1-20250805-v1:0')
    >>> spelling("@cf/qwen/qwq-32b")
    Spelling(organization='qwen', name='qwq-32b')
    """
    *before, name = _EXTENSION.sub("", model_id.rstrip("/")).split("/")
    if before:
        return Spelling(None if _FILE.search(model_id) else _organization(before[-1]), name)
    name = _REGION.sub("", name)
    dotted = _DOTTED.match(name)
    return Spelling(dotted[1], name[dotted.end() :]) if dotted else Spelling(None, name)


def _organization(segment: str) -> str | None:
    written = segment.removeprefix("~")
    if segment.startswith("@") or written.lower() in _NO_ORGANIZATION:
        return None
    return written if _ORGANIZATION.fullmatch(written) else None
