"""What keys do in an emulated card and an emulated PSAM: derivation and cryptograms, 3DES and SM4.

The emulated HSM of the reference platform (central.hsm) does the same and shares no code with this.

Sources: derivation and process key after JR/T 0025 (PBOC), whose construction LD/T 32.4-2015 follows: a derived key is
the factor and its complement under the key above. SM4 after GB/T 32907-2016. INFERRED, because the full text of
LD/T 32.4 was not at hand: that process keys are derived like the others, and how an SM4 block of 16 bytes becomes a
cryptogram of eight (here: the source filled with 00, and the two halves of the result combined by exclusive or). The
terminal never computes any of this: on real cards, card and PSAM or HSM agree among themselves.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any, Final

from Crypto.Cipher import DES3
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

KEY_BYTES: Final = 16
FACTOR_BYTES: Final = 8
ALGORITHMS: Final = ("3DES", "SM4")


@dataclass(frozen=True, slots=True)
class MasterKeys:
    """One issuer's master keys for one algorithm. Demonstration only."""

    internal: bytes = field(repr=False)
    external: bytes = field(repr=False)
    """Stands for RKSSSE, whose real value lies in PSAMs and HSMs."""


KeyRing = dict[str, MasterKeys]
"""Algorithm (``3DES``, ``SM4``) -> master keys."""


def read_ring(table: dict[str, Any]) -> KeyRing:
    """From ``[card_keys.NAME]`` of cast.toml: algorithm -> internal, external in hex. KeyError, ValueError."""
    return {
        name: MasterKeys(bytes.fromhex(keys["internal"]), bytes.fromhex(keys["external"]))
        for name, keys in table.items()
    }


def made_up_ring(seed: str) -> KeyRing:
    """Keys that nobody wrote down, the same every time."""
    return {
        name: MasterKeys(*(hashlib.sha256(f"{seed}|{name}|{use}".encode()).digest()[:KEY_BYTES] for use in ("i", "e")))
        for name in ALGORITHMS
    }


def cryptogram(algorithm: str, master: bytes, factors: tuple[bytes, ...], process: bytes, source: bytes) -> bytes:
    """Eight bytes: *source* under *master*, derived for each of *factors* in turn and for *process*."""
    key = master
    for factor in (*factors, process):
        assert len(factor) == FACTOR_BYTES
        key = derived(algorithm, key, factor)
    assert len(source) == FACTOR_BYTES
    if algorithm == "3DES":
        return _encrypt(algorithm, key, source)
    block = _encrypt(algorithm, key, source.ljust(KEY_BYTES, b"\0"))
    return bytes(left ^ right for left, right in zip(block[:8], block[8:], strict=True))


def derived(algorithm: str, key: bytes, factor: bytes) -> bytes:
    """The key for *factor*: factor and complement, encrypted."""
    complement = bytes(byte ^ 0xFF for byte in factor)
    return _encrypt(algorithm, key, factor + complement)


def _encrypt(algorithm: str, key: bytes, blocks: bytes) -> bytes:
    """ECB. A two-key 3DES key whose halves are alike is plain DES, which pycryptodome refuses: such a key is none."""
    if algorithm == "3DES":
        return DES3.new(DES3.adjust_key_parity(key), DES3.MODE_ECB).encrypt(blocks)
    encryptor = Cipher(algorithms.SM4(key), modes.ECB()).encryptor()  # noqa: S305 - one block, as the card does
    return encryptor.update(blocks) + encryptor.finalize()
