"""The terminal's side of the platform's API: one method, typed by the table of routes in contract.wire."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeVar

import httpx
import msgspec

from contract import limits, wire
from contract.faults import Fault
from drivers.device import Failure
from secure import tls

T = TypeVar("T", bound=wire.Message)
Watcher = Callable[[str, object], Awaitable[None]]

REACHED: Final = frozenset({"connection.connect_tcp.complete", "http11.send_request_headers.started"})
"""httpcore's names (its extension "trace") for: somebody took the connection; one that stands is used again."""
HTTP_CLIENT_ERROR = 400


@dataclass(frozen=True, slots=True)
class Access:
    """Where the platform is and what proves both sides: pinned CA, this terminal's certificate and key (PEM files)."""

    url: str
    ca: Path
    certificate: Path
    key: Path
    passphrase: str | None = field(default=None, repr=False)
    """Opens *key*; None where it lies open."""

    def context(self) -> ssl.SSLContext:
        """TLS that trusts the platform's own CA and shows this terminal's certificate."""
        context = tls.context(self.ca)
        self.load(context)
        return context

    def load(self, context: ssl.SSLContext) -> None:
        """This terminal's certificate and key as they lie in the files now."""
        tls.show(context, self.certificate, self.key, self.passphrase)


class Central:
    """Client of the platform. Every answer is a message or a Failure with a sentence; it never raises for the network.

    ``away`` and ``slow`` are what the last exchange said; ``on_change`` is told when that changes.
    """

    def __init__(self, access: Access, on_change: Callable[[bool], None] = lambda _away: None) -> None:
        # Each exchange is bounded as a whole, in ``call``; a single read or write never ends it before that.
        timeout = httpx.Timeout(limits.PLATFORM_CONNECT + limits.PLATFORM_ANSWER)
        self._access = access
        self._context = access.context()
        self._client = httpx.AsyncClient(
            base_url=access.url, verify=self._context, timeout=timeout, trust_env=False, follow_redirects=False
        )
        self._on_change = on_change
        self.away = False
        self.slow = False
        """It is away because it took too long: somebody is there."""

    def renewed(self) -> None:
        """The certificate's file holds a new one: the next connection is made with it; nothing is interrupted."""
        self._access.load(self._context)

    async def close(self) -> None:
        await self._client.aclose()

    async def call(
        self, route: wire.Route, answer: type[T], ask: wire.Message | None = None, token: str = ""
    ) -> T | Failure:
        """One exchange. *answer* must be the route's own answer type. Bounded in time and in bytes."""
        assert answer is route.answer
        assert ask is None or type(ask) is route.ask
        assert token.isascii(), "a token that is none was refused when it came"
        content = None if ask is None else msgspec.json.encode(ask)
        uphill = len(content or b"") / limits.SLOWEST_LINE
        reached = False
        try:
            async with asyncio.timeout(limits.PLATFORM_CONNECT) as limit:

                async def watched(event: str, _info: object) -> None:
                    nonlocal reached
                    if event in REACHED and not reached:
                        reached = True
                        limit.reschedule(asyncio.get_running_loop().time() + limits.PLATFORM_ANSWER + uphill)

                status, body = await self._exchange(route, content, token, watched)
        except TimeoutError:
            slow = Failure(Fault.PLATFORM_SLOW)
            return self._met(slow if reached else Failure(Fault.PLATFORM_AWAY, "nobody took the connection"))
        except (httpx.RequestError, ssl.SSLError) as error:  # an alert that comes with the answer is httpx's none
            return self._met(Failure(Fault.PLATFORM_AWAY, type(error).__name__))
        except _TooLongError:
            return self._met(Failure(Fault.PLATFORM_GARBLED, "too long"))
        return self._met(self._understand(status, body, answer))

    async def _exchange(
        self, route: wire.Route, content: bytes | None, token: str, watched: Watcher
    ) -> tuple[int, bytes]:
        # No compression: an answer is as long as it says, and nothing unpacks bytes of somebody in between.
        headers = {"Accept": "application/json", "Accept-Encoding": "identity"}
        if content is not None:
            headers["Content-Type"] = "application/json"
        if token:
            headers["Authorization"] = f"Bearer {token}"
        body = bytearray()
        async with self._client.stream(
            route.method, route.path, content=content, headers=headers, extensions={"trace": watched}
        ) as response:
            async for piece in response.aiter_raw():
                body += piece
                if len(body) > limits.PLATFORM_ANSWER_BYTES:
                    raise _TooLongError
            return response.status_code, bytes(body)

    @staticmethod
    def _understand(status: int, body: bytes, answer: type[T]) -> T | Failure:
        try:
            if status < HTTP_CLIENT_ERROR:
                return msgspec.json.decode(body, type=answer)
            problem = msgspec.json.decode(body, type=wire.Problem)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return Failure(Fault.PLATFORM_GARBLED, f"HTTP {status}")
        return Failure(Fault(f"platform.{problem.code}"), problem.detail, problem.tries_left)

    def _met(self, outcome: T | Failure) -> T | Failure:
        lost = {Fault.PLATFORM_AWAY, Fault.PLATFORM_SLOW, Fault.PLATFORM_GARBLED}
        away = isinstance(outcome, Failure) and outcome.fault in lost
        slow = isinstance(outcome, Failure) and outcome.fault is Fault.PLATFORM_SLOW
        if (away, slow) != (self.away, self.slow):
            self.away, self.slow = away, slow
            self._on_change(away)
        return outcome


class _TooLongError(Exception):
    """The platform's answer passed limits.PLATFORM_ANSWER_BYTES."""
