"""Lookups of items 12 to 15, 26, 27, 33 and 39: what is there, what is not, and what is said then."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from central import browsing, clock, records
from central.call import find_item
from central.items import fairs, payouts, social_card
from central.models import ArchiveKeeper, JobFair, Payout, Policy, Resident, ResidentContribution, SocialCard
from central.models.insurance import Scheme
from central.problems import RefusedError
from central.seeding import amounts, notices
from contract import wire
from contract.formatting import state
from contract.wire import ProblemCode

from .conftest import problem_of
from .test_gigs import browse, detail, said
from .test_looking_up import ask, facts, pages


def own(terminal, token, item) -> wire.Records:
    return ask(terminal, wire.RECORDS, wire.RecordsAsk(item=item), token, wire.Records)


# -- 12, 14, 15 ------------------------------------------------------------------------------------------------------


def fairs_to_come():
    """Of those of today, whose end has not struck."""
    today = clock.today()
    return JobFair.objects.filter(day__gte=today).exclude(day=today, ends__lte=clock.hour())


def test_fairs_to_come_stand_by_day_and_those_over_do_not(terminal, proved):
    first = browse(terminal, proved, 14)
    today = clock.today()
    assert first.total == fairs_to_come().count() < JobFair.objects.count()
    days = [JobFair.objects.get(number=card.id).day for card in first.cards]
    assert days == sorted(days)
    soon = browse(terminal, proved, 14, within="7")
    assert soon.total == fairs_to_come().filter(day__lte=today + timedelta(days=7)).count()
    over = JobFair.objects.filter(day__lt=today).first()
    refused = terminal.send(wire.DETAIL, wire.DetailAsk(item=14, id=over.number), proved)
    assert problem_of(refused).code is ProblemCode.NOT_FOUND


@pytest.mark.parametrize(("ends", "stands"), [("00:00", False), ("24:00", True)])
def test_nobody_is_sent_to_a_fair_of_today_that_is_over(platform, ends, stands):
    """In a transaction that is taken back."""
    with transaction.atomic():
        JobFair.objects.exclude(pk=JobFair.objects.first().pk).delete()
        JobFair.objects.update(day=clock.today(), begins="00:00", ends=ends)
        fair = JobFair.objects.get()
        found = fairs.browse(find_item(14), {}, 1, clock.today())
        if stands:
            assert fairs.detail(fair.number, clock.today()).id == fair.number
        else:
            with pytest.raises(RefusedError):
                fairs.detail(fair.number, clock.today())
        transaction.set_rollback(True)
    assert (found.total == 1) is stands


def test_a_fair_for_everybody_is_for_who_is_looked_for_too(terminal, proved):
    found = browse(terminal, proved, 14, audience="women")
    wanted = fairs_to_come().filter(audience__in=["women", "all"])
    assert found.total == wanted.count() > 0


def test_every_county_has_where_files_are_kept(terminal, proved):
    assert browse(terminal, proved, 15).total == 14
    one = browse(terminal, proved, 15, county="140902")
    assert one.total == 1
    assert "要带什么" in said(detail(terminal, proved, 15, one.cards[0].id))


def test_policies_name_their_source_and_samples_say_so(terminal, proved):
    for policy in Policy.objects.all():
        shown = detail(terminal, proved, 12, policy.number)
        assert facts(shown)["出处"]
        assert ("示例" in said(shown)) == policy.sample
    marked = [card for card in browse(terminal, proved, 12, kind="notice").cards if card.tag != "示例"]
    assert not marked
    assert {card.tag for card in browse(terminal, proved, 12, kind="law").cards} == {""}
    found = browse(terminal, proved, 12, keyword="失业", kind="law")
    assert found.total >= 2


def test_the_notices_are_all_marked_and_the_laws_have_articles():
    for notice in notices.read():
        assert notice.sample == (notice.kind == "notice")
        assert ("示例" in notice.source) == notice.sample
        if not notice.sample:
            assert "条" in notice.source
        (notice.title + notice.text + notice.issuer + notice.source).encode("gb2312")


@pytest.mark.parametrize("item", sorted(browsing.BROWSERS))
def test_entries_have_a_public_page_except_people(terminal, proved, item):
    card = browse(terminal, proved, item).cards[0]
    link = detail(terminal, proved, item, card.id).link
    assert bool(link) == (item != 9)
    if link:
        page = terminal.client.get(link)
        assert page.status_code == 200
        assert "<script" not in page.text


@pytest.mark.parametrize(("item", "table"), [(12, Policy), (14, JobFair), (15, ArchiveKeeper)])
def test_where_there_is_nothing_one_sentence_says_what_to_do(platform, item, table):
    """In a transaction that is taken back."""
    with transaction.atomic():
        table.objects.all().delete()
        found = browsing.BROWSERS[item](find_item(item), {}, 1, clock.today())
        transaction.set_rollback(True)
    assert found.total == 0
    assert "12333" in found.note


# -- 13 --------------------------------------------------------------------------------------------------------------


def test_the_work_book_shows_what_was_written_into_it(terminal, by_card):
    found = own(terminal, by_card("jobless"), 13)
    assert state(str(facts(found)["证的状态"])).words == "有效"
    assert "*" in str(facts(found)["证号"])
    assert [row[1] for row in found.tables[0].rows] == ["享受就业扶持政策", "失业登记"]


# -- 26, 27 ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("item", "key", "scheme"), [(26, "retired", "employee"), (27, "jobless", "unemployment")])
def test_payouts_by_the_month_with_what_failed_and_why(terminal, by_card, item, key, scheme):
    found = pages(terminal, by_card(key), item)
    rows = [row for page in found for row in page.tables[-1].rows]
    mine = Payout.objects.filter(resident__cast_key=key)
    assert len(rows) == mine.count() > 4
    assert set(mine.values_list("scheme", flat=True)) == {scheme}
    failed = [row for row in rows if str(row[2]).startswith("bad:")]
    assert len(failed) == 1
    assert "银行卡" in str(failed[0][4])
    assert any("没发成" in fact.label and "已补发" in str(fact.value) for fact in found[0].facts)
    parts = found[0].tables[0]
    assert sum(int(row[1]) for row in parts.rows) == found[0].facts[0].value


# -- 33 --------------------------------------------------------------------------------------------------------------


def test_contributions_by_the_year_with_type_amount_arrival_and_the_supplement(terminal, by_card):
    found = pages(terminal, by_card("farmer"), 33)
    mine = ResidentContribution.objects.filter(resident__cast_key="farmer")
    rows = [row for page in found for table in page.tables for row in table.rows]
    assert len(rows) == mine.count()
    assert [table.title for table in found[0].tables] == ["城乡居民养老保险缴费", "城乡居民补充养老保险缴费"]
    assert len(found) == 2
    this_year = [row for row in found[0].tables[0].rows if row[0] == f"{clock.today().year}年"]
    assert state(str(this_year[0][4])).words == "还没到账"
    arrived = mine.filter(state="arrived")
    for label, scheme in (("基本险", Scheme.RESIDENT), ("补充险", Scheme.SUPPLEMENT)):
        years = arrived.filter(scheme=scheme.value)
        assert facts(found[0])[f"{label}已交"] == f"{years.count()} 年"
        assert facts(found[0])[f"{label}自己交"] == sum(years.values_list("personal", flat=True))


def test_amounts_nobody_gives_are_examples(platform):
    assert {row.source for row in amounts.table()} == {"示例"}
    farmer = Resident.objects.get(cast_key="farmer")
    found = records.SOURCES[33](farmer, find_item(33), "", clock.today())
    assert "示例" in found.note


# -- 39 --------------------------------------------------------------------------------------------------------------


def card_state(resident: Resident) -> wire.Records:
    return social_card.state(resident, find_item(39), "", clock.today())


def test_a_card_in_the_making_shows_how_far_it_has_come(platform):
    found = card_state(Resident.objects.get(cast_key="lost_card"))
    assert state(str(facts(found)["卡的状态"])).words == "正在做，还没发到您手里"
    making, others = found.tables
    assert [state(str(row[2])).words for row in making.rows] == ["好了", "好了", "好了", "还没到", "还没到"]
    assert [state(str(row[1])).words for row in others.rows] == ["已挂失，不能用"]


def test_every_state_of_a_card_is_told_with_what_to_do(platform):
    told = {}
    seeded = SocialCard.objects.filter(resident__cast_key="", resident__made_up=True)
    for card in seeded.select_related("resident"):
        found = card_state(card.resident)
        assert card.card_number not in said(found), "masked"
        told[card.state] = facts(found)
    assert set(told) == {"active", "sealed", "cancelled", "in_production", "lost"}
    for name in ("sealed", "cancelled", "lost"):
        assert told[name]["怎么办"]
    assert "怎么办" not in told["active"]


def test_a_card_that_has_expired_is_not_said_to_be_usable(platform):
    found = card_state(Resident.objects.get(cast_key="expired_card"))
    assert state(str(facts(found)["卡的状态"])).sign.value == "bad"


def test_a_loss_report_that_lapsed_and_a_card_not_enabled_are_told_as_they_are(platform):
    resident = Resident.objects.get(cast_key="farmer")
    mine = SocialCard.objects.filter(resident=resident)
    now = clock.now()
    day = timedelta(days=1)
    try:
        for until, words in ((now + day, "已挂失，不能用"), (now - day, "正常，能用")):
            mine.update(state="lost", lost_until=until)
            assert state(str(facts(card_state(resident))["卡的状态"])).words == words
        mine.update(state="active", lost_until=None, enabled=False)
        told = facts(card_state(resident))
        assert "还没启用" in str(told["卡的状态"])
        assert "启用" in str(told["怎么办"])
    finally:
        mine.update(state="active", lost_until=None, enabled=True)


def test_the_state_of_a_card_is_told_at_the_counter_only(terminal, proved):
    refused = terminal.send(wire.RECORDS, wire.RecordsAsk(item=39), proved)
    assert problem_of(refused).code is ProblemCode.NOT_ALLOWED


# -- nothing there ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("item", [13, 26, 27, 33])
def test_somebody_without_a_record_gets_one_sentence_that_says_what_to_do(terminal, by_card, item):
    found = own(terminal, by_card("employee"), item)
    assert (found.facts, found.tables) == ((), ())
    assert "没有" in found.note
    assert "帮办员" in found.note or "服务点" in found.note


@pytest.mark.parametrize("item", [13, 26, 27, 33])
def test_records_ask_for_proof(terminal, by_card, item):
    refused = terminal.send(wire.RECORDS, wire.RecordsAsk(item=item), by_card("jobless", pin=False))
    assert problem_of(refused).code is ProblemCode.NOT_ALLOWED


@pytest.mark.parametrize(("item", "mark"), [(33, "2026-01"), (33, "' OR 1"), (26, "2026"), (27, "2026-13")])
def test_a_mark_that_is_none_is_a_bad_request(terminal, proved, item, mark):
    refused = terminal.send(wire.RECORDS, wire.RecordsAsk(item=item, before=mark), proved)
    assert problem_of(refused).code is ProblemCode.BAD_REQUEST


def test_nobody_made_up_draws_two_pensions(platform):
    for resident in Resident.objects.all():
        drawn = set(Payout.objects.filter(resident=resident).values_list("scheme", flat=True))
        assert not {"resident", "employee"} <= drawn


def test_the_three_that_pay_by_the_month_are_one(platform):
    assert {records.SOURCES[item].func for item in (26, 27, 36)} == {payouts.page}
