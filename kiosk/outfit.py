"""The devices' part of the composition root: from terminal.toml to drivers in their bay."""

from __future__ import annotations

import asyncio
import concurrent.futures
import functools
from pathlib import Path

from contract import wire
from drivers.camera import CameraSettings, DocumentCamera
from drivers.card_reader import (
    Authenticator,
    CardReaderSettings,
    Exchange,
    InTurn,
    PcscCardReader,
    PlatformAuthenticator,
    PsamAuthenticator,
    PsamSettings,
)
from drivers.device import Failure, Seal
from drivers.id_reader import IdReaderSettings, SamvIdReader
from drivers.power import NutPower, PowerSettings
from drivers.presence import IioPresence, PresenceSettings
from drivers.printer import EscposPrinter, Kind, PrinterSettings, profile
from drivers.scanner import PROFILES, HidScanner, HidScannerSettings, ScannerSettings, SerialScanner
from drivers.speaker import AlsaSpeaker, SpeakerSettings
from kiosk.bay import Bay
from kiosk.central import Central
from kiosk.journal import Journal
from kiosk.settings import CardReaderSection, PrinterSection, SerialSection, Settings


def make_bay(settings: Settings, journal: Journal, exchange: Exchange, seal: Seal, *, unfinished: bool = False) -> Bay:
    """The devices that terminal.toml names; the others are not there. *exchange* asks the platform for a card's keys,
    *seal* closes what the camera takes. *unfinished*: the power was cut while a slip was being printed. Raises
    PrinterSettingsError for a printer that cannot be."""
    card, id_card, scanner, printer = settings.card_reader, settings.id_reader, settings.scanner, settings.printer
    camera, speaker, presence, power = settings.camera, settings.speaker, settings.presence, settings.power
    return Bay(
        card_reader=make_card_reader(card, exchange) if card else None,
        id_reader=SamvIdReader(IdReaderSettings(path=id_card.path, baud=id_card.baud)) if id_card else None,
        scanner=make_scanner(scanner) if scanner else None,
        printer=EscposPrinter(printer_settings(printer), journal, left_over=unfinished) if printer else None,
        camera=DocumentCamera(CameraSettings(camera.path, camera.source, camera.width, camera.height), seal)
        if camera
        else None,
        speaker=AlsaSpeaker(SpeakerSettings(speaker.device), cards=Path(speaker.cards)) if speaker else None,
        presence=IioPresence(PresenceSettings(presence.sensor, presence.near), devices=Path(presence.devices))
        if presence
        else None,
        power=NutPower(PowerSettings(power.ups, power.host, power.port)) if power else None,
    )


def make_card_reader(section: CardReaderSection, exchange: Exchange) -> PcscCardReader:
    """The card reader with whoever opens third-generation cards: the PSAM first, then the platform."""
    keepers: list[Authenticator] = []
    if section.psam is not None:
        psam = section.psam
        keepers.append(
            PsamAuthenticator(
                PsamSettings(psam.reader, psam.external_key, psam.internal_key, sm4_environment=psam.sm4_environment)
            )
        )
    if section.platform_keys:
        keepers.append(PlatformAuthenticator(exchange))
    authenticator = functools.reduce(InTurn, keepers) if keepers else None
    return PcscCardReader(CardReaderSettings(section.reader, section.contactless), authenticator=authenticator)


def card_keys(central: Central, loop: asyncio.AbstractEventLoop) -> Exchange:
    """The card reader's way to the platform's HSM: asked from the reader's thread, carried out on *loop*."""

    def exchange(ask: wire.CardAuthAsk) -> concurrent.futures.Future[wire.CardAuth | Failure]:
        return asyncio.run_coroutine_threadsafe(central.call(wire.CARD_AUTH, wire.CardAuth, ask), loop)

    return exchange


def printer_settings(section: PrinterSection) -> PrinterSettings:
    """What terminal.toml says of the printer, with what its model can do. Raises PrinterSettingsError, with a
    sentence."""
    return PrinterSettings(
        path=section.path,
        kind=Kind(section.kind),
        host=section.host,
        port=section.port,
        vendor=section.vendor,
        product=section.product,
        baud=section.baud,
        width_mm=section.width_mm,
        profile=profile(section.profile),
    )


def make_scanner(section: SerialSection) -> SerialScanner | HidScanner:
    """The scanner as its section says."""
    if section.profile == "keyboard":
        return HidScanner(HidScannerSettings(path=section.path))
    return SerialScanner(ScannerSettings(section.path, section.baud, PROFILES[section.profile]))
