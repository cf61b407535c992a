"""A server that speaks TLS on loopback, with a certificate that nobody vouches for. It is for tests alone."""

from __future__ import annotations

import contextlib
import http.server
import json
import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path

CERTIFICATE = """\
-----BEGIN CERTIFICATE-----
MIIBlTCCATugAwIBAgIBATAKBggqhkjOPQQDAjArMRUwEwYDVQQKDAxQYXJsZXkg
dGVzdHMxEjAQBgNVBAMMCWxvY2FsaG9zdDAgFw0yNDAxMDEwMDAwMDBaGA8yMTI0
MDEwMTAwMDAwMFowKzEVMBMGA1UECgwMUGFybGV5IHRlc3RzMRIwEAYDVQQDDAls
b2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAASOqXtZ6NZkopFWCb/1
bJ8oYPRBZwQQgqqmdnKh8rHjRpwpPXI8scIr5x93n9vqLJ3i2804OgxPghYpYZLV
wpFfo04wTDAPBgNVHRMBAf8EBTADAQH/MB0GA1UdDgQWBBRKx0d899g6SRm6fJVA
dd5c724nKTAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZIzj0EAwID
SAAwRQIgZiKB003NbKfU7DIrP1PksMILbMls3kcKGLXgJLd4nvECIQCtw7HBWcYd
W1exaXulVaIlUGAgiUeEuN75QYyXe+3jhA==
-----END CERTIFICATE-----
"""
"""Self-signed, for localhost and 127.0.0.1, valid from 2024 to 2124."""

KEY = """\
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgX225hw+glPQZMS/Q
JEU9xxcG/3QEPloD/QBL0/GWGNGhRANCAASOqXtZ6NZkopFWCb/1bJ8oYPRBZwQQ
gqqmdnKh8rHjRpwpPXI8scIr5x93n9vqLJ3i2804OgxPghYpYZLVwpFf
-----END PRIVATE KEY-----
"""
"""Made for this file: it opens nothing."""

MODELS = json.dumps({"object": "list", "data": [{"id": "over-tls"}]}).encode()


class _Models(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(MODELS)))
        self.end_headers()
        self.wfile.write(MODELS)

    def log_message(self, *args: object) -> None:
        """Silent: a test's output is the test's."""


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = False

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that turns away from the certificate is what the tests are about."""


@contextlib.contextmanager
def speaking_tls(folder: Path) -> Iterator[int]:
    """The port of a server that lists one model; the folder gets its certificate and key."""
    written = folder / "server.pem"
    written.write_text(CERTIFICATE + KEY)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(written)
    with _Server(("127.0.0.1", 0), _Models) as server:
        # The greeting is left to the thread of its connection, so that no client holds up another.
        server.socket = context.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


@contextlib.contextmanager
def never_saying_goodbye(folder: Path) -> Iterator[int]:
    """The port of a server that agrees on TLS and then neither reads nor hangs up."""
    written = folder / "server.pem"
    written.write_text(CERTIFICATE + KEY)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(written)
    held: list[socket.socket] = []

    def greet(server: socket.socket) -> None:
        # The first comer only tries the port; the loop ends with the server.
        with contextlib.suppress(OSError):
            while True:
                came, _ = server.accept()
                with contextlib.suppress(OSError):
                    held.append(context.wrap_socket(came, server_side=True))

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=greet, args=(server,), daemon=True)
        thread.start()
        try:
            yield server.getsockname()[1]
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join()
            for each in held:
                each.close()


def trusting() -> ssl.SSLContext:
    """What a client uses that trusts this certificate and no other."""
    return ssl.create_default_context(cadata=CERTIFICATE)
