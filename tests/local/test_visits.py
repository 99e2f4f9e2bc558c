"""The tour's visits ask for what there is: items, answers, people, views."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from contract import answers, catalogue
from contract.fields import FieldKind
from deploy.local.demo import parse
from deploy.local.display import Size
from deploy.local.household import CAST, PLACE, TERMINAL, Ports, State, write_settings
from deploy.local.programs import ProgramError
from deploy.local.visits import FORM, VISITS, Choose, Digits, Expect, Insert, Pinyin, Tap
from kiosk import views
from kiosk.settings import load

ITEMS = catalogue.load()
STEPS = [step for plan in VISITS for step in plan.steps]


def test_every_visit_of_the_tour_is_there() -> None:
    assert [plan.item for plan in VISITS] == [25, 36, 3, 1, 2, 1, 1]
    assert len({plan.name for plan in VISITS}) == len(VISITS)


def test_people_are_in_the_cast() -> None:
    cast = {person["key"]: person for person in tomllib.loads(CAST.read_text(encoding="utf-8"))["person"]}
    inserted = {step.person for step in STEPS if isinstance(step, Insert)}
    assert inserted <= set(cast)
    pins = {step.digits for step in STEPS if isinstance(step, Digits) and step.then == "确定"}
    assert pins == {cast[key]["card"]["pin"] for key in inserted}


def test_items_are_touched_by_their_official_names() -> None:
    touched = {step.label for step in STEPS if isinstance(step, Tap)}
    for plan in VISITS:
        assert ITEMS[plan.item].name in touched


def test_views_that_are_expected_exist() -> None:
    for step in STEPS:
        if isinstance(step, Expect):
            assert issubclass(getattr(views, step.view), views.View)


def test_the_form_is_answered_field_by_field() -> None:
    fields = ITEMS[1].fields
    assert len(FORM) == len(fields) - 1
    assert not fields[-1].required
    for step, field in zip(FORM, fields, strict=False):
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


def test_a_tour_needs_a_place_for_its_results(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse(["--tour"])
    assert "--out" in capsys.readouterr().err
    assert parse(["--tour", "--out", "x"]).tour
    assert parse(["--size", "1280x1024"]).size == Size(1280, 1024)
