"""Training on the platform: filed by group, answered in time, told once, and where it stands wherever it is asked."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import msgspec
import pytest

from central import clock, living, trainees, training_duties
from central.items import labels, training
from central.matching import search
from central.matching.weights import weights
from central.models import (
    MatterRecord,
    Registration,
    Resident,
    StaffMember,
    TrainingClass,
    TrainingCourse,
    TrainingFile,
    TrainingProvider,
)
from central.problems import RefusedError
from contract import wire, working_days
from contract.catalogue import Proof, load
from contract.conditions import Conditions, ConditionsAsk
from contract.wire import ProblemCode, Verdict

from .conftest import FOLDER, card_of, run
from .lives import resident_of, somebody, worker
from .training import WISH, a_class, answered, wished

TODAY = clock.today()
DAY = timedelta(days=1)
ITEMS = load()


@pytest.fixture(autouse=True)
def seeded(platform):
    """What a test adds is taken away again; no file of another test stands among these."""
    TrainingFile.objects.all().delete()
    kept = set(TrainingProvider.objects.values_list("pk", flat=True))
    yield
    TrainingProvider.objects.exclude(pk__in=kept).delete()
    TrainingFile.objects.all().delete()


def hand_in(deliverer, person, item: int, **answers) -> tuple[MatterRecord, wire.Receipt]:
    submission = deliverer.submission(
        person, item=item, answers=answers, made_at=clock.shown(clock.now()), proof=Proof.OPERATOR,
        shown_by=wire.ShownBy.ID_CARD,
    )  # fmt: skip
    receipt = deliverer.receipt(deliverer.deliver(submission))
    return MatterRecord.objects.get(receipt=submission.receipt), receipt


def register(deliverer, person, **changes) -> tuple[MatterRecord, wire.Receipt]:
    return hand_in(deliverer, person, 16, **(WISH | {"trades": ("miner",)} | changes))


def own(terminal, person) -> dict[str, wire.Matter]:
    token = token_of(terminal, person)
    answer = terminal.send(wire.MATTERS, wire.Empty(), token)
    return {one.receipt: one for one in msgspec.json.decode(answer.content, type=wire.Matters).matters}


def token_of(terminal, person) -> str:
    opened = terminal.send(wire.SESSION_OPEN, card_of(person, pin=True))
    return msgspec.json.decode(opened.content, type=wire.Session).token


def duty(*words: str, check: bool = True):
    doing, *rest = words
    return run("duty", "--state", str(FOLDER), doing, *rest, check=check)


# -- registered, answered, told --------------------------------------------------------------------------------------


def test_from_the_wish_to_the_notice_and_where_it_stands_at_every_step(terminal, deliverer):
    person, one = somebody(), a_class()
    due = working_days.load().due(TODAY, 5)
    matter, receipt = register(deliverer, person)
    assert receipt.verdict is Verdict.ACCEPTED
    assert f"最晚{due.words}告诉您" in receipt.reason
    assert own(terminal, person)[matter.receipt].detail == receipt.reason
    file = trainees.find(resident_of(person))
    assert (file.group, file.due, file.due_provisional) == ("rural", due.day, due.provisional)
    listed = duty("list").stdout
    assert f"等着反馈  {due.words}  农民工" in listed
    assert person.name not in listed
    shown = duty("show", matter.receipt).stdout
    assert "138 0000 0199" in shown
    assert f"{one.number} 号" in shown

    assert "眼下没有班开" in duty("answer", matter.receipt, "--by", worker(), "--none").stdout
    assert "有了班" in own(terminal, person)[matter.receipt].detail
    duty("answer", matter.receipt, "--by", worker(), "--class", str(one.number))
    words = trainees.class_words(one)
    assert own(terminal, person)[matter.receipt].detail == f"有班了：{words}"
    assert words in duty("list").stdout or "等着通知" in duty("list").stdout

    told, receipt = hand_in(deliverer, person, 19, told="self", comes="yes")
    assert receipt.reason == f"请按时参加培训：{words}"
    assert own(terminal, person)[matter.receipt].detail.endswith(f"通知过您：{words}")
    assert own(terminal, person)[told.receipt].state == "ok:已办结"
    assert trainees.find(resident_of(person)).comes
    again, receipt = hand_in(deliverer, person, 19, told="self", comes="yes")
    assert receipt.verdict is Verdict.REFUSED
    assert "已经通知过" in receipt.reason
    assert again.state == "refused"
    late = duty("answer", matter.receipt, "--by", worker(), "--none", check=False)
    assert (late.returncode, "办结了" in late.stderr) == (1, True)


def test_who_cannot_come_was_told_all_the_same(deliverer):
    person = somebody()
    answered(wished(person))
    _, receipt = hand_in(deliverer, person, 19, told="family", comes="no")
    assert "您说去不了" in receipt.reason
    file = trainees.find(resident_of(person))
    assert (file.comes, file.delivered_to) == (False, "family")
    assert trainees.AGAIN in receipt.reason, "the file is closed: what to do next"
    assert trainees.AGAIN in trainees.words(file)


@pytest.mark.parametrize(
    ("what", "why"),
    [
        (lambda p: None, "还没有登记"),
        (wished, "还没有开班的消息"),
        (lambda p: answered(wished(p), a_class(starts=TODAY - DAY)), "已经开了"),
    ],
)
def test_nobody_is_told_of_what_is_not(deliverer, what, why):
    person = somebody()
    what(person)
    _, receipt = hand_in(deliverer, person, 19, told="self", comes="yes")
    assert receipt.verdict is Verdict.REFUSED
    assert why in receipt.reason


def test_on_the_day_a_class_begins_it_is_told_of(deliverer):
    person = somebody()
    answered(wished(person), a_class(starts=clock.today()))
    assert hand_in(deliverer, person, 19, told="self", comes="yes")[1].verdict is Verdict.ACCEPTED


def test_a_new_wish_stands_in_the_place_of_the_old_one(terminal, deliverer):
    person = somebody()
    old, _ = register(deliverer, person)
    new, _ = register(deliverer, person, group="hardship")
    assert [one.file.group for one in training_duties.waiting()] == ["hardship"]
    stands = own(terminal, person)
    assert stands[old.receipt].detail == "后来又登记过，以新登记的为准"
    assert "最晚" in stands[new.receipt].detail
    with pytest.raises(training_duties.NotAnsweredError, match="后来又登记过"):
        training_duties.answer(old.receipt, by=worker(), number=None)


# -- the staff's duty ------------------------------------------------------------------------------------------------


def test_the_overdue_come_first_then_the_next_to_be_told_then_those_without_a_class(platform, monkeypatch):
    now = clock.now()
    none, told, late, fresh = (wished(somebody(), now - back * DAY) for back in (30, 30, 20, 0))
    answered(told)
    training_duties.answer(none.registration.receipt, by=worker(), number=None)
    order = [(one.file.pk, one.overdue) for one in training_duties.waiting()]
    assert order == [(late.pk, True), (fresh.pk, False), (told.pk, False), (none.pk, False)]
    for after, overdue in ((-1, False), (0, False), (1, True)):
        day = fresh.due + after * DAY
        monkeypatch.setattr(clock, "today", lambda day=day: day)
        assert {one.file.pk: one.overdue for one in training_duties.waiting()}[fresh.pk] is overdue
    monkeypatch.undo()
    listed = duty("list").stdout
    assert listed.index("过期  等着反馈") < listed.index("等着通知") < listed.index("没有班，接着问")
    assert "一共 4 件，过期 1 件" in listed
    assert "一共 0 件" in duty("list", "--group", "junior").stdout


def test_a_day_beyond_the_calendar_is_counted_anew(platform):
    file = wished(somebody(), datetime(2026, 12, 25, 2, tzinfo=clock.SHOWN))
    assert (file.due, file.due_provisional) == (date(2027, 1, 4), True)
    assert "2027年1月4日（暂定）" in trainees.words(file)
    TrainingFile.objects.filter(pk=file.pk).update(due=date(2027, 1, 5))
    assert trainees.due_of(TrainingFile.objects.get(pk=file.pk)).day == date(2027, 1, 4)


@pytest.mark.parametrize(
    ("course", "words"), [({"trade": "cook"}, "教的不是"), ({"starts": TODAY - DAY}, "已经开了"), (None, "没有 1 号班")]
)
def test_only_a_class_that_fits_and_has_not_begun_is_an_answer(platform, course, words):
    file = wished(somebody())
    number = 1 if course is None else a_class(**course).number
    with pytest.raises(training_duties.NotAnsweredError, match=words):
        training_duties.answer(file.registration.receipt, by=worker(), number=number)
    assert trainees.find(file.registration.resident).answered_at is None


@pytest.mark.parametrize("by", ["", "G-9999", "G-0007x"])
def test_only_a_worker_whom_the_platform_knows_answers(platform, by):
    file = wished(somebody())
    refused = duty("answer", file.registration.receipt, "--by", by, "--none", check=False)
    assert (refused.returncode, "没有这个工号" in refused.stderr) == (1, True)
    assert trainees.find(file.registration.resident).answered_at is None


def test_nobody_answers_their_own_wish(platform):
    by = worker("G-0017")
    own_number = StaffMember.objects.get(pk=by).resident.id_number
    file = wished(somebody())
    Registration.objects.filter(pk=file.registration.pk).update(resident=Resident.objects.get(id_number=own_number))
    with pytest.raises(training_duties.NotAnsweredError, match="要别人来反馈"):
        training_duties.answer(file.registration.receipt, by=by, number=None)
    assert training_duties.answer(file.registration.receipt, by=worker(), number=None).answered_by == worker()


# -- what is seen ----------------------------------------------------------------------------------------------------


def test_a_resident_alone_sees_how_far_it_has_come(terminal):
    person = somebody()

    def told() -> str:
        answer = terminal.send(wire.CONDITIONS, ConditionsAsk(item=18), token_of(terminal, person))
        return "；".join(one.words for one in msgspec.json.decode(answer.content, type=Conditions).findings)

    assert "还没有登记" in told()
    file = wished(person)
    assert f"想学：{labels.occupation('miner')}；工作人员最晚{trainees.due_of(file).words}告诉您" in told()
    answered(file)
    assert "有了消息" in told()


def test_the_worker_sees_what_is_due_and_what_is_known(platform):
    person = somebody()
    resident = resident_of(person)

    def page() -> wire.Records:
        return training.state(resident, ITEMS[18], "", clock.today())

    assert "请帮办员先办「培训意向登记」" in page().note
    file, one = wished(person), a_class()
    found = page()
    assert found.facts[0].value == "wait:等着反馈"
    assert any(row[0] == one.number for row in found.tables[0].rows)
    for due, step in ((TODAY, "wait:今天到期"), (TODAY - DAY, "bad:过了期限，还没有反馈")):
        TrainingFile.objects.filter(pk=file.pk).update(due=due, due_provisional=False)  # whatever year it is
        assert page().facts[0].value == step
    file = trainees.find(resident)
    training_duties.answer(file.registration.receipt, by=worker(), number=None)
    assert page().facts[0].value == "wait:眼下没有班开"
    answered(trainees.find(resident), one)
    assert page().facts[0].value == "ok:有班了，等着通知"
    assert trainees.class_words(one) in str(page().facts[1].value)
    TrainingFile.objects.filter(pk=file.pk).update(delivered_at=clock.now())
    assert page().facts[0].value == "ok:通知到了，办结了"
    assert not page().tables


# -- who teaches nearby ----------------------------------------------------------------------------------------------

HERE = (38.41, 112.74)
WANTS = training.Wish(group="rural", trades=("miner",), times="weekend", distance="town")


@pytest.mark.parametrize(
    "worse",
    [
        {"groups": "|hardship|"}, {"times": "evening"}, {"lat": 39.44, "lon": 111.51}, {"lat": 38.51},
        {"county": "140932"},
    ],
)  # fmt: skip
def test_every_wish_for_training_weighs(platform, worse):
    """Distance, group, time, county; the trade is asked of the search itself."""

    def score(**changes) -> tuple[int, tuple[str, ...]]:
        one = a_class(**{key: value for key, value in changes.items() if key in ("groups", "times")}).course
        place = {key: value for key, value in changes.items() if key in ("lat", "lon", "county")}
        TrainingProvider.objects.filter(pk=one.provider_id).update(**place) if place else None
        (match,) = search.weigh(
            training.courses(TODAY), [one.pk], training.pair(WANTS, "140902", HERE), weights(17),
            lambda course: training.reason_words(WANTS, HERE, course),
        )  # fmt: skip
        return match.score, match.reasons

    best, reasons = score()
    assert [reason.partition("：")[0] for reason in reasons] == [
        "教您想学的", "离您村很近，直线大约 1 公里", "收您这一类", "上课时间合适", "就在您住的忻府区",
    ]  # fmt: skip
    assert score(**worse)[0] < best


def test_no_group_is_taken_for_another_whose_name_it_is_part_of(platform):
    one = a_class(groups="|unemployed|").course
    pair = training.pair(msgspec.structs.replace(WANTS, group="employed"), "140902", HERE)
    words = dict.fromkeys(("occupation", "km", "times", "county", "group", "reach"), "")
    (match,) = search.weigh(training.courses(TODAY), [one.pk], pair, weights(17), lambda course: words)
    assert not any("收您这一类" in reason for reason in match.reasons)


def test_what_is_recommended_teaches_what_was_registered_the_best_first(platform):
    person = somebody()
    resident = resident_of(person)
    with pytest.raises(RefusedError) as refused:
        training.recommend(resident, 1, TODAY)
    assert refused.value.problem.code is ProblemCode.NOT_REGISTERED
    wished(person, trades=["cook", "welder"], distance="away")
    first = training.recommend(resident, 1, TODAY)
    assert first.total > 5
    cards = [card for page in range(1, first.pages + 1) for card in training.recommend(resident, page, TODAY).cards]
    courses = {one.number: one for one in TrainingCourse.objects.filter(number__in=[card.id for card in cards])}
    assert {one.occupation for one in courses.values()} == {"cook", "welder"}
    assert all(any("教您想学的" in reason for reason in card.reasons) for card in cards)
    assert all("示例" in card.title for card in cards), "made up, and marked so"
    detail = training.detail(cards[0].id, TODAY)
    assert "虚构" in detail.text
    with pytest.raises(RefusedError):
        training.detail("PK99999", TODAY)


def test_a_course_shows_the_classes_that_have_not_begun(platform):
    one = a_class()
    TrainingClass.objects.create(
        number=one.number + 100_000, course=one.course, starts=TODAY - DAY, hour="09:00", place="-"
    )
    labelled = [fact.label for fact in training.detail(one.course.number, TODAY).facts]
    assert labelled[-1] == f"{one.number} 号班"
    assert training.card(training.courses(TODAY).get(pk=one.course.pk)).tag.endswith("开班")
    one.delete()
    assert training.detail(one.course.number, TODAY).facts[-1].value == training.NO_CLASS


@pytest.mark.parametrize(("now", "open_still"), [((8, 59), True), ((9, 0), False), ((9, 1), False)])
def test_a_class_of_today_is_ahead_until_its_hour_strikes(platform, monkeypatch, now, open_still):
    monkeypatch.setattr(clock, "now", lambda: datetime(TODAY.year, TODAY.month, TODAY.day, *now, tzinfo=clock.SHOWN))
    one = a_class(starts=TODAY)
    assert (one in trainees.ahead(TODAY)) is open_still
    assert (one in training.courses(TODAY).get(pk=one.course.pk).classes.all()) is open_still
    file = wished(somebody())
    assert (one in trainees.fitting(file.registration, TODAY)) is open_still


def test_a_life_without_a_wish_knows_nothing_of_training(platform):
    assert living.life_of(resident_of(somebody()), clock.now()).training is None
    assert living.life_of(resident_of(somebody(groups=["hardship"])), clock.now()).groups == {"hardship"}
