"""The terminal's configuration: looked for in the background, committed to disk, laid on the shelf between visits, and
reported to the platform. What cannot be verified changes nothing."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import NoReturn

import msgspec

from contract import contents, limits, wire
from contract.log_events import Event
from contract.wire import ConfigReport, ConfigState
from kiosk.concurrency import Signal
from kiosk.defects import report as report_defect
from kiosk.journal import Journal, JournalLostError
from kiosk.retrying import spread
from kiosk.settings import Settings
from kiosk.shelf import Shelf
from secure import identity, tls
from secure.business import DiskFull
from secure.config import marks, trusted_time
from secure.config.client import Client, Outcome
from secure.config.fetch import BoundedFetcher, Budget, Https
from secure.config.files import Files
from secure.config.marks import InUse, Marks

TAKEN = frozenset({ConfigState.CURRENT, ConfigState.PARTLY})


@dataclass(frozen=True, slots=True)
class Line:
    """The two ways to the platform: files over mutual TLS, time outside it."""

    files: Https
    time: Https
    show: Callable[[], None]
    """Show this terminal's certificate as it lies in its file now."""

    def close(self) -> None:
        self.files.close()
        self.time.close()


class Configuring:
    """See the module. ``load`` before the first visit, then ``run`` for ever."""

    def __init__(
        self,
        client: Client,
        line: Line,
        journal: Journal,
        shelf: Shelf,
        news: Signal,
    ) -> None:
        self._client, self._line, self._journal, self._shelf, self._news = client, line, journal, shelf, news
        self._files = Files(client.folder)
        self._wake = Signal()
        self._stop = threading.Event()
        self._new_certificate = False
        self._whole = True
        """Whether everything in use could be read: what could not is fetched again, and laid out then."""
        self._told: ConfigReport | None = None
        self._told_at = 0.0
        self._logged = ("", "")

    async def load(self) -> None:
        """Lay out what was in use when the terminal last ran."""
        _, in_use = await self._read()
        self._shelf.put(await asyncio.to_thread(self._laid_out, in_use))

    async def run(self) -> NoReturn:
        """Look, apply, report, wait: for ever."""
        try:
            while True:
                seen = self._wake.times
                try:
                    await self.look()
                except JournalLostError:
                    raise
                except Exception as error:  # a defect of ours: what runs goes on running
                    report_defect(error)
                await self._pause(seen)
        finally:
            # A look that is under way in its thread ends with it.
            self._stop.set()
            self._line.close()

    def hurry(self) -> None:
        """The platform came back: look now."""
        self._wake.notify()

    def renewed(self) -> None:
        """The certificate's file holds a new one: the next look shows it, and that is now."""
        self._new_certificate = True
        self.hurry()

    async def look(self) -> Outcome:
        """Look once; whatever comes of it is on the disk before it is on the shelf."""
        if self._new_certificate:
            # Between two looks: a context is not to be changed while a thread makes a connection with it.
            self._new_certificate = False
            try:
                await asyncio.to_thread(self._line.show)
            except BaseException:
                self._new_certificate = True
                raise
        before, in_use = await self._read()
        cosigned = await self._journal.do(lambda ledger: ledger.upkeep.last_cosigned_at())
        outcome = await asyncio.to_thread(self._refresh, before, in_use, cosigned)
        full = await self._journal.do(
            lambda ledger: ledger.within(lambda connection: marks.save(connection, outcome.marks, outcome.in_use))
        )
        if isinstance(full, DiskFull):
            return outcome  # nothing was written, so nothing is applied
        now = outcome.in_use or in_use
        if outcome.in_use is not None or (outcome.state in TAKEN and not self._whole):
            self._shelf.put(await asyncio.to_thread(self._laid_out, now))
            await asyncio.to_thread(self._files.sweep, outcome.keep)
            self._news.notify()
        await asyncio.to_thread(self._files.sync)
        await self._log(outcome, now)
        await self._tell(outcome, now)
        return outcome

    # -- inside ------------------------------------------------------------------------------------------------------

    async def _read(self) -> tuple[Marks, InUse]:
        found = await self._journal.do(lambda ledger: ledger.within(marks.load))
        assert not isinstance(found, DiskFull), "reading needs no room"
        return found

    def _refresh(self, before: Marks, in_use: InUse, cosigned: datetime | None) -> Outcome:
        budget = Budget(stop=self._stop)
        fetcher = BoundedFetcher(lambda path: self._line.files.pieces(path, budget.left), budget)
        return self._client.refresh(fetcher, before, in_use, cosigned)

    def _laid_out(self, in_use: InUse) -> contents.Contents:
        found = {held.named.name: self._files.read(held.sha256) for held in in_use.objects}
        readable: Mapping[str, bytes] = {name: data for name, data in found.items() if data is not None}
        laid, refused = contents.build(readable)
        self._whole = len(readable) == len(found) and not refused
        return laid

    async def _log(self, outcome: Outcome, now: InUse) -> None:
        if outcome.in_use is not None:
            await self._journal.log(
                Event.CONFIG_APPLIED,
                counter=now.counter, release=now.release, objects=len(now.objects), refused=len(now.refused),
            )  # fmt: skip
        said = (outcome.state.value, outcome.reason)
        if outcome.state not in TAKEN | {ConfigState.UNREACHABLE} and said != self._logged:
            reason = f"{outcome.state.value}: {outcome.reason}"
            await self._journal.log(Event.CONFIG_REFUSED, reason=reason, role=outcome.role, version=outcome.version)
        self._logged = said

    async def _tell(self, outcome: Outcome, now: InUse) -> None:
        """Report when something changed, and now and then all the same."""
        told = _report(outcome, now)
        uptime = asyncio.get_running_loop().time()
        if told == self._told and uptime - self._told_at < limits.CONFIG_REPORT_PERIOD:
            return
        body = msgspec.json.encode(told)
        if await asyncio.to_thread(self._line.files.post, wire.CONFIG_REPORT.path, body):
            self._told, self._told_at = told, uptime

    async def _pause(self, seen: int) -> None:
        """*seen*: what ``times`` was when the look began; who hurried within it is not kept waiting."""
        try:
            async with asyncio.timeout(spread(limits.CONFIG_PERIOD)):
                await self._wake.wait(seen)
        except TimeoutError:
            pass  # nobody hurried: it is simply time again


def configure(
    settings: Settings,
    mine: identity.Identity,
    platform: identity.PlatformKeys,
    journal: Journal,
    shelf: Shelf,
    news: Signal,
    clock: Callable[[], datetime],
) -> Configuring | None:
    """The configuration's task, from the papers that enrolment brought; None where they hold no root of trust, and what
    the release brought is what runs. Its files lie beside the ledger."""
    root = identity.load_root(Path(settings.platform.folder))
    if not root:
        return None
    known = tls.context_of_configuration(mine.ca)

    def show() -> None:
        tls.show(known, mine.certificate, mine.tls_key, mine.passphrase)

    show()
    line = Line(
        Https(settings.platform.url or platform.url, known),
        Https(platform.public_url, tls.context_of_configuration(mine.ca)),
        show,
    )
    client = Client(
        folder=Path(settings.paths.ledger).with_name("configuration"),
        device=settings.terminal.id,
        county=platform.county,
        bootstrap=root,
        check=lambda objects: contents.build(objects)[1],
        ask=trusted_time.ask_platform(line.time.whole),
        clock=clock,
    )
    return Configuring(client, line, journal, shelf, news)


def _report(outcome: Outcome, now: InUse) -> ConfigReport:
    seen = outcome.marks
    return ConfigReport(
        state=outcome.state,
        reason=outcome.reason,
        role=outcome.role,
        version=outcome.version,
        expires=seen.expires.isoformat() if seen.expires is not None else "",
        root=seen.root,
        timestamp=seen.timestamp,
        snapshot=seen.snapshot,
        counter=now.counter,
        release=now.release,
        ring=now.ring,
        applied=tuple(held.named.target for held in now.objects),
        refused=dict(now.refused),
    )
