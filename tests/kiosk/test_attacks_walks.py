"""The side paths of every walk: back, change, older, further pages, refusals; and the composition root for real."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from contract import wire
from contract.catalogue import Group, Proof
from contract.faults import Fault
from contract.log_events import Event
from drivers.device import Failure
from kiosk import __main__ as command_line
from kiosk import equipment, pages
from kiosk.questions import ChoiceQuestion, Confirm, ConfirmChoice, NumberQuestion, TextQuestion
from kiosk.settings import PathsSection, PlatformSection, Settings, TerminalSection
from kiosk.views import (
    AskProof,
    Attract,
    DetailChoice,
    DetailView,
    ItemList,
    ListChoice,
    ListingView,
    Menu,
    MenuChoice,
    MessageView,
    Nav,
    OpenCard,
    PinPad,
    RecordsChoice,
    RecordsView,
    ResultChoice,
    ResultView,
    TakeAway,
    TurnPage,
)
from secure.reading import keys
from secure.reading.log import Verifier
from tests.kiosk.conftest import Stand
from tests.kiosk.opening import (
    DETAIL,
    LEAVE,
    LISTING,
    RECORDS,
    answers,
    begin,
    form_steps,
    has,
    to_item,
)
from tests.kiosk.scripted import ListStage, Step
from tests.kiosk.test_with_platform import Platform


def end(stand: Stand) -> tuple[Step, ...]:
    return (*LEAVE, Step(TakeAway, does=stand.pull))


async def test_back_from_the_first_question_leaves_the_form(stand: Stand) -> None:
    stand.central.answers = answers()
    await stand.visit(*begin(stand), Step(ChoiceQuestion, Nav.BACK), *end(stand))
    assert await stand.pending() == 0


async def test_an_answer_that_is_none_is_asked_again_with_its_sentence(stand: Stand) -> None:
    stand.central.answers = answers()
    await stand.visit(
        *begin(stand),
        Step(ChoiceQuestion, ()),
        Step(ChoiceQuestion, Nav.BACK, check=has("请至少点一个")),
        *end(stand),
    )


async def test_the_sheet_goes_back_changes_one_row_and_submits_what_was_changed(stand: Stand) -> None:
    seen: list[Any] = []
    stand.central.answers = answers(deliver=stand.accepting)
    form = form_steps(stand)
    wage = next(n for n, field in enumerate(stand.catalogue[1].fields) if field.key == "wage")
    await stand.visit(
        *begin(stand),
        *form,
        Step(Confirm, Nav.BACK),
        form[-1],
        Step(Confirm, wage),
        Step(NumberQuestion, Nav.BACK),
        Step(Confirm, wage),
        Step(NumberQuestion, "4100"),
        Step(Confirm, ConfirmChoice.SUBMIT, check=seen.append),
        Step(ResultView, ResultChoice.AGAIN),
        *end(stand),
    )
    assert "4 100" in seen[0].rows[wage].value


async def test_back_through_the_whole_form_from_the_sheet_leaves_it(stand: Stand) -> None:
    stand.central.answers = answers()
    form = form_steps(stand)
    await stand.visit(
        *begin(stand),
        *form,
        Step(Confirm, Nav.BACK),
        *[Step(step.view, Nav.BACK) for step in reversed(form)],
        Step(MessageView, Nav.BACK, check=has("真的不填了")),
        Step(ChoiceQuestion, Nav.BACK),
        Step(MessageView, pages.LEAVE),
        *end(stand),
    )


@pytest.mark.parametrize("asked", [Nav.HOME, Nav.HELP])
async def test_a_form_that_was_begun_is_not_left_by_one_touch(stand: Stand, asked: Nav) -> None:
    """首页, also from the page of 帮办: it is asked first, and what was filled in and typed stays."""
    stand.central.answers = answers()
    first, second, *_ = form_steps(stand)
    home = [Step(second.view, asked), *([Step(MessageView, Nav.HOME)] if asked is Nav.HELP else [])]
    await stand.visit(
        *begin(stand),
        first,
        *home,
        Step(MessageView, pages.STAY, check=has("真的不填了")),
        *home,
        Step(MessageView, Nav.HOME),
        Step(Menu, MenuChoice.LEAVE),
        Step(TakeAway, does=stand.pull),
    )
    assert await stand.pending() == 0


async def test_a_refusal_is_said_with_its_reason(stand: Stand) -> None:
    def refuse(ask: wire.Delivery) -> wire.Receipt:
        receipt = stand.accepting(ask)
        return msgspec.structs.replace(receipt, verdict=wire.Verdict.REFUSED, reason="月工资要改一改")

    stand.central.answers = answers(deliver=refuse)
    await stand.visit(
        *begin(stand),
        *form_steps(stand),
        Step(Confirm, ConfirmChoice.SUBMIT),
        Step(ResultView, ResultChoice.FINISH, check=has("月工资要改一改")),
        Step(TakeAway, does=stand.pull),
    )
    assert "月工资要改一改" in repr(stand.printer.slips[0])


async def test_recommendations_are_paged_opened_and_lead_to_changing_the_registration(stand: Stand) -> None:
    two = msgspec.structs.replace(LISTING, pages=2)
    stand.central.answers = answers(recommend=two, detail=DETAIL)
    await stand.visit(
        Step(Attract, does=stand.insert),
        *to_item(Group.WORK, 2),
        Step(PinPad, "123456"),
        Step(ListingView, TurnPage(2)),
        Step(ListingView, OpenCard("7")),
        Step(DetailView, DetailChoice.DONE),
        Step(ListingView, ListChoice.ACTION),
        Step(ChoiceQuestion, Nav.BACK),
        Step(ItemList, 2),
        Step(ListingView, Nav.BACK),
        *end(stand),
    )
    assert [ask.page for name, ask in stand.central.asked if name == "recommend"][:2] == [1, 2]


async def test_no_recommendations_say_what_to_do(stand: Stand) -> None:
    none = wire.Listing(total=0, page=1, pages=1, cards=())
    stand.central.answers = answers(recommend=none)
    await stand.visit(
        Step(Attract, does=stand.insert),
        *to_item(Group.WORK, 2),
        Step(PinPad, "123456"),
        Step(ListingView, Nav.BACK, check=has("过两天再来看看")),
        *end(stand),
    )


async def test_older_records_and_back_to_the_newer(stand: Stand) -> None:
    def page(ask: wire.RecordsAsk) -> wire.Records:
        return msgspec.structs.replace(RECORDS, older="" if ask.before else "2025")

    stand.central.answers = answers(records=page)
    await stand.visit(
        Step(Attract, does=stand.insert),
        *to_item(Group.INSURANCE, 25),
        Step(PinPad, "123456"),
        Step(RecordsView, RecordsChoice.OLDER),
        Step(RecordsView, Nav.BACK),
        Step(RecordsView, RecordsChoice.DONE),
        *end(stand),
    )
    assert [ask.before for name, ask in stand.central.asked if name == "records"] == ["", "2025", ""]


async def test_nothing_on_record_says_whom_to_ask(stand: Stand) -> None:
    nothing = wire.Records(title="x", facts=(), tables=(), as_of="")
    stand.central.answers = answers(records=nothing)
    await stand.visit(
        Step(Attract, does=stand.insert),
        *to_item(Group.INSURANCE, 25),
        Step(PinPad, "123456"),
        Step(RecordsView, Nav.BACK, check=has("没有查到您的记录")),
        *end(stand),
    )


async def test_conditions_go_back_and_forth_and_pages_turn(stand: Stand) -> None:
    stand.central.answers = answers(browse=LISTING, detail=Failure(Fault.PLATFORM_NOT_FOUND))
    await stand.visit(
        Step(Attract, does=stand.insert),
        *to_item(Group.WORK, 3),
        Step(ListingView, ListChoice.FILTER),
        Step(ChoiceQuestion, Nav.BACK),
        Step(ListingView, ListChoice.FILTER),
        Step(ChoiceQuestion, ("nowhere",)),
        Step(ChoiceQuestion, ("140902",), check=has("请从上面的里头点一个")),
        Step(ChoiceQuestion, Nav.BACK),
        Step(ChoiceQuestion, None),
        Step(ChoiceQuestion, None),
        Step(ChoiceQuestion, None),
        Step(TextQuestion, "电焊"),
        Step(ListingView, TurnPage(2)),
        Step(ListingView, OpenCard("7")),
        Step(MessageView, "ok", check=has("没有找到这一条")),
        Step(ListingView, Nav.BACK),
        *end(stand),
    )
    assert [ask.filters for name, ask in stand.central.asked if name == "browse"][2] == {"keyword": "电焊"}


async def test_matters_and_notices_from_the_menu(stand: Stand) -> None:
    matter = wire.Matter(
        receipt="000126327001", item=1, name="固定工求职登记", made_at="2026-11-23", state="wait:已受理"
    )
    replies = iter([Failure(Fault.PLATFORM_NOT_FOUND), wire.Matters(matters=(matter,)), wire.Matters(matters=())])
    stand.central.answers = answers(matters=lambda _ask: next(replies))
    await stand.visit(
        Step(Attract, does=stand.insert),
        Step(Menu, MenuChoice.NOTICES),
        Step(MessageView, "ok", check=has("眼下没有新的通知")),
        Step(Menu, MenuChoice.MATTERS),
        Step(PinPad, Nav.BACK),
        Step(Menu, MenuChoice.MATTERS),
        Step(PinPad, "123456"),
        Step(MessageView, "ok"),
        Step(Menu, MenuChoice.MATTERS),
        Step(RecordsView, Nav.BACK, check=lambda view: stand.expect(view.tables[0].rows[0][2] == "000126327001")),
        Step(Menu, MenuChoice.MATTERS),
        Step(RecordsView, Nav.BACK, check=has("还没有办过事")),
        Step(Menu, MenuChoice.LEAVE),
        Step(TakeAway, does=stand.pull),
    )


async def test_help_leads_home_too_and_who_shows_nothing_goes_back(stand: Stand) -> None:
    stand.central.answers = answers()
    await stand.visit(
        Step(Attract, True),
        Step(Menu, Group.WORK),
        Step(ItemList, Nav.HELP),
        Step(MessageView, Nav.HOME),
        Step(Menu, MenuChoice.MATTERS),
        Step(AskProof, Nav.BACK),
        Step(Menu, does=stand.insert),
        Step(Menu, MenuChoice.LEAVE, check=has("张*")),
        Step(TakeAway, does=stand.pull),
    )


async def test_an_open_lookup_asks_nobody_who_they_are(stand: Stand) -> None:
    """Signed configuration may open a lookup without personal data."""
    item = msgspec.structs.replace(stand.catalogue[25], proof=Proof.OPEN)
    stand.catalogue._items = {**stand.catalogue._items, 25: item}  # type: ignore[attr-defined]
    assert Proof.OPEN.satisfies(Proof.OPEN)
    assert not Proof.OPEN.satisfies(Proof.SHOWN)


# -- the composition root, with the real platform and no devices ------------------------------------------------------


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    made = Platform(tmp_path_factory.mktemp("house"))
    made.start()
    yield made
    made.stop()


async def test_the_whole_terminal_opens_serves_and_closes_with_a_sound_log(platform: Platform, tmp_path: Path) -> None:
    settings = Settings(
        terminal=TerminalSection(id="T-0001", number=1, place="示例县 · 杨树村服务点"),
        platform=PlatformSection(folder=str(platform.terminal)),
        paths=PathsSection(ledger=str(tmp_path / "terminal" / "ledger.db")),
    )
    stage = ListStage(
        Step(Attract, True),
        Step(Menu, Group.CARD),
        Step(ItemList, Nav.BACK),
        Step(Menu, MenuChoice.LEAVE),
    )
    async with equipment.equipped(settings, stage) as house:
        serving = asyncio.create_task(equipment.serve(house, False))
        async with asyncio.timeout(20):
            while house.central.away or stage.steps:
                await asyncio.sleep(0.05)
            house.central._on_change(True)
            house.central._on_change(False)
            await asyncio.sleep(0.1)
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)
    ledger = tmp_path / "terminal" / "ledger.db"
    assert ledger.stat().st_mode & 0o077 == 0
    report = Verifier(keys.device_public_key(platform.terminal / "log.pub"), None, device="T-0001", slips=[]).verify(
        ledger
    )
    assert report.sound, report.reason
    assert report.records >= 5


async def test_a_closed_ledger_can_be_opened_again_at_once(platform: Platform, tmp_path: Path) -> None:
    """Also after a start that failed half way: the lock is let go."""
    settings = Settings(
        terminal=TerminalSection(id="T-0001", number=1, place="x"),
        platform=PlatformSection(folder=str(platform.terminal)),
        paths=PathsSection(ledger=str(tmp_path / "ledger.db")),
    )
    for _ in range(2):
        with pytest.raises(ExceptionGroup):
            async with equipment.equipped(settings, ListStage()):
                raise RuntimeError("the window broke")


def test_the_command_line_names_its_commands(capsys: Any, tmp_path: Path) -> None:
    assert command_line.main([]) == 2
    assert "kiosk run" in capsys.readouterr().err
    assert command_line.main(["log", "events"]) == 0
    assert Event.SUBMITTED.name in capsys.readouterr().out
    missing = str(tmp_path / "none")
    assert command_line.main(["log", "verify", "--db", missing, "--device-key", missing]) == 2
