"""From status, body and headers to the error that a reader sees; the endpoint's own words are kept, and only kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.endpoint import ApiKey, Endpoint, Service
from parley.errors import EndpointError
from parley.faults import RETRY_AFTER_MAX_S, from_event, from_status, redact, retry_after_s

KEYED = Endpoint("Mine", "https://api.example.com/v1", key=ApiKey("sk-canary-1"))
KEYLESS = Endpoint("Mine", "https://api.example.com/v1")
NOW = datetime(2026, 11, 23, 12, 0, 0, tzinfo=UTC)


def says(message: str, **fields: object) -> dict[str, object]:
    return {"error": {"message": message, **fields}}


def error_for(
    status: int, body: object = None, endpoint: Endpoint = KEYED, model: str = "m", **headers: str
) -> EndpointError:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return from_status(status, body, sent, endpoint=endpoint, model=model)


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (400, says("bad temperature", param="temperature"), "ParameterRejected"),
        (400, says("This model's maximum context length is 4096 tokens"), "PromptTooLong"),
        (400, says("no", code="context_length_exceeded"), "PromptTooLong"),
        (400, None, "ParameterRejected"),
        (413, says("input is too long"), "PromptTooLong"),
        (413, says("body too large"), "ParameterRejected"),
        (422, {"detail": "Please reduce the length of the messages"}, "PromptTooLong"),
        (422, {"detail": [{"loc": ["body", "top_k"], "msg": "no"}]}, "ParameterRejected"),
        (401, says("no"), "CredentialRejected"),
        (402, says("no"), "OutOfCredit"),
        (403, says("no"), "NotAllowed"),
        (404, says("The model `m` does not exist"), "ModelNotFound"),
        (404, says("Not Found"), "WrongBaseUrl"),
        (404, says("Invalid URL (POST /chat/completions)"), "WrongBaseUrl"),
        (404, "<html>nothing here</html>", "WrongBaseUrl"),
        (404, None, "WrongBaseUrl"),
        (400, says("foo/bar is not a valid model ID", code=400), "ModelNotFound"),
        (400, says("no", code="model_not_found"), "ModelNotFound"),
        (400, says("no", code="model_not_found", param="messages"), "ModelNotFound"),
        (400, says("no", param="model"), "ModelNotFound"),
        (400, says("The model `m` does not exist or you have no access to it"), "ModelNotFound"),
        (400, says("Model Not Exist"), "ModelNotFound"),
        (400, says("model 'm' was not found, try pulling it first"), "ModelNotFound"),
        (400, says("Invalid model name passed in model=m"), "ModelNotFound"),
        (422, {"detail": [{"loc": ["body", "model"], "msg": "no"}]}, "ModelNotFound"),
        (422, {"detail": [{"loc": ["body", "chat", "model"], "msg": "no"}]}, "ModelNotFound"),
        (400, says("model m: tool not found", param="tools"), "ParameterRejected"),
        (400, says("The model does not support images"), "ParameterRejected"),
        (400, says("In this model stream_options was not found"), "ParameterRejected"),
        (400, says("no", param="model_kwargs"), "ParameterRejected"),
        (410, says("The model m was retired"), "ModelNotFound"),
        (410, says("This version of the API is gone"), "WrongBaseUrl"),
        (410, "<html>this model of page is gone</html>", "WrongBaseUrl"),
        (451, says("not in your country"), "NotAllowed"),
        (405, says("Method Not Allowed"), "WrongBaseUrl"),
        (415, says("Unsupported Media Type"), "WrongBaseUrl"),
        (408, None, "UpstreamUnavailable"),
        (409, says("conflict"), "UpstreamUnavailable"),
        (418, says("teapot"), "WrongBaseUrl"),
        (429, says("Rate limit reached"), "TooManyRequests"),
        (429, says("no", type="insufficient_quota"), "OutOfCredit"),
        (429, says("You exceeded your current quota"), "OutOfCredit"),
        (500, None, "UpstreamUnavailable"),
        (502, "<html>bad gateway</html>", "UpstreamUnavailable"),
        (503, says("overloaded"), "UpstreamUnavailable"),
        (504, None, "UpstreamUnavailable"),
        (599, None, "UpstreamUnavailable"),
    ],
)
def test_a_status_and_what_is_said_with_it_make_one_error(
    status: int, body: object, kind: str
) -> None:
    assert error_for(status, body).notice.kind == kind


def test_u4_a_missing_path_for_the_list_never_speaks_of_a_model() -> None:
    assert error_for(404, says("The thing does not exist"), model="").notice.kind == "WrongBaseUrl"
    assert error_for(400, says("no", param="model"), model="").notice.kind == "ParameterRejected"


@pytest.mark.parametrize("status", [408, 409])
def test_a_request_that_came_to_nothing_is_not_blamed_on_an_overload(status: int) -> None:
    error = error_for(status)

    assert error.title.startswith(("The endpoint gave up waiting", "The endpoint reported a conf"))
    assert error.detail == f"HTTP status {status}"


def test_a_rejected_parameter_is_named_and_bounded() -> None:
    error = error_for(400, says("no", param="x" * 100))

    assert error.suggestion == "x" * 60
    assert error.title == f"The endpoint rejected the parameter “{'x' * 60}”."


@pytest.mark.parametrize("status", [400, 404])
def test_an_unknown_model_is_named_and_bounded(status: int) -> None:
    error = error_for(status, says("no such model"), model="m" * 200)

    assert error.title == f"The endpoint does not know the model “{'m' * 80}”."


@pytest.mark.parametrize(
    ("endpoint", "kind", "speaks_of_project"),
    [
        (KEYLESS, "CredentialMissing", False),
        (KEYED, "CredentialRejected", False),
        (Endpoint("P", KEYED.base_url, key=ApiKey("k"), project="a/b"), "CredentialRejected", True),
        (
            Endpoint("W", KEYED.base_url, key=ApiKey("k"), service=Service.WANDB),
            "CredentialRejected",
            True,
        ),
    ],
    ids=["no key", "key", "project", "wandb"],
)
def test_u1_a_401_speaks_of_a_project_only_where_there_may_be_one(
    endpoint: Endpoint, kind: str, speaks_of_project: bool
) -> None:
    notice = error_for(401, says("no"), endpoint).notice

    assert notice.kind == kind
    assert ("project" in notice.title + notice.advice) is speaks_of_project


@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 418, 429, 500])
def test_u9_a_key_that_is_echoed_is_taken_out_and_the_words_are_bounded(status: int) -> None:
    error = error_for(status, says(f"Bearer sk-canary-1 {'x' * 5000}", param="sk-canary-1"))

    assert error.detail.startswith("Bearer [key] xxx")
    assert len(error.detail) == 300
    assert "canary" not in error.detail


@pytest.mark.parametrize("status", [418, 500])
def test_an_answer_without_words_names_its_status(status: int) -> None:
    assert error_for(status).detail == f"HTTP status {status}"


@pytest.mark.parametrize("status", [429, 500, 503])
def test_how_long_to_wait_comes_with_the_error(status: int) -> None:
    assert error_for(status, retry_after="2").retry_after_s == 2.0
    assert error_for(status).retry_after_s is None


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("2", 2.0),
        ("0", 0.0),
        ("0.25", 0.25),
        ("3600", 3600.0),
        ("86400", RETRY_AFTER_MAX_S),
        ("86401", None),
        ("-1", None),
        ("nan", None),
        ("inf", None),
        ("1e999", None),
        ("soon", None),
        ("", None),
        ("Mon, 23 Nov 2026 12:00:30 GMT", 30.0),
        ("Mon, 23 Nov 2026 12:00:30 -0000", 30.0),
        ("Mon, 23 Nov 2026 13:00:30 +0100", 30.0),
        ("Mon, 23 Nov 2026 11:59:59 GMT", None),
        ("Mon, 23 Nov 2036 12:00:00 GMT", None),
        ("Mon, 99 Nov 2026 12:00:00 GMT", None),
        ("Mon, 23 Nov 99999999999 12:00:00 GMT", None),
    ],
)
def test_u7_retry_after_is_seconds_or_a_date_and_garbage_counts_as_absent(
    value: str, seconds: float | None
) -> None:
    assert retry_after_s(value, NOW) == seconds


def test_u7_a_date_is_counted_from_now_on() -> None:
    soon = datetime.now(UTC) + timedelta(seconds=100)

    seconds = retry_after_s(soon.strftime("%a, %d %b %Y %H:%M:%S GMT"))

    assert seconds is not None
    assert 95 < seconds <= 100


@given(st.text())
def test_u7_no_header_whatever_breaks_the_reading(value: str) -> None:
    seconds = retry_after_s(value, NOW)

    assert seconds is None or 0 <= seconds <= RETRY_AFTER_MAX_S


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (429, "TooManyRequests"),
        (400, "ParameterRejected"),
        (503, "UpstreamUnavailable"),
        (418, "ReportedByEndpoint"),
        (200, "ReportedByEndpoint"),
        (600, "ReportedByEndpoint"),
        ("429", "ReportedByEndpoint"),
        (None, "ReportedByEndpoint"),
    ],
)
def test_u22_an_error_event_is_told_by_the_status_inside_it(code: object, kind: str) -> None:
    error = from_event("the words of sk-canary-1", code, KEYED)

    assert error.notice.kind == kind
    assert error.detail == "the words of [key]"


@pytest.mark.parametrize("code", [400, 404, "model_not_found"])
def test_u22_an_error_event_speaks_of_the_model_only_where_one_is_named(code: object) -> None:
    said = "The model `m` does not exist"

    assert from_event(said, code, KEYED, "m").notice.kind == "ModelNotFound"
    assert from_event(said, code, KEYED).notice.kind != "ModelNotFound"


def test_without_a_key_there_is_nothing_to_take_out() -> None:
    assert redact("sk-canary-1", KEYLESS) == "sk-canary-1"
