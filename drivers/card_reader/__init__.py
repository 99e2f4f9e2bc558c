"""Social-security card reader (PC/SC), contact and contactless, with whoever opens third-generation cards."""

from drivers.card_reader.authenticator import Authenticator, InTurn, Patience, Preface
from drivers.card_reader.platform import Exchange, PlatformAuthenticator
from drivers.card_reader.psam import PsamAuthenticator, PsamSettings
from drivers.card_reader.reader import CardReaderSettings, PcscCardReader

__all__ = [
    "Authenticator",
    "CardReaderSettings",
    "Exchange",
    "InTurn",
    "Patience",
    "PcscCardReader",
    "PlatformAuthenticator",
    "Preface",
    "PsamAuthenticator",
    "PsamSettings",
]
