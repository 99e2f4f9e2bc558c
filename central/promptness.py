"""Connections on which everything comes in time: silence, or one byte now and then, must not keep others out.

cheroot shakes hands in the one thread that accepts connections; here the thread that will answer does it. And it closes
a line on which something is still being sent at once: then the answer may be lost on its way, here it is not.
"""

from __future__ import annotations

import socket
import ssl
import time
from contextlib import suppress
from typing import Any, Final

from cheroot.errors import FatalSSLAlert
from cheroot.server import HTTPConnection, HTTPRequest
from cheroot.ssl.builtin import BuiltinSSLAdapter

from contract import limits

EXPECT = "central.expect"
"""Key in the WSGI environ (no header can name such a one): the view that knows who sends gives a long body its time."""
SWALLOW: Final = 65_536


class PromptSocket(ssl.SSLSocket):
    """Raises TimeoutError when the request that ``begin`` announced has not come within limits.REQUEST_ARRIVAL,
    and, for a terminal's, what its body takes at limits.SLOWEST_LINE."""

    _until: float | None = None
    shaken = False
    """Whether hands were shaken."""

    def begin(self) -> None:
        self._until = time.monotonic() + limits.REQUEST_ARRIVAL

    def hear_out(self) -> None:
        """The answer was the last word; what the other end still sends is thrown away, for a while: closed at once, the
        line would be reset, and a browser would show that instead of the answer."""
        self.shutdown(socket.SHUT_WR)  # TLS ends here: what comes now stays as it is on the line
        self._until = time.monotonic() + limits.LAST_WORD
        heap = bytearray(SWALLOW)
        while self.recv_into(heap):
            pass

    def expect(self, length: int, most: int = limits.PHOTO_REQUEST_BYTES, pace: float = limits.SLOWEST_LINE) -> None:
        """The head of the request said how long its body is: a village's line has time for it."""
        if self._until is not None:
            self._until += min(length, most) / pace

    def recv_into(self, buffer: Any, nbytes: int | None = None, flags: int = 0) -> int:
        if self._until is None:
            return super().recv_into(buffer, nbytes, flags)
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError("timed out")
        usual = self.gettimeout()
        self.settimeout(left if usual is None else min(left, usual))
        try:
            return super().recv_into(buffer, nbytes, flags)
        finally:
            self.settimeout(usual)


class PromptAdapter(BuiltinSSLAdapter):
    def wrap(self, sock: socket.socket) -> tuple[ssl.SSLSocket, dict[str, Any]]:
        """The connection before hands are shaken; who is at the other end is not known yet."""
        return self.context.wrap_socket(sock, server_side=True, do_handshake_on_connect=False), {}

    def shake(self, line: PromptSocket) -> dict[str, Any]:
        """Shake hands within limits.TLS_HANDSHAKE; what TLS verified, for the WSGI environ. Raises FatalSSLAlert."""
        usual = line.gettimeout()
        line.settimeout(limits.TLS_HANDSHAKE)
        try:
            line.do_handshake()
        except OSError as error:  # ssl.SSLError is one
            raise FatalSSLAlert(*error.args) from error
        line.settimeout(usual)
        line.shaken = True
        environ: dict[str, Any] = self.get_environ(line)  # type: ignore[no-untyped-call]
        return environ


class PromptRequest(HTTPRequest):
    def parse_request(self) -> None:
        line, adapter = self.conn.socket, self.server.ssl_adapter
        assert isinstance(line, PromptSocket)
        assert isinstance(adapter, PromptAdapter)
        if not line.shaken:
            self.conn.ssl_env = adapter.shake(line)
        line.begin()
        self.conn.ssl_env[EXPECT] = line.expect
        super().parse_request()  # type: ignore[no-untyped-call]
        length = self.inheaders.get(b"Content-Length", b"")
        if adapter.context.verify_mode is ssl.CERT_REQUIRED and length.isdigit():
            line.expect(int(length))  # terminals' own listener: whoever else comes brings no pictures

    def respond(self) -> None:
        super().respond()  # type: ignore[no-untyped-call]
        assert isinstance(self.conn, PromptConnection)
        self.conn.unread = self.chunked_read or getattr(self.rfile, "remaining", 0) > 0

    def send_headers(self) -> None:
        """An answer that says it is the last one is: cheroot would first read, into memory, what nobody wants."""
        if (b"Connection", b"close") in self.outheaders:
            self.close_connection = True
        super().send_headers()  # type: ignore[no-untyped-call]


class PromptConnection(HTTPConnection):
    RequestHandlerClass = PromptRequest
    unread = False
    """Whether it was answered before all of the request was read."""

    def close(self) -> None:
        if self.unread:
            with suppress(OSError):
                self.socket.hear_out()
        super().close()  # type: ignore[no-untyped-call]
