"""From what an endpoint answered to one of our errors: status, body and headers in, error out. Pure.

The endpoint's own words are kept, bounded and with our key taken out, in `detail`; they decide nothing but
between causes that share a status.
"""

from __future__ import annotations

import email.utils
import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime

from parley.chunks import error_message
from parley.endpoint import Endpoint, Service
from parley.errors import (
    CredentialMissing,
    CredentialRejected,
    EndpointError,
    ModelNotFound,
    NotAllowed,
    OutOfCredit,
    ParameterRejected,
    PromptTooLong,
    ReportedByEndpoint,
    TooManyRequests,
    UpstreamUnavailable,
    WrongBaseUrl,
)

RETRY_AFTER_MAX_S = 86_400.0

_TOO_LONG = re.compile(
    r"context.{0,12}(length|window|size)|maximum context|too many tokens|exceeds? the (available )?context|"
    r"prompt is too long|input is too long|reduce the length",
    re.IGNORECASE,
)
_NO_CREDIT = re.compile(
    r"insufficient_quota|exceeded your current quota|billing details", re.IGNORECASE
)
_NO_SUCH_PATH = re.compile(r"^(file |page )?not found\.?$|invalid url|no route", re.IGNORECASE)
_NO_SUCH_MODEL = re.compile(
    r"not a valid model|(unknown|no such) model|invalid model(:| id| name)|"
    r"\bmodel\s+(\S{1,200}\s+){0,2}?(does )?not (exist|found)",
    re.IGNORECASE,
)
_NO_SUCH_MODEL_CODE = "model_not_found"
_READ_CHARS = 2_000
"""How much of a refusal is searched for the model: it says so at once, or not at all."""

_ANOTHER_TIME = {
    408: "The endpoint gave up waiting for the request.",
    409: "The endpoint reported a conflict, so it did not answer.",
}


def from_status(
    status: int,
    body: object,
    headers: Mapping[str, str],
    *,
    endpoint: Endpoint,
    model: str = "",
) -> EndpointError:
    """The error for an HTTP status of 400 and above. `body` is parsed JSON, or text when it was none."""
    message, code, parameter = error_message(body)
    said = redact(message, endpoint)
    if status in (400, 413, 422):
        if model and _is_about_the_model(message, code, parameter):
            return _unknown(model, said)
        return _rejected(said, f"{message} {code}", parameter)
    if status == 401:
        return _unauthorized(said, endpoint)
    if status == 402 or (status == 429 and _NO_CREDIT.search(f"{message} {code}")):
        return OutOfCredit(detail=said)
    if status in (403, 451):
        return NotAllowed(detail=said)
    if status == 404 or (status == 410 and "model" in said.lower()):
        return _not_found(said, body, model)
    if status == 429:
        return _waiting(TooManyRequests(detail=said), headers)
    if status >= 500 or status in _ANOTHER_TIME:
        error = UpstreamUnavailable(
            _ANOTHER_TIME.get(status), detail=said or f"HTTP status {status}"
        )
        return _waiting(error, headers)
    return WrongBaseUrl(detail=said or f"HTTP status {status}")


def from_event(message: str, code: object, endpoint: Endpoint, model: str = "") -> EndpointError:
    """The error for an error event in the middle of a stream, which some gateways send with a status inside.

    `model` is named while nothing has come: a model that has begun to answer is known.
    """
    if isinstance(code, int) and 400 <= code < 600:
        said = {"error": {"message": message}}
        error = from_status(code, said, {}, endpoint=endpoint, model=model)
        if not isinstance(error, WrongBaseUrl):
            return error
    if model and code == _NO_SUCH_MODEL_CODE:
        return _unknown(model, redact(message, endpoint))
    return ReportedByEndpoint(detail=redact(message, endpoint))


def _rejected(said: str, everything: str, parameter: str | None) -> EndpointError:
    if _TOO_LONG.search(everything):
        return PromptTooLong(detail=said)
    if parameter:
        return ParameterRejected(
            f"The endpoint rejected the parameter “{parameter[:60]}”.",
            detail=said,
            suggestion=parameter[:60],
        )
    return ParameterRejected(detail=said)


def _is_about_the_model(message: str, code: object, parameter: str | None) -> bool:
    """The code says so, or the parameter that is named; where neither is, the words.

    A question that is asked again without its options is never taken for one about the model.
    """
    if code == _NO_SUCH_MODEL_CODE:
        return True
    if parameter:
        return parameter.rsplit(".", 1)[-1] == "model"
    words = message[:_READ_CHARS]
    return "stream_options" not in words and bool(_NO_SUCH_MODEL.search(words))


def _unauthorized(said: str, endpoint: Endpoint) -> EndpointError:
    if endpoint.key is None:
        return CredentialMissing(detail=said)
    if endpoint.service is Service.WANDB or endpoint.project:
        return CredentialRejected(detail=said)
    return CredentialRejected(
        "The endpoint rejected the API key.", advice="Check the key in Settings.", detail=said
    )


def _not_found(said: str, body: object, model: str) -> EndpointError:
    """A 404 or 410 on a path of ours, or on the model: only an answer in OpenAI's shape speaks of the model."""
    if not said or not isinstance(body, Mapping) or not model or _NO_SUCH_PATH.search(said):
        return WrongBaseUrl(
            "Nothing is served at this address.",
            advice="Check the base URL in Settings: did you leave out /v1?",
            detail=said,
        )
    return _unknown(model, said)


def _unknown(model: str, said: str) -> EndpointError:
    return ModelNotFound(f"The endpoint does not know the model “{model[:80]}”.", detail=said)


def _waiting(error: EndpointError, headers: Mapping[str, str]) -> EndpointError:
    error.retry_after_s = retry_after_s(headers.get("retry-after", ""))
    return error


def retry_after_s(value: str, now: datetime | None = None) -> float | None:
    """Seconds from a `Retry-After` header (a number or an HTTP date); garbage counts as absent.

    >>> retry_after_s("2"), retry_after_s("-1"), retry_after_s("nan"), retry_after_s("soon")
    (2.0, None, None, None)
    """
    seconds = _number(value)
    if seconds is None:
        seconds = _seconds_until(value, now or datetime.now(UTC))
    if seconds is None or not 0 <= seconds <= RETRY_AFTER_MAX_S:
        return None
    return seconds


def _number(value: str) -> float | None:
    try:
        seconds = float(value)
    except ValueError:
        return None
    return seconds if math.isfinite(seconds) else None


def _seconds_until(value: str, now: datetime) -> float | None:
    try:
        moment = email.utils.parsedate_to_datetime(value)
    except (ValueError, IndexError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return (moment - now).total_seconds()


def redact(text: str, endpoint: Endpoint) -> str:
    """The text without the endpoint's key, should the server have echoed it."""
    return text if endpoint.key is None else endpoint.key.redact(text)
