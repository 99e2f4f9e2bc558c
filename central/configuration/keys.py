"""Keys of the ceremony: an Ed25519 key in a PEM file its holder keeps, and the public half that the platform gets."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from securesystemslib.signer import CryptoSigner, SSlibKey
from tuf.api.metadata import Key

from central.state import write

PASSPHRASE: Final = "CONFIG_KEY_PASSPHRASE"
"""Environment variable; a key file made while it is set is encrypted with it, and opens only with it."""


class KeyFileError(ValueError):
    """The file is no key of the kind it should be, or does not open."""


def generate(folder: Path, name: str) -> Path:
    """``NAME.key`` (0600, its holder's alone) and ``NAME.pub`` (for the platform). Never over an existing key."""
    if not name or not all(c.isalnum() or c in "-_" for c in name):
        raise KeyFileError("a key's name is letters, digits, hyphens")
    private, public = folder / f"{name}.key", folder / f"{name}.pub"
    if private.exists() or public.exists():
        raise KeyFileError(f"{private} is there already")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    key = Ed25519PrivateKey.generate()
    write(private, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, _encryption()))
    signer = CryptoSigner(key)
    document = {"keyid": signer.public_key.keyid, "name": name, **signer.public_key.to_dict()}
    write(public, msgspec.json.format(msgspec.json.encode(document)) + b"\n")
    return public


def private_key(path: Path) -> Ed25519PrivateKey:
    """Raises KeyFileError."""
    secret = os.environ.get(PASSPHRASE)
    try:
        key = load_pem_private_key(path.read_bytes(), password=secret.encode() if secret else None)
    except (ValueError, TypeError, OSError) as error:
        raise KeyFileError(f"{path}: {type(error).__name__} (encrypted keys want {PASSPHRASE})") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyFileError(f"{path}: not an Ed25519 key")
    return key


def signer(path: Path) -> CryptoSigner:
    """What signs with the key in *path*. Raises KeyFileError."""
    return CryptoSigner(private_key(path))


def public(path: Path) -> SSlibKey:
    """The public half that ``generate`` wrote. Raises KeyFileError."""
    try:
        document = msgspec.json.decode(path.read_bytes(), type=dict[str, object])
        document.pop("name", None)
        key = Key.from_dict(str(document.pop("keyid")), document)
    except (msgspec.MsgspecError, KeyError, ValueError, TypeError, OSError) as error:
        raise KeyFileError(f"{path}: {type(error).__name__}") from None
    if not isinstance(key, SSlibKey) or key.scheme != "ed25519":
        raise KeyFileError(f"{path}: not an Ed25519 key")
    return key


def _encryption() -> KeySerializationEncryption:
    secret = os.environ.get(PASSPHRASE)
    return BestAvailableEncryption(secret.encode()) if secret else NoEncryption()
