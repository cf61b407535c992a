"""Everything that can go wrong, one class per cause. Read this first.

ParleyError
├── Refused                  what the user gave cannot be used; nothing was sent
│   ├── KeyRefused           an API key with characters that no header can carry
│   ├── BaseUrlRefused       text that is not an http(s) base URL
│   ├── ProjectRefused       a team/project that no header can carry
│   ├── NameRefused          a name for an endpoint that is empty or taken
│   ├── PromptRefused        an empty or too long message
│   ├── OverBudget           a call that might cost more than a budget leaves
│   ├── AttachmentRefused    a file that cannot be sent along
│   ├── NotThere             a message or conversation that is gone
│   ├── SettingRefused       a setting of a conversation that no endpoint could take
│   ├── ImportRefused        a file that cannot be imported; nothing of it was
│   └── SettingsRefused      an environment variable or secret that makes no sense
├── EndpointError            the endpoint could not or would not answer
│   ├── CredentialMissing    no key was given for an endpoint that wants one
│   ├── CredentialRejected   401: wrong key, or wrong team or project
│   ├── OutOfCredit          402
│   ├── NotAllowed           403, 451: country or gateway
│   ├── ModelNotFound        404, 410, or 400/422 that names the model: unknown or retired
│   ├── WrongBaseUrl         HTML, a redirect, or JSON that is not OpenAI's
│   ├── PromptTooLong        400/413/422 that speaks of the context length
│   ├── ParameterRejected    400/422 that names another parameter
│   ├── TooManyRequests      429
│   ├── UpstreamUnavailable  5xx, 408, 409
│   ├── CannotConnect        refused, unreachable, or no such host
│   ├── UntrustedServer      TLS failed
│   ├── TimedOut             silence, or a reply that never ends
│   ├── ConnectionLost       the stream was cut
│   ├── MalformedReply       an answer that no reader could make sense of
│   ├── ReplyTooLarge        more bytes than a reply may have
│   ├── ReportedByEndpoint   an error event in the middle of a reply
│   ├── AllSpentThinking     the token limit was reached before the first word of an answer
│   └── EmptyReply           the model ended without a word
├── LocalModelError          the model on this machine could not be started
└── StoreError               the database could not be read or written
    ├── StoreNotWritable     it can be read at most
    ├── StoreTooNew          written by a newer Parley
    └── StoreCorrupt         not a database any more

Each error carries the sentences that a reader sees. `str(error)` of a foreign exception is never among them:
it may hold a key or markup. What the endpoint said is in `detail`, bounded, and is shown as plain text only.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Self

DETAIL_MAX_CHARS = 300
"""How much of an endpoint's own error text is kept."""


@dataclass(frozen=True)
class Notice:
    """An error as a reader sees it, and as the store keeps it beside a reply."""

    kind: str
    """The error's class name, such as `TooManyRequests`."""
    title: str
    """What happened, in one sentence."""
    advice: str
    """What the reader can do next, in one sentence."""
    detail: str = ""
    """What the endpoint itself said; untrusted, plain text, at most 300 characters."""
    suggestion: str = ""
    """A model id, a parameter name or a URL that would mend it; empty when there is none."""

    def to_dict(self) -> dict[str, str]:
        return asdict(self)

    @classmethod
    def from_dict(cls, stored: dict[str, str]) -> Self:
        return cls(**{name: stored.get(name, "") for name in cls.__dataclass_fields__})


class ParleyError(Exception):
    """The root. `title` and `advice` are whole sentences for a reader."""

    title = "Something went wrong."
    advice = "Try again. If it happens again, look into the log of the app."

    def __init__(
        self,
        title: str | None = None,
        *,
        advice: str | None = None,
        detail: str = "",
        suggestion: str = "",
    ) -> None:
        self.title = title or type(self).title
        self.advice = advice or type(self).advice
        self.detail = one_line(detail)
        self.suggestion = suggestion
        super().__init__(self.title)

    @property
    def notice(self) -> Notice:
        return Notice(type(self).__name__, self.title, self.advice, self.detail, self.suggestion)


class Refused(ParleyError):
    title = "That cannot be used."
    advice = "Correct it and try again; nothing was sent."


class KeyRefused(Refused):
    title = "This API key has characters that cannot be sent."
    advice = (
        "Copy the key again from the service's page; keys hold letters, digits, dashes and dots."
    )


class BaseUrlRefused(Refused):
    title = "This is not a base URL that Parley can use."
    advice = "Give an address such as https://api.example.com/v1."


class ProjectRefused(Refused):
    title = "This team and project cannot be sent."
    advice = "Write them as team/project, or leave the field empty."


class NameRefused(Refused):
    title = "The endpoint needs a name of its own."
    advice = "Choose a short name that no other endpoint has."


class PromptRefused(Refused):
    title = "This message cannot be sent."
    advice = "Shorten it and send it again; your text is still here."


class OverBudget(Refused):
    title = "This call might exceed a budget of yours, so it was not sent."
    advice = "Raise the budget in Settings, choose a cheaper model, or send it all the same."


class AttachmentRefused(Refused):
    title = "This file cannot be sent along."
    advice = "Leave it out or choose another one; your text is still here."


class NotThere(Refused):
    title = "This message is not there any more."
    advice = "It may have been deleted in another tab; reload the page to see what is left."


class SettingRefused(Refused):
    title = "A setting of this conversation cannot be sent."
    advice = "Correct it and apply the settings again; nothing was sent."


class ImportRefused(Refused):
    title = "This file cannot be imported."
    advice = "Choose another file; nothing of this one was imported."


class SettingsRefused(Refused):
    title = "A setting of the environment makes no sense."
    advice = "Correct it and start Parley again."


class EndpointError(ParleyError):
    title = "The endpoint did not answer as expected."
    advice = "Send the message again, or test the connection in Settings."

    retry_after_s: float | None = None
    """Seconds that the endpoint asked us to wait, if it said so."""
    http_status: int | None = None
    """The status of the answer, when there was one."""


class CredentialMissing(EndpointError):
    title = "This endpoint needs an API key, and none was given."
    advice = "Add the key in Settings; it is sent to this endpoint only."


class CredentialRejected(EndpointError):
    title = "The endpoint rejected the API key, or the team and project."
    advice = (
        "Check the key in Settings, then the team/project: a wrong project gives the same answer."
    )


class OutOfCredit(EndpointError):
    title = "The account has no credit left, or has reached its cap."
    advice = "Add credit or raise the cap with the service, or choose another endpoint."


class NotAllowed(EndpointError):
    title = "The endpoint does not serve this account or country."
    advice = "The service's own words are below; ask the organization's admin, or choose another endpoint."


class ModelNotFound(EndpointError):
    title = "The endpoint does not know this model."
    advice = "Choose another model: ids are case-sensitive, and retired models answer like this."


class WrongBaseUrl(EndpointError):
    title = "This address does not answer like an OpenAI-compatible API."
    advice = "Check the base URL in Settings: most end in /v1."


class PromptTooLong(EndpointError):
    title = "The conversation is longer than the model's context window."
    advice = "Start a new chat, shorten the message, or choose a model with a larger window."


class ParameterRejected(EndpointError):
    title = "The endpoint rejected a parameter of the request."
    advice = "Change or remove that parameter, or choose another model."


class TooManyRequests(EndpointError):
    title = "The endpoint is handling too many requests at once."
    advice = "Wait a moment and send the message again."


class UpstreamUnavailable(EndpointError):
    title = "The endpoint is overloaded or has a fault of its own."
    advice = "Wait a moment and send the message again, or choose another model."


class CannotConnect(EndpointError):
    title = "No connection to the endpoint."
    advice = "Check that the server runs, and the base URL in Settings."


class UntrustedServer(EndpointError):
    title = "The server's certificate is not trusted, so nothing was sent."
    advice = "Check the base URL: https for a server with a valid certificate, http for one on this machine."


class TimedOut(EndpointError):
    title = "The endpoint stayed silent for too long."
    advice = "Send the message again; the service may have billed this one."


class ConnectionLost(EndpointError):
    title = "The connection was lost before the reply was complete."
    advice = "What had arrived is kept. Send the message again for a whole reply."


class MalformedReply(EndpointError):
    title = "The endpoint sent something that is not a chat reply."
    advice = "What had arrived is kept. Try again, or choose another model."


class ReplyTooLarge(EndpointError):
    title = "The reply was larger than Parley accepts, so it was cut off."
    advice = "What had arrived is kept. Ask for a shorter reply."


class ReportedByEndpoint(EndpointError):
    title = "The endpoint reported an error in the middle of the reply."
    advice = "What had arrived is kept. Send the message again."


class AllSpentThinking(EndpointError):
    title = "The model used all its tokens for thinking, so there is no answer."
    advice = "Ask for less at once, or choose a model that thinks less; the tokens were used all the same."


class EmptyReply(EndpointError):
    title = "The model returned no text."
    advice = "Ask again in other words, or choose another model; the usage is recorded."


class LocalModelError(ParleyError):
    title = "The model on this machine could not be started."
    advice = "Run `make install` again, or choose another endpoint in Settings."


class StoreError(ParleyError):
    title = "The conversation could not be saved."
    advice = "Check that the data folder has space and can be written, then try again."


class StoreNotWritable(StoreError):
    title = "The database can be read but not written."
    advice = "Make the data folder writable, or set PARLEY_DATA_DIR to another one."


class StoreTooNew(StoreError):
    title = "The data was written by a newer version of Parley."
    advice = "Update Parley, or set PARLEY_DATA_DIR to another folder."


class StoreCorrupt(StoreError):
    title = "The database file is damaged; it was set aside and a new one begun."
    advice = "The old file is kept beside the new one, with `corrupt` in its name."


def one_line(text: str) -> str:
    """Untrusted text with control characters out, cut to `DETAIL_MAX_CHARS`."""
    readable = "".join(char if char.isprintable() else " " for char in text[: 4 * DETAIL_MAX_CHARS])
    return " ".join(readable.split())[:DETAIL_MAX_CHARS]
