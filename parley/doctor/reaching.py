"""The way to an endpoint's server: its name is looked up, its port opened, its certificate checked.

Nothing is sent but the greeting of TLS, with the same trust as for every message, and each connection is closed.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import socket
import ssl
import time
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

import httpx2

from parley import egress
from parley.doctor.steps import Course, StepName
from parley.endpoint import Endpoint
from parley.engine import Engine
from parley.errors import CannotConnect, UntrustedServer
from parley.pricing.wording import write_duration

T = TypeVar("T")

ADDRESSES_TRIED = 4
SHOWN_ADDRESSES = 2
WAIT_EXTRA_S = 2.0
"""On top of the limit that each step keeps itself: the engine's loop may be busy with replies."""

GOODBYE_S = 0.2

NOT_TLS = frozenset(
    {"WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "HTTP_REQUEST", "PACKET_LENGTH_TOO_LONG"}
)
"""How OpenSSL says that what came back is no TLS at all."""

TRUST_FIX = (
    "Add its authority to the certificates that this machine trusts, or use http:// for a server "
    "on this machine or in your own network."
)
NAME_FIX = "Use the name that the certificate is for."
PLAIN_FIX = "Begin the address with http://, or use the port where the server speaks TLS."

UNTRUSTED: Mapping[int, tuple[str, str]] = {
    9: ("The certificate is not valid yet.", "Check the clock of this machine and of the server."),
    10: ("The certificate has expired.", "Whoever runs the server has to renew it."),
    18: ("The certificate is self-signed.", TRUST_FIX),
    19: ("The certificate comes from an authority that this machine does not know.", TRUST_FIX),
    20: ("The certificate comes from an authority that this machine does not know.", TRUST_FIX),
    21: ("The certificate comes without the ones between it and its authority.", TRUST_FIX),
    62: ("The certificate is for another host name.", NAME_FIX),
    64: ("The certificate is not for this number.", NAME_FIX),
}
"""OpenSSL's code of what is wrong → what that means, and what mends it."""


@dataclass(frozen=True)
class Place:
    """Where a server is, as an address names it."""

    host: str
    """A name or a number, as it goes out; a number of IPv6 without brackets."""
    port: int
    shown: str
    """Host and port as they stand in the address."""


def reach(
    engine: Engine, endpoint: Endpoint, course: Course, context: ssl.SSLContext | None = None
) -> None:
    """Take the three steps; `context` is what to trust in place of what every message trusts.

    Raises:
        CannotConnect: no such host, or nothing listens there.
        UntrustedServer: no TLS, or a certificate that is not trusted.
    """
    url = httpx2.URL(endpoint.base_url)
    egress.check(endpoint, url)
    place = Place(
        url.raw_host.decode("ascii").rstrip("."),
        url.port or {"http": 80}.get(url.scheme, 443),
        url.netloc.decode("ascii", "replace"),
    )
    found = _look_up(engine, place, course)
    address = _open_port(engine, place, found, course)
    if url.scheme == "http":
        course.skipped(StepName.CERTIFICATE, "The address begins with http://: there is none.")
    else:
        trusted = context or httpx2.create_ssl_context(trust_env=False)
        _check_certificate(engine, place, address, trusted, course)


def is_number(host: str) -> bool:
    """Whether the host of an address is a number, not a name."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


# The name


def _look_up(engine: Engine, place: Place, course: Course) -> list[str]:
    if is_number(place.host):
        course.skipped(StepName.HOST, "The address names a number, so nothing is looked up.")
        return [place.host]
    try:
        found = _within(engine, _addresses(place))
    except (OSError, UnicodeError) as error:
        late = isinstance(error, TimeoutError)
        seen = "No answer to the question for its number." if late else "No such name was found."
        course.failed(StepName.HOST, seen, "Check its spelling; or this machine is offline.")
        raise CannotConnect(
            f"The host {place.shown} was not found.",
            advice="Check the base URL in Settings; or this machine is offline.",
        ) from None
    more = f" and {len(found) - SHOWN_ADDRESSES} more" if len(found) > SHOWN_ADDRESSES else ""
    course.ok(StepName.HOST, f"{place.host} is {', '.join(found[:SHOWN_ADDRESSES])}{more}.")
    return found


async def _addresses(place: Place) -> list[str]:
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(place.host, place.port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(one[4][0]) for one in found))


# The port


def _open_port(engine: Engine, place: Place, addresses: list[str], course: Course) -> str:
    """The address that answers first, in the order of the look-up."""
    faults: list[OSError] = []
    for address in addresses[:ADDRESSES_TRIED]:
        began = time.monotonic()
        try:
            _within(engine, _connect(address, place.port))
        except OSError as error:
            faults.append(error)
            continue
        took = write_duration(time.monotonic() - began)
        course.ok(StepName.PORT, f"Port {place.port} of {address} was open after {took}.")
        return address
    seen, fix = why_closed(faults, place.port, engine.limits.connect_s)
    course.failed(StepName.PORT, seen, fix)
    raise CannotConnect(f"No connection to {place.shown}.")


def why_closed(faults: list[OSError], port: int, limit_s: float) -> tuple[str, str]:
    """A refusal says most, so it is told before what else was met on the way."""
    if any(isinstance(fault, ConnectionRefusedError) for fault in faults):
        return (
            f"Refused: nothing listens on port {port}.",
            "Start the server, or correct the port in the address.",
        )
    if any(isinstance(fault, TimeoutError) for fault in faults):
        return (
            f"No answer within {write_duration(limit_s)}.",
            "Check the address and the port; a firewall may be in between. Parley uses no proxy.",
        )
    return (
        "There is no way from this machine to the server.",
        "Check the network of this machine. Parley uses no proxy.",
    )


async def _connect(address: str, port: int, **tls: Any) -> ssl.SSLObject | None:
    """Open a connection and close it; what TLS agreed upon, where it was asked for."""
    _, writer = await asyncio.open_connection(address, port, **tls)
    agreed: ssl.SSLObject | None = writer.get_extra_info("ssl_object")
    writer.close()
    # How the other side ends what carried nothing is no news, and some take half a minute over it.
    with contextlib.suppress(OSError):
        async with asyncio.timeout(GOODBYE_S):
            await writer.wait_closed()
    writer.transport.abort()
    return agreed


# The certificate


def _check_certificate(
    engine: Engine, place: Place, address: str, trusted: ssl.SSLContext, course: Course
) -> None:
    try:
        greeting = _connect(address, place.port, ssl=trusted, server_hostname=place.host)
        agreed = _within(engine, greeting)
    except (OSError, ValueError) as error:
        seen, fix = why_untrusted(error)
        course.failed(StepName.CERTIFICATE, seen, fix)
        raise UntrustedServer(seen, advice=fix) from None
    course.ok(StepName.CERTIFICATE, certificate_words(agreed))


def why_untrusted(error: Exception) -> tuple[str, str]:
    """What stands against the server's TLS and what mends it, in our words."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return UNTRUSTED.get(error.verify_code, ("The certificate is not trusted.", TRUST_FIX))
    if isinstance(error, TimeoutError):
        return "The server did not answer the greeting of TLS.", PLAIN_FIX
    if isinstance(error, ssl.SSLError) and error.reason in NOT_TLS:
        return "The server does not speak TLS at this port.", PLAIN_FIX
    return "The server ended the greeting of TLS without an agreement.", PLAIN_FIX


def certificate_words(agreed: ssl.SSLObject | None) -> str:
    """What was agreed upon: the version, who vouches for the server, and until when."""
    known: Mapping[str, Any] = (agreed and agreed.getpeercert()) or {}
    names = {key: value for pairs in known.get("issuer", ()) for key, value in pairs}
    issuer = names.get("organizationName") or names.get("commonName")
    until = known.get("notAfter")
    parts = [
        (agreed and agreed.version()) or "TLS",
        f"issued by {issuer}" if issuer else "",
        f"valid until {_day(until)}" if until else "",
    ]
    return f"{', '.join(part for part in parts if part)}."


def _day(written: str) -> str:
    seconds = ssl.cert_time_to_seconds(written)
    return datetime.fromtimestamp(seconds, UTC).date().isoformat()


def _within(engine: Engine, work: Coroutine[object, object, T]) -> T:
    """Run one step on the engine's loop, for no longer than a connection may take."""

    async def bounded() -> T:
        async with asyncio.timeout(engine.limits.connect_s):
            return await work

    return engine.call(bounded(), engine.limits.connect_s + WAIT_EXTRA_S)
