"""The heavy half of the composition root: devices, log, platform client, courier, and the house a visit finds.

Imported after the first picture (see kiosk.appliance).
"""

from __future__ import annotations

import asyncio
import functools
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from importlib import metadata
from pathlib import Path
from zoneinfo import ZoneInfo

from contract import contents, faults, follow, notice, texts
from contract.faults import Fault
from contract.log_events import Event
from contract.texts import Text
from drivers.printer import PrinterSettingsError
from kiosk.central import Access, Central
from kiosk.concurrency import Signal
from kiosk.configuring import Configuring, configure
from kiosk.courier import Courier
from kiosk.device_log import DeviceLog
from kiosk.house import House
from kiosk.journal import Journal, JournalLostError
from kiosk.outfit import card_keys, make_bay, printer_settings
from kiosk.photo_courier import PhotoCourier
from kiosk.printing import PrintDesk, close_unfinished
from kiosk.renewing import Renewing
from kiosk.settings import Settings
from kiosk.shelf import Shelf
from kiosk.staff import Staff
from kiosk.stage import Stage
from kiosk.story import serve
from kiosk.supplies import watch
from kiosk.unlocking import Unlocking
from kiosk.views import Action, GuideRow, MessageView, Picture
from kiosk.witnessing import Witnessing
from secure import enrolment, identity
from secure.file import LedgerInUseError
from secure.keeper import Kept
from secure.ledger import Ledger, WrongDeviceError
from secure.photo import PhotoSeal
from secure.pin import keyed_pepper
from secure.suite import suite_of

__all__ = ["NOT_READY", "equipped", "not_ready", "serve"]

CHINA = ZoneInfo("Asia/Shanghai")
NOT_READY = (
    identity.IdentityError,
    LedgerInUseError,
    WrongDeviceError,
    JournalLostError,
    sqlite3.DatabaseError,
    OSError,
    PrinterSettingsError,
)
"""What a technician has to see to before anything works; their messages name files, never a resident."""


def now() -> datetime:
    """The time in China, with its zone."""
    return datetime.now(CHINA)


@asynccontextmanager
async def equipped(settings: Settings, stage: Stage) -> AsyncIterator[House]:
    """Open everything, run devices, courier and the news of the platform in the background, and close it all again.

    Raises identity.IdentityError when the terminal is not admitted, and what the ledger raises when its file is not
    this terminal's.
    """
    folder = Path(settings.platform.folder)
    await asyncio.to_thread(enrolment.is_enrolled, folder)  # a power cut may have left it half unpacked
    mine, platform = await asyncio.to_thread(identity.admitted, folder)
    fits(settings, platform)
    journal = make_journal(settings, mine, platform)
    news, changes = Signal(), asyncio.Queue[bool]()
    access = Access(settings.platform.url or platform.url, mine.ca, mine.certificate, mine.tls_key, mine.passphrase)
    central = Central(access, changes.put_nowait)
    if settings.printer is not None:
        printer_settings(settings.printer)  # what cannot be is said before the file is opened and held
    shelf = Shelf(contents.packaged())
    configuring = configure(settings, mine, platform, journal, shelf, news, now)
    await journal.open()
    courier = Courier(
        settings.terminal.id,
        central,
        journal,
        lambda receipt: identity.verify_receipt(receipt, platform.receipt_key),
        now,
        Witnessing(
            settings.terminal.id,
            central,
            journal,
            lambda signed: identity.verify_receipt(signed, platform.receipt_key),
            keep_days=settings.log.keep_days,
            ledger=Path(settings.paths.ledger),
        ),
        PhotoCourier(
            settings.terminal.id,
            central,
            journal,
            lambda receipt: identity.verify_receipt(receipt, platform.receipt_key),
            now,
        ),
    )
    try:
        unfinished = await close_unfinished(journal)
        if configuring is not None:
            await configuring.load()
    except JournalLostError:
        await journal.close()
        raise
    laid = shelf.contents
    staff = staff_desk(settings, mine, platform, journal, shelf)
    renewing = Renewing(
        mine, central, journal, platform.public_url, now, functools.partial(renewed, central, courier, configuring)
    )
    keys, seal = card_keys(central, asyncio.get_running_loop()), PhotoSeal(platform.hpke_key, settings.terminal.id)
    bay = make_bay(settings, journal, keys, seal, unfinished=unfinished > 0)
    house = House(
        stage=stage,
        bay=bay,
        central=central,
        journal=journal,
        courier=courier,
        desk=PrintDesk(bay.printer, journal),
        catalogue=laid.catalogue,
        texts=laid.texts,
        faults=laid.faults,
        waits=laid.waits,
        configured_notices=laid.notices,
        shelf=shelf,
        settings=settings,
        clock=now,
        news=news,
        staff=staff,
        follow=lambda receipt: follow.follow_address(platform.public_url, platform.follow_key, receipt),
        notice=lambda item: notice.address(platform.public_url, item),
    )
    stage.reword(house.texts)
    try:
        await journal.log(Event.STARTED, version=metadata.version("jiujinban-kiosk"), boot=boot_id())
        await staff.open()
        await journal.log(Event.KEYS_KEPT, kept=mine.kept.value, algorithm=mine.device.algorithm.value)
        async with asyncio.TaskGroup() as background:
            chores = {
                "supplies": watch(bay, journal),
                "device log": DeviceLog(bay, journal).run(),
                "bay": bay.run(),
                "courier": courier.run(),
                "certificate": renewing.run(),
                "unlocks": Unlocking(staff, central, journal, house.disabled).run(),
                "news": tell_news(changes, house, configuring),
                **({"configuration": configuring.run()} if configuring else {}),
            }
            tasks = [background.create_task(chore, name=name) for name, chore in chores.items()]
            try:
                yield house
            finally:
                for task in tasks:
                    task.cancel()
    except asyncio.CancelledError:
        # This is how a terminal is told to end; a log without it says that it broke off.
        await journal.log(Event.STOPPED)
        raise
    else:
        await journal.log(Event.STOPPED)
    finally:
        await central.close()
        await journal.close()


def make_journal(settings: Settings, mine: identity.Identity, platform: identity.PlatformKeys) -> Journal:
    """The terminal's one file, to be opened."""
    ledger = Path(settings.paths.ledger)
    ledger.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return Journal(
        functools.partial(
            Ledger.open,
            ledger,
            device=mine.device,
            device_id=settings.terminal.id,
            audit_key=platform.audit_key,
            platform_key=platform.hpke_key,
            last_receipt=platform.last_receipt,
            clock=now,
        )
    )


def staff_desk(
    settings: Settings, mine: identity.Identity, platform: identity.PlatformKeys, journal: Journal, shelf: Shelf
) -> Staff:
    """The desk of the staff PIN, with the pepper and the platform's key out of the papers."""
    return Staff(
        journal,
        settings.terminal.id,
        contents=lambda: shelf.contents,
        pepper=keyed_pepper(platform.pepper, suite_of(platform.receipt_key)) if platform.pepper else None,
        unlock_signed=lambda unlock: identity.verify_unlock(unlock, platform.receipt_key),
        tpm=mine.kept is Kept.TPM,
        clock=now,
    )


def not_ready(settings: Settings) -> MessageView:
    """The page of a terminal that cannot work: whom to ask instead."""
    sentence, words = faults.load()[Fault.NOT_READY], texts.load()
    telephone = settings.terminal.telephone
    return MessageView(
        title=sentence.what,
        text=sentence.do,
        picture=Picture(sentence.picture),
        rows=(GuideRow(words(Text.FAULT_STAFF), (words(Text.FAULT_STAFF_TEXT, telephone=telephone),)),),
        actions=(Action("ok", words(Text.OK), True),),
    )


async def tell_news(changes: asyncio.Queue[bool], house: House, configuring: Configuring | None) -> None:
    """The platform went away or came back: into the log, onto the idle screen, and the courier is told."""
    while True:
        away = await changes.get()
        if away:
            await house.journal.log(Event.PLATFORM_LOST, reason="")
        else:
            await house.journal.log(Event.PLATFORM_BACK)
            house.courier.hurry()
            if configuring is not None:
                configuring.hurry()
        house.news.notify()


def fits(settings: Settings, platform: identity.PlatformKeys) -> None:
    """Raises IdentityError when terminal.toml says another terminal than the platform enrolled: with another's number
    it would give out another's receipt numbers."""
    said = (settings.terminal.id, settings.terminal.number)
    known = (platform.terminal or said[0], said[1] if platform.number is None else platform.number)
    if said != known:
        raise identity.IdentityError(
            f"terminal.toml 写的是 {said[0]}、号码 {said[1]:04d}，入网时登记的是 {known[0]}、号码 {known[1]:04d}"
        )


def renewed(central: Central, courier: Courier, configuring: Configuring | None) -> None:
    """There is a new certificate: whoever shows one takes it, and what waited is tried at once."""
    central.renewed()
    courier.hurry()
    if configuring is not None:
        configuring.renewed()


def boot_id() -> str:
    """The kernel's id of this boot: tells restarts of the program from restarts of the machine."""
    return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
