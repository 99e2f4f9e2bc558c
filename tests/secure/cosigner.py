"""A platform's witness for tests: signs what it is told to, so that tests decide what it was told."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from contract.witnessing import Checkpoint, Cosignature, LogReceipt, WitnessList
from secure.ledger import Ledger
from secure.reading.gm import Sm2Private
from secure.reading.intake import Held, Refusal, follow, nothing_of
from secure.reading.log import Verifier
from secure.reading.report import Report
from tests.secure.bench import DEVICE, Bench


@dataclass
class Cosigner:
    """Its key, its clock, and what it has cosigned and taken in."""

    bench: Bench
    key: Ed25519PrivateKey | Sm2Private = field(init=False)
    now: datetime = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
    given: list[Cosignature] = field(default_factory=list)
    forks: list[Checkpoint] = field(default_factory=list)
    revoked_at: str = ""
    held: Held = field(init=False)
    header: bytes = b""

    def __post_init__(self) -> None:
        self.key = (Sm2Private if self.bench.suite == "GM" else Ed25519PrivateKey).generate()
        self.held = nothing_of(DEVICE, self.bench.device.public)

    @property
    def public(self) -> bytes:
        return self.key.public_key().public_bytes_raw()

    def cosign(self, checkpoint: Checkpoint) -> Cosignature:
        plain = Cosignature(
            device=checkpoint.device, segments=checkpoint.segments, size=checkpoint.size, head=checkpoint.head,
            at=self.now.isoformat(), signature=b"",
        )  # fmt: skip
        given = msgspec.structs.replace(plain, signature=self.key.sign(plain.signed_bytes()))
        self.given.append(given)
        return given

    def witness(self, ledger: Ledger, *, store: bool = True) -> int:
        """Cosign all that the ledger asks for; how often."""
        count = 0
        while (checkpoint := ledger.upkeep.checkpoint()) is not None:
            cosignature = self.cosign(checkpoint)
            count += 1
            if not store and not checkpoint.header:
                break
            ledger.upkeep.witnessed(checkpoint, cosignature)
        return count

    def receipt(self, held: Held) -> LogReceipt:
        at = self.now.isoformat()
        plain = LogReceipt(
            device=DEVICE, segments=held.segments, size=held.size, head=held.head, at=at, signature=b""
        )  # fmt: skip
        return msgspec.structs.replace(plain, signature=self.key.sign(plain.signed_bytes()))

    def take_in(self, ledger: Ledger) -> None:
        """All closed segments, part by part, receipts stored."""
        while (part := ledger.upkeep.part(ledger.upkeep.delivered())) is not None:
            places = follow(part, self.held, DEVICE, self.bench.device.public, opened=self.header)
            assert not isinstance(places, Refusal), places
            self.held, self.header = places[-1], part.header
            assert ledger.upkeep.received(self.receipt(self.held)) is True

    def listed(self) -> WitnessList:
        plain = WitnessList(
            device=DEVICE, log_key=self.bench.device.public, revoked_at=self.revoked_at,
            cosignatures=tuple(self.given), forks=tuple(self.forks), at=self.now.isoformat(), signature=b"",
        )  # fmt: skip
        return msgspec.structs.replace(plain, signature=self.key.sign(plain.signed_bytes()))

    def verify(
        self, path: Path | None = None, *, full: bool = True, listed: bool = True, slips: tuple[str, ...] = ()
    ) -> Report:
        audit = self.bench.audit.private_bytes_raw() if full else None
        lists = [self.listed()] if listed else []
        verifier = Verifier(self.bench.device.public, audit, slips=slips, witness_key=self.public, witnessed=lists)
        return verifier.verify(path or self.bench.db)

    def later(self, **much: float) -> None:
        self.now += timedelta(**much)
