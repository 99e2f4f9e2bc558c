"""Keys as technicians and auditors bring them: the forms that are read, and what is said of all the others."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from Crypto.PublicKey import ECC
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from secure import identity
from secure.keys import SealingKey, SoftwareKey
from secure.reading import keys

DEVICE, AUDIT = Ed25519PrivateKey.generate(), X25519PrivateKey.generate()
OTHER_KIND = ec.generate_private_key(ec.SECP384R1())


def public_pem(key: Ed25519PrivateKey | X25519PrivateKey | ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def private_pem(key: Ed25519PrivateKey | X25519PrivateKey, password: bytes = b"") -> bytes:
    encryption = BestAvailableEncryption(password) if password else NoEncryption()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption)


@pytest.mark.parametrize(
    "content",
    [
        DEVICE.public_key().public_bytes_raw(),
        DEVICE.public_key().public_bytes_raw().hex().encode(),
        b"  " + DEVICE.public_key().public_bytes_raw().hex().upper().encode() + b"\n",
        public_pem(DEVICE),
        b"\n" + public_pem(DEVICE),
    ],
)
def test_every_form_of_a_device_key_is_the_same_key(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "log.pub").write_bytes(content)
    assert keys.device_public_key(tmp_path / "log.pub") == DEVICE.public_key().public_bytes_raw()


@pytest.mark.parametrize(
    "content", [AUDIT.private_bytes_raw(), AUDIT.private_bytes_raw().hex().encode() + b"\n", private_pem(AUDIT)]
)
def test_every_form_of_an_audit_key_is_the_same_key(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "audit.key").write_bytes(content)
    assert keys.audit_private_key(tmp_path / "audit.key") == AUDIT.private_bytes_raw()


WRONG = {
    "empty": b"",
    "too short": b"ab" * 31,
    "too long": b"ab" * 33,
    "no hexadecimal": b"zz" * 32,
    "not ASCII": "密钥".encode() * 8,
    "PEM of nothing": b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
}


@pytest.mark.parametrize("content", [*WRONG.values(), public_pem(OTHER_KIND), public_pem(AUDIT), private_pem(DEVICE)])
def test_what_is_no_device_key_is_said_to_be_none(tmp_path: Path, content: bytes) -> None:
    """A private key in the public one's place is not taken either: it should not lie where that is looked for."""
    (tmp_path / "log.pub").write_bytes(content)
    with pytest.raises(keys.KeyFileError) as told:
        keys.device_public_key(tmp_path / "log.pub")
    assert not content or content.decode("latin-1")[:12] not in str(told.value)


@pytest.mark.parametrize(
    "content", [*WRONG.values(), private_pem(DEVICE), private_pem(AUDIT, b"a password"), public_pem(AUDIT)]
)
def test_what_is_no_audit_key_is_said_to_be_none(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "audit.key").write_bytes(content)
    with pytest.raises(keys.KeyFileError):
        keys.audit_private_key(tmp_path / "audit.key")


def test_a_device_signs_with_an_ed25519_private_key_or_not_at_all() -> None:
    with pytest.raises(ValueError, match="Ed25519"):
        SoftwareKey(ECC.generate(curve="P-256"))
    with pytest.raises(ValueError, match="private"):
        SoftwareKey(ECC.generate(curve="Ed25519").public_key())


def test_nothing_is_sealed_to_a_key_of_another_length() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        SealingKey(bytes(31))


def test_no_key_is_told_by_what_holds_it() -> None:
    """What is printed of it names the public half, never more than begins it."""
    pem = private_pem(DEVICE).decode()
    key = SoftwareKey.from_pem(pem)
    assert key.public == DEVICE.public_key().public_bytes_raw()
    assert repr(key) == f"<SoftwareKey {key.public.hex()[:16]}>"
    assert DEVICE.private_bytes_raw().hex()[:16] not in repr(key)


@pytest.mark.parametrize("name", ["XZ", "XZ 0007", "终端", "X" * 33, "", "XZ-0007\n"])
def test_a_terminal_has_a_name_that_fits_its_certificate(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="letters, digits and hyphens"):
        identity.create(tmp_path / "papers", name)
    assert not (tmp_path / "papers").exists()


@pytest.mark.parametrize("content", [None, b"", b"\xff\xfe", b"-----BEGIN PRIVATE KEY-----\n"])
def test_an_identity_whose_key_is_damaged_is_none(tmp_path: Path, content: bytes | None) -> None:
    made = identity.create(tmp_path / "papers", "XZ-0007")
    key = made.request.with_name(identity.LOG_KEY)
    key.unlink()
    if content is not None:
        key.write_bytes(content)
    with pytest.raises(identity.IdentityError, match=r"log\.key"):
        identity.load(tmp_path / "papers")


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"url": 5}', b"\xff"])
def test_a_platforms_bundle_that_is_none_is_told_without_its_keys(tmp_path: Path, content: bytes) -> None:
    (tmp_path / identity.PLATFORM).write_bytes(content)
    with pytest.raises(identity.IdentityError, match=r"platform\.json"):
        identity.load_platform(tmp_path)


def test_a_platforms_keys_are_not_printed_with_it(tmp_path: Path) -> None:
    bundle = {"url": "https://localhost", "follow_key": "05" * 32}
    bundle |= dict.fromkeys(("hpke_key", "receipt_key", "audit_key"), "04" * 32)
    (tmp_path / identity.PLATFORM).write_text(json.dumps(bundle))
    platform = identity.load_platform(tmp_path)
    assert platform.follow_key == b"\5" * 32
    assert repr(platform) == "<PlatformKeys https://localhost>"
