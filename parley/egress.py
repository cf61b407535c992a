"""Which addresses may be reached. In local mode every http(s) address; the key goes to its own origin alone.

The one place to tighten when Parley serves strangers: the transport asks here before each request.
"""

from __future__ import annotations

import httpx2

from parley.endpoint import Endpoint, origin_of
from parley.errors import WrongBaseUrl


def check(endpoint: Endpoint, url: httpx2.URL) -> None:
    """Refuse a request that would leave the endpoint's own origin.

    Raises:
        WrongBaseUrl: the address is not the endpoint's.
    """
    if origin_of(str(url)) != endpoint.origin:
        raise WrongBaseUrl(
            "The request would have left the endpoint, so it was not sent.",
            detail=url.host,
        )
