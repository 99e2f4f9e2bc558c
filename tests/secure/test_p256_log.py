"""A log signed on P-256, as a TPM signs it: everything else is suite INTL's."""

from __future__ import annotations

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from contract import limits
from contract.log_format import SegmentHeader
from secure.keys import Algorithm, SoftwareKey
from secure.reading.intake import Refusal, follow, nothing_of, sound
from secure.reading.report import Reason
from secure.reading.signing import public_bytes
from tests.secure.bench import DEVICE, Bench, write
from tests.secure.cosigner import Cosigner
from tests.secure.test_attacks import tamper
from tests.secure.test_witness import witnessed


class P256Key:
    """A device key as a TPM has it."""

    algorithm = Algorithm.P256

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        public = public_bytes(self._key.public_key())
        assert public is not None
        self.public = public

    def sign(self, message: bytes) -> bytes:
        r, s = decode_dss_signature(self._key.sign(message, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def test_a_log_signed_on_p256_is_witnessed_delivered_and_verified_the_same(bench: Bench) -> None:
    bench.device = P256Key()
    cosigner = Cosigner(bench)
    ledger = bench.open()
    write(ledger, 1)
    opening = ledger.upkeep.checkpoint()
    assert opening is not None
    assert isinstance(sound(opening, DEVICE, bench.device.public), SegmentHeader)
    assert sound(opening, DEVICE, P256Key().public) is Refusal.MALFORMED
    assert sound(opening, DEVICE, SoftwareKey.generate().public) is Refusal.MALFORMED
    ledger.close()
    lines = witnessed(bench, cosigner)
    ledger = bench.open()
    write(ledger, 1)
    part = ledger.upkeep.part(ledger.upkeep.delivered())
    assert part is not None
    beginning = nothing_of(DEVICE, bench.device.public)
    assert follow(part, beginning, DEVICE, P256Key().public, opened=b"") is Refusal.MALFORMED
    cosigner.take_in(ledger)
    cosigner.later(days=limits.LOG_KEPT_DAYS + 1)
    cosigner.witness(ledger)
    assert ledger.upkeep.prune(limits.LOG_KEPT_DAYS) is not None
    ledger.close()
    report = cosigner.verify(slips=tuple(lines))
    assert report.sound, report
    assert report.cosignatures > 0
    tamper(bench.db, "DELETE FROM record WHERE seq >= (SELECT max(seq) - 1 FROM record)")
    assert cosigner.verify().reason is Reason.TRUNCATED_BELOW_WITNESS
