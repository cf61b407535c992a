"""Values that are nested deeper than a file may be: they are written as text that holds their JSON.

A JSON schema may be fifty levels deep and a server may report anything, but what is exported can be imported again.
"""

from __future__ import annotations

import json
from typing import Any

from parley.typed_json import typed_object, walk

DEEPEST = 10
"""Levels that a value may have of its own: what is around it takes six."""


def dumped(value: Any) -> str:
    """One line of JSON that is the same every time."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def shallow(value: Any) -> Any:
    """The value, or its JSON when it is nested too deep."""
    return dumped(value) if any(depth > DEEPEST for depth, _, _ in walk(value)) else value


def deep(value: Any, field: str) -> Any:
    """What `shallow` was given. Another text stays what it is, for its reader to judge.

    Raises:
        SettingRefused: a text that holds no JSON object, or one too large; `field` names it.
    """
    return typed_object(value, field) if isinstance(value, str) else value
