"""The one thread that talks to pcscd: watches the slot, carries out commands in between, reopens what went away."""

from __future__ import annotations

import concurrent.futures
import hashlib
import queue
import random
import secrets
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from contract import limits
from contract.faults import Fault
from drivers.card_reader import dialogue
from drivers.card_reader.apdu import Dialogue, Plan, answered
from drivers.card_reader.authenticator import AbandonedError, Authenticator, CardLeftError
from drivers.card_reader.pcsc import READER_LOST, SERVICE_LOST, SILENT_CARD, Connection, PcscError, Service
from drivers.card_reader.slots import Interface, Sight, Slots
from drivers.device import CardHolder, Failure, Medium, State

T = TypeVar("T")
Outcome = CardHolder | Failure | None
GONE = Failure(Fault.READER_GONE, "the reader went away")


@dataclass(slots=True)
class Job:
    """One command. ``stop`` is set when nobody waits for the result any more."""

    result: concurrent.futures.Future[Outcome] = field(
        default_factory=concurrent.futures.Future, init=False, repr=False
    )
    stop: threading.Event = field(default_factory=threading.Event, init=False, repr=False)


@dataclass(slots=True)
class ReadJob(Job):
    today: date
    authenticator: Authenticator = field(repr=False)


@dataclass(slots=True)
class PinJob(Job):
    pin: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Patience:
    """What an authenticator asks while it waits for a PSAM or the platform."""

    job: Job
    closing: threading.Event
    service: Service
    reader: str
    counter: int

    def atr(self) -> bytes:
        """The card's answer to reset, as pcscd has it: asked for when it is needed, which is seldom."""
        return self.service.look(self.reader).atr

    def check(self) -> None:
        if self.job.stop.is_set() or self.closing.is_set():
            raise AbandonedError("stopped")
        slot = self.service.look(self.reader)
        if not slot.present or slot.counter != self.counter:
            raise CardLeftError


class Worker:
    """Everything in here but ``start``, ``post`` and ``close`` runs in the worker thread."""

    def __init__(
        self,
        wanted: tuple[Interface, ...],
        report: Callable[[Sight], None],
        ended: concurrent.futures.Future[None],
    ) -> None:
        self._wanted = wanted
        self._report = report
        self._ended = ended
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._closing = threading.Event()
        self._sight = Sight(State.OFFLINE)
        self._salt = secrets.token_bytes(16)
        self._card_seen = b""
        """Keyed digest of the card that was read, so that a PIN never goes to another card. Forgotten at removal."""
        self._thread = threading.Thread(target=self._run, name="card reader", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def post(self, job: Job) -> None:
        self._jobs.put(job)

    def close(self) -> None:
        """Ask the thread to end; ``ended`` tells when it did."""
        self._closing.set()
        self._jobs.put(None)

    def _run(self) -> None:
        try:
            self._reopen_for_ever()
        except BaseException as error:  # a defect must reach the task that owns the device
            self._refuse_waiting()
            self._ended.set_exception(error)
        else:
            self._refuse_waiting()
            self._ended.set_result(None)

    def _reopen_for_ever(self) -> None:
        pause = limits.DEVICE_REOPEN_FIRST
        while not self._closing.is_set():
            if self._watch_until_lost():
                pause = limits.DEVICE_REOPEN_FIRST
            self._idle(pause * random.uniform(0.5, 1.0))  # noqa: S311 - jitter, not a secret
            pause = min(pause * 2, limits.DEVICE_REOPEN_LAST)

    def _watch_until_lost(self) -> bool:
        """Open and watch; whether the reader was there at all."""
        opened = False
        try:
            service = Service.open()
        except PcscError:
            self._tell(Sight(State.OFFLINE))
            return opened
        try:
            slots = Slots(service, self._wanted)
            if not slots.search():
                self._tell(Sight(State.NO_DEVICE))
                return opened
            opened = True
            self._watch(service, slots)
        except PcscError as error:
            self._tell(Sight(State.OFFLINE if error.code in SERVICE_LOST else State.HARDWARE_ERROR))
        finally:
            service.close()
        return opened

    def _watch(self, service: Service, slots: Slots) -> None:
        """Look so often, and no more often for commands in between: whoever waits for one does not wait for a look."""
        while not self._closing.is_set():
            if not self._see(slots):
                return
            until = time.monotonic() + limits.CARD_PRESENCE_POLL
            while (left := until - time.monotonic()) > 0 and not self._closing.is_set():
                job = self._next_job(left)
                if job is not None and job.result.set_running_or_notify_cancel():
                    self._carry_out(service, slots, job)

    def _see(self, slots: Slots) -> bool:
        """Look at the slots and tell it; whether a reader is still there."""
        sight = slots.look()
        self._tell(sight)
        return sight.state is not State.NO_DEVICE

    def _tell(self, sight: Sight) -> None:
        if sight == self._sight:
            return
        if sight.medium is not Medium.PRESENT or sight.insertion != self._sight.insertion:
            self._card_seen = b""
        self._sight = sight
        try:
            self._report(sight)
        except RuntimeError:
            self._closing.set()  # the event loop is closed: nobody listens any more

    def _next_job(self, wait: float) -> Job | None:
        try:
            return self._jobs.get(timeout=wait)
        except queue.Empty:
            return None

    def _idle(self, seconds: float) -> None:
        """Wait without a reader; commands are answered at once."""
        until = time.monotonic() + seconds
        while not self._closing.is_set() and (left := until - time.monotonic()) > 0:
            job = self._next_job(left)
            if job is not None and job.result.set_running_or_notify_cancel():
                job.result.set_result(GONE)

    def _refuse_waiting(self) -> None:
        while not self._jobs.empty():
            job = self._jobs.get()
            if job is not None and job.result.set_running_or_notify_cancel():
                job.result.set_result(GONE)

    def _carry_out(self, service: Service, slots: Slots, job: Job) -> None:
        try:
            outcome = self._outcome(service, job)
        except AbandonedError as abandoned:
            job.result.set_result(Failure(Fault.CARD_UNREADABLE, str(abandoned)))
        except PcscError:
            job.result.set_result(GONE)
            raise
        except BaseException as error:
            job.result.set_exception(error)
            raise
        else:
            try:
                if isinstance(outcome, Failure):
                    # Told first: who learns that the card was pulled must not find it still in.
                    self._see(slots)
            finally:
                job.result.set_result(outcome)

    def _outcome(self, service: Service, job: Job) -> Outcome:
        sight = self._sight
        if sight.medium is not Medium.PRESENT:
            return Failure(Fault.CARD_PULLED, "no card")
        reader, counter = sight.insertion
        try:
            connection = service.connect(reader)
        except PcscError as error:
            failure = self._what_broke(service, reader, counter, error)
            if failure.fault is Fault.CARD_UNREADABLE and error.code in SILENT_CARD:
                return Failure(Fault.CARD_SILENT, str(error))
            return failure
        try:
            if isinstance(job, ReadJob):
                outcome = self._read(connection, job, _Patience(job, self._closing, service, reader, counter))
                return self._explained(service, outcome)
            assert isinstance(job, PinJob)
            slot = service.look(reader)
            if not slot.present or slot.counter != counter:
                return Failure(Fault.CARD_PULLED, "another card than the one that was seen")
            return self._verify(connection, job)
        except CardLeftError:
            return Failure(Fault.CARD_PULLED, "taken out while the keys were waited for")
        except PcscError as error:
            return self._what_broke(service, reader, counter, error)
        finally:
            connection.close()

    def _explained(self, service: Service, outcome: CardHolder | Failure) -> CardHolder | Failure:
        """Why a read did not succeed, where the slot knows better than the card. One that did is not looked after: a
        card that was exchanged within a moment is the one that was read, and the next look tells of it."""
        reader, counter = self._sight.insertion
        if isinstance(outcome, CardHolder):
            return outcome
        slot = service.look(reader)
        if not slot.present or slot.counter != counter:
            return Failure(Fault.CARD_PULLED, "another card than the one that was seen")
        return outcome if slot.answers else Failure(Fault.CARD_SILENT, "no ATR")

    def _read(self, connection: Connection, job: ReadJob, patience: _Patience) -> CardHolder | Failure:
        contactless = self._sight.contactless
        talk = dialogue.read_holder(job.today, job.authenticator, patience.atr, patience, contactless=contactless)
        outcome = self._talk(connection, talk, job)
        if isinstance(outcome, CardHolder):
            self._card_seen = self._digest(outcome.card_id_code)
        return outcome

    def _verify(self, connection: Connection, job: PinJob) -> Failure | None:
        if not self._card_seen:
            return Failure(Fault.CARD_PULLED, "nothing was read of the card that is in")
        code = self._talk(connection, dialogue.card_id_code(), job)
        if isinstance(code, Failure):
            return code
        digest = self._digest(code.hex().upper().rstrip("F"))
        if not secrets.compare_digest(digest, self._card_seen):
            return Failure(Fault.CARD_PULLED, "another card than the one that was read")
        return self._talk(connection, dialogue.verify_pin(job.pin), job)

    def _digest(self, card_id_code: str) -> bytes:
        return hashlib.blake2b(card_id_code.encode("ascii"), key=self._salt, digest_size=16).digest()

    def _talk(self, connection: Connection, talk: Dialogue[T], job: Job) -> T:
        """Drive a dialogue over the card until it returns. A plan's commands go to the card one after the other, before
        anything is made of their answers: between two exchanges every instruction is dear."""
        ahead: deque[tuple[bytes, bytes]] = deque()
        try:
            command = next(talk)
            while True:
                if not ahead or ahead[0][0] != command:
                    ahead.clear()
                    ahead.extend(self._exchanged(connection, command, job))
                command = talk.send(ahead.popleft()[1])
        except StopIteration as end:
            result: T = end.value
            return result
        finally:
            talk.close()

    def _exchanged(self, connection: Connection, command: bytes, job: Job) -> list[tuple[bytes, bytes]]:
        """The command and its answer, and those of its plan for as long as all goes as planned."""
        done = []
        for each in (command, *(command.following if isinstance(command, Plan) else ())):
            if job.stop.is_set() or self._closing.is_set():
                raise AbandonedError("stopped")
            started = time.monotonic()
            answer = connection.transmit(each)
            if time.monotonic() - started > limits.CARD_EXCHANGE:
                raise AbandonedError("an exchange took too long")
            done.append((each, answer))
            if not answered(answer):
                break
        return done

    def _what_broke(self, service: Service, reader: str, counter: int, error: PcscError) -> Failure:
        """A pulled card and a broken one fail alike at first; pcscd needs a moment to notice the difference."""
        if error.code in SERVICE_LOST - READER_LOST:
            raise error
        until = time.monotonic() + limits.CARD_SETTLE
        while time.monotonic() < until:
            now = service.look(reader)
            if now.gone:
                return GONE
            if not now.present or now.counter != counter:
                return Failure(Fault.CARD_PULLED, str(error))
            time.sleep(0.02)
        return Failure(Fault.CARD_UNREADABLE, str(error))
