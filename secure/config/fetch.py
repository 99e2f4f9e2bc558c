"""The way to the platform's configuration files: bounded in bytes and in time, whatever the other side sends."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final
from urllib.parse import quote

import httpx
from tuf.api.exceptions import DownloadError, DownloadHTTPError
from tuf.ngclient import FetcherInterface

from contract import limits

OK: Final = 200
TAKEN_UP: Final = frozenset({"connection.connect_tcp.complete", "connection.start_tls.complete"})
"""httpcore's names (its extension "trace") for: there is a connection, and here it is."""
WORDS: Final = 4096
"""Of an answer whose words are of no interest: so much is read, that the connection can be used again."""


class Budget:
    """What one look may take, shared by everything that is fetched in it."""

    def __init__(self, *, stop: threading.Event | None = None, uptime: Callable[[], float] = time.monotonic) -> None:
        self._uptime = uptime
        self._end = uptime() + limits.CONFIG_REFRESH
        self._bytes = limits.CONFIG_TOTAL_BYTES
        self._stop = stop or threading.Event()

    @property
    def left(self) -> float:
        """Seconds."""
        return max(self._end - self._uptime(), 0.0)

    def take(self, count: int) -> None:
        """Raises DownloadError when time or bytes are used up, or the terminal is being told to end."""
        self._bytes -= count
        if self._stop.is_set():
            raise DownloadError("told to stop")
        if self._uptime() > self._end:
            raise DownloadError("limits.CONFIG_REFRESH is over")
        if self._bytes < 0:
            raise DownloadError("limits.CONFIG_TOTAL_BYTES is used up")


class BoundedFetcher(FetcherInterface):
    """Any source of bytes, within a budget. python-tuf itself bounds each file's length, but neither time nor sum."""

    def __init__(self, source: Callable[[str], Iterator[bytes]], budget: Budget) -> None:
        self._source, self._budget = source, budget

    def _fetch(self, url: str) -> Iterator[bytes]:
        self._budget.take(0)
        for piece in self._source(url):
            self._budget.take(len(piece))
            yield piece


class Https:
    """The platform's files over mutual TLS. One exchange at a time, each bounded as a whole: a server that sends a byte
    now and then, be it of a header, is always in time for the next read."""

    def __init__(self, url: str, tls: ssl.SSLContext) -> None:
        timeout = httpx.Timeout(limits.CONFIG_READ, connect=limits.CONFIG_CONNECT)
        self._client = httpx.Client(
            base_url=url, verify=tls, timeout=timeout, trust_env=False, follow_redirects=False,
            headers={"Accept-Encoding": "identity"}, limits=httpx.Limits(max_connections=1),
        )  # fmt: skip
        self._socket: socket.socket | None = None
        self._over = False
        """The time of the exchange is over."""

    def close(self) -> None:
        self._client.close()

    def pieces(self, path: str, seconds: float = limits.CONFIG_REFRESH) -> Iterator[bytes]:
        """The bytes of *path*, within *seconds*. Raises DownloadHTTPError, DownloadError."""
        extensions = {"trace": self._watched}
        try:
            with self._within(seconds), self._client.stream("GET", quote(path), extensions=extensions) as response:
                if response.status_code != OK:
                    # Read its words, or the connection is thrown away: every look asks for a root that is not there.
                    _words(response)
                    raise DownloadHTTPError(f"HTTP {response.status_code}", response.status_code)
                yield from response.iter_raw()
        except httpx.HTTPError as error:
            raise DownloadError(type(error).__name__) from error

    def post(self, path: str, body: bytes) -> bool:
        """Send *body*; whether it was taken."""
        extensions, headers = {"trace": self._watched}, {"Content-Type": "application/json"}
        asked = self._client.stream("POST", path, content=body, headers=headers, extensions=extensions)
        try:
            with self._within(limits.CONFIG_REFRESH), asked as answer:
                _words(answer)
                return answer.status_code == OK
        except httpx.HTTPError:
            return False

    def whole(self, path: str, most: int) -> bytes | None:
        """At most *most* bytes of *path*; None when they cannot be had within limits.CONFIG_TIME_WAIT."""
        found = bytearray()
        try:
            for piece in self.pieces(path, limits.CONFIG_TIME_WAIT):
                found += piece
                if len(found) > most:
                    return None
        except DownloadError:
            return None
        return bytes(found)

    def _watched(self, event: str, info: Mapping[str, Any]) -> None:
        if event in TAKEN_UP:
            self._socket = info["return_value"].get_extra_info("socket")
            if self._over:  # while it was still being connected there was nothing to cut
                self._cut()

    @contextmanager
    def _within(self, seconds: float) -> Iterator[None]:
        """After *seconds* whoever reads reads the end."""
        self._over = False
        watch = threading.Timer(seconds, self._cut)
        watch.daemon = True
        watch.start()
        try:
            yield
        finally:
            watch.cancel()

    def _cut(self) -> None:
        self._over = True
        if self._socket is not None:
            with contextlib.suppress(OSError):
                # The descriptor's own: TLS has no part in it, which the reading thread is in the middle of.
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)


def _words(answer: httpx.Response) -> None:
    read = 0
    for piece in answer.iter_raw(1024):
        read += len(piece)
        if read > WORDS:
            break
