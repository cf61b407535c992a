"""The models page for its tests: how it is opened at an address, and how what it says is read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages import chat_page
from tests.upstream import Upstream

ROUTER_LIST = {
    "data": [
        {
            "id": "qwen/qwen-large",
            "name": "Qwen Large",
            "description": "Writes code.",
            "context_length": 131_072,
            "architecture": {"input_modalities": ["text", "image"], "output_modalities": ["text"]},
            "pricing": {"prompt": "0.0000002", "completion": "0.00000065"},
            "supported_parameters": ["tools", "reasoning"],
        },
        {"id": "qwen/qwen-small", "context_length": 8_192},
        {"id": "meta-llama/llama-old", "active": False},
        {"id": "text-embedding-9", "architecture": {"output_modalities": ["embeddings"]}},
        {"id": "evil/![x](http://evil.example/a.png)", "name": "![x](http://evil.example/a.png)"},
        {"id": "qwen/qwen-small"},
        "not an entry",
    ]
}
WANDB = "W&B Inference"
NAVIGATION = Path(__file__).parents[2] / "pages" / "navigation.py"


def served(
    upstream: Upstream, monkeypatch: pytest.MonkeyPatch, data_dir: Path
) -> Iterator[Upstream]:
    """The upstream with this list as the default endpoint of fresh services; for a fixture."""
    yield from chat_page.served(upstream, monkeypatch, data_dir, ROUTER_LIST)


def opened(**address: str | list[str]) -> AppTest:
    """The page at an address, as after a reload or from a shared link."""
    app = AppTest.from_file(NAVIGATION, default_timeout=20)
    app.run()
    for name, value in address.items():
        app.query_params[name] = value
    app.switch_page("models.py").run()
    assert not app.exception
    return app


def ids(app: AppTest) -> list[str]:
    """The models in the table, from above."""
    return [str(model_id) for model_id in app.dataframe[0].value["id"]]


def words(app: AppTest) -> str:
    """Everything that the page says in sentences, without the escapes that Markdown needs."""
    kinds = (app.caption, app.info, app.warning, app.error, app.header, app.text)
    said = [str(element.value) for kind in kinds for element in kind]
    return "\n".join(said).replace("\\", "")


def facts(app: AppTest) -> list[list[str]]:
    """The table of facts, line by line."""
    return [[str(cell).replace("\\", "") for cell in row] for row in app.table[0].value.values]


def address(app: AppTest) -> dict[str, Any]:
    return dict(app.query_params)
