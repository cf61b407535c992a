"""What a fault means in a test: nothing but a question was sent, and the key's field is on the same page."""

from __future__ import annotations

import ipaddress
import math

import httpx2

from parley.doctor.steps import Diagnosis
from parley.endpoint import Endpoint, Service
from parley.errors import (
    CannotConnect,
    ConnectionLost,
    CredentialMissing,
    CredentialRejected,
    MalformedReply,
    Notice,
    ParameterRejected,
    ParleyError,
    ReplyTooLarge,
    ReportedByEndpoint,
    TimedOut,
    TooManyRequests,
    UpstreamUnavailable,
    WrongBaseUrl,
)

OF_A_LIST: dict[type[ParleyError], tuple[str, str]] = {
    TimedOut: (TimedOut.title, "Check that the server is up, then test again."),
    ConnectionLost: ("The connection was lost before the list was complete.", "Test again."),
    ReplyTooLarge: (
        "The list of models was larger than Parley accepts.",
        "Check the base URL above: it may be another kind of server.",
    ),
    ParameterRejected: (
        "The endpoint rejected the question for its models.",
        "Check the base URL above: it may be another kind of server.",
    ),
}
"""What the sentences that speak of a message and its reply become when only a list was asked for."""

_LATER = "Wait a moment, then test again."
_OTHER_MODEL = "Test again, or choose another model."

OF_A_REPLY: dict[str, tuple[str, str]] = {
    TimedOut.__name__: (TimedOut.title, "Check that the server is up, then test again."),
    ConnectionLost.__name__: (ConnectionLost.title, "Test again."),
    MalformedReply.__name__: (MalformedReply.title, _OTHER_MODEL),
    ReportedByEndpoint.__name__: ("The endpoint reported an error in its reply.", _OTHER_MODEL),
    TooManyRequests.__name__: (TooManyRequests.title, _LATER),
    UpstreamUnavailable.__name__: (UpstreamUnavailable.title, _LATER),
    ParameterRejected.__name__: (
        "The endpoint rejected the question: the model may take no limit of one token.",
        "Test with another model; Chat sends no limit unless you set one.",
    ),
    WrongBaseUrl.__name__: (
        "Chat is not served at this address.",
        "Check the base URL above: the server may have its API at another path.",
    ),
}
"""The same when one token was asked for, by the kind of the notice."""

WANDB_KEY_PAGE = "forge.coreweave.com/settings"
TO_HTTPS = "The server may speak TLS alone: test the address with https://."


def fault(endpoint: Endpoint, error: ParleyError) -> Diagnosis:
    """The sentences of an error that came in place of a list, or better ones."""
    if isinstance(error, CredentialMissing | CredentialRejected):
        return _about_the_key(endpoint, error.notice)
    if isinstance(error, TooManyRequests | UpstreamUnavailable):
        return Diagnosis(False, error.title, _later_advice(error), detail=error.detail)
    if isinstance(error, CannotConnect):
        return Diagnosis(False, error.title, _reach_advice(endpoint))
    sentence, advice = OF_A_LIST.get(type(error), (error.title, error.advice))
    if _may_want_tls(endpoint, error):
        advice = TO_HTTPS
    return Diagnosis(False, sentence, advice, detail=error.detail)


def fault_of_a_reply(endpoint: Endpoint, notice: Notice) -> Diagnosis:
    """The same for what came in place of a reply."""
    if notice.kind in (CredentialMissing.__name__, CredentialRejected.__name__):
        return _about_the_key(endpoint, notice)
    sentence, advice = OF_A_REPLY.get(notice.kind, (notice.title, notice.advice))
    return Diagnosis(False, sentence, advice, detail=notice.detail)


def _about_the_key(endpoint: Endpoint, notice: Notice) -> Diagnosis:
    if notice.kind == CredentialMissing.__name__:
        return Diagnosis(False, CredentialMissing.title, key_advice(endpoint), detail=notice.detail)
    return Diagnosis(False, notice.title, rejected_advice(endpoint), detail=notice.detail)


def as_told(error: ParleyError) -> Diagnosis:
    """The error's own sentences."""
    return Diagnosis(False, error.title, error.advice, detail=error.detail)


def key_advice(endpoint: Endpoint) -> str:
    """Where the key of an endpoint comes from."""
    if endpoint.service is Service.WANDB:
        return f"Create a key at {WANDB_KEY_PAGE} and save it here."
    return "Create a key on the service's own page and save it here."


def rejected_advice(endpoint: Endpoint) -> str:
    """What to check after a 401."""
    if endpoint.service is Service.WANDB:
        return _wandb_advice(endpoint)
    if endpoint.project:
        return "Check the key above, then the project: a wrong project may give the same answer."
    return "Check the key above."


def project_advice(endpoint: Endpoint) -> str:
    """What to check when the key is good without the project."""
    if endpoint.service is Service.WANDB:
        return "Write it as team/project, both as they are in the address of the project at W&B."
    return "Correct the project above, or leave it empty."


def where_instead(endpoint: Endpoint) -> str:
    """What to change when nothing on the endpoint's server answers like an API."""
    url = httpx2.URL(endpoint.base_url)
    if url.host == "wandb.ai" or url.host.endswith(".wandb.ai"):
        return "W&B Inference answers at https://api.inference.wandb.ai/v1: choose W&B Inference."
    if url.scheme == "http" and not endpoint.runs_here:
        return "Check the address; if the server has a certificate, begin it with https://."
    return "Check the address: Parley tried the usual paths of this server, and none lists models."


def where_it_leads(endpoint: Endpoint, host: str) -> str:
    """What to change when the address answers with a redirect to this host, if it names one."""
    url = httpx2.URL(endpoint.base_url)
    if url.scheme == "http" and host == url.host:
        return "Begin the address with https://."
    if host and host != url.host:
        return f"It leads to {host}: if that is the same service, give its address there."
    return "Check the path of the address: this one leads elsewhere on the same server."


def _later_advice(error: TooManyRequests | UpstreamUnavailable) -> str:
    if error.retry_after_s is None:
        return _LATER
    seconds = math.ceil(error.retry_after_s)
    return f"Wait {seconds:,} second{'' if seconds == 1 else 's'}, then test again."


def _wandb_advice(endpoint: Endpoint) -> str:
    if endpoint.project:
        return (
            "W&B answers the same for a wrong key and for a wrong team or project: check the key at "
            f"{WANDB_KEY_PAGE}, then team/project."
        )
    return f"Check the key at {WANDB_KEY_PAGE}: it may be incomplete, expired or revoked."


def _reach_advice(endpoint: Endpoint) -> str:
    if endpoint.service is Service.LOCAL:
        return "Test again: it is started once more."
    if endpoint.runs_here:
        return f"Start {endpoint.name or 'the server'} on this machine, then test again."
    url = httpx2.URL(endpoint.base_url)
    if url.scheme == "https" and _is_private(url.host):
        return (
            "A server in your own network often has no certificate: try the address with http://."
        )
    return "Check the base URL above and that the server runs, or this machine is offline."


def _is_private(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return False


def _may_want_tls(endpoint: Endpoint, error: ParleyError) -> bool:
    """A server that speaks TLS answers http:// with a page of its own, or hangs up."""
    wordless = isinstance(error, ParameterRejected) and not error.detail
    hung_up = isinstance(error, ConnectionLost) and not endpoint.runs_here
    return endpoint.base_url.startswith("http://") and (wordless or hung_up)
