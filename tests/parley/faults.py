"""The faults of an endpoint that a chat request can meet, each with its script and what a reader then sees.

Named by their case ids. `test_upstream_faults.py` plays them all.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.upstream import (
    Step,
    body,
    chunk,
    cut,
    done,
    finish,
    raw,
    reasoning,
    redirect,
    reset,
    role,
    silence,
    status,
    text,
    trickle,
    usage,
    wait,
)

HTML = "<html><script>alert(1)</script><img src=x></html>"
W_AND_B_401 = {"error": {"code": "invalid_api_key", "message": "Authentication failed"}}
QUOTA = "You exceeded your current quota, please check your plan and billing details"
COUNTRY = {"error": {"code": 403, "message": "Country, region, or territory not supported"}}
GATEWAY = {"error": {"message": "The inference gateway is not enabled for your organization"}}
NOT_FOUND = {"error": {"message": "The requested resource was not found"}}
BAD_MODEL = {"error": {"message": "foo/bar is not a valid model ID", "code": 400}}
TOO_LONG = {
    "error": {"message": "This model's maximum context length is 4096 tokens", "param": "messages"}
}
VALIDATION = {"detail": [{"loc": ["body", "temperature"], "msg": "must be at most 2", "type": "x"}]}
CONCURRENCY = {"error": {"message": "Concurrency limit reached for requests"}}
OVERLOADED = {"error": {"message": "The engine is currently overloaded, please try again later"}}
BEGINNING = (role(), text("The beginning"))


@dataclass(frozen=True)
class Fault:
    """A script, and what a reader then sees."""

    steps: tuple[Step, ...]
    kind: str
    requests: int = 1
    kept: str = ""
    detail: str = ""


FAULTS = {
    "U-1-wrong-key": Fault(
        (status(401, W_AND_B_401),), "CredentialRejected", detail="Authentication"
    ),
    "U-2-no-credit": Fault(
        (status(402, {"error": {"message": QUOTA}}),), "OutOfCredit", detail=QUOTA
    ),
    "U-2-quota-as-429": Fault((status(429, {"error": {"message": QUOTA}}),), "OutOfCredit"),
    "U-3-country": Fault((status(403, COUNTRY),), "NotAllowed", detail="Country"),
    "U-3-gateway": Fault((status(403, GATEWAY),), "NotAllowed", detail="gateway"),
    "U-4-model": Fault((status(404, NOT_FOUND),), "ModelNotFound", detail="not found"),
    "U-4-model-as-400": Fault(
        (status(400, BAD_MODEL),), "ModelNotFound", detail="not a valid model ID"
    ),
    "U-4-model-inside": Fault((chunk(BAD_MODEL),), "ModelNotFound", detail="not a valid model ID"),
    "U-4-model-too-late": Fault(
        (*BEGINNING, chunk(BAD_MODEL)), "ParameterRejected", kept="The beginning"
    ),
    "U-4-path": Fault((status(404, {"detail": "Not Found"}),), "WrongBaseUrl"),
    "U-4-html": Fault((status(404, HTML),), "WrongBaseUrl"),
    "U-5-too-long": Fault((status(400, TOO_LONG),), "PromptTooLong", detail="maximum context"),
    "U-5-parameter": Fault((status(422, VALIDATION),), "ParameterRejected", detail="at most 2"),
    "U-7-an-hour": Fault(
        (status(429, CONCURRENCY, headers={"Retry-After": "3600"}),), "TooManyRequests"
    ),
    "U-8-500": Fault(
        (status(500, {"error": {"message": "The server had an error"}}),), "UpstreamUnavailable"
    ),
    "U-8-502-html": Fault((status(502, HTML),), "UpstreamUnavailable"),
    "U-8-529": Fault((status(529, "busy"),), "UpstreamUnavailable"),
    "U-10-empty-body": Fault((status(500),), "UpstreamUnavailable", detail="500"),
    "U-10-error-is-text": Fault(
        (status(400, {"error": "no such thing"}),), "ParameterRejected", detail="no such"
    ),
    "U-14-silence": Fault((silence(),), "TimedOut"),
    "U-15-no-first-token": Fault((role(), silence()), "TimedOut"),
    "U-16-stall": Fault((*BEGINNING, silence()), "TimedOut", kept="The beginning"),
    "U-17-trickle": Fault((role(), trickle("x", 0.2)), "TimedOut", kept="x"),
    "U-18-cut": Fault((*BEGINNING, cut()), "ConnectionLost", kept="The beginning"),
    "U-18-reset": Fault((*BEGINNING, wait(0.05), reset()), "ConnectionLost", kept="The beginning"),
    "U-19-no-end": Fault(BEGINNING, "ConnectionLost", kept="The beginning"),
    "U-20-html": Fault((body(HTML.encode(), content_type="text/html"),), "WrongBaseUrl"),
    "U-20-other-json": Fault(
        (body(b'{"hello": 1}', content_type="application/json"),), "WrongBaseUrl"
    ),
    "U-21-broken-json": Fault(
        (*BEGINNING, raw(b"data: {oops\n\n")), "MalformedReply", kept="The beginning"
    ),
    "U-22-error-event": Fault(
        (*BEGINNING, chunk({"error": {"message": "the GPU caught fire"}})),
        "ReportedByEndpoint",
        kept="The beginning",
        detail="caught fire",
    ),
    "U-22-error-text": Fault(
        (*BEGINNING, chunk({"error": "stopped"})), "ReportedByEndpoint", kept="The beginning"
    ),
    "U-22-status-inside": Fault(
        (chunk({"error": {"code": 429, "message": "slow"}}),), "TooManyRequests"
    ),
    "U-24-bad-utf8": Fault(
        (*BEGINNING, raw(b"data: \xff\xfe\n\n")), "MalformedReply", kept="The beginning"
    ),
    "U-25-no-newline": Fault(
        (*BEGINNING, raw(b"x" * 65536, times=40)), "ReplyTooLarge", kept="The beginning"
    ),
    "U-26-deep": Fault(
        (*BEGINNING, raw(b"data: " + b"[" * 100_000 + b"\n\n")),
        "MalformedReply",
        kept="The beginning",
    ),
    "U-33-only-thinking": Fault((reasoning("hm"), finish("length"), done()), "AllSpentThinking"),
    "U-33-nothing": Fault((role(), finish(), usage(3, 0), done()), "EmptyReply"),
    "E-5-redirect": Fault(
        (redirect("http://169.254.169.254/x"),), "WrongBaseUrl", detail="169.254.169.254"
    ),
}
