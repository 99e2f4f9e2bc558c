"""An emulated HSM with the issuer's keys for third-generation cards: stands for the machine that a city has.

Source: JR/T 0025 (PBOC) for the derivation of keys, whose construction LD/T 32.4-2015 follows; GB/T 32907-2016 (SM4).
INFERRED, as in the emulated cards: how process keys are derived and how an SM4 block becomes eight bytes. A real HSM
takes the same seven fields and does whatever the real cards do.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import msgspec
from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import SM4

from contract import wire

KEYS: Final = "card_keys.json"
"""In the platform's state directory, written by ``central seed``; a platform without it has no keys for cards."""
DIVERSIFIER: Final = 8
REGION_MARK: Final = b"sx"


class HsmKeys(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Master keys for one algorithm, in hex. Made up, for demonstration."""

    internal: str
    external: str


class NoKeysError(Exception):
    """There are no keys for this algorithm."""


class EmulatedHsm:
    def __init__(self, keys: dict[str, HsmKeys]) -> None:
        self._keys = keys

    @classmethod
    def of(cls, folder: Path) -> EmulatedHsm:
        """The HSM of the platform in *folder*."""
        path = folder / KEYS
        return cls(msgspec.json.decode(path.read_bytes(), type=dict[str, HsmKeys]) if path.exists() else {})

    def cryptograms(self, ask: wire.CardAuthAsk) -> wire.CardAuth:
        """Internal and external cryptogram. Raises NoKeysError."""
        keys = self._keys.get(ask.algorithm)
        if keys is None:
            raise NoKeysError(ask.algorithm)
        factors = ask.region.encode("ascii") + REGION_MARK, bytes.fromhex(ask.reset_info)[-DIVERSIFIER:]

        def made(master: str, process: bytes, source: bytes) -> bytes:
            key = bytes.fromhex(master)
            for factor in (*factors, process):
                key = _encrypt(ask.algorithm, key, factor + bytes(255 - byte for byte in factor))
            return _eight(ask.algorithm, key, source)

        return wire.CardAuth(
            internal=made(keys.internal, ask.internal_factor, ask.internal_source),
            external=made(keys.external, ask.external_factor, ask.external_source),
        )


def _eight(algorithm: str, key: bytes, source: bytes) -> bytes:
    if algorithm == "3DES":
        return _encrypt(algorithm, key, source)
    block = int.from_bytes(_encrypt(algorithm, key, source + bytes(8)), "big")
    return (block >> 64 ^ block & (1 << 64) - 1).to_bytes(8, "big")


def _encrypt(algorithm: str, key: bytes, blocks: bytes) -> bytes:
    cipher = TripleDES(key + key[:8]) if algorithm == "3DES" else SM4(key)
    encryptor = Cipher(cipher, modes.ECB()).encryptor()  # noqa: S305 - what the cards do, block by block
    return encryptor.update(blocks) + encryptor.finalize()
