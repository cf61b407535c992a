"""What an endpoint says in an error, whichever shape it has. The words are kept as sent; they decide nothing here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from parley.chunks.wire import items, label, mapping, text

Code = str | int | None

_DETAILS_READ = 5


def error_message(body: object) -> tuple[str, Code, str | None]:
    """Message, code and parameter of an error body; `("", None, None)` when it says nothing readable.

    >>> error_message({"error": {"message": "No such model", "code": "model_not_found", "param": None}})
    ('No such model', 'model_not_found', None)
    >>> error_message({"detail": [{"loc": ["body", "top_k"], "msg": "Extra inputs are not permitted"}]})
    ('top_k: Extra inputs are not permitted', None, 'top_k')
    """
    if isinstance(body, list):
        body = body[0] if body else None
    sent = mapping(body)
    error = sent.get("error")
    if isinstance(error, Mapping):
        return _from_object(error)
    if text(error):
        return text(error), _code(sent), label(sent.get("param"))
    if sent.get("detail"):
        return _from_detail(sent["detail"])
    return _from_object(sent)


def _from_object(error: Mapping[str, Any]) -> tuple[str, Code, str | None]:
    return text(error.get("message")), _code(error), label(error.get("param"))


def _code(error: Mapping[str, Any]) -> Code:
    """The code, or where there is none the type: both say which error it is."""
    code = error.get("code")
    if isinstance(code, int) and not isinstance(code, bool):
        return code
    return label(code) or label(error.get("type"))


def _from_detail(detail: object) -> tuple[str, Code, str | None]:
    """FastAPI's `detail`: a sentence, an object, or one entry for each thing that is wrong."""
    if isinstance(detail, Mapping):
        return _from_object(detail)
    entries = [mapping(entry) for entry in items(detail)[:_DETAILS_READ]]
    said = [": ".join(filter(None, (_place(entry), text(entry.get("msg"))))) for entry in entries]
    parameter = next((_place(entry) for entry in entries if _place(entry)), None)
    return text(detail) or "; ".join(filter(None, said)), None, parameter


def _place(entry: Mapping[str, Any]) -> str | None:
    """The parameter that an entry speaks of: its location without `body` and positions."""
    names = [label(part) for part in items(entry.get("loc")) if part != "body"]
    return label(".".join(name for name in names if name))
