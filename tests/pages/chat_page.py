"""The chat page for its tests: how it is opened and used, and how what it says is read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components import services
from parley.conversation import LOCAL_OWNER, Message
from tests.upstream import Upstream

NAVIGATION = Path(__file__).parents[2] / "pages" / "navigation.py"
PRICED = {"prompt": "0.0000002", "completion": "0.00000065", "input_cache_read": "0.00000003"}
LIST = {
    "data": [
        {"id": "big", "context_length": 8_000, "pricing": PRICED},
        {"id": "small", "context_length": 4_000},
        {"id": "old", "active": False},
        {"id": "embedder", "architecture": {"output_modalities": ["embeddings"]}},
    ]
}


def served(
    upstream: Upstream,
    monkeypatch: pytest.MonkeyPatch,
    data_dir: Path,
    models: dict[str, Any] = LIST,
) -> Iterator[Upstream]:
    """The upstream with this list as the default endpoint of fresh services; for a fixture."""
    upstream.models = models
    monkeypatch.setenv("PARLEY_DATA_DIR", str(data_dir))
    monkeypatch.setenv("PARLEY_LOCAL_MODEL", "off")
    monkeypatch.setenv("OPENAI_BASE_URL", upstream.base_url)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
    services.stop()
    yield upstream
    services.stop()


def opened(**address: str) -> AppTest:
    """The page at an address, as after a reload or from a shared link."""
    app = AppTest.from_file(NAVIGATION, default_timeout=20)
    for name, value in address.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def send(app: AppTest, text: str) -> AppTest:
    """Type a message, send it, and wait for the end of the reply."""
    app.chat_input[0].set_value(text).run()
    assert not app.exception
    return app


def click(app: AppTest, label: str) -> AppTest:
    next(button for button in app.button if label in shown(button.label)).click().run()
    assert not app.exception
    return app


def pick(app: AppTest, label: str, choice: str) -> AppTest:
    """Choose an endpoint or a model, or type a model id."""
    box = next(box for box in app.selectbox if box.label == label)
    box.set_value(choice).run()
    assert not app.exception
    return app


def picked(app: AppTest) -> list[str | None]:
    """Endpoint and model in the two boxes."""
    return [box.value for box in app.selectbox]


def offered_models(app: AppTest) -> list[str]:
    """What the model box lists."""
    box = next(box for box in app.selectbox if box.label == "Model")
    return [option.strip() for option in box.options]


def shown(text: object) -> str:
    """As a reader sees it: without the escapes that Markdown needs."""
    return str(text).replace("\\", "")


def words(app: AppTest) -> str:
    """Everything that the page says in sentences."""
    kinds = (app.title, app.subheader, app.markdown, app.text, app.caption, app.code)
    alerts = (app.info, app.warning, app.error)
    return "\n".join(shown(element.value) for kind in (*kinds, *alerts) for element in kind)


def notice(app: AppTest) -> str:
    return " ".join(shown(error.value) for error in app.error)


def bubbles(app: AppTest) -> list[str]:
    """Who said what, from above; of a reply, who answered and its text."""
    return [
        " | ".join(
            [message.name]
            + [shown(element.value) for element in (*message.caption, *message.text)]
            + [shown(element.value) for element in message.markdown]
        )
        for message in app.chat_message
    ]


def receipts(app: AppTest) -> list[str]:
    """The line under each reply."""
    labels = [shown(expander.label) for expander in app.expander]
    return [label for label in labels if label != "Thinking"]


def totals(app: AppTest) -> str:
    """The line under the conversation's title."""
    return next(shown(c.value) for c in app.caption if "tokens in" in c.value or "usage" in c.value)


def box(app: AppTest) -> str:
    """What the page put into the message box, unsent."""
    written = app.chat_input[0].proto
    return str(written.value) if written.set_value else ""


def conversation_id(app: AppTest) -> str:
    value = app.query_params["c"]
    return value if isinstance(value, str) else value[0]


def stored(app: AppTest) -> list[Message]:
    return services.get().store.messages(LOCAL_OWNER, conversation_id(app))
