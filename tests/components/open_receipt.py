"""Draws a receipt with its detail open, and reads what stands in it."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from parley.conversation import LedgerEntry, Message
from parley.endpoint import Endpoint
from tests.parley.store.turns import conversation, question, reply_to

MESSAGE = reply_to(question(conversation()))


def script(message: object, entries: object, endpoint: object, second: str) -> None:
    from typing import Any, cast

    from components import receipt

    reply = cast(Any, message)
    call = receipt.SameCall(
        cast(Any, endpoint), [{"role": "user", "content": "Hi"}], {"model": "m"}
    )
    receipt.show(reply, cast(Any, entries), lambda: call if endpoint else None, lambda _: second)


def drawn(
    *entries: LedgerEntry,
    message: Message = MESSAGE,
    endpoint: Endpoint | None = None,
    second: str = "",
) -> AppTest:
    app = AppTest.from_function(
        script, args=(message, list(entries), endpoint, second), default_timeout=20
    ).run()
    if not app.expander:
        return app
    app.session_state[f"receipt-{message.id}"] = True
    app.run()
    assert not app.exception
    return app


def facts(app: AppTest) -> dict[str, str]:
    rows = app.table[-1].value.values
    return {str(name): str(value).replace("\\", "") for name, value in rows}


def arithmetic(app: AppTest) -> list[list[str]]:
    return [[str(cell).replace("\\", "") for cell in row] for row in app.table[0].value.values]


def texts(app: AppTest) -> list[str]:
    return [text.value for text in app.text]
