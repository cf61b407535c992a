"""A request leaves for the endpoint's own origin or not at all (E-6)."""

from __future__ import annotations

import httpx2
import pytest

from parley import egress
from parley.endpoint import Endpoint
from parley.errors import WrongBaseUrl

ENDPOINT = Endpoint("Mine", "https://api.example.com/v1")


@pytest.mark.parametrize(
    "url",
    [
        "https://api.example.com/v1/models",
        "https://api.example.com:443/elsewhere",
        "https://API.example.com./v1",
    ],
)
def test_e6_the_endpoints_own_origin_is_reached_however_it_is_written(url: str) -> None:
    egress.check(ENDPOINT, httpx2.URL(url))


@pytest.mark.parametrize(
    "url",
    [
        "http://api.example.com/v1",
        "https://api.example.com:8443/v1",
        "https://api.example.com.evil.example/v1",
        "https://evil.example/?https://api.example.com/v1",
        "https://evil.example/#api.example.com",
        "https://api.example.com@evil.example/v1",
        "https://xn--pi-7lc.example.com/v1",
        "https://169.254.169.254/v1",
    ],
)
def test_e6_any_other_origin_is_refused_and_named(url: str) -> None:
    with pytest.raises(WrongBaseUrl) as refused:
        egress.check(ENDPOINT, httpx2.URL(url))

    assert refused.value.title == "The request would have left the endpoint, so it was not sent."
    assert refused.value.detail == httpx2.URL(url).host
