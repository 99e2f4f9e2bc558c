"""The devices that say who somebody is: card reader, ID-card reader, scanner."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from drivers.device.common import Capabilities, Device, Failure, Medium


@dataclass(frozen=True, slots=True)
class CardHolder:
    """What a social-security card says (device-protocols 1.4, 1.5). No repr of its personal fields."""

    id_number: str = field(repr=False)
    name: str = field(repr=False)
    sex: str = field(repr=False)
    """GB/T 2261.1: 1 male, 2 female, 0 unknown, 9 unstated"""
    ethnicity: str = field(repr=False)
    """GB/T 3304, two digits; empty when the card does not say"""
    born: date = field(repr=False)
    card_number: str = field(repr=False)
    card_id_code: str = field(repr=False)
    version: str
    """``1.00``, ``2.00``, ``3.00``"""
    issued: date | None
    expires: date | None
    algorithm: str = "3DES"


class DocumentKind(enum.StrEnum):
    """Byte 248 of the text (device-protocols 2.7)."""

    RESIDENT = "resident"
    HMT_PERMIT = "hmt_permit"
    """Residence permit of people from Hong Kong, Macao and Taiwan (J)."""
    FOREIGN_2017 = "foreign_2017"
    """Permanent residence card, 2017 form (I)."""
    FOREIGN_2023 = "foreign_2023"
    """Permanent residence card, 2023 form (Y)."""


@dataclass(frozen=True, slots=True)
class IdCardHolder:
    """What a resident identity card (or permit) says (device-protocols 2.7). The photo is never kept."""

    id_number: str = field(repr=False)
    name: str = field(repr=False)
    sex: str = field(repr=False)
    ethnicity: str = field(repr=False)
    born: date = field(repr=False)
    address: str = field(repr=False)
    expires: date | None
    """None: 长期"""
    kind: DocumentKind = DocumentKind.RESIDENT
    nationality: str = field(default="", repr=False)
    """ISO 3166-1 alpha-3 (GB/T 2659), foreigners only."""
    latin_name: str = field(default="", repr=False)
    """Foreigners only."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CardReaderCapabilities(Capabilities):
    contact: bool = True
    contactless: bool = False
    authenticator: str = "none"
    """Who opens third-generation cards: ``none``, ``psam``, ``platform``, or ``psam+platform`` (the second where the
    first is missing or lacks the key)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class IdReaderCapabilities(Capabilities):
    documents: tuple[DocumentKind, ...] = tuple(DocumentKind)
    newest_address: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class ScannerCapabilities(Capabilities):
    trigger: str = "presentation"
    """``presentation`` (always looking) or the maker whose trigger commands are sent."""
    exclusive: bool = False
    """HID keyboard: the keys are grabbed, nothing reaches the window."""


class CardReader(Device, Protocol):
    """Social-security card reader (XFS4IoT CardReader, chip)."""

    @property
    def medium(self) -> Medium: ...

    async def read(self) -> CardHolder | Failure:
        """Read EF05 and EF06 of the card that is in (deadline limits.CARD_READ)."""
        ...

    async def verify_pin(self, pin: str) -> Failure | None:
        """VERIFY on the card that is in; None when the card accepted it. Never retried by the driver."""
        ...


class IdReader(Device, Protocol):
    """Resident identity card reader with SAM_V."""

    @property
    def medium(self) -> Medium: ...

    async def read(self) -> IdCardHolder | Failure: ...

    async def newest_address(self) -> str | Failure:
        """The address appended to the card last; empty when none was."""
        ...

    async def sam_id(self) -> str | Failure:
        """The module's number, for the readiness report. Never logged together with a person."""
        ...


class Scanner(Device, Protocol):
    """2D barcode scanner (XFS4IoT BarcodeReader). While it is armed: one SCANNED event with the first code, and before
    it at most one INVALID when what was shown cannot be one. Armed again, it begins anew."""

    async def arm(self) -> None: ...

    async def disarm(self) -> None: ...
