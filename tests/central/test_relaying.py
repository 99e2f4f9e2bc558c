"""What the staff owe to who registered for work: somebody tells them, passes on to them, takes down what is over."""

from __future__ import annotations

from datetime import timedelta

import pytest

from central import audit, clock, relaying
from central.models import GigOpening, GigSeeker, MatterRecord, Registration, StaffAct
from central.workers import StaffError
from contract import wire
from contract.wire import Verdict

from .conftest import ANSWERS, FOLDER, run
from .lives import resident_of, somebody, worker
from .test_matching import GIG_WISH, OFFER, an_opening

__all__ = ["an_opening"]
DAY = timedelta(days=1)


@pytest.fixture
def clean(platform):
    """What these tests register is gone afterwards: others count what the seed made."""
    yield
    GigOpening.objects.exclude(resident=None).delete()
    GigSeeker.objects.filter(resident__cast_key="", resident__name__startswith="虚构").delete()
    Registration.objects.filter(item__in=relaying.WISHES).delete()


def reach(doing: str, *words: str, check: bool = True):
    return run("reach", "--state", str(FOLDER), doing, *words, check=check)


def registered(deliverer, person, item: int, answers: dict, **changes: object) -> str:
    submission = deliverer.submission(
        person, item=item, answers=answers, made_at=clock.shown(clock.now()), shown_by=wire.ShownBy.ID_CARD, **changes
    )
    assert deliverer.receipt(deliverer.deliver(submission)).verdict is Verdict.ACCEPTED
    return submission.receipt


def test_who_would_not_be_called_is_found_by_the_staff_who_pass_it_on(deliverer, clean):
    """「请把编号告诉帮办员或服务点，替您转告」: and who looked is on record."""
    person, by = somebody(), worker()
    receipt = registered(deliverer, person, 4, GIG_WISH | {"village": "柳沟村"})
    number = GigSeeker.objects.get(resident=resident_of(person)).number
    for asked in (number, receipt):
        told = reach("show", asked, "--by", by).stdout
        assert person.name in told
        assert "138 0000 0199" in told
        assert "转告" in told
        assert "柳沟村" in told, "as they said, not as the platform has them"
        assert StaffAct.objects.filter(worker=by, what__contains=asked).count() == 1
    assert reach("show", "QZ99999999", "--by", by, check=False).returncode == 1
    with pytest.raises(StaffError):
        relaying.behind(number, by="nobody")
    GigSeeker.objects.filter(number=number).update(valid_until=clock.today() - DAY)
    with pytest.raises(relaying.NotRelayedError):
        relaying.behind(number, by=by)


def test_who_offers_work_is_reached_by_each_of_their_numbers(deliverer, clean):
    person, by = somebody(), worker()
    registered(deliverer, person, 7, OFFER | {"contact": "village"})
    registered(deliverer, person, 7, OFFER | {"occupation": "welder"})
    for gig in GigOpening.objects.filter(resident=resident_of(person)):
        found = relaying.behind(gig.number, by=by)
        assert person.name in found.name
        assert (found.phone, found.how) == ("13800000198", "打电话" if gig.may_call else "转告")
    seeded = GigOpening.objects.filter(resident=None, valid_until__gte=clock.today()).first()
    assert relaying.behind(seeded.number, by=by).phone == seeded.phone


def test_what_is_over_is_taken_down_and_nothing_else(deliverer, clean):
    person, by = somebody(), worker()
    steady, seeks = registered(deliverer, person, 1, dict(ANSWERS)), registered(deliverer, person, 4, GIG_WISH)
    cook = registered(deliverer, person, 7, OFFER)
    welder = registered(deliverer, person, 7, OFFER | {"occupation": "welder"})
    who = resident_of(person)

    def stand() -> tuple[int, int, list[str]]:
        steady_ones = Registration.objects.filter(resident=who, item=1, current=True).count()
        seekers = GigSeeker.objects.filter(resident=who).count()
        return steady_ones, seekers, sorted(who.gig_openings.values_list("occupation", flat=True))

    assert stand() == (1, 1, ["cook", "welder"])
    assert "撤下了" in reach("withdraw", cook, "--by", by).stdout
    assert stand() == (1, 1, ["welder"])
    for receipt, left in ((seeks, (1, 0, ["welder"])), (welder, (1, 0, [])), (steady, (0, 0, []))):
        relaying.take_down(receipt, by=by)
        assert stand() == left
        assert MatterRecord.objects.get(receipt=receipt).detail == relaying.TAKEN_DOWN
        with pytest.raises(relaying.NotRelayedError):
            relaying.take_down(receipt, by=by)
    with pytest.raises(StaffError):
        relaying.take_down(registered(deliverer, person, 4, GIG_WISH), by="nobody")
    assert stand() == (0, 1, [])


def test_what_still_stands_is_what_people_are_found_for(deliverer, clean):
    """Of several kinds of work the last one: taken down, it leaves the one before it, as long as that is up."""
    person, by = somebody(), worker()
    cook = registered(deliverer, person, 7, OFFER)
    GigOpening.objects.filter(resident=resident_of(person)).update(valid_until=clock.today() - DAY)
    welder = registered(deliverer, person, 7, OFFER | {"occupation": "welder"})
    guard = registered(deliverer, person, 7, OFFER | {"occupation": "guard"})

    def current() -> list[str]:
        mine = Registration.objects.filter(resident=resident_of(person), item=7, current=True)
        return [one.receipt for one in mine]

    assert current() == [guard]
    relaying.take_down(guard, by=by)
    assert current() == [welder]
    relaying.take_down(cook, by=by)
    assert current() == [welder]
    relaying.take_down(welder, by=by)
    assert current() == []


def test_who_looked_and_who_took_it_down_is_found_by_receipt_and_by_resident(deliverer, clean):
    """Somebody whose registration is gone, or who was called, may ask by whom."""
    person, by = somebody(), worker()
    receipt = registered(deliverer, person, 4, GIG_WISH)
    number = GigSeeker.objects.get(resident=resident_of(person)).number
    relaying.behind(number, by=by)
    relaying.behind(receipt, by=by)
    assert f"{by} 看 {number} 的联系办法" in [one.what for one in audit.by_resident(person.id_number)]
    relaying.take_down(receipt, by=by)
    for found in (audit.by_receipt(receipt), audit.by_resident(person.id_number)):
        told = [one.what for one in found]
        assert f"{by} 看 {receipt} 的联系办法" in told
        assert f"{by} 撤下 {receipt}" in told


def test_somebody_tells_who_looks_for_steady_work_of_what_came_up(deliverer, clean, an_opening):
    """As item 1 promises: 「有合适的岗位，会按您说的办法告诉您」."""
    person, other = somebody(), somebody(county="140932")
    wants = ANSWERS | {"occupations": ("guard",), "county": "any", "distance": "away", "contact": "village"}
    receipt = registered(deliverer, person, 1, wants)
    registered(deliverer, other, 1, wants)
    tomorrow = clock.today() + DAY  # nothing of the seed is posted then
    assert relaying.fitting(tomorrow) == []
    one = an_opening(occupation="guard", posted=tomorrow, valid_until=tomorrow)
    assert len(relaying.fitting(tomorrow)) == 2
    found = relaying.fitting(tomorrow, "140902")
    assert [(each.registration.receipt, each.total, each.best) for each in found] == [(receipt, 1, one)]
    listed = reach("list", "--since", tomorrow.isoformat(), "--county", "140902").stdout
    assert "让村里转告" in listed
    assert one.number in listed
    assert "一共 1 人" in listed
    assert person.name not in listed
    relaying.take_down(receipt, by=worker())
    assert relaying.fitting(tomorrow, "140902") == []
