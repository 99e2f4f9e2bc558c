"""A TPM 2.0: the log-signing key lives in it and cannot leave; what opens the TLS key's file is sealed to it.

By tpm2-tools (Debian), a process a command: no compiled binding of ours, and a TPM that hangs is given up after
limits.TPM_COMMAND. Both objects are persistent under the owner hierarchy. The seal holds to this TPM, not to the state
it booted in: an update of the system must not lock a terminal in a village out of its own key.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from contract import limits
from secure.keys import Algorithm

DEVICE: Final = Path("/dev/tpmrm0")
"""The kernel's resource manager."""
LOG_HANDLE: Final = "0x8101a110"
SEAL_HANDLE: Final = "0x8101a111"
"""Persistent handles of the owner (TCG registry: 0x81000000 to 0x817fffff)."""
COORDINATE: Final = 32
ATTRIBUTES: Final = "sign|fixedtpm|fixedparent|sensitivedataorigin|userwithauth|noda"
"""fixedtpm, fixedparent: it cannot be copied to another TPM. noda: a passer-by's failures elsewhere do not lock it."""


class TpmError(OSError):
    """The TPM does not do what it is asked. The text names the command, never a secret."""


@dataclass(frozen=True, slots=True)
class Tpm:
    """Where the TPM is: a TCTI, as tpm2-tools name it."""

    tcti: str

    @classmethod
    def found(cls) -> Tpm | None:
        """This machine's; None where there is none, or its tools are not installed."""
        return cls(f"device:{DEVICE}") if DEVICE.exists() and _installed() else None

    def make_log_key(self) -> bytes:
        """A new P-256 signing key in the TPM; its public half as the contract names it (compressed point)."""
        with tempfile.TemporaryDirectory(prefix="tpm-") as name:
            folder = Path(name)
            self._create(folder, ["-G", "ecc256:ecdsa-sha256", "-a", ATTRIBUTES], b"", LOG_HANDLE)
            return self._public(folder)

    def seal(self, secret: bytes) -> None:
        """Keep *secret* (at most 128 bytes) so that only this TPM gives it back."""
        with tempfile.TemporaryDirectory(prefix="tpm-") as name:
            self._create(Path(name), ["-a", "fixedtpm|fixedparent|userwithauth|noda", "-i", "-"], secret, SEAL_HANDLE)

    def unseal(self) -> bytes:
        return self._run(["tpm2_unseal", "-c", SEAL_HANDLE])

    def log_key(self) -> TpmKey:
        """The key that ``make_log_key`` made. Raises TpmError when there is none."""
        with tempfile.TemporaryDirectory(prefix="tpm-") as name:
            return TpmKey(self, self._public(Path(name)))

    def sign(self, digest: bytes) -> bytes:
        """ECDSA of the log key over a SHA-256 *digest*; DER (RFC 3279, 2.2.3)."""
        # Through pipes: a log whose disk is full must still be signed, for a witness and for what settles business.
        command = ["tpm2_sign", "-Q", "-c", LOG_HANDLE, "-g", "sha256", "-s", "ecdsa", "-f", "plain", "-d"]
        return self._run([*command, "-o", "/dev/stdout"], digest)

    def _create(self, folder: Path, options: Sequence[str], given: bytes, handle: str) -> None:
        """Make an object under a primary key of the owner and keep it at *handle*, instead of what was there."""
        primary, public, private, made = (str(folder / name) for name in ("primary", "public", "private", "made"))
        for command, content in (
            (["tpm2_createprimary", "-Q", "-C", "o", "-G", "ecc256", "-c", primary], b""),
            (["tpm2_create", "-Q", "-C", primary, *options, "-u", public, "-r", private], given),
            (["tpm2_load", "-Q", "-C", primary, "-u", public, "-r", private, "-c", made], b""),
        ):
            self._run(command, content)
            self._run(["tpm2_flushcontext", "-t"])  # its three places are soon full where no resource manager is
        if handle in self._run(["tpm2_getcap", "handles-persistent"]).decode("ascii", "replace").lower():
            self._run(["tpm2_evictcontrol", "-Q", "-C", "o", "-c", handle])
        self._run(["tpm2_evictcontrol", "-Q", "-C", "o", "-c", made, handle])

    def _public(self, folder: Path) -> bytes:
        pem = folder / "public.pem"
        self._run(["tpm2_readpublic", "-Q", "-c", LOG_HANDLE, "-f", "pem", "-o", str(pem)])
        key = load_pem_public_key(pem.read_bytes())
        assert isinstance(key, ec.EllipticCurvePublicKey)
        numbers = key.public_numbers()
        return bytes((2 + (numbers.y & 1),)) + numbers.x.to_bytes(COORDINATE, "big")

    def _run(self, command: Sequence[str], given: bytes = b"") -> bytes:
        environment = {**os.environ, "TPM2TOOLS_TCTI": self.tcti, "TSS2_LOG": "all+none"}
        try:
            done = subprocess.run(
                command, input=given, capture_output=True, timeout=limits.TPM_COMMAND, env=environment, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise TpmError(f"TPM: {command[0]}: {type(error).__name__}") from None
        if done.returncode != 0:
            raise TpmError(f"TPM: {command[0]} failed ({done.returncode})")
        return done.stdout


class TpmKey:
    """The log-signing key in a TPM."""

    algorithm: Final = Algorithm.P256

    def __init__(self, tpm: Tpm, public: bytes) -> None:
        self._tpm = tpm
        self.public = public

    def __repr__(self) -> str:
        return f"<TpmKey {self.public.hex()[:16]}>"

    def sign(self, message: bytes) -> bytes:
        """r ‖ s. Raises TpmError."""
        r, s = decode_dss_signature(self._tpm.sign(hashlib.sha256(message).digest()))
        return r.to_bytes(COORDINATE, "big") + s.to_bytes(COORDINATE, "big")


def _installed() -> bool:
    return any((Path(folder) / "tpm2_unseal").exists() for folder in os.get_exec_path())
