"""Work by the day over the wire: registered, looked through, matched; and what is never shown of who looks for it."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from central import clock
from central.items import gigs
from central.models import GigOpening, GigSeeker, Registration, Resident
from central.rules.life import months_on
from contract import limits, masking, wire
from contract.catalogue import load
from contract.wire import ProblemCode, Verdict

from .conftest import problem_of
from .lives import somebody
from .test_looking_up import ask
from .test_matching import GIG_WISH, OFFER


@pytest.fixture
def clean(platform):
    """What these tests register is gone afterwards: others count what the seed made."""
    yield
    GigOpening.objects.exclude(resident=None).delete()
    GigSeeker.objects.exclude(resident__cast_key="").delete()
    Registration.objects.filter(item__in=(4, 7)).delete()


def wish(**changes) -> dict:
    return GIG_WISH | {"occupations": ("cook", "cleaner")} | changes


def sent(deliverer, person, item: int, answers: dict, **changes) -> wire.Receipt:
    submission = deliverer.submission(person, item=item, answers=answers, **changes)
    return deliverer.receipt(deliverer.deliver(submission))


def browse(terminal, token, item, **filters) -> wire.Listing:
    return ask(terminal, wire.BROWSE, wire.BrowseAsk(item=item, filters=filters), token, wire.Listing)


def detail(terminal, token, item, entry) -> wire.Detail:
    return ask(terminal, wire.DETAIL, wire.DetailAsk(item=item, id=entry), token, wire.Detail)


def said(found) -> str:
    return msgspec.json.encode(found).decode()


# -- 4, 9 ------------------------------------------------------------------------------------------------------------


def test_who_looks_for_gigs_is_found_and_only_what_an_employer_may_know_is_shown(
    terminal, deliverer, cast, by_card, clean
):
    person = cast["builder"]
    assert sent(deliverer, person, 4, wish(past="跟老李盖过房，13812345678")).verdict is Verdict.ACCEPTED
    seeker = GigSeeker.objects.get(resident__cast_key="builder")
    token = by_card("employee", pin=False)
    found = browse(terminal, token, 9, occupation="cook")
    assert seeker.number in [card.id for card in found.cards]
    whole = detail(terminal, token, 9, seeker.number)
    assert masking.name(person.name) in said(whole)
    shown = said(whole) + said(found)
    for private in (person.name, person.id_number, person.village, "13800000199", "138 0000 0199", "13812345678"):
        assert private not in shown
    assert "服务点" in said(whole), "how to reach them all the same"
    assert whole.link == "", "a person has no public page"


def test_the_telephone_is_shown_of_who_agreed_to_be_called(terminal, deliverer, cast, by_card, clean):
    sent(deliverer, cast["builder"], 4, wish(contact="call"))
    seeker = GigSeeker.objects.get(resident__cast_key="builder")
    assert "138 0000 0199" in said(detail(terminal, by_card("employee", pin=False), 9, seeker.number))


def test_registering_again_replaces_and_an_older_one_that_comes_late_does_not(deliverer, cast, clean):
    person = cast["builder"]
    sent(deliverer, person, 4, wish(wage=200), made_at="2026-11-23T10:00:00+08:00")
    number = GigSeeker.objects.get(resident__cast_key="builder").number
    sent(deliverer, person, 4, wish(wage=250, occupations=("welder",)), made_at="2026-11-24T10:00:00+08:00")
    sent(deliverer, person, 4, wish(wage=100), made_at="2026-11-22T10:00:00+08:00")
    seeker = GigSeeker.objects.get(resident__cast_key="builder")
    assert (seeker.number, seeker.wage) == (number, 250)
    assert [trade.occupation for trade in seeker.trades.all()] == ["welder"]
    assert Registration.objects.filter(resident=seeker.resident, item=4).count() == 3


def test_who_registered_long_ago_is_shown_no_more(terminal, deliverer, cast, by_card, clean):
    sent(deliverer, cast["builder"], 4, wish())
    token = by_card("employee", pin=False)
    seeker = GigSeeker.objects.get(resident__cast_key="builder")
    last = clock.day_of(seeker.made_at) + timedelta(days=limits.GIG_SEEKER_DAYS)
    assert seeker.valid_until == last
    GigSeeker.objects.filter(pk=seeker.pk).update(valid_until=clock.today() - timedelta(days=1))
    refused = terminal.send(wire.DETAIL, wire.DetailAsk(item=9, id=seeker.number), token)
    assert problem_of(refused).code is ProblemCode.NOT_FOUND
    GigSeeker.objects.filter(pk=seeker.pk).update(valid_until=clock.today())
    assert detail(terminal, token, 9, seeker.number).id == seeker.number


# -- 7, 6 ------------------------------------------------------------------------------------------------------------


def test_a_gig_that_was_registered_is_found_by_who_looks(terminal, deliverer, cast, by_card, clean, platform):
    person = cast["employee"]
    assert sent(deliverer, person, 7, OFFER).verdict is Verdict.ACCEPTED
    gig = GigOpening.objects.get(resident__cast_key="employee")
    token = by_card("builder", pin=False)
    found = browse(terminal, token, 6, county="140902", occupation="cook", wage="300")
    assert gig.number in [card.id for card in found.cards]
    whole = detail(terminal, token, 6, gig.number)
    assert whole.link == f"{platform.public_url}/g/{gig.number}"
    assert "138 0000 0198" in said(whole), "who hires said: call me"
    assert f"{masking.name(person.name)}（个人）" in said(whole)
    assert person.name not in said(whole) + said(found)


def test_the_same_work_again_replaces_and_other_work_stands_beside_it(deliverer, cast, clean):
    person = cast["employee"]
    sent(deliverer, person, 7, OFFER | {"wage": 200}, made_at="2026-11-23T10:00:00+08:00")
    sent(deliverer, person, 7, OFFER | {"occupation": "welder"}, made_at="2026-11-23T11:00:00+08:00")
    sent(deliverer, person, 7, OFFER | {"wage": 260}, made_at="2026-11-24T10:00:00+08:00")
    sent(deliverer, person, 7, OFFER | {"wage": 100}, made_at="2026-11-22T10:00:00+08:00")  # came late
    mine = GigOpening.objects.filter(resident__cast_key="employee")
    assert sorted(mine.values_list("occupation", "wage")) == [("cook", 260), ("welder", 300)]


def test_an_older_one_that_comes_late_brings_nothing_back_that_was_taken_down(deliverer, cast, clean):
    person = cast["employee"]
    sent(deliverer, person, 7, OFFER, made_at="2026-11-23T10:00:00+08:00")
    GigOpening.objects.filter(resident__cast_key="employee").delete()
    sent(deliverer, person, 7, OFFER | {"wage": 100}, made_at="2026-11-22T10:00:00+08:00")
    assert not GigOpening.objects.filter(resident__cast_key="employee").exists()


def test_this_week_is_the_week_of_the_day_that_is_shown(deliverer, cast, clean):
    sent(deliverer, cast["employee"], 7, OFFER | {"start": "now", "contact": "village"})
    gig = GigOpening.objects.get(resident__cast_key="employee")
    facts = {fact.label: fact.value for fact in gigs.facts(gig)}
    assert facts["登记"] == clock.day_of(gig.made_at).isoformat()
    assert "编号" in str(facts["联系"]), "there is no slip unless they print one"


def test_who_would_not_be_called_is_reached_through_the_service_point(terminal, deliverer, cast, by_card, clean):
    sent(deliverer, cast["employee"], 7, OFFER | {"contact": "village", "employer": "南河饭店"})
    gig = GigOpening.objects.get(resident__cast_key="employee")
    whole = said(detail(terminal, by_card("builder", pin=False), 6, gig.number))
    assert "0198" not in whole
    assert "服务点" in whole
    assert "南河饭店" in whole


def test_no_number_that_was_written_where_others_read_is_published(deliverer, cast, clean):
    """Who said 「让服务点转告」 did not mean to publish a telephone; years of work are none."""
    places = {"employer": "老王13812345678", "place": "南河镇 138 1234 5678", "note": "2015-2020 年干过，0350-1234567"}
    sent(deliverer, cast["employee"], 7, OFFER | places | {"contact": "village"})
    gig = GigOpening.objects.get(resident__cast_key="employee")
    shown = said(gigs.detail(gig.number, clock.today()))
    assert "1234" not in shown
    assert shown.count("（号码不显示）") == 3
    assert "2015-2020 年干过" in shown


def test_how_long_it_stands_is_as_the_item_says():
    assert (limits.GIG_SEEKER_DAYS, limits.GIG_OPENING_DAYS) == (90, 30)
    assert "挂三个月" in load()[4].result
    assert "一个月" in load()[7].result


def test_a_child_hires_nobody(deliverer, clean):
    for age, verdict in ((15, Verdict.REFUSED), (16, Verdict.ACCEPTED)):
        child = somebody(months_on(clock.today(), -12 * age))
        receipt = sent(deliverer, child, 7, OFFER, made_at=clock.shown(clock.now()))
        assert receipt.verdict is verdict
        assert ("满 16 周岁" in receipt.reason) is (verdict is Verdict.REFUSED)


# -- 5, 8 ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("item", [5, 8])
def test_without_registration_nothing_is_recommended(terminal, by_card, item):
    refused = terminal.send(wire.RECOMMEND, wire.RecommendAsk(item=item), by_card("outside_gbk"))
    assert problem_of(refused).code is ProblemCode.NOT_REGISTERED


@pytest.mark.parametrize("item", [5, 8])
def test_recommendations_ask_for_proof(terminal, by_card, item):
    refused = terminal.send(wire.RECOMMEND, wire.RecommendAsk(item=item), by_card("employee", pin=False))
    assert problem_of(refused).code is ProblemCode.NOT_ALLOWED


def test_both_sides_find_each_other_with_reasons(terminal, deliverer, cast, by_card, clean):
    sent(deliverer, cast["builder"], 4, wish(distance="away", county="any", times="any"))
    sent(deliverer, cast["employee"], 7, OFFER)
    seeker = GigSeeker.objects.get(resident__cast_key="builder")
    gig = GigOpening.objects.get(resident__cast_key="employee")
    for key, item, wanted in (("builder", 5, gig.number), ("employee", 8, seeker.number)):
        token = by_card(key)
        found = ask(terminal, wire.RECOMMEND, wire.RecommendAsk(item=item), token, wire.Listing)
        pages = [
            ask(terminal, wire.RECOMMEND, wire.RecommendAsk(item=item, page=n), token, wire.Listing)
            for n in range(1, found.pages + 1)
        ]
        cards = {card.id: card for page in pages for card in page.cards}
        assert wanted in cards
        assert any("工钱合适" in reason for reason in cards[wanted].reasons)
        assert detail(terminal, token, item, wanted).id == wanted


# -- the pages behind the QRs ----------------------------------------------------------------------------------------


def test_a_gig_has_a_page_without_the_telephone(terminal, deliverer, cast, clean, platform):
    sent(deliverer, cast["employee"], 7, OFFER)
    gig = GigOpening.objects.get(resident__cast_key="employee")
    page = terminal.client.get(f"{platform.public_url}/g/{gig.number}")
    assert page.status_code == 200
    assert "南河镇" in page.text
    assert "0198" not in page.text
    GigOpening.objects.filter(pk=gig.pk).update(valid_until=clock.today() - timedelta(days=1))
    assert terminal.client.get(f"{platform.public_url}/g/{gig.number}").status_code == 404


def test_a_seeker_has_no_page(terminal, platform):
    number = GigSeeker.objects.first().number
    for path in (number, "", "XX00000001", "LG99999999", "%00"):
        assert terminal.client.get(f"{platform.public_url}/g/{path}").status_code == 404


def test_answers_that_no_form_gives_are_refused(deliverer, cast, clean):
    for item, answers in ((4, wish(start="yesterday")), (7, OFFER | {"headcount": 0}), (7, OFFER | {"wage": 10**7})):
        receipt = sent(deliverer, cast["builder"], item, answers)
        assert receipt.verdict is Verdict.REFUSED
        assert receipt.reason
    assert not Resident.objects.get(cast_key="builder").gig_openings.exists()
