"""What driver and camera process say to each other through two pipes: four bytes of length, then MessagePack.

Pictures go through memory alone: neither side ever has a file for them.
"""

from __future__ import annotations

import enum
from typing import Final

import msgspec

from contract import limits

LENGTH_BYTES: Final = 4
LONGEST: Final = limits.CAMERA_LOOK_PIXELS**2 * 3 + limits.PHOTO_BYTES + 4096
"""Of a message: the largest look, or the largest photo, and what stands around it."""
Corners = tuple[tuple[float, float], ...]


class Wish(enum.StrEnum):
    LOOK = "look"
    CAPTURE = "capture"


class Ask(msgspec.Struct, frozen=True):
    wish: Wish


class Seen(msgspec.Struct, frozen=True, tag=True):
    """A look: the hint by name (drivers.device.Hint), packed RGB, the corners within it."""

    hint: str
    width: int
    height: int
    rgb: bytes
    corners: Corners = ()

    def __repr__(self) -> str:
        return f"Seen({self.hint}, {self.width}x{self.height})"


class Taken(msgspec.Struct, frozen=True, tag=True):
    """A page as a JPEG, not sealed yet."""

    jpeg: bytes
    width: int
    height: int

    def __repr__(self) -> str:
        return f"Taken({self.width}x{self.height}, {len(self.jpeg)} bytes)"


class Refused(msgspec.Struct, frozen=True, tag=True):
    """No photo was taken, and what a person should do first."""

    hint: str


class Broken(msgspec.Struct, frozen=True, tag=True):
    """The camera gives no picture. For staff: ``not there``, ``no frame``, ``pixel format`` ..."""

    reason: str


Reply = Seen | Taken | Refused | Broken


def packed(message: Ask | Reply) -> bytes:
    """The message with its length before it."""
    body = msgspec.msgpack.encode(message)
    return len(body).to_bytes(LENGTH_BYTES, "big") + body


def length_of(head: bytes) -> int:
    """How long the message behind *head* is. Raises ValueError for one that is longer than any."""
    length = int.from_bytes(head, "big")
    if length > LONGEST:
        raise ValueError("longer than any message")
    return length


def reply_of(body: bytes) -> Reply:
    """Raises msgspec.DecodeError, msgspec.ValidationError."""
    reply: Reply = msgspec.msgpack.decode(body, type=Reply)
    return reply


def ask_of(body: bytes) -> Ask:
    """Raises msgspec.DecodeError, msgspec.ValidationError."""
    return msgspec.msgpack.decode(body, type=Ask)
