"""What a person does on the settings page and what they see there, for the tests of that page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from components import services
from parley.conversation import LOCAL_OWNER
from parley.endpoint import Endpoint

NAVIGATION = Path(__file__).parents[2] / "pages" / "navigation.py"
WANDB = "W&B Inference"
CANARY = "canary-key-1"


def fresh(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Services of nobody yet, without the model on this machine; for a fixture."""
    monkeypatch.setenv("PARLEY_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("PARLEY_LOCAL_MODEL", "off")
    services.stop()
    yield
    services.stop()


def opened() -> AppTest:
    app = AppTest.from_file(NAVIGATION, default_timeout=20).run()
    app.switch_page("settings.py").run()
    assert not app.exception
    return app


def words(app: AppTest) -> str:
    """Everything that the page says, without the escapes and joiners that keep Markdown from acting."""
    kinds = (app.title, app.header, app.subheader, app.markdown, app.text, app.caption, app.code)
    alerts = (app.info, app.warning, app.error, app.success)
    said = [str(element.value) for kind in (*kinds, *alerts) for element in kind]
    return "\n".join(said).replace("\\", "").replace("\u2060", "")


def click(app: AppTest, label: str) -> AppTest:
    button = next(button for button in app.button if button.label == label)
    button.click().run()
    assert not app.exception
    return app


def choose(app: AppTest, name: str) -> AppTest:
    return app.radio[0].set_value(name).run()


def field(app: AppTest, label: str) -> str:
    return str(next(box for box in app.text_input if box.label == label).value)


def fill(app: AppTest, label: str, typed: str) -> AppTest:
    next(box for box in app.text_input if box.label == label).input(typed)
    return app


def add(app: AppTest, name: str, base_url: str, key: str = "", project: str = "") -> AppTest:
    """As a person does it: the key's field belongs to the address, so that comes first."""
    fill(app, "Name", name)
    fill(app, "Base URL", base_url).run()
    fill(app, "API key (optional)", key)
    fill(app, "Project (optional)", project)
    return click(app, "Add endpoint")


def kept(name: str) -> Endpoint | None:
    return services.get().endpoints.named(LOCAL_OWNER, name)


def everything_in_the_session(app: AppTest) -> str:
    return repr(app.session_state)
