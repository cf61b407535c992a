"""Takes the pictures of the README: `make screenshots` writes docs/images/*.png.

The app is real; the service it talks to is the scripted upstream, with real models' ids, facts and dated prices. So
that the pictures change only when the app does, the replies are always the same.
"""

from __future__ import annotations

import json
import re
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, expect, sync_playwright

from parley.conversation import LOCAL_OWNER as OWNER
from parley.store import Store
from tests.browser import chromium
from tests.browser.app import ROOT, App, running
from tests.browser.visit import Visit
from tests.upstream import Upstream, done, finish, reasoning, role, text, usage, wait

IMAGES = ROOT / "docs" / "images"
FACTS = ROOT / "parley" / "catalog" / "data" / "wandb_models.json"
ENDPOINT = "Example service"
CHOSEN, OTHER = "openai/gpt-oss-120b", "zai-org/GLM-5.2"
LISTED = 14
DESKTOP = {"viewport": {"width": 1280, "height": 960}, "device_scale_factor": 2}
WIDE = {"viewport": {"width": 1440, "height": 900}, "device_scale_factor": 2}
PHONE = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "is_mobile": True}

QUESTIONS = (
    "Name for a shop that repairs bicycles?",
    "Plan three days in Lisbon with a child",
    "Why is there a high tide twice a day when the moon passes only once?",
)
WHY = """The moon pulls on the near side of the Earth harder than on its centre, and on the centre harder than on \
the far side. So the sea rises in **two** places at once: towards the moon, and away from it. The Earth turns under \
both in a day.

| time | water | why |
|------|-------|-----|
| 00:00 | high | below the moon |
| 06:12 | low | a quarter turn on |
| 12:25 | high | the far side |

Each is about 50 minutes later than the day before, because the moon has moved on meanwhile:
"""
CODE = """
```python
def next_high_water(last: datetime) -> datetime:
    return last + timedelta(hours=12, minutes=25)
```
"""


def main() -> int:
    if chromium.get() is None:
        sys.stderr.write("No Chromium could be had, so no pictures were taken.\n")
        return 1
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="parley-pictures-") as folder, Upstream() as upstream:
        upstream.models = {"data": [listed(model) for model in known_models()]}
        prepare(Path(folder), upstream.base_url)
        with running(Path(folder)) as app, sync_playwright() as playwright:
            launched = playwright.chromium.launch(
                executable_path=chromium.find(), args=[*chromium.LAUNCH_ARGUMENTS]
            )
            take_all(launched, app, upstream)
    return 0


def known_models() -> list[dict[str, Any]]:
    models: list[dict[str, Any]] = json.loads(FACTS.read_text("utf-8"))["models"]
    available = [model for model in models if model["lifecycle"] == "available"]
    return sorted(
        available[:LISTED] + [m for m in available if m["id"] in (CHOSEN, OTHER)], key=_id
    )


def _id(model: dict[str, Any]) -> str:
    return str(model["id"]).lower()


def listed(model: dict[str, Any]) -> dict[str, Any]:
    """A model's facts in the shape of a list that says much: OpenRouter's."""
    rates = {
        "prompt": "input_per_mtok",
        "completion": "output_per_mtok",
        "input_cache_read": "cached_input_per_mtok",
    }
    capabilities = (
        "tools",
        "structured_outputs",
        *(("reasoning",) if model.get("reasoning") else ()),
    )
    return {
        "id": model["id"],
        "name": model["name"],
        "description": model.get("description"),
        "context_length": model["context_window"],
        "architecture": {"input_modalities": model.get("input_modalities", ["text"])},
        "supported_parameters": list(capabilities),
        "pricing": {
            name: f"{float(model[rate]) / 1e6:.12f}"
            for name, rate in rates.items()
            if model.get(rate)
        },
    }


def prepare(home: Path, base_url: str) -> None:
    """The endpoint under a name of its own, with the models chosen that are talked to."""
    secrets = home / ".streamlit" / "secrets.toml"
    secrets.parent.mkdir(parents=True)
    secrets.write_text(f'[endpoints."{ENDPOINT}"]\nbase_url = "{base_url}"\napi_key = "example"\n')
    store = Store.open(home / "data")
    store.set_preference(OWNER, "last_endpoint", ENDPOINT)
    store.set_preference(OWNER, f"last_model:{ENDPOINT}", CHOSEN)
    store.close()


def talk(visit: Visit, upstream: Upstream) -> str:
    """Three conversations, the last of them worth looking at; returns its id."""
    for question in QUESTIONS[:-1]:
        upstream.script(role(), text("Gladly. " * 40, every=0.002), finish(), usage(31, 92), done())
        visit.ask(question)
        visit.page.get_by_role("button", name="New chat").click()
        expect(visit.messages).to_have_count(0)
    thought = reasoning("Two bulges: near side and far side. Add a small table and the period.")
    answer = text(WHY + CODE, every=0.009)
    upstream.script(wait(0.3), role(), thought, answer, finish(), usage(412, 318, 256, 64), done())
    visit.ask(QUESTIONS[-1])
    return visit.conversation_id


def take_all(browser: Browser, app: App, upstream: Upstream) -> None:
    visit = arrive(browser, app, DESKTOP)
    visit.open()
    conversation_id = talk(visit, upstream)

    def chat(visit: Visit) -> None:
        visit.open_chat(conversation_id)
        expect(visit.receipts).to_have_count(1)

    take(browser, app, "chat", DESKTOP, chat)
    take(browser, app, "chat-dark", {**DESKTOP, "color_scheme": "dark"}, chat)
    take(browser, app, "chat-phone", PHONE, chat)
    take(browser, app, "models", WIDE, lambda visit: visit.open("/models"))
    take(browser, app, "settings", DESKTOP, lambda visit: visit.open("/settings"))


def take(
    browser: Browser, app: App, name: str, look: dict[str, Any], show: Callable[[Visit], None]
) -> None:
    visit = arrive(browser, app, look)
    show(visit)
    visit.settle()
    visit.page.wait_for_load_state("networkidle")
    expect(visit.page.get_by_text(re.compile("Fetching|Starting"))).to_have_count(0)
    visit.page.screenshot(path=IMAGES / f"{name}.png", animations="disabled")
    visit.page.context.close()


def arrive(browser: Browser, app: App, look: dict[str, Any]) -> Visit:
    context = browser.new_context(**{"color_scheme": "light", "reduced_motion": "reduce", **look})
    return Visit(context.new_page(), app.url)


if __name__ == "__main__":
    sys.exit(main())
