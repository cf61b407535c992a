"""The way to the server: names, ports and certificates, each with what is wrong about it in our words."""

from __future__ import annotations

import socket
import ssl
import threading
from pathlib import Path
from typing import Any

import pytest

from parley.doctor import StepName, StepState, examine
from parley.doctor.reaching import certificate_words, reach, why_closed, why_untrusted
from parley.doctor.steps import Course
from parley.engine import Engine
from parley.errors import UntrustedServer
from tests.parley.doctor_findings import at, failed, step
from tests.parley.tls_server import never_saying_goodbye, speaking_tls, trusting
from tests.upstream import Upstream


def test_a_self_signed_certificate_is_named_with_what_to_do_about_it(
    engine: Engine, tmp_path: Path
) -> None:
    with speaking_tls(tmp_path) as port:
        found = examine(engine, at(f"https://localhost:{port}/v1"))

    assert failed(found) == [StepName.CERTIFICATE]
    assert found.sentence == "The certificate is self-signed."
    assert "http:// for a server on this machine" in found.advice
    assert found.models is None


def test_a_certificate_that_is_trusted_says_by_whom_and_until_when(
    engine: Engine, tmp_path: Path
) -> None:
    with speaking_tls(tmp_path) as port:
        endpoint = at(f"https://localhost:{port}/v1")
        course = Course(endpoint, lambda _: None)
        reach(engine, endpoint, course, trusting())

    seen = next(one for one in course.steps if one.name is StepName.CERTIFICATE)
    assert seen.state is StepState.OK
    assert seen.seen == "TLSv1.3, issued by Parley tests, valid until 2124-01-01."


def test_a_server_that_keeps_silent_after_the_greeting_has_a_good_certificate_all_the_same(
    engine: Engine, tmp_path: Path
) -> None:
    with never_saying_goodbye(tmp_path) as port:
        endpoint = at(f"https://localhost:{port}/v1")
        course = Course(endpoint, lambda _: None)
        reach(engine, endpoint, course, trusting())

    assert course.has(StepState.OK, StepName.CERTIFICATE)


def test_a_certificate_for_another_name_is_told_as_that(engine: Engine, tmp_path: Path) -> None:
    with speaking_tls(tmp_path) as port:
        endpoint = at(f"https://0.0.0.0:{port}/v1")
        with pytest.raises(UntrustedServer) as refused:
            reach(engine, endpoint, Course(endpoint, lambda _: None), trusting())

    assert refused.value.title == "The certificate is not for this number."
    assert "name that the certificate is for" in refused.value.advice


def test_a_server_without_tls_behind_https_is_told_as_that(
    engine: Engine, upstream: Upstream
) -> None:
    port = upstream.origin.rpartition(":")[2]

    found = examine(engine, at(f"https://localhost:{port}/v1"))

    assert failed(found) == [StepName.CERTIFICATE]
    assert found.sentence == "The server does not speak TLS at this port."
    assert "http://" in found.advice


def verification(code: int) -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError("certificate verify failed")
    error.verify_code = code
    return error


def broken(reason: str) -> ssl.SSLError:
    error = ssl.SSLError(1, "no agreement")
    error.reason = reason
    return error


@pytest.mark.parametrize(
    ("error", "seen", "fix"),
    [
        (verification(9), "not valid yet", "clock"),
        (verification(10), "expired", "renew"),
        (verification(19), "does not know", "trusts"),
        (verification(20), "does not know", "trusts"),
        (verification(21), "the ones between", "trusts"),
        (verification(62), "another host name", "Use the name"),
        (verification(64), "not for this number", "Use the name"),
        (verification(1), "not trusted", "trusts"),
        (TimeoutError(), "did not answer the greeting", "http://"),
        (ConnectionResetError(), "without an agreement", "http://"),
        (broken("HANDSHAKE_FAILURE"), "without an agreement", "http://"),
    ],
)
def test_what_stands_against_a_certificate_is_told_with_its_fix(
    error: Exception, seen: str, fix: str
) -> None:
    told, mend = why_untrusted(error)

    assert seen in told
    assert fix in mend


@pytest.mark.parametrize(
    ("faults", "seen", "fix"),
    [
        (
            [TimeoutError(), ConnectionRefusedError()],
            "nothing listens on port 9",
            "correct the port",
        ),
        ([OSError(101, "unreachable"), TimeoutError()], "No answer within 5.0 s", "firewall"),
        ([OSError(101, "unreachable")], "no way from this machine", "network"),
    ],
)
def test_a_closed_port_is_told_by_what_says_most(
    faults: list[OSError], seen: str, fix: str
) -> None:
    told, mend = why_closed(faults, 9, 5.0)

    assert seen in told
    assert fix in mend


def test_a_connection_without_a_certificate_at_hand_says_tls_and_no_more() -> None:
    assert certificate_words(None) == "TLS."


def answers_with(addresses: list[str]) -> Any:
    def look_up(host: Any, port: Any, *args: Any, **kwargs: Any) -> Any:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in addresses]

    return look_up


def test_the_first_of_several_numbers_that_answers_is_taken(
    engine: Engine, upstream: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = ["127.0.0.2", "127.0.0.1", "127.0.0.3"]
    monkeypatch.setattr(socket, "getaddrinfo", answers_with(numbers))
    port = upstream.origin.rpartition(":")[2]

    found = examine(engine, at(f"http://many.example:{port}/v1"))

    assert step(found, StepName.HOST).seen == "many.example is 127.0.0.2, 127.0.0.1 and 1 more."
    assert f"Port {port} of 127.0.0.1 was open" in step(found, StepName.PORT).seen
    assert found.works


def test_a_name_server_that_stays_silent_is_not_waited_for(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    over = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: over.wait(10) and [])

    found = examine(engine, at("https://slow.example/v1"))
    over.set()

    assert failed(found) == [StepName.HOST]
    assert step(found, StepName.HOST).seen == "No answer to the question for its number."


def test_a_name_that_no_look_up_can_carry_is_not_found(engine: Engine) -> None:
    found = examine(engine, at(f"https://{'a' * 64}.example/v1"))

    assert failed(found) == [StepName.HOST]
