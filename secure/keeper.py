"""How a terminal's keys are kept: in a TPM, bound to the machine, or in plain files; ``keeping.json`` says which."""

from __future__ import annotations

import enum
import secrets
from pathlib import Path
from typing import Any, Final

import msgspec
from Crypto.IO import PEM, PKCS8
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from contract.log_format import GM, INTL, suite_name
from secure import keys, machine, sm2
from secure.keys import DeviceKey, Sm2Key
from secure.tpm import Tpm, TpmError, TpmKey

KEEPING: Final = "keeping.json"
SECRET_BYTES: Final = 32
PROTECTION: Final = "PBKDF2WithHMAC-SHA512AndAES256-CBC"
"""PBES2 (RFC 8018), which OpenSSL reads."""


class Kept(enum.StrEnum):
    TPM = "tpm"
    """The log key in the TPM; the TLS key a file that only this TPM opens. Under suite GM the log key is such a file
    too: TPMs as they are sold here have no SM2."""
    MACHINE = "machine"
    """Files that open on this machine only, as far as software can tell a machine."""
    FILE = "file"
    """Plain files: demonstration and tests."""


class NotOpenedError(RuntimeError):
    """The keys are there and do not open here. The text is for the technician."""


class Keeping(msgspec.Struct, frozen=True, kw_only=True):
    """keeping.json."""

    kept: Kept
    salt: str = ""
    sources: tuple[str, ...] = ()
    """What of the machine the passphrase comes of (secure.machine)."""
    tcti: str = ""
    suite: str = suite_name(INTL)
    """Of the log key (docs/gm.md)."""

    @property
    def log_key_in_tpm(self) -> bool:
        return self.kept is Kept.TPM and self.suite != suite_name(GM)

    @property
    def on_disk(self) -> bool:
        """Bound only to what lies on the same disk: who takes the disk has both."""
        return self.kept is Kept.MACHINE and machine.ON_DISK.issuperset(self.sources)

    def passphrase(self, root: Path = Path("/")) -> str | None:
        """What opens the key files; None where they lie open. Raises NotOpenedError."""
        try:
            if self.kept is Kept.TPM:
                return Tpm(self.tcti).unseal().hex()
            if self.kept is Kept.MACHINE:
                return machine.secret(bytes.fromhex(self.salt), self.sources, root)
        except TpmError as error:
            raise NotOpenedError(f"TPM 打不开密钥（{error}）：换过主板或清过 TPM 就要重新入网") from None
        except machine.OtherMachineError as error:
            raise NotOpenedError(f"密钥是绑定在另一台机器或另一个用户上的（{error}）") from None
        return None

    def device(self, file: Path, passphrase: str | None) -> DeviceKey:
        """The log-signing key. Raises NotOpenedError, OSError, ValueError."""
        if not self.log_key_in_tpm:
            return keys.from_pem(file.read_text("ascii"), passphrase)
        try:
            return Tpm(self.tcti).log_key()
        except TpmError as error:
            raise NotOpenedError(f"TPM 里没有这台终端的日志密钥（{error}）") from None


def of(folder: Path) -> Keeping:
    """How the keys in *folder* are kept. Raises NotOpenedError."""
    try:
        return msgspec.json.decode((folder / KEEPING).read_bytes(), type=Keeping)
    except FileNotFoundError:
        return Keeping(kept=Kept.FILE)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise NotOpenedError(f"{KEEPING} 读不出来") from None


def begin(tpm: Tpm | None, root: Path = Path("/"), suite: str = suite_name(INTL)) -> Keeping:
    """Decide how new keys will be kept. Raises TpmError."""
    if tpm is not None:
        tpm.seal(secrets.token_bytes(SECRET_BYTES))
        return Keeping(kept=Kept.TPM, tcti=tpm.tcti, suite=suite)
    names = machine.sources(root)
    if not names:
        return Keeping(kept=Kept.FILE, suite=suite)
    return Keeping(kept=Kept.MACHINE, salt=secrets.token_hex(SECRET_BYTES), sources=names, suite=suite)


def new_log_key(keeping: Keeping, bound_to: bytes) -> tuple[bytes, bytes, bytes | None]:
    """A new log key: its public half, its signature over *bound_to*, and what is to be written into a file (PKCS #8,
    DER): nothing when it was made in the TPM. Raises TpmError."""
    if keeping.log_key_in_tpm:
        tpm = Tpm(keeping.tcti)
        device = TpmKey(tpm, tpm.make_log_key())
        return device.public, device.sign(bound_to), None
    if keeping.suite == suite_name(GM):
        private = sm2.generate()
        mine = Sm2Key(private)
        return mine.public, mine.sign(bound_to), sm2.as_der(private)
    key = Ed25519PrivateKey.generate()
    return key.public_key().public_bytes_raw(), key.sign(bound_to), as_der(key)


def as_der(key: Ed25519PrivateKey | EllipticCurvePrivateKey) -> bytes:
    """PKCS #8 (RFC 5958)."""
    return key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


def as_pem(der: bytes, passphrase: str | None) -> bytes:
    """PKCS #8, encrypted where there is a passphrase: 256 bits that nobody can guess, so stretching it adds nothing."""
    if passphrase is None:
        return PEM.encode(der, "PRIVATE KEY").encode("ascii")
    parameters: Any  # bytes, whatever the library's annotation of wrap says
    kind, key, parameters = PKCS8.unwrap(der)
    sealed = PKCS8.wrap(key, kind, passphrase, PROTECTION, {"iteration_count": 1, "salt_size": 16}, parameters)
    return PEM.encode(sealed, "ENCRYPTED PRIVATE KEY").encode("ascii")
