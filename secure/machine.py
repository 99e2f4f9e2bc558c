"""What of a machine its software can know: the weak stand-in for a TPM.

A key file that is bound to the machine opens on this machine only. It stops a disk that was taken out, or a copied
folder; it does not stop who can run programs on the machine, or who reads these values there and takes them along.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from pathlib import Path
from typing import Final

SOURCES: Final = (
    "sys/class/dmi/id/product_uuid",
    "sys/class/dmi/id/product_serial",
    "sys/class/dmi/id/board_serial",
    "proc/device-tree/serial-number",
    "etc/machine-id",
)
"""The firmware's first: they are not on the disk. machine-id is, and alone binds nothing that was taken with it."""
ON_DISK: Final = frozenset({"etc/machine-id"})
SERIAL: Final = ("sys/class/dmi/id/product_serial", "proc/device-tree/serial-number")
NOTHING: Final = frozenset({"", "none", "0", "default string", "to be filled by o.e.m.", "system serial number"})
"""What firmware says where nobody wrote anything."""


class OtherMachineError(RuntimeError):
    """What the key was bound to cannot be read here: another machine, or another user than the one who enrolled it."""


def sources(root: Path = Path("/")) -> tuple[str, ...]:
    """What can be read of this machine, by this user."""
    return tuple(name for name in SOURCES if _value(root, name))


def serial(root: Path = Path("/")) -> str:
    """The machine's serial number by its firmware; empty when it says none."""
    return next((value for name in SERIAL if (value := _value(root, name))), "")


def secret(salt: bytes, names: Sequence[str], root: Path = Path("/")) -> str:
    """The passphrase of key files bound to what *names* say of this machine: 256 bits, hexadecimal.

    Raises OtherMachineError.
    """
    values = []
    for name in names:
        value = _value(root, name)
        if not value:
            raise OtherMachineError(f"{name} cannot be read here")
        values.append(f"{name}={value}")
    return hmac.digest(salt, "\n".join(values).encode(), "sha256").hex()


def _value(root: Path, name: str) -> str:
    try:
        value = (root / name).read_text("utf-8", "replace").strip("\0 \n\t")
    except OSError:
        return ""
    return "" if value.lower() in NOTHING else value
