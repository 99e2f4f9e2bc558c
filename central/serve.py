"""The two listeners: terminals with their certificates, and the public pages. TLS 1.2 or newer on both."""

from __future__ import annotations

import signal
import ssl
import threading
from collections.abc import Callable, Iterable
from typing import Any, Final

from cheroot.wsgi import Server
from django.core.wsgi import get_wsgi_application

from central.listener import ENVIRON_KEY, Listener
from central.promptness import PromptAdapter, PromptConnection, PromptSocket
from central.state import State

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

THREADS: Final = 8
HEADER_BYTES: Final = 16_384
BODY_BYTES: Final = 1_048_576
"""Of the API. Beyond this cheroot itself hangs up; below it the API answers with a problem (limits.REQUEST_BYTES)."""
PUBLIC_BODY_BYTES: Final = 64_000_000
"""Of the public listener. Below it a view says in its own words that a picture is too large (limits.UPLOAD_BYTES); none
reads more than it takes."""
LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})


class NotLoopbackError(ValueError):
    """The embedded platform listens on this machine only; a city's stands behind nginx."""


def serve(state: State) -> None:
    """Serve until SIGTERM or SIGINT; prints one line when both listeners take connections."""
    if state.config.host not in LOOPBACK:
        raise NotLoopbackError(state.config.host)
    application = get_wsgi_application()
    servers = [
        _server(state, state.config.port, _marked(application, Listener.API), terminals_only=True),
        _server(state, state.config.public_port, _marked(application, Listener.PUBLIC), terminals_only=False),
    ]
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    for server in servers:
        server.prepare()
    threads = [
        threading.Thread(target=_run, args=(server, stop), name=f"listener-{n}") for n, server in enumerate(servers)
    ]
    for thread in threads:
        thread.start()
    print(f"central ready {state.url} public {state.public_url}", flush=True)
    stop.wait()
    for server in servers:
        server.stop()
    for thread in threads:
        thread.join()


def _run(server: Server, stop: threading.Event) -> None:
    """One listener that dies ends the other: half a platform would be worse than none."""
    try:
        server.serve()
    finally:
        stop.set()


def _server(state: State, port: int, application: Wsgi, *, terminals_only: bool) -> Server:
    server = Server((state.config.host, port), application, numthreads=THREADS, server_name="central")
    server.max_request_header_size = HEADER_BYTES
    server.max_request_body_size = BODY_BYTES if terminals_only else PUBLIC_BODY_BYTES
    server.shutdown_timeout = 2
    server.ConnectionClass = PromptConnection
    adapter = PromptAdapter(str(state.folder / "server.pem"), str(state.folder / "server.key"))
    adapter.context = _context(state, terminals_only=terminals_only)
    server.ssl_adapter = adapter
    return server


def _context(state: State, *, terminals_only: bool) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.sslsocket_class = PromptSocket
    context.load_cert_chain(state.folder / "server.pem", state.folder / "server.key")
    if terminals_only:
        context.load_verify_locations(cafile=state.folder / "ca.pem")
        context.verify_mode = ssl.CERT_REQUIRED
    return context


def _marked(application: Wsgi, listener: Listener) -> Wsgi:
    def marked(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        environ[ENVIRON_KEY] = listener.value
        return application(environ, start_response)

    return marked
