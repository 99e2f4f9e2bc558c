"""A worker at a scripted terminal: the roster as their county signs it, their QR, their card, clocks of a test."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from contract import contents, wire
from contract.catalogue import Proof
from contract.contents import Contents
from contract.faults import Fault
from contract.log_events import Event
from contract.roster import Cost, Roster, Unlock, Worker
from contract.slip import Pair, Slip
from drivers.device import Failure
from kiosk.staff import Staff
from kiosk.views import AskProof, Menu, MenuChoice, MessageView, Nav, PinPad, TakeAway, View, Way
from secure.pin import keyed_pepper
from secure.reading.log import Verifier
from secure.reading.staff import roster_line
from secure.suite import INTL_SUITE
from tests.kiosk.conftest import CHINA, DEVICE, Stand
from tests.kiosk.opening import SESSION
from tests.kiosk.scripted import MADE_UP, Step

WORKER, PIN, WRONG = "G-0007", "13572468", "86427531"
NAME = "王测帮"
PEPPER = bytes(range(32))
OWN_CARD = dataclasses.replace(
    MADE_UP, id_number="140999197001010016", name=NAME, card_number="A00000077", card_id_code="1" * 32
)
COST = Cost(memory_kib=64 * 1024)
QR = "worker-code"
ITEMS = (1,)
HEAD = f"帮办 王* {WORKER}"
OUT = (Step(Menu, MenuChoice.LEAVE), Step(TakeAway, None))


@dataclass
class Village:
    """What stands around the terminal's desk."""

    stand: Stand
    laid: Contents
    uptime: float = 1000.0
    boot: str = "boot-1"

    @classmethod
    def of(cls, stand: Stand, **roster: Any) -> Village:
        """A terminal with *roster*'s staff, and a platform that knows the worker's QR."""
        made = cls(stand, contents.packaged())
        made.lay(roster_of(**roster))
        made.start()
        stand.central.answers |= {"session_open": made.opened, "session_elevate": SESSION, "staff_close": wire.Empty()}
        return made

    def start(self, *, pepper: bool = True) -> None:
        """The terminal's desk, begun anew as after a start of the program."""
        self.stand.staff = Staff(
            self.stand.journal,
            DEVICE,
            contents=lambda: self.laid,
            pepper=keyed_pepper(PEPPER, INTL_SUITE) if pepper else None,
            unlock_signed=lambda unlock: unlock.signature == b"ok",
            tpm=False,
            clock=lambda: self.stand.clock(),  # noqa: PLW0108 - a test exchanges it
            uptime=lambda: self.uptime,
            boot=lambda: self.boot,
        )

    def lay(self, roster: Roster | None) -> None:
        """What signed configuration brought."""
        self.laid = replace(self.laid, rosters={} if roster is None else {DEVICE.lower(): roster})

    def opened(self, ask: wire.SessionOpen) -> wire.Session | Failure:
        """The platform: a worker's code, a resident's anything."""
        if not ask.staff:
            return SESSION
        nobody = wire.Session(token="", proof=Proof.SHOWN, name="", id_number="")
        if ask.code != QR:
            return nobody
        return wire.Session(token="staff-token", proof=Proof.SHOWN, name=NAME, id_number="", worker=WORKER)

    def events(self) -> list[tuple[Event, dict[str, Any]]]:
        """What the sealed log holds, opened with the audit key."""
        verifier = Verifier(self.stand.key.public, self.stand.audit.private_bytes_raw())
        return [(one.event, dict(one.values)) for one in verifier.read(self.stand.folder / "ledger.db")]

    def of_event(self, event: Event) -> list[dict[str, Any]]:
        return [values for found, values in self.events() if found is event]


def roster_of(
    *, pin: str = PIN, days: int = 30, offline: tuple[int, ...] = ITEMS, workers: bool = True, terminal: str = DEVICE
) -> Roster:
    now = datetime.now(CHINA)
    line = roster_line(pin, terminal=terminal, worker=WORKER, pepper=PEPPER, cost=COST, card_number="A00000077")
    return Roster(
        version=1, point="p-1", not_before=now - timedelta(days=60), not_after=now + timedelta(days=days), cost=COST,
        offline_items=offline, workers=(Worker(WORKER, len(pin), (line,)),) if workers else (),
    )  # fmt: skip


def unlock(lockout: str, *, signature: bytes = b"ok", device: str = DEVICE) -> Unlock:
    return Unlock(device=device, worker=WORKER, lockout=lockout, at="2026-11-23T09:30:00+00:00", signature=signature)


def help_key(on: type[View[Any]], check: Callable[[Any], None] = lambda view: None) -> tuple[Step, ...]:
    """The 帮办 key on a page, and 工作人员登录."""
    return (Step(on, Nav.HELP, check=check), Step(MessageView, "sign_in"))


def by_code(stand: Stand, *pins: Any, code: str = QR) -> tuple[Step, ...]:
    """The QR is shown, then each of *pins* typed."""
    return (Step(AskProof, does=lambda: stand.scan(code)), *(Step(PinPad, pin) for pin in pins))


def says(stand: Stand, fault: Fault) -> Callable[[Any], None]:
    def check(view: Any) -> None:
        assert view.title == stand.faults[fault].what, view.title

    return check


def head(words: str) -> Any:
    def check(view: Any) -> None:
        assert view.helper == words, view

    return check


def ways(*wanted: Way) -> Any:
    def check(view: AskProof) -> None:
        assert view.ways == wanted

    return check


def helped(slip: Slip) -> str:
    return next(line.value for line in slip.lines if isinstance(line, Pair) and line.label == "帮办")
