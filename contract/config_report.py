"""What a terminal tells of its signed configuration, the platform's signed time, and where the files are."""

from __future__ import annotations

import enum
from typing import Final

import msgspec

from contract.message import Message


class ConfigState(enum.StrEnum):
    """How a terminal's configuration stands."""

    PACKAGED = "packaged"
    """None was ever applied: what the release brought is what runs."""
    CURRENT = "current"
    PARTLY = "partly"
    """Current, but some objects could not be taken; their last good version runs."""
    STALE = "stale"
    """Expired or frozen: the last known good runs, nothing new is taken until it can be verified."""
    CLOCK_LOST = "clock_lost"
    """The clock stands before the time floor and no signed time could be had."""
    REFUSED = "refused"
    """What was offered does not hold; the last known good runs."""
    UNREACHABLE = "unreachable"


class ConfigReport(Message, frozen=True, kw_only=True):
    """What a terminal runs and why it took nothing newer."""

    state: ConfigState
    reason: str = ""
    role: str = ""
    """The metadata role or the object that *reason* is about."""
    version: int = 0
    expires: str = ""
    """Of the newest accepted timestamp."""
    root: int = 0
    timestamp: int = 0
    snapshot: int = 0
    counter: int = 0
    release: str = ""
    ring: int = 0
    applied: tuple[str, ...] = ()
    """Target paths of the objects in use."""
    refused: dict[str, str] = msgspec.field(default_factory=dict)
    """Object → why it could not be taken."""

    @property
    def is_error(self) -> bool:
        """Whether it counts against the release: refused, or partly."""
        return self.state in {ConfigState.REFUSED, ConfigState.PARTLY}


class TimeAnswer(Message, frozen=True, kw_only=True):
    """The platform's time for a terminal whose clock is lost. Signed, because it is asked for outside mutual TLS."""

    nonce: str
    at: str
    signature: bytes
    """Ed25519 by the key in root.json (contract.configuration.TIME_KEY) over ``signed_bytes``."""

    def signed_bytes(self) -> bytes:
        """UTF-8 of ``time1|nonce|at``."""
        return "|".join(("time1", self.nonce, self.at)).encode()


CONFIG_METADATA: Final = "/v1/config/metadata/"
CONFIG_TARGETS: Final = "/v1/config/targets/"
"""TUF files, for admitted terminals. Bytes, not messages: they stand beside the table of routes."""
CONFIG_TIME: Final = "/v1/time/"
"""On the public listener; the nonce (hexadecimal) follows."""
