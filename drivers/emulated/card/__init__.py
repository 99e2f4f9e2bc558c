"""An emulated social-security card and PSAM behind the real pcscd (vpcd), from the cast of made-up people."""

from drivers.emulated.card.card import EmulatedCard, Script
from drivers.emulated.card.files import CastMember, Kind, read_cast, read_keys
from drivers.emulated.card.keys import KeyRing, made_up_ring
from drivers.emulated.card.psam import EmulatedPsam
from drivers.emulated.card.slot import CardSlot, Chip

__all__ = [
    "CardSlot",
    "CastMember",
    "Chip",
    "EmulatedCard",
    "EmulatedPsam",
    "KeyRing",
    "Kind",
    "Script",
    "made_up_ring",
    "read_cast",
    "read_keys",
]
