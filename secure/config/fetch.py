"""The way to the platform's configuration files: bounded in bytes and in time, whatever the other side sends."""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Callable, Iterator
from typing import Final
from urllib.parse import quote

import httpx
from tuf.api.exceptions import DownloadError, DownloadHTTPError
from tuf.ngclient import FetcherInterface

from contract import limits

OK: Final = 200


class Budget:
    """What one look may take, shared by everything that is fetched in it."""

    def __init__(self, *, stop: threading.Event | None = None, uptime: Callable[[], float] = time.monotonic) -> None:
        self._uptime = uptime
        self._end = uptime() + limits.CONFIG_REFRESH
        self._bytes = limits.CONFIG_TOTAL_BYTES
        self._stop = stop or threading.Event()

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
    """The platform's files over mutual TLS."""

    def __init__(self, url: str, tls: ssl.SSLContext) -> None:
        timeout = httpx.Timeout(limits.CONFIG_READ, connect=limits.CONFIG_CONNECT)
        self._client = httpx.Client(
            base_url=url, verify=tls, timeout=timeout, trust_env=False, follow_redirects=False,
            headers={"Accept-Encoding": "identity"},
        )  # fmt: skip

    def close(self) -> None:
        self._client.close()

    def pieces(self, path: str) -> Iterator[bytes]:
        """The bytes of *path*. Raises DownloadHTTPError, DownloadError."""
        try:
            with self._client.stream("GET", quote(path)) as response:
                if response.status_code != OK:
                    # Read its words, or the connection is thrown away: every look asks for a root that is not there.
                    for count, _ in enumerate(response.iter_raw(1024)):
                        if count > 4:
                            break
                    raise DownloadHTTPError(f"HTTP {response.status_code}", response.status_code)
                yield from response.iter_raw()
        except httpx.HTTPError as error:
            raise DownloadError(type(error).__name__) from error

    def post(self, path: str, body: bytes) -> bool:
        """Send *body*; whether it was taken."""
        try:
            answer = self._client.post(path, content=body, headers={"Content-Type": "application/json"})
        except httpx.HTTPError:
            return False
        return answer.status_code == OK

    def whole(self, path: str, most: int) -> bytes | None:
        """At most *most* bytes of *path*; None when they cannot be had."""
        found = bytearray()
        try:
            for piece in self.pieces(path):
                found += piece
                if len(found) > most:
                    return None
        except DownloadError:
            return None
        return bytes(found)
