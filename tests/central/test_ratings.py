"""好差评 on the platform: taken in once, without who gave it; figures; bad ones closed by somebody else, by a day."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from datetime import timedelta

import msgspec
import pytest

from central import audit, clock, ratings
from central.models import ConfigTerminal, MatterRecord, RatingRecord, Resident, StaffAct, StaffMember
from central.models import Terminal as Row
from central.workers import StaffError
from contract import limits, wire, working_days
from contract.ratings import Rating
from contract.wire import Verdict

from .conftest import FOLDER, Deliverer, problem_of, run
from .lives import somebody

POINT = "忻府区 · 好评村服务点"
DAY = "2026-11-23"


@pytest.fixture(autouse=True)
def place(terminal) -> Iterator[None]:
    """The terminal stands in a county, at a point; nobody has rated anything yet."""
    before = Row.objects.get(pk=terminal.id).point
    Row.objects.filter(pk=terminal.id).update(point=POINT)
    ConfigTerminal.objects.update_or_create(terminal_id=terminal.id, defaults={"county": "140902"})
    RatingRecord.objects.all().delete()
    yield
    RatingRecord.objects.all().delete()
    ConfigTerminal.objects.filter(terminal_id=terminal.id).update(county="")
    Row.objects.filter(pk=terminal.id).update(point=before)


@pytest.fixture
def worker() -> Iterator[str]:
    resident = Resident.objects.get(cast_key="employee")
    made = StaffMember.objects.create(id="G-RATE", resident=resident, point=POINT, added_at=clock.now())
    yield made.pk
    StaffAct.objects.filter(worker=made).delete()
    made.delete()


def rated(deliverer: Deliverer, **changes: object) -> tuple[Rating, wire.Receipt]:
    made = Rating(key=str(uuid.uuid4()), item=25, terminal=deliverer.terminal.id, made_on=DAY, level=5)
    rating = msgspec.structs.replace(made, **changes)
    return rating, send(deliverer, rating)


def send(deliverer: Deliverer, rating: Rating) -> wire.Receipt:
    sealed = deliverer.seal(rating.key, msgspec.json.encode(rating), kind=wire.RATING)
    return deliverer.receipt(deliverer.terminal.send(wire.DELIVER, sealed))


def test_a_rating_is_kept_once_however_often_it_comes(deliverer, terminal):
    before = MatterRecord.objects.count()
    rating, receipt = rated(deliverer, level=4, operator="G-0007")
    assert receipt.verdict is Verdict.ACCEPTED
    assert {send(deliverer, rating).verdict for _ in range(3)} == {Verdict.ACCEPTED}
    row = RatingRecord.objects.get()
    assert (row.item, row.level, row.point, row.county, row.terminal_id, row.operator) == (
        25, 4, POINT, "140902", terminal.id, "G-0007",
    )  # fmt: skip
    assert (row.caller, row.due) == (None, None)
    assert str(row.made_on) == DAY
    assert MatterRecord.objects.count() == before


@pytest.mark.parametrize(
    "wrong",
    [
        {"level": 0}, {"level": 6}, {"reasons": ("nonsense",)}, {"reasons": ("wait", "wait")}, {"words": "好" * 61},
        {"item": 999}, {"terminal": "TEST-0002"}, {"made_on": "yesterday"}, {"operator": "x" * 41},
        {"level": 5, "id_number": "14099919800412021X"},
    ],
)  # fmt: skip
def test_what_no_terminal_says_is_refused_for_ever(deliverer, wrong):
    rating, receipt = rated(deliverer, **wrong)
    assert receipt.verdict is Verdict.REFUSED
    assert send(deliverer, rating) == receipt
    assert not RatingRecord.objects.exists()


def test_neither_kind_passes_for_the_other(deliverer, cast):
    rating = Rating(key=str(uuid.uuid4()), item=25, terminal=deliverer.terminal.id, made_on=DAY, level=5)
    as_submission = deliverer.seal(rating.key, msgspec.json.encode(rating))
    assert deliverer.receipt(deliverer.terminal.send(wire.DELIVER, as_submission)).verdict is Verdict.REFUSED
    submission = deliverer.submission(cast["employee"])
    as_rating = deliverer.seal(submission.key, msgspec.json.encode(submission), kind=wire.RATING)
    assert deliverer.receipt(deliverer.terminal.send(wire.DELIVER, as_rating)).verdict is Verdict.REFUSED
    relabelled = msgspec.structs.replace(deliverer.seal(rating.key + "x", b"{}"), type=wire.RATING)
    assert problem_of(deliverer.terminal.send(wire.DELIVER, relabelled)).code is wire.ProblemCode.BAD_REQUEST
    assert not RatingRecord.objects.exists()


def test_figures_by_county_point_item_and_worker(deliverer, other_terminal):
    for level in (5, 5, 4, 2):
        rated(deliverer, level=level)
    rated(deliverer, level=1, item=1, operator="G-0007", made_on="2026-10-01")
    rated(Deliverer(other_terminal), level=3)
    county = {line.name: line for line in ratings.figures("county")}
    assert county["忻府区"].counts == (2, 1, 0, 1, 1)
    assert county["没有分县"].counts == (0, 0, 1, 0, 0)
    assert (county["合计"].total, county["合计"].bad, county["合计"].good_percent) == (6, 2, 66.7)
    assert {line.name for line in ratings.figures("point")} == {POINT, "没有登记服务点", "合计"}
    assert [line.total for line in ratings.figures("item")] == [5, 1, 6]
    assert {line.name for line in ratings.figures("worker")} == {"自己办的", "G-0007", "合计"}
    november = ratings.figures("item", clock.today().replace(year=2026, month=11, day=1), county="140902")
    assert [line.total for line in november] == [4, 4]
    printed = run("ratings", "--state", str(FOLDER), "figures", "--by", "point", "--json").stdout
    assert [line["total"] for line in json.loads(printed)] == [5, 1, 6]
    assert "忻府区：5 件，满意 60.0%（非常满意 2" in run("ratings", "--state", str(FOLDER), "figures").stdout


def test_nobody_has_rated_anything():
    assert run("ratings", "--state", str(FOLDER), "figures").stdout.startswith("合计：0 件")
    assert run("ratings", "--state", str(FOLDER), "waiting").stdout == "一共 0 件\n"


def test_a_bad_one_waits_with_its_day_and_whom_to_call_until_somebody_closes_it(deliverer, worker, cast):
    person = cast["employee"]
    rated(deliverer, level=1, reasons=("wait",), words="等了半天", id_number=person.id_number)
    rated(deliverer, level=2)
    rated(deliverer, level=3, reasons=("staff",))
    first, second = ratings.waiting()
    due = working_days.load().due(clock.today(), limits.RATING_DUE_DAYS).day
    assert (first.due, second.due) == (due, due)
    assert (first.caller.id_number, second.caller) == (person.id_number, None)
    listed = run("ratings", "--state", str(FOLDER), "waiting").stdout
    assert listed.count("要回电话") == 1
    assert person.name not in listed
    assert "已经过了" not in listed
    RatingRecord.objects.filter(pk=second.pk).update(due=clock.today() - timedelta(days=1))
    late = run("ratings", "--state", str(FOLDER), "waiting").stdout.splitlines()[0]
    assert late.startswith(f"{second.pk} ")
    assert "已经过了" in late
    shown = run("ratings", "--state", str(FOLDER), "show", str(first.pk)).stdout
    assert "等得太久" in shown
    assert "等了半天" in shown
    assert person.name not in shown
    assert person.name not in run("ratings", "--state", str(FOLDER), "show", str(first.pk), "--by", "G-NONE").stdout
    assert not StaffAct.objects.filter(worker_id=worker).exists()
    assert person.name in run("ratings", "--state", str(FOLDER), "show", str(first.pk), "--by", worker).stdout
    assert StaffAct.objects.filter(worker_id=worker, what__contains=f"看差评 {first.pk}").count() == 1
    closing = ("ratings", "--state", str(FOLDER), "close", str(first.pk), "--by", worker, "--outcome")
    assert run(*closing, " ", check=False).returncode == 1
    assert run(*closing, "电话里赔了不是，加了一台机器").returncode == 0
    assert "已经办结" in run(*closing, "再来一次", check=False).stderr
    first.refresh_from_db()
    assert (first.caller, first.due, first.closed_by) == (None, None, worker)
    assert [row.pk for row in ratings.waiting()] == [second.pk]
    assert "回访一条差评，事项 25" in " ".join(one.what for one in audit.by_operator(worker))
    assert "G-RATE：电话里赔了不是" in run("ratings", "--state", str(FOLDER), "show", str(first.pk)).stdout


def test_who_was_rated_is_not_told_who_complained_whatever_number_they_had_then(deliverer, worker):
    person = somebody()
    rated(deliverer, level=1, operator="G-RATED", id_number=person.id_number)
    (row,) = ratings.waiting()
    before = StaffMember.objects.create(
        id="G-RATED", resident=Resident.objects.get(cast_key="employee"), point="从前的服务点",
        added_at=clock.now(), retired_at=clock.now(),
    )  # fmt: skip
    shown = run("ratings", "--state", str(FOLDER), "show", str(row.pk), "--by", worker).stdout
    assert "要别人来回电话" in shown
    assert person.name not in shown
    with pytest.raises(ratings.NotClosedError, match="要别人来核实"):
        ratings.close(row.pk, by=worker, outcome="看过了")
    assert not StaffAct.objects.filter(worker_id=worker).exists()
    before.delete()


def test_nobody_closes_what_was_said_of_themselves_and_nobody_unknown_anything(deliverer, worker):
    rated(deliverer, level=1, operator=worker)
    (row,) = ratings.waiting()
    for by, error, why in ((worker, ratings.NotClosedError, "要别人来核实"), ("G-NONE", StaffError, "没有这个工号")):
        with pytest.raises(error, match=why):
            ratings.close(row.pk, by=by, outcome="看过了")
    closing = ("ratings", "--state", str(FOLDER), "close", str(row.pk), "--by", "G-NONE", "--outcome", "看过了")
    assert "没有这个工号" in run(*closing, check=False).stderr
    with pytest.raises(ratings.NotClosedError, match="没有这一件"):
        ratings.close(row.pk + 1000, by=worker, outcome="看过了")
    assert run("ratings", "--state", str(FOLDER), "show", "999999", check=False).returncode == 1
