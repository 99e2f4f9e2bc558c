"""Contact social-security card reader (PC/SC)."""

from drivers.card_reader.dialogue import Authenticator, Preface
from drivers.card_reader.reader import CardReaderSettings, PcscCardReader

__all__ = ["Authenticator", "CardReaderSettings", "PcscCardReader", "Preface"]
