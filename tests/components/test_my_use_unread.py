"""Where no conversation can be read, the page for one's own use says so and works on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from components import services
from tests.components.test_my_use import model, opened, talk
from tests.pages.chat_page import served
from tests.upstream import Upstream


@pytest.fixture(autouse=True)
def upstream(
    upstream: Upstream, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Upstream]:
    yield from served(upstream, monkeypatch, tmp_path)


def test_d16_where_no_conversation_can_be_read_the_numbers_still_work(upstream: Upstream) -> None:
    talk(upstream, {"prompt": 1000, "completion": 100})
    services.get().store._engine.dispose()
    services.get().store.path.write_bytes(b"no database" * 1000)

    app = opened((model("lab/a"),), use="3000,500,,10", cheapest="true")

    assert len(app.error) == 2
    assert "Use(input_tokens=3000" in app.text[-1].value
