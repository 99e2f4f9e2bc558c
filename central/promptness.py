"""Connections on which a request must arrive whole in time: one byte now and then must not keep a thread for ever."""

from __future__ import annotations

import ssl
import time
from typing import Any

from cheroot.server import HTTPConnection, HTTPRequest

from contract import limits


class PromptSocket(ssl.SSLSocket):
    """Raises TimeoutError when the request that ``begin`` announced has not come within limits.REQUEST_ARRIVAL."""

    _until: float | None = None

    def begin(self) -> None:
        self._until = time.monotonic() + limits.REQUEST_ARRIVAL

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


class PromptRequest(HTTPRequest):
    def parse_request(self) -> None:
        assert isinstance(self.conn.socket, PromptSocket)
        self.conn.socket.begin()
        super().parse_request()  # type: ignore[no-untyped-call]


class PromptConnection(HTTPConnection):
    RequestHandlerClass = PromptRequest
