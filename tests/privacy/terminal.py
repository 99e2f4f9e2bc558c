"""The terminal as a process: everything that ``kiosk.equipment`` puts together, with a stage and a card slot that are
told over a pipe what a resident touches and which card is in.

``python -m tests.privacy.terminal terminal.toml``. Lines of JSON on standard input and output. Of a resident the
process learns what a terminal learns. It keeps nothing for the test's sake but what it is told to (``keep``), so that
a look into its memory can be seen to find something.
"""

from __future__ import annotations

import asyncio
import os
import sys
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from contract import limits
from contract.catalogue import Group
from contract.faults import Fault
from contract.texts import Texts
from drivers.device import CardHolder, DeviceEvent, Failure, Happening, Medium, ReaderStatus, State
from kiosk import equipment, questions, settings, views
from kiosk.bay import Bay
from kiosk.outfit import make_bay
from kiosk.story import serve

ENUMS: dict[str, Any] = {"Group": Group} | {
    kind.__name__: kind
    for kind in (
        views.Nav, views.MenuChoice, views.GuideChoice, questions.ConfirmChoice, views.RecordsChoice,
        views.ResultChoice, views.RatingChoice,
    )
}  # fmt: skip


class Told(msgspec.Struct, frozen=True):
    """One line of what happens before the terminal."""

    do: str
    shown: int = 0
    """``touch``: which view it answers."""
    kind: str = ""
    """Name of an enumeration, or ``""`` for a value, ``(`` for several."""
    value: Any = None


class Slot:
    """A card slot. It holds a card while one is in, and nothing of it afterwards."""

    name = "card_reader"
    capabilities: Any = None

    def __init__(self) -> None:
        self.card: CardHolder | None = None
        self.pin = ""
        self.events: asyncio.Queue[DeviceEvent] | None = None

    @property
    def state(self) -> State:
        return State.ONLINE

    @property
    def medium(self) -> Medium:
        return Medium.NOT_PRESENT if self.card is None else Medium.PRESENT

    @property
    def seen(self) -> ReaderStatus:
        return ReaderStatus(State.ONLINE, self.medium)

    async def run(self, events: asyncio.Queue[DeviceEvent]) -> None:
        self.events = events
        await asyncio.Event().wait()

    def tell(self, happening: Happening) -> None:
        assert self.events is not None
        self.events.put_nowait(DeviceEvent(self.name, happening))

    def insert(self, card: dict[str, str]) -> None:
        self.pin = card.pop("pin")
        self.card = CardHolder(
            sex="1", ethnicity="01", born=date.fromisoformat(card.pop("born")), version="2.00",
            issued=date(2020, 1, 1), expires=date(2040, 1, 1), **card,
        )  # fmt: skip
        self.tell(Happening.INSERTED)

    def pull(self) -> None:
        self.card, self.pin = None, ""
        self.tell(Happening.REMOVED)

    async def read(self) -> CardHolder | Failure:
        await asyncio.sleep(0)
        return self.card or Failure(Fault.CARD_PULLED)

    async def verify_pin(self, pin: str) -> Failure | None:
        await asyncio.sleep(0)
        return None if pin == self.pin else Failure(Fault.PIN_WRONG, tries_left=2)


class Stage:
    """Says what is shown and waits to be touched. Keeps no view longer than it is shown."""

    def __init__(self) -> None:
        self._shown = 0
        self._touched: asyncio.Future[Any] | None = None

    async def show(self, view: views.View[Any]) -> Any:
        self._shown += 1
        shown, self._touched = self._shown, asyncio.get_running_loop().create_future()
        actions = [action.id for action in view.actions] if isinstance(view, views.MessageView) else []
        say(view=type(view).__name__, shown=shown, step=getattr(view, "step", 0), actions=actions,
            card=getattr(view, "card", None))  # fmt: skip
        touched = self._touched
        try:
            return await touched
        finally:
            if self._touched is touched:
                self._touched = None

    def touch(self, told: Told) -> None:
        if told.shown != self._shown or self._touched is None or self._touched.done():
            return  # it had gone already
        if told.kind == "defect":
            self._touched.set_exception(KeyError(told.value))
        elif told.kind == "(":
            self._touched.set_result(tuple(told.value))
        else:
            self._touched.set_result(ENUMS[told.kind][told.value] if told.kind else told.value)

    def as_left(self, view: views.View[Any]) -> views.View[Any]:
        return view

    async def overlay(self, view: views.View[bool]) -> bool:
        return True

    def reword(self, texts: Texts) -> None:
        pass

    def idle_seconds(self) -> float:
        return 0.0

    def clear(self) -> None:
        pass


def say(**words: Any) -> None:
    os.write(1, msgspec.json.encode(words) + b"\n")


async def run(path: Path) -> None:
    loop, stage, slot = asyncio.get_running_loop(), Stage(), Slot()
    kept: list[str] = []
    ended = asyncio.Event()

    def happens(line: bytes) -> None:
        told = msgspec.json.decode(line, type=Told)
        match told.do:
            case "touch":
                stage.touch(told)
            case "insert":
                slot.insert(told.value)
            case "pull":
                slot.pull()
            case "keep":
                kept.append(told.value)
            case "forget":
                kept.clear()
            case "end":
                ended.set()

    held = bytearray()

    def readable() -> None:
        piece = os.read(0, 65536)
        if not piece:
            ended.set()
            loop.remove_reader(0)
        held.extend(piece)
        while (end := held.find(b"\n")) >= 0:
            line = bytes(held[:end])
            held[: end + 1] = bytes(end + 1)  # overwritten, and then given back
            del held[: end + 1]
            happens(line)

    def with_slot(*arguments: Any, **named: Any) -> Bay:
        bay = make_bay(*arguments, **named)
        bay.card_reader = slot
        return bay

    equipment.make_bay = with_slot
    limits.FAREWELL = 0.02  # type: ignore[misc]
    loop.add_reader(0, readable)
    async with equipment.equipped(settings.load(path), stage) as house:
        serving = asyncio.create_task(serve(house))
        await asyncio.wait({serving, asyncio.create_task(ended.wait())}, return_when=asyncio.FIRST_COMPLETED)
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)


if __name__ == "__main__":
    asyncio.run(run(Path(sys.argv[1])))
