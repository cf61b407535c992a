"""An endpoint with a price list and conversations held on it, for the views of what they would cost elsewhere."""

from __future__ import annotations

from typing import Any

from streamlit.testing.v1 import AppTest

from components import services
from parley.conversation import LOCAL_OWNER as OWNER
from tests.parley.talk import say
from tests.steps import done, finish, role, text, usage
from tests.upstream import Upstream


def listed(
    model_id: str, window: int, rate_in: str | None = None, rate_out: str = "", cached: str = ""
) -> dict[str, Any]:
    """An entry of the list; rates are US dollars per token."""
    pricing = {"prompt": rate_in, "completion": rate_out, "input_cache_read": cached}
    priced = {name: rate for name, rate in pricing.items() if rate}
    return {"id": model_id, "context_length": window, **({"pricing": priced} if rate_in else {})}


MODELS = [
    listed("big", 8_000, "0.0000002", "0.00000065", "0.00000003"),
    listed("dear", 8_000, "0.000002", "0.0000065"),
    listed("tiny", 1_500, "0.0000001", "0.0000001"),
    listed("plain", 8_000),
    {"id": "embedder", "architecture": {"output_modalities": ["embeddings"]}},
]
COUNTS = ({"prompt": 1000, "completion": 100, "cached": 500}, {"prompt": 2000, "completion": 200})
"""Of a conversation that costs $0.00071 on `big`."""


def talk(
    upstream: Upstream,
    *counts: dict[str, Any] | None,
    question: str = "Hello",
    model_id: str = "big",
) -> str:
    """One conversation, a reply for each usage; `None` reports none. Returns its id."""
    everything = services.get()
    endpoint = everything.endpoints.default(OWNER)
    everything.listing(endpoint)
    model = everything.model(endpoint, model_id)
    conversation_id: str | None = None
    for count in counts:
        told = [] if count is None else [usage(**count)]
        upstream.script(role(), text("Yes."), finish(), *told, done())
        reply = say(everything.engine, endpoint, question, conversation_id, model)
        conversation_id = reply.message.conversation_id
    assert conversation_id is not None
    return conversation_id


def never_sent(endpoint: str = "") -> None:
    """A conversation of which nothing went out, last held on this endpoint."""
    name = endpoint or services.get().endpoints.default(OWNER).name
    services.get().store.create_conversation(OWNER, title="Old", endpoint=name, model="big")


def words(app: AppTest) -> str:
    """What the page says in sentences, without the escapes and joiners that Markdown needs."""
    kinds = (app.caption, app.warning, app.info, app.error, app.markdown)
    said = "\n".join(str(element.value) for kind in kinds for element in kind)
    return said.replace("\\", "").replace("\u2060", "")


def column(app: AppTest, name: str) -> dict[str, str]:
    """Model → what its line says in a column, in the order of the table."""
    frame = app.dataframe[0].value
    return dict(zip(frame["model"], frame[name], strict=True))
