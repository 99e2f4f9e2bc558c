"""An item added, a field, a condition, a text changed, a picture hung up on a running terminal, without a restart: the
real platform in its own process, real HTTPS, the real composition root and its story; only the touches are a list."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from contract import catalogue, limits
from contract.catalogue import Group
from contract.wire import ConfigState
from kiosk import equipment
from kiosk.bay import Bay
from kiosk.questions import ChoiceQuestion
from kiosk.settings import PathsSection, PlatformSection, Settings, TerminalSection
from kiosk.story import serve
from kiosk.views import (
    Attract,
    Guide,
    ItemList,
    ListChoice,
    ListingView,
    Menu,
    MenuChoice,
    MessageView,
    Nav,
)
from secure import identity
from tests.kiosk.ceremony import COUNTY, Ceremony
from tests.kiosk.posters import POSTER
from tests.kiosk.scripted import MADE_UP, FakeCardReader, ListStage, Step
from tests.kiosk.test_with_platform import TERMINAL, Platform, central

ITEM_41 = (catalogue.ITEMS / "04.toml").read_bytes().replace(b"number = 4", b"number = 41", 1)
ITEM_3 = (
    (catalogue.ITEMS / "03.toml").read_bytes().replace("您想看哪个县的？".encode(), "您想看哪个县、哪个区的？".encode())
)
AGED = "年满16周岁，户口本上的生日算"
ITEM_11 = (catalogue.ITEMS / "11.toml").read_bytes().replace("年满16周岁".encode(), AGED.encode(), 1)
TITLE = "您好，想办点什么？"
PERSON = replace(
    MADE_UP, id_number="14099919800412021X", name="张建平", card_number="A90001117",
    card_id_code="140900D1560000050000000000001117",
)  # fmt: skip


@dataclass
class Pause(Step):
    """A view that is answered only after something else has happened."""

    until: Callable[[], Awaitable[None]] | None = None


class PausingStage(ListStage):
    async def show(self, view: Any) -> Any:
        step = self.steps[0] if self.steps else None
        if isinstance(step, Pause) and step.until is not None and isinstance(view, step.view):
            until, step.until = step.until, None
            await until()
        return await super().show(view)


class Terminal:
    """The real terminal on a platform with a repository, with an emulated card in its slot."""

    def __init__(self, platform: Platform, ceremony: Ceremony, folder: Path) -> None:
        self.ceremony, self.stage = ceremony, PausingStage()
        self.reader = FakeCardReader(PERSON)
        self.settings = Settings(
            terminal=TerminalSection(id=TERMINAL, number=1, place="示例县 · 杨树村服务点"),
            platform=PlatformSection(folder=str(platform.terminal)),
            paths=PathsSection(ledger=str(folder / "ledger.db")),
        )

    async def plays(self, *steps: Step) -> None:
        """Open everything, play *steps*, close everything."""
        self.stage.steps, self.stage.ended = list(steps), asyncio.Event()
        async with equipment.equipped(self.settings, self.stage) as opened:
            house = replace(opened, bay=Bay(card_reader=self.reader))
            tasks = [asyncio.create_task(house.bay.run()), asyncio.create_task(serve(house))]
            ended = asyncio.create_task(self.stage.ended.wait())
            try:
                async with asyncio.timeout(60):
                    await asyncio.wait({ended, *tasks}, return_when=asyncio.FIRST_COMPLETED)
                for task in tasks:
                    if task.done():
                        task.result()
                assert not self.stage.steps, f"never reached: {self.stage.steps}"
            finally:
                for task in (*tasks, ended):
                    task.cancel()
                await asyncio.gather(*tasks, ended, return_exceptions=True)

    async def until(self, release: str, counter: int) -> None:
        """The terminal reported that *release* is what it runs, by its *counter*-th assignment."""
        while True:
            status = await asyncio.to_thread(self.ceremony.status)
            report = status["terminals"][0]["report"]
            if (report.get("release"), report.get("counter")) == (release, counter) and report[
                "state"
            ] == ConfigState.CURRENT:
                return
            await asyncio.sleep(0.1)


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    made = Platform(tmp_path_factory.mktemp("house"))
    yield made
    made.stop()


@pytest.fixture
def terminal(platform: Platform, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.setattr(limits, "CONFIG_PERIOD", 0.2)
    monkeypatch.setattr(limits, "FAREWELL", 0.05)
    ceremony = Ceremony(platform.state, tmp_path)
    mine = identity.load(platform.terminal)
    central(
        "admit", "--state", platform.state, "--terminal", TERMINAL, "--csr", mine.request,
        "--log-key", mine.log_public, "--out", platform.terminal, "--county", COUNTY,
    )  # fmt: skip
    assert identity.load_root(platform.terminal)
    assert identity.load_platform(platform.terminal).county == COUNTY
    platform.start()
    return Terminal(platform, ceremony, tmp_path)


def numbers(view: ItemList) -> list[int]:
    return [row.number for row in view.rows]


def expect(truth: object) -> None:
    assert truth


async def test_item_field_condition_and_text_on_a_running_terminal_and_back_again(terminal: Terminal) -> None:
    ceremony = terminal.ceremony

    async def first_release() -> None:
        await asyncio.to_thread(
            ceremony.put,
            {
                "item-41.toml": ITEM_41, "item-03.toml": ITEM_3, "item-11.toml": ITEM_11,
                "texts.toml": f'"menu.title_new" = "{TITLE}"'.encode(), "limits.toml": b"IDLE_LIMIT = 120",
                "media-fair.png": POSTER,
            },
        )  # fmt: skip
        await asyncio.to_thread(ceremony.command, "release", "--release", "r1")
        for ring in ("1", "10", "50", "100"):
            await asyncio.to_thread(ceremony.command, "rollout", "--release", "r1", "--ring", ring, check=False)
        await terminal.until("r1", 2)

    async def notices() -> None:
        words = '[[notices]]\ntitle = "招聘会"\ntext = "廿六上午九点"\n'.encode()
        await asyncio.to_thread(ceremony.put, {"notices.toml": words}, county=COUNTY)
        await asyncio.to_thread(ceremony.command, "push-county", "--code", COUNTY)
        await terminal.until("r1", 3)

    async def back() -> None:
        await asyncio.to_thread(ceremony.command, "halt", "--release", "r1", "--back")
        await terminal.until("", 4)

    def put_in() -> None:
        terminal.reader.insert()

    await terminal.plays(
        Step(Attract, True),
        # The release comes in the middle of this visit: nothing of it changes.
        Pause(Menu, Group.WORK, until=first_release),
        Step(ItemList, 11, lambda view: expect(41 not in numbers(view))),
        Step(Guide, Nav.BACK, lambda view: expect(AGED not in repr(view))),
        Step(ItemList, Nav.BACK),
        Step(Menu, MenuChoice.LEAVE, lambda view: expect(view.title != TITLE)),
        # The next visit has it all, and the idle screen its picture.
        Step(Attract, True, lambda view: expect((view.items, view.notices, view.pictures) == (41, (), (POSTER,)))),
        Step(Menu, Group.WORK, lambda view: expect(view.title == TITLE)),
        Step(ItemList, 11, lambda view: expect(41 in numbers(view))),
        Step(Guide, Nav.BACK, lambda view: expect(AGED in repr(view))),
        Step(ItemList, Nav.BACK),
        Step(Menu, MenuChoice.LEAVE),
        Step(Attract, does=put_in),
        Step(Menu, Group.WORK),
        Step(ItemList, 3),
        Step(ListingView, ListChoice.FILTER),
        Step(ChoiceQuestion, Nav.BACK, lambda view: expect(view.question == "您想看哪个县、哪个区的？")),
        Step(ListingView, Nav.BACK),
        Step(ItemList, Nav.BACK),
        Step(Menu, MenuChoice.LEAVE, does=terminal.reader.pull),
        Step(MessageView, "ok"),
        # A county signs for itself and waits for no ring. (Not from the idle screen: news would call the pause off.)
        Step(Attract, True),
        Pause(Menu, MenuChoice.LEAVE, until=notices),
        Step(Attract, True, lambda view: expect([notice.title for notice in view.notices] == ["招聘会"])),
        # Going back: a higher counter, older objects; the county's notices stay.
        Pause(Menu, Group.WORK, until=back),
        Step(ItemList, 11, lambda view: expect(41 in numbers(view))),
        Step(Guide, Nav.BACK, lambda view: expect(AGED in repr(view))),
        Step(ItemList, Nav.BACK),
        Step(Menu, MenuChoice.LEAVE),
        Step(Attract, True, lambda view: expect((view.items, len(view.notices), view.pictures) == (40, 1, ()))),
        Step(Menu, MenuChoice.LEAVE, lambda view: expect(view.title != TITLE)),
    )
    status = ceremony.status()
    (row,) = status["terminals"]
    assert row["report"]["counter"] == row["assigned"]["counter"] == 4
    assert status["releases"][0]["halted_for"]
