"""What the printer tells of its paper, into the log: staff and county are warned before it ends."""

from __future__ import annotations

from typing import Final, NoReturn

from contract.log_events import Event
from drivers.device import DeviceEvent, Happening, State
from kiosk.bay import Bay
from kiosk.journal import Journal

EVENTS: Final = {
    Happening.LOW: Event.PAPER_LOW,
    Happening.OUT: Event.PAPER_OUT,
    Happening.RECOVERED: Event.PAPER_BACK,
    Happening.TAKEN: Event.SLIP_TAKEN,
}


async def watch(bay: Bay, journal: Journal) -> NoReturn:
    """Log each of these once. Only what is said of the printer counts: a battery has LOW too."""
    missed = False
    with bay.listen() as ear:
        while True:
            event = await ear.get()
            if bay.printer is None or event.device != bay.printer.name or event.happening not in EVENTS:
                del event  # it can hold a resident's code, and the next one may be hours away
                continue
            if event.happening is Happening.RECOVERED:
                if not missed or event.state is not State.ONLINE:
                    continue  # whole again after something else than paper
                missed = False
            elif event.happening in (Happening.LOW, Happening.OUT):
                missed = True
            await _log(journal, event)


async def _log(journal: Journal, event: DeviceEvent) -> None:
    await journal.log(EVENTS[event.happening], device=event.device)
