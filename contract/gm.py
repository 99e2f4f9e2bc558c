"""Sealing under suite GM: lengths and labels, for who seals and who opens. No cipher here; docs/gm.md has the whole.

::

    seed         = 32 random bytes
    encapsulated = SM2 encryption of seed to the receiver (GB/T 32918.4): C1 without its 04, C3, C2; 64 + 32 + 32 bytes
    extracted    = HMAC-SM3(SALT, seed)                                                          (RFC 5869, 2.2)
    key          = first 16 bytes of HMAC-SM3(extracted, expand_message ‖ 01)                 (RFC 5869, 2.3, one step)
    sealed       = encapsulated ‖ SM4-GCM(key, NONCE, no AAD, plain) ‖ tag                       (RFC 8998, 16-byte tag)

The key is new for every message, so the nonce can be fixed. Who the receiver is, which encapsulation it is and *info*
are in the key: none of them can be exchanged.
"""

from __future__ import annotations

from typing import Final

SALT: Final = b"kgm1-seal"
SEED_BYTES: Final = 32
SM4_KEY_BYTES: Final = 16
NONCE: Final = bytes(12)
CURVE: Final = "sm2p256v1 (GB/T 32918.5)"
SIGNER_ID: Final = b"1234567812345678"
"""GB/T 35276, 10: where no other is agreed on."""


def expand_message(receiver_id: bytes, encapsulated_id: bytes, info: bytes) -> bytes:
    """HKDF's info. *receiver_id*: SM3 of the receiver's x ‖ y; *encapsulated_id*: SM3 of the encapsulated seed."""
    return b"kgm1|key|" + receiver_id + encapsulated_id + info
