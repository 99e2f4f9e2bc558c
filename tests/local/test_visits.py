"""The tour's visits ask for what there is: items, answers, people, views."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from contract import answers, catalogue
from contract.catalogue import Kind
from contract.fields import FieldKind
from deploy.local.all_visits import ALL, chosen
from deploy.local.demo import parse
from deploy.local.display import Size
from deploy.local.household import CAST, PLACE, TERMINAL, Ports, State, write_settings
from deploy.local.item_visits import HIRING, ITEM_VISITS, SEEKER
from deploy.local.more_visits import MORE
from deploy.local.programs import ProgramError
from deploy.local.steps import Choose, Digits, Expect, Insert, Lay, Paper, Pinyin, Platform, ShowCode, Slow, Tap
from deploy.local.tour import OURS
from deploy.local.visits import FORM, VISITS
from kiosk import questions, views
from kiosk.settings import load

ITEMS = catalogue.load()
PLANS = tuple({plan.name: plan for plan in (*VISITS, *MORE, *ITEM_VISITS, *ALL)}.values())
STEPS = [step for plan in PLANS for step in plan.steps]
CARD_FAULTS = {"silent", "bank", "garbage", "expired", "pin_blocked", "needs_auth"}
"""Kinds of card of the cast that cannot be used, or not for everything."""


def test_every_visit_of_the_tour_is_there() -> None:
    assert [plan.item for plan in VISITS] == [25, 36, 3, 1, 2, 1, 1]
    for plans in (VISITS, MORE, ITEM_VISITS, ALL):
        assert len({plan.name for plan in plans}) == len(plans)
    for plan in ALL:
        assert PLANS.count(plan) == 1, f"two visits are called {plan.name}"


def test_the_tour_of_all_plays_every_item_and_the_counters_with_a_worker_too() -> None:
    """What a worker can do to its end is done with one, besides the notice that the resident alone finds."""
    numbers = [plan.item for plan in ALL]
    assert set(numbers) == {item.number for item in ITEMS}
    for item in ITEMS:
        names = {plan.name for plan in ALL if plan.item == item.number}
        if not item.for_residents:
            helped = {f"helped-{item.number}"} if item.kind is not Kind.GUIDE else set()
            assert names == {f"alone-{item.number}", *helped}
        else:
            assert len(names) == 1


@pytest.mark.parametrize(
    ("only", "names"),
    [
        (["16-17"], ["alone-16", "helped-16", "alone-17", "helped-17"]),
        (["helped-34"], ["helped-34"]),
        (["34", "wish"], ["wish", "alone-34", "helped-34"]),
        (["23"], ["unemployed", "benefit"]),
        (["nothing"], []),
    ],
)
def test_a_portion_is_played_with_what_it_stands_on(only: list[str], names: list[str]) -> None:
    assert [plan.name for plan in chosen(ALL, only)] == names
    assert chosen(ALL, []) == list(ALL)


def test_people_are_in_the_cast() -> None:
    assert {step.person for step in STEPS if isinstance(step, Insert | Lay | ShowCode)} <= set(people())


def people() -> dict[str, Any]:
    return {person["key"]: person for person in tomllib.loads(CAST.read_text(encoding="utf-8"))["person"]}


def test_what_is_typed_is_the_persons_own() -> None:
    """Wrong ones are typed only where that is the point."""
    for plan in PLANS:
        typed = [step.digits for step in plan.steps if isinstance(step, Digits) and step.then == "确定"]
        cards = [people()[step.person]["card"]["pin"] for step in plan.steps if isinstance(step, Insert)]
        words = [people()[step.person]["service_password"] for step in plan.steps if isinstance(step, Lay)]
        codes = [people()[step.person] for step in plan.steps if isinstance(step, ShowCode)]
        staff = [person["staff"]["pin"] for person in codes if "staff" in person]
        assert (set(typed) <= {*cards, *words, *staff}) is (plan.name not in {"wrong-pin", "helped"}), plan.name


def test_every_card_that_cannot_be_used_is_shown_once() -> None:
    shown = {people()[step.person]["card"]["kind"] for step in STEPS if isinstance(step, Insert)}
    assert shown >= CARD_FAULTS
    assert {"lost_card", "stranger"} <= {step.person for step in STEPS if isinstance(step, Insert)}


def test_what_was_broken_is_whole_again_for_the_next() -> None:
    for plan in PLANS:
        for kind, whole in ((Platform, Platform(up=True)), (Slow, Slow(0.0)), (Paper, Paper("full"))):
            changes = [step for step in plan.steps if isinstance(step, kind)]
            assert not changes or changes[-1] == whole, plan.name


def test_items_are_touched_by_their_official_names() -> None:
    touched = {step.label for step in STEPS if isinstance(step, Tap)}
    for plan in PLANS:
        assert plan.item == 0 or ITEMS[plan.item].name in touched


def test_views_that_are_expected_exist() -> None:
    for step in STEPS:
        if isinstance(step, Expect):
            assert issubclass(getattr(views, step.view, None) or getattr(questions, step.view), views.View)


@pytest.mark.parametrize(("item", "steps", "skipped"), [(1, FORM, 1), (4, SEEKER, 1), (7, HIRING, 4)])
def test_the_form_is_answered_field_by_field(item: int, steps: tuple[Any, ...], skipped: int) -> None:
    fields = ITEMS[item].fields
    assert len(steps) == len(fields) - skipped
    assert not fields[-1].required
    for step, field in zip(steps, fields, strict=False):
        match step:
            case Choose(labels):
                assert set(labels) <= {option.label for option in answers.options(field)}
            case Digits(digits):
                assert answers.check(field, digits if field.kind is FieldKind.PHONE else int(digits)) is None
            case Pinyin(_, words):
                assert answers.check(field, "".join(words)) is None
            case _:
                pytest.fail(f"not an answer: {step}")


def test_settings_are_what_the_terminal_reads(tmp_path: Path) -> None:
    state = State(tmp_path / "state")
    state.prepare(fresh=False)
    write_settings(state, Ports(18590), Size(1280, 1024), fullscreen=False)
    settings = load(state.settings)
    assert settings.terminal.id == TERMINAL
    assert settings.terminal.place == PLACE
    assert (settings.screen.width, settings.screen.height, settings.screen.fullscreen) == (1280, 1024, False)
    assert settings.platform.url == "https://127.0.0.1:18594"
    assert settings.printer is not None
    assert Path(settings.printer.path).parent == state.devices
    assert len(settings.notices) == 2


def test_only_a_demonstrations_own_folder_is_emptied(tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("x")
    with pytest.raises(ProgramError, match="something else"):
        State(tmp_path).prepare(fresh=True)
    assert (tmp_path / "precious").exists()
    state = State(tmp_path / "state")
    state.prepare(fresh=False)
    state.settings.write_text("x")
    state.prepare(fresh=False)
    assert state.settings.exists()
    state.prepare(fresh=True)
    assert not state.settings.exists()
    assert not (state.folder / "platform").exists()


def test_the_folder_of_a_running_demonstration_is_nobody_elses(tmp_path: Path) -> None:
    state = State(tmp_path / "state")
    with state.held():
        state.prepare(fresh=True)
        with pytest.raises(ProgramError, match="Another demonstration"), State(tmp_path / "state").held():
            pytest.fail("two of them in one folder")
    with state.held():
        pass


def test_a_tour_takes_away_its_own_pictures_only() -> None:
    ours = ["001-25-contributions-Menu.png", "slip-001-25-contributions.bin", "summary.json"]
    assert all(OURS.fullmatch(name) for name in ours)
    assert not [name for name in ("wedding.png", "001.png", "backup.bin", "slip.png") if OURS.fullmatch(name)]


def test_a_tour_needs_a_place_for_its_results(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse(["--tour"])
    assert "--out" in capsys.readouterr().err
    assert parse(["--tour", "--out", "x"]).tour == "visits"
    assert parse(["--tour", "more", "--out", "x"]).tour == "more"
    assert parse(["--size", "1280x1024"]).size == Size(1280, 1024)
