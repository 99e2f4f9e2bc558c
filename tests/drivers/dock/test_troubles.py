"""Every trouble of the dock, one by one: it shows what its row says, or is borne, and all is well again."""

from __future__ import annotations

from typing import Final

import pytest

from contract import limits
from contract.faults import Fault
from drivers.device import Medium, State, Supply
from drivers.emulated.dock.desk import Desk
from drivers.emulated.dock.troubles import DEVICES, TROUBLES, UNPLUGGED, Trouble
from drivers.emulated.ways import WAYS
from tests.drivers.dock.post import CHINESE, PSAM_READER, Post, slot_holds

TRIES: Final = 5
ASKED = {"card": "card", "psam": "keys", "id-reader": "id", "scanner": "code", "printer": "slip", "camera": "photo"}
"""What the terminal is asked to do with each; the others are only watched."""
SHOWS = {"card": "insert zhang", "psam": "insert he", "id-reader": "lay zhang"}
"""What lies in or on it for that."""
GENTLE = {"slow": " 50", "pieces": " 200"}
"""Less of what takes time: the machine may be slow by itself."""
PLAYED = {
    tuple(command.removeprefix("script ").split()[:2]) for way in WAYS.values() if way.then for command in way.at_dock
}
"""Device and option of those that test_ways plays from their fault on."""


def rows(*devices: str) -> list[Trouble]:
    return [trouble for trouble in TROUBLES if trouble.device in devices]


def others() -> list[Trouble]:
    """Those that test_ways does not play; and the PSAM's, to see it come back."""
    return [
        trouble
        for trouble in rows(*ASKED)
        if (trouble.device, f"--{trouble.name}") not in PLAYED or trouble.device == "psam"
    ]


def name(trouble: Trouble) -> str:
    return f"{trouble.device} {trouble.name}"


@pytest.mark.parametrize("trouble", TROUBLES, ids=name)
def test_it_is_told_to_somebody_or_says_what_the_terminal_does_by_itself(trouble: Trouble) -> None:
    assert bool(trouble.shows) is not bool(trouble.borne)
    assert trouble.shows or CHINESE.search(trouble.borne)


def test_so_does_every_plug_that_can_be_pulled() -> None:
    assert set(UNPLUGGED) == set(DEVICES) - {"card", "psam"}
    assert all(isinstance(told, Fault) or CHINESE.search(told) for told in UNPLUGGED.values())


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("trouble", others(), ids=name)
async def test_it_shows_what_it_says_and_is_well_again(
    post: Post, trouble: Trouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "PRINT_JOB", 8.0 if trouble.shows is None else 4.0)
    device, wanted = trouble.device, trouble.shows
    command, there = f"script {device} --{trouble.name}", (SHOWS[device],) if device in SHOWS else ()
    command += GENTLE.get(trouble.name, "")
    if device == "printer" and trouble.name == "garble":
        told = await post.told("slip first", (command,))  # known before, it is not even begun
    elif wanted is Fault.PAPER_LOW:
        await post.dock(command)
        await post.until(lambda: post.printer.supply is Supply.LOW)
        told, wanted = await post.told(ASKED[device], ()), None  # staff is told; the slip comes out
    else:
        told = await post.told(ASKED[device], (command, *there))
    if trouble.name == "garble" and device == "printer":
        assert told is not None  # rubbish says anything at all, but never that it is out
    else:
        assert told is wanted
    for _ in range(TRIES):  # one that is just being opened again may be asked too early
        await well(post, post.desk, device)
        if (told := await post.told(ASKED[device], there)) is None:
            break
    assert told is None


@pytest.mark.asyncio(loop_scope="session")
async def test_a_psam_that_was_put_in_a_moment_ago_is_missed_as_soon_as_it_is_told_to_be(post: Post) -> None:
    """pcscd has powered such a one up by itself and would go on talking to it."""
    slot = post.desk.psam_slot
    assert slot is not None
    await post.dock("insert he")
    await post.until(lambda: post.card.medium is Medium.PRESENT)
    slot.reseat()
    await post.until(lambda: not slot_holds(PSAM_READER))
    await post.until(lambda: slot_holds(PSAM_READER))
    assert await post.told("keys", ("script psam --missing",)) is Fault.PSAM_MISSING
    await well(post, post.desk, "psam")
    assert await post.told("keys", ("insert he",)) is None


async def well(post: Post, desk: Desk, device: str) -> None:
    """All is well, and whoever lay there was taken away."""
    silent_psam = desk.psam is not None and desk.psam.script.silent
    await post.dock(f"well {device}", *(("pull",) if desk.card_in else ()), *(("lift",) if desk.laid else ()))
    if device == "id-reader":
        await post.dock("plug id-reader")
    if silent_psam:
        await post.until(lambda: not slot_holds(PSAM_READER))
        await post.until(lambda: slot_holds(PSAM_READER))
    await post.until(lambda: all(one.state is State.ONLINE for one in (post.printer, post.id_reader, post.camera)))
    await post.until(lambda: post.card.medium is Medium.NOT_PRESENT)  # faster than any hand it was never out to pcscd


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("trouble", rows("power"), ids=name)
async def test_a_troubled_power_supply_keeps_nobody_from_anything_until_it_is_nearly_empty(
    post: Post, trouble: Trouble
) -> None:
    await post.dock(f"script power --{trouble.name}")
    if trouble.shows is Fault.POWER_LOW:
        await post.until(lambda: post.power.seen.low)
    else:
        await post.until(lambda: post.power.state is not State.ONLINE or post.power.seen.on_battery)
        assert not post.power.seen.low
    await post.dock("well power")
    await post.until(lambda: post.power.state is State.ONLINE and not post.power.seen.on_battery)
