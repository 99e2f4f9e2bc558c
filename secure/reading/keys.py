"""Keys as they lie in files: PEM, 64 hexadecimal characters, or 32 raw bytes."""

from __future__ import annotations

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

from contract.log_format import SM2_PRIVATE_BYTES, SM2_PUBLIC_BYTES
from secure.reading.suite import signer

RAW_KEY_BYTES = 32


class KeyFileError(ValueError):
    """A file that holds no key of the kind asked for. The text never repeats its content."""


def device_public_key(path: Path) -> bytes:
    """The device's public half (``log.pub``): Ed25519, raw 32 bytes, or SM2, x ‖ y, 64 bytes.

    Raises KeyFileError, OSError.
    """
    content = path.read_bytes()
    if content.lstrip().startswith(b"-----BEGIN"):
        try:
            key = load_pem_public_key(content)
        except ValueError:
            raise KeyFileError("not a PEM public key") from None
        if not isinstance(key, Ed25519PublicKey):
            raise KeyFileError("not an Ed25519 key")
        return key.public_bytes_raw()
    public = _raw(content, RAW_KEY_BYTES, SM2_PUBLIC_BYTES)
    try:
        signer(public)
    except ValueError:
        raise KeyFileError("no point of the SM2 curve") from None
    return public


def audit_private_key(path: Path) -> bytes:
    """The audit key's private half: X25519, raw 32 bytes, or SM2, d ‖ x ‖ y, 96 bytes. Raises KeyFileError, OSError."""
    content = path.read_bytes()
    if content.lstrip().startswith(b"-----BEGIN"):
        try:
            key = load_pem_private_key(content, None)
        except (ValueError, TypeError):
            raise KeyFileError("not an unencrypted PEM private key") from None
        if not isinstance(key, X25519PrivateKey):
            raise KeyFileError("not an X25519 key")
        return key.private_bytes_raw()
    return _raw(content, RAW_KEY_BYTES, SM2_PRIVATE_BYTES)


def _raw(content: bytes, *lengths: int) -> bytes:
    try:
        # Hexadecimal first: 32 bytes in it are as long as a raw SM2 key.
        raw = bytes.fromhex(content.decode("ascii").strip())
    except ValueError:
        if len(content) in lengths:
            return content
        raise KeyFileError("neither PEM nor hexadecimal") from None
    if len(raw) in lengths:
        return raw
    if len(content) in lengths:
        return content
    raise KeyFileError("a key of another length")
