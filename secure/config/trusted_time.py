"""What time it is, as far as it can be trusted: a floor that only rises, and a signed answer for a clock that is lost.

python-tuf believes the system clock: set back ten years, it takes what expired ten years ago (TUF 5.4.4, freeze).
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec

from contract import limits
from contract.configuration import BUILT
from contract.wire import CONFIG_TIME, TimeAnswer
from secure.keys import RAW_KEY_BYTES, signed_by

NONCE_BYTES: Final = 16
SLACK: Final = timedelta(seconds=limits.CONFIG_CLOCK_SLACK)

Asker = Callable[[bytes], datetime | None]
"""From the platform's time key (raw) to its time now, None when no answer holds."""


class ClockLostError(Exception):
    """The clock stands before the floor and no signed time could be had: nothing may be judged by its expiry."""


def floor(server: datetime | None, cosigned: datetime | None) -> datetime:
    """The latest moment that is surely past: build, last signed server time, last cosignature of the log's witness."""
    return max(moment for moment in (BUILT, server, cosigned) if moment is not None)


def believed(clock: Callable[[], datetime], lowest: datetime, ask: Callable[[], datetime | None]) -> datetime:
    """Now. Raises ClockLostError."""
    at = clock()
    if at >= lowest - SLACK:
        return at
    answer = ask()
    if answer is None or answer < lowest - SLACK:
        raise ClockLostError
    return answer


def ask_platform(fetch: Callable[[str, int], bytes | None], uptime: Callable[[], float] = time.monotonic) -> Asker:
    """An asker over *fetch* (path, most bytes). The nonce makes an old answer worthless, the wait a delayed one."""

    def ask(key: bytes) -> datetime | None:
        if len(key) != RAW_KEY_BYTES:
            return None
        nonce, began = secrets.token_hex(NONCE_BYTES), uptime()
        body = fetch(f"{CONFIG_TIME}{nonce}", limits.CONFIG_TIME_BYTES)
        if body is None or uptime() - began > limits.CONFIG_TIME_WAIT:
            return None
        try:
            answer = msgspec.json.decode(body, type=TimeAnswer)
            at = datetime.fromisoformat(answer.at)
        except (msgspec.MsgspecError, ValueError, RecursionError):
            return None
        if answer.nonce != nonce or at.tzinfo is None or not signed_by(key, answer.signed_bytes(), answer.signature):
            return None
        return at.astimezone(UTC)

    return ask
