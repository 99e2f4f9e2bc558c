"""The platform's own SM2 keys under suite GM, shaped like cryptography's: a 密码机 stands here in production."""

from __future__ import annotations

from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from contract import gm
from contract.log_format import SM2_PRIVATE_BYTES, SM2_PUBLIC_BYTES
from secure.gmssl import GMSSL
from secure.reading.signing import device_verifier

COORDINATE: Final = 32


class Sm2Public:
    def __init__(self, raw: bytes) -> None:
        self._raw = raw

    def public_bytes_raw(self) -> bytes:
        """x ‖ y, 64 bytes."""
        return self._raw


class Sm2Private:
    """An SM2 private key in this process's memory."""

    def __init__(self, raw: bytes) -> None:
        self._raw = raw

    def __repr__(self) -> str:
        return "<Sm2Private>"

    @classmethod
    def generate(cls) -> Sm2Private:
        public, private = GMSSL.sm2_key_generate()
        return cls(bytes(private + public))

    @classmethod
    def from_private_bytes(cls, raw: bytes) -> Sm2Private:
        """*raw*: d ‖ x ‖ y, 96 bytes. Raises ValueError."""
        if len(raw) != SM2_PRIVATE_BYTES:
            raise ValueError("an SM2 private key has 96 bytes here: d, x, y")
        made, probe = cls(raw), b"sm2"
        try:
            device_verifier(raw[-SM2_PUBLIC_BYTES:]).verify(made.sign(probe), probe)
        except InvalidSignature:
            raise ValueError("the halves of the SM2 key do not belong together") from None
        return made

    def private_bytes_raw(self) -> bytes:
        return self._raw

    def public_key(self) -> Sm2Public:
        return Sm2Public(self._raw[-SM2_PUBLIC_BYTES:])

    def sign(self, message: bytes) -> bytes:
        """SM2 with SM3 over *message*: r ‖ s, 64 bytes."""
        private, public = self._raw[:COORDINATE], self._raw[-SM2_PUBLIC_BYTES:]
        r, s = decode_dss_signature(bytes(GMSSL.sm2_sign(private, public, message, gm.SIGNER_ID)))
        return r.to_bytes(COORDINATE, "big") + s.to_bytes(COORDINATE, "big")
