"""The headers that make showing anything harmless: no request to a third party, no framing, no sniffing.

They go on every HTTP response, Streamlit's own files included, because Streamlit sends none of them.
A response that brings such a header itself keeps it: a shared report has a tighter policy than the app.
Never loosen a directive without saying beside it what breaks.
"""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

CONTENT_SECURITY_POLICY: dict[str, str] = {
    "default-src": "'none'",
    # The hash is Streamlit's one inline script (`window.prerenderReady = false`). No 'unsafe-eval':
    # Streamlit draws Vega charts with Vega's own interpreter.
    "script-src": "'self' 'sha256-THxz9J9+wf7rhwR2YkXJoSZ13UCmYyC+3lNDv2+8ugA='",
    # Streamlit's styles (emotion), the data table and Mermaid write <style> elements and style
    # attributes at run time. They can fetch nothing: images and fonts have their own directives.
    "style-src": "'self' 'unsafe-inline'",
    # data: and blob: are images that are already in the browser (uploads, chart exports).
    "img-src": "'self' data: blob:",
    # data: is a KaTeX font that Streamlit's style sheet carries inside it.
    "font-src": "'self' data:",
    "media-src": "'self'",
    # Includes the WebSocket of the same origin.
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "object-src": "'none'",
    "frame-src": "'none'",
    "worker-src": "'none'",
    "frame-ancestors": "'none'",
}

_UNUSED_FEATURES = (
    "accelerometer",
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "hid",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "serial",
    "usb",
)


def policy_text() -> str:
    return "; ".join(f"{name} {sources}" for name, sources in CONTENT_SECURITY_POLICY.items())


SECURITY_HEADERS: dict[str, str] = {
    "Content-Security-Policy": policy_text(),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in _UNUSED_FEATURES),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}

_STARTS = ("http.response.start", "websocket.http.response.start")


class SecurityHeaders:
    """ASGI middleware that adds `SECURITY_HEADERS` to every response."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_hardened(message: Message) -> None:
            if message["type"] in _STARTS:
                headers = MutableHeaders(scope=message)
                for name, value in SECURITY_HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, send_hardened)
