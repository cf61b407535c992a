"""What a script may rely on: the names of `parley`; they cost nothing until they are used, and they suffice."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import parley
from tests.upstream import Upstream

NAMES = [
    "ApiKey",
    "CatalogCache",
    "ChatCall",
    "Conversation",
    "Cost",
    "Endpoint",
    "Engine",
    "Gateway",
    "Listing",
    "Message",
    "Model",
    "Notice",
    "Outcome",
    "PRESETS",
    "ParleyError",
    "Price",
    "Reply",
    "Settings",
    "Store",
    "Target",
    "Usage",
    "cost_of",
    "next_turn",
]


def test_the_public_names_are_these_and_each_is_there() -> None:
    assert sorted(parley.__all__) == NAMES
    assert set(NAMES) <= set(dir(parley))
    for name in NAMES:
        assert getattr(getattr(parley, name), "__name__", name) == name


def test_a_name_that_is_not_there_is_an_attribute_error_like_any_other() -> None:
    with pytest.raises(AttributeError, match="module 'parley' has no attribute 'Chatbot'"):
        parley.Chatbot  # type: ignore[attr-defined] # noqa: B018


def loaded_by(code: str) -> set[str]:
    """The packages and rooms of parley that a fresh Python has loaded after running the code."""
    script = f"{code}\nimport json, sys\nsys.stdout.write(json.dumps(list(sys.modules)))"
    ran = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        cwd=Path(parley.__file__).parents[1],
    )
    return set(json.loads(ran.stdout))


def test_importing_parley_loads_nothing_else() -> None:
    loaded = loaded_by("import parley")

    assert not {name for name in loaded if name.startswith("parley.")}
    assert not loaded & {"openai", "pandas", "sqlalchemy", "httpx2", "streamlit", "asyncio"}


@pytest.mark.parametrize(
    ("name", "spared"),
    [
        ("ApiKey", {"openai", "pandas", "sqlalchemy", "parley.store"}),
        ("Price", {"openai", "pandas", "sqlalchemy", "httpx2"}),
        ("Store", {"openai", "pandas", "streamlit"}),
        ("Engine", {"pandas", "streamlit"}),
        ("CatalogCache", {"pandas", "streamlit"}),
    ],
)
def test_a_name_loads_what_it_needs_and_no_more(name: str, spared: set[str]) -> None:
    assert not loaded_by(f"from parley import {name}") & spared


def test_the_public_names_suffice_to_talk_from_a_repl(upstream: Upstream, tmp_path: Path) -> None:
    from parley import Endpoint, Engine, Model, Store, Target, next_turn

    store = Store.open(tmp_path)
    engine = Engine(store)

    endpoint = Endpoint("Mine", upstream.base_url)
    reply = engine.begin(next_turn("me", None, [], "Hello", Target(endpoint, Model("test-model"))))
    reply.wait_until_ended(5)

    assert reply.message.text == "You said: Hello"
    assert reply.outcome is not None
    assert reply.outcome.usage.input_tokens.value == 1
    engine.close()
    store.close()
