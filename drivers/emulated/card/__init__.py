"""An emulated social-security card behind the real pcscd (vpcd), from the cast of made-up people."""

from drivers.emulated.card.card import EmulatedCard, Script
from drivers.emulated.card.files import CastMember, Kind, read_cast
from drivers.emulated.card.slot import CardSlot

__all__ = ["CardSlot", "CastMember", "EmulatedCard", "Kind", "Script", "read_cast"]
