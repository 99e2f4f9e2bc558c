"""What the log is composed of, against published vectors, in both libraries: the writer's and the reader's.

RFC 9180 (HPKE, base mode, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM); Wycheproof for X25519 (RFC 7748),
Ed25519 (RFC 8032) and AES-256-GCM (NIST SP 800-38D). Where each file comes from stands in it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from Crypto.Cipher import AES
from Crypto.Protocol import HPKE
from Crypto.Protocol.DH import import_x25519_private_key, import_x25519_public_key, key_agreement
from Crypto.PublicKey import ECC
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from contract.log_format import TAG_BYTES
from secure.keys import SealingKey, signed_by
from secure.reading.intake import _signed
from secure.reading.suite import HPKE_SUITE
from tests.secure import independent


def vectors(name: str) -> list[dict[str, Any]]:
    found = json.loads((Path(__file__).parent / "vectors" / f"{name}.json").read_text("utf-8"))["vectors"]
    assert found
    return list(found)


def raw(text: str) -> bytes:
    return bytes.fromhex(text)


@pytest.mark.parametrize("vector", vectors("hpke_base"), ids=lambda _vector: "base")
def test_rfc_9180_opens_in_both(vector: dict[str, Any]) -> None:
    """The first encryption is what we use: one message a context. pycryptodome goes on with the following ones."""
    key = ECC.construct(curve="Curve25519", seed=raw(vector["skRm"]))
    assert key.public_key().export_key(format="raw") == raw(vector["pkRm"])
    context = HPKE.new(receiver_key=key, aead_id=HPKE.AEAD.AES256_GCM, enc=raw(vector["enc"]), info=raw(vector["info"]))
    for one in vector["encryptions"]:
        assert context.unseal(raw(one["ct"]), auth_data=raw(one["aad"])) == raw(one["pt"])


@pytest.mark.parametrize("vector", vectors("hpke_base"), ids=lambda _vector: "base")
def test_rfc_9180_key_schedule_is_the_readers_too(vector: dict[str, Any]) -> None:
    """cryptography's one-shot form takes no AAD and makes its own ephemeral key: its first message without AAD is
    opened from what the vector's own key and nonce give (RFC 9180, 5.2)."""
    plain = b"a segment's secret, 32 bytes long"
    sealed = raw(vector["enc"]) + AESGCM(raw(vector["key"])).encrypt(raw(vector["base_nonce"]), plain, b"")
    mine = X25519PrivateKey.from_private_bytes(raw(vector["skRm"]))
    assert HPKE_SUITE.decrypt(sealed, mine, info=raw(vector["info"])) == plain
    with pytest.raises((InvalidTag, ValueError)):
        HPKE_SUITE.decrypt(sealed, mine, info=raw(vector["info"]) + b"x")
    theirs = SealingKey(raw(vector["pkRm"])).seal(plain, raw(vector["info"]))
    assert HPKE_SUITE.decrypt(theirs, mine, info=raw(vector["info"])) == plain


@pytest.mark.parametrize("vector", vectors("x25519"), ids=lambda vector: str(vector["tcId"]))
def test_wycheproof_x25519(vector: dict[str, Any]) -> None:
    """A shared secret of zeros (public points of small order) is refused by both, as RFC 9180, 7.1.4 asks."""
    zeros = raw(vector["shared"]) == bytes(32)

    def reader() -> bytes:
        mine = X25519PrivateKey.from_private_bytes(raw(vector["private"]))
        return mine.exchange(X25519PublicKey.from_public_bytes(raw(vector["public"])))

    def writer() -> bytes:
        shared: bytes = key_agreement(
            static_priv=import_x25519_private_key(raw(vector["private"])),
            static_pub=import_x25519_public_key(raw(vector["public"])),
            kdf=lambda secret: secret,
        )
        return shared

    for compute in (reader, writer):
        if zeros:
            with pytest.raises(ValueError):  # noqa: PT011  # each library has its own words
                compute()
        else:
            assert compute() == raw(vector["shared"])


@pytest.mark.parametrize("vector", vectors("ed25519"), ids=lambda vector: str(vector["tcId"]))
def test_wycheproof_ed25519(vector: dict[str, Any]) -> None:
    """And the tests' own verifier, which the independent verdict stands on."""
    public, message, signature = raw(vector["pk"]), raw(vector["msg"]), raw(vector["sig"])
    expected = vector["result"] == "valid"
    assert _signed(public, message, signature) is expected
    assert signed_by(public, message, signature) is expected
    assert independent.signed(public, message, signature) is expected


@pytest.mark.parametrize("vector", vectors("aes_256_gcm"), ids=lambda vector: str(vector["tcId"]))
def test_wycheproof_aes_256_gcm(vector: dict[str, Any]) -> None:
    key, nonce, aad = raw(vector["key"]), raw(vector["iv"]), raw(vector["aad"])
    plain, sealed = raw(vector["msg"]), raw(vector["ct"]) + raw(vector["tag"])

    def writer() -> bytes:
        cipher = AES.new(key, AES.MODE_GCM, nonce=nonce, mac_len=TAG_BYTES)
        cipher.update(aad)
        return bytes(cipher.decrypt_and_verify(raw(vector["ct"]), raw(vector["tag"])))

    if vector["result"] == "valid":
        assert AESGCM(key).decrypt(nonce, sealed, aad) == plain == writer()
        cipher = AES.new(key, AES.MODE_GCM, nonce=nonce, mac_len=TAG_BYTES)
        cipher.update(aad)
        assert b"".join(cipher.encrypt_and_digest(plain)) == sealed
    else:
        with pytest.raises(InvalidTag):
            AESGCM(key).decrypt(nonce, sealed, aad)
        with pytest.raises(ValueError, match="MAC"):
            writer()
