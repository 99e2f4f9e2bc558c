"""How the platform witnesses a sealed log and takes it in: messages, and what exactly is signed in each.

A place in a log is (segments, size): how many segments were opened and how many records written so far. The head at a
place commits to everything before it (contract.log_format), so a cosignature of the last head covers all of the log.
Signatures are Ed25519 (RFC 8032; a device key may be on P-256), or under suite GM SM2 with SM3, over UTF-8 texts that
begin with the name of what they are: none passes for another.
"""

from __future__ import annotations

import msgspec

from contract.message import Message


class Place(Message, frozen=True, kw_only=True):
    """A place in the log of *device*, and the head there."""

    device: str
    segments: int
    size: int
    head: bytes

    @property
    def place(self) -> tuple[int, int]:
        return self.segments, self.size

    def said(self, what: str, *more: str) -> bytes:
        """What is signed of it: ``what|device|segments|size|head in hex`` and *more*."""
        return "|".join((what, self.device, f"{self.segments}", f"{self.size}", self.head.hex(), *more)).encode()


class Checkpoint(Place, frozen=True, kw_only=True):
    """What a terminal says of its log, and can never take back: here it stood, with this head."""

    header: bytes = b""
    """When this is the opening of a segment: its header, which names the head that it goes on from …"""
    header_signature: bytes = b""
    """… and the device's signature over it; the hash of both is ``head``."""
    signature: bytes
    """By the device key over ``signed_bytes``."""

    def signed_bytes(self) -> bytes:
        """``checkpoint1|device|segments|size|head in hex``"""
        return self.said("checkpoint1")


class Cosignature(Place, frozen=True, kw_only=True):
    """The platform saw this head at this time, and nothing that contradicts it."""

    at: str
    """Time of the platform, ISO 8601 with offset."""
    signature: bytes
    """By the platform's receipt key over ``signed_bytes``."""

    def signed_bytes(self) -> bytes:
        """``cosignature1|device|segments|size|head in hex|at``"""
        return self.said("cosignature1", self.at)

    def is_of(self, checkpoint: Checkpoint) -> bool:
        """Whether it says of the same place of the same log the same head. Its signature is another question."""
        same = (self.device, self.segments, self.size) == (checkpoint.device, checkpoint.segments, checkpoint.size)
        return same and self.head == checkpoint.head


class SealedRecord(Message, frozen=True, kw_only=True):
    """One record, sealed as it lies on the terminal's disk (contract.log_format)."""

    header: bytes
    nonce: bytes
    ciphertext: bytes
    head: bytes
    mac: bytes


class LogPart(Message, frozen=True, kw_only=True):
    """Records that follow each other within one closed segment, as many as fit into a request."""

    number: int
    """The segment's, from 0."""
    header: bytes
    signature: bytes
    start: int
    """seq of the first of ``records``; of a segment without any, where it stands."""
    records: tuple[SealedRecord, ...]


class LogReceipt(Place, frozen=True, kw_only=True):
    """So far the platform has the log, whole and checked. A terminal prunes only what such a receipt covers."""

    at: str
    signature: bytes
    """By the platform's receipt key over ``signed_bytes``."""

    def signed_bytes(self) -> bytes:
        """``logreceipt1|device|segments|size|head in hex|at``"""
        return self.said("logreceipt1", self.at)


class Pruned(msgspec.Struct, frozen=True, kw_only=True):
    """What stands in place of the segments that were pruned: the log goes on from this place, and the platform holds
    what was before it."""

    receipt: LogReceipt
    signature: bytes
    """By the device key over ``signed_bytes``: only the terminal itself prunes its log."""

    def signed_bytes(self) -> bytes:
        """``pruned1|`` and the bytes that the platform signed in the receipt"""
        return b"pruned1|" + self.receipt.signed_bytes()


class WitnessList(msgspec.Struct, frozen=True, kw_only=True):
    """The platform's own list of what it cosigned for one terminal: ``central audit export-witness``."""

    device: str
    log_key: bytes
    """The device's key as the platform admitted it (contract.log_format)."""
    revoked_at: str = ""
    cosignatures: tuple[Cosignature, ...]
    forks: tuple[Checkpoint, ...] = ()
    """What the terminal signed and the platform refused, because it contradicts what it had signed before."""
    at: str
    signature: bytes
    """By the receipt key over ``signed_bytes``: nothing can be left out of the list afterwards."""

    def signed_bytes(self) -> bytes:
        """``witnesslist1|`` and the JSON of the list with an empty signature"""
        return b"witnesslist1|" + msgspec.json.encode(msgspec.structs.replace(self, signature=b""))
