"""Records, openings and recommendations, over the wire; and how many questions they put to the database."""

from __future__ import annotations

import msgspec
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from central import clock
from central.call import find_item
from central.items import employee_pension, job_seeking, openings, payouts
from central.models import Opening, Payout, Registration, Resident
from central.models.insurance import Scheme
from contract import formatting, limits, wire
from contract.formatting import state
from contract.wire import ProblemCode

from .conftest import ANSWERS, problem_of


def ask(terminal, route, message, token, answer):
    response = terminal.send(route, message, token)
    assert response.status_code == 200, response.text
    return msgspec.json.decode(response.content, type=answer)


def pages(terminal, token, item) -> list[wire.Records]:
    found = [ask(terminal, wire.RECORDS, wire.RecordsAsk(item=item), token, wire.Records)]
    while found[-1].older:
        older = wire.RecordsAsk(item=item, before=found[-1].older)
        found.append(ask(terminal, wire.RECORDS, older, token, wire.Records))
        assert len(found) < 60
    return found


def facts(records: wire.Records) -> dict[str, str | int]:
    return {fact.label: fact.value for fact in records.facts}


# -- proof -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("route", "message"),
    [
        (wire.RECORDS, wire.RecordsAsk(item=25)),
        (wire.RECORDS, wire.RecordsAsk(item=36)),
        (wire.RECOMMEND, wire.RecommendAsk(item=2)),
        (wire.DETAIL, wire.DetailAsk(item=2, id="GW000001")),
    ],
)
def test_what_is_personal_asks_for_proof(terminal, by_card, route, message):
    refused = terminal.send(route, message, by_card("employee", pin=False))
    assert refused.status_code == 403
    assert problem_of(refused).code is ProblemCode.NOT_ALLOWED


def test_an_opening_is_looked_up_with_the_card_alone(terminal, by_card):
    found = ask(terminal, wire.BROWSE, wire.BrowseAsk(item=3), by_card("employee", pin=False), wire.Listing)
    assert found.total > limits.LISTING_PAGE


@pytest.mark.parametrize("item", [3, 1, 0, 999, -1])
def test_items_of_another_kind_have_no_records(terminal, proved, item):
    refused = terminal.send(wire.RECORDS, wire.RecordsAsk(item=item), proved)
    assert problem_of(refused).code is ProblemCode.NOT_FOUND


# -- 25 --------------------------------------------------------------------------------------------------------------


def test_contributions_add_up_over_all_years(terminal, proved):
    """All years at once, and behind each its months; from one year to the one before, too."""
    first = ask(terminal, wire.RECORDS, wire.RecordsAsk(item=25), proved, wire.Records)
    assert facts(first)["首次参保"] == "2004-07"
    assert str(facts(first)["现在单位"]).endswith("厂")
    yearly = first.tables[0]
    behind = [ask(terminal, wire.RECORDS, wire.RecordsAsk(item=25, before=mark), proved, wire.Records)
              for mark in yearly.opens]  # fmt: skip
    assert [page.title[:5] for page in behind] == [row[0] for row in yearly.rows]
    assert [page.older for page in behind] == [str(row[0])[:4] for row in yearly.rows[:-1]] + [""]
    for row, page in zip(yearly.rows, behind, strict=True):
        assert (facts(page)["到账"], facts(page)["个人缴费"], facts(page)["单位缴费"]) == row[1:]
    months = [row for page in behind for row in page.tables[0].rows]
    assert [row[0] for row in months] == sorted({row[0] for row in months}, reverse=True)
    arrived = [row for row in months if state(str(row[4])).sign == "ok"]
    assert str(facts(first)["累计缴费"]).startswith(f"{len(arrived)} 个月")
    assert facts(first)["个人账户累计"] == sum(int(row[2]) for row in arrived)
    assert sum(int(str(row[1]).split()[0]) for row in yearly.rows) == len(arrived) > 240


def test_somebody_without_contributions_gets_an_empty_page_and_a_sentence(terminal, by_card):
    found = ask(terminal, wire.RECORDS, wire.RecordsAsk(item=25), by_card("grandmother"), wire.Records)
    assert (found.facts, found.tables) == ((), ())
    assert "没有" in found.note


@pytest.mark.parametrize(
    ("item", "mark"), [(25, "2026-01"), (25, "' OR 1"), (36, "2026"), (36, "2026-13"), (36, "٢٠٢٦-٠١")]
)
def test_a_mark_that_is_none_is_a_bad_request(terminal, proved, item, mark):
    refused = terminal.send(wire.RECORDS, wire.RecordsAsk(item=item, before=mark), proved)
    assert problem_of(refused).code is ProblemCode.BAD_REQUEST


# -- 36 --------------------------------------------------------------------------------------------------------------


def test_payouts_show_what_failed_why_and_that_it_was_paid_again(terminal, by_card):
    found = pages(terminal, by_card("grandmother"), 36)
    parts, listed = found[0].tables
    assert sum(int(row[1]) for row in parts.rows) == found[0].facts[0].value
    assert len(parts.rows) >= 2
    rows = [row for page in found for row in page.tables[-1].rows]
    failed = [row for row in rows if str(row[2]).startswith("bad:")]
    assert len(failed) == 1
    assert "银行卡已注销" in str(failed[0][4])
    again = [row for row in rows if row[0] == failed[0][0] and row is not failed[0]]
    assert [state(str(row[2])).words for row in again] == ["已补发"]
    assert failed[0] in listed.rows
    assert any("没发成" in fact.label and "已补发" in str(fact.value) for fact in found[0].facts)
    resident = Resident.objects.get(cast_key="grandmother")
    assert len(rows) == Payout.objects.filter(resident=resident).count()
    assert min(str(row[0]) for row in rows) == "2014-03"


# -- 3 ---------------------------------------------------------------------------------------------------------------


def browse(terminal, token, page=1, **filters) -> wire.Listing:
    return ask(terminal, wire.BROWSE, wire.BrowseAsk(item=3, filters=filters, page=page), token, wire.Listing)


def test_filters_are_the_databases_own(terminal, proved):
    today = clock.today()
    found = browse(terminal, proved, county="140902", wage="4000", occupation="welder")
    wanted = openings.valid(today).filter(county="140902", wage_low__gte=4000, occupation="welder")
    assert found.total == wanted.count()
    everything = browse(terminal, proved)
    assert everything.total == openings.valid(today).count() > found.total
    assert (
        browse(terminal, proved, keyword="电焊").total
        >= openings.valid(today).filter(title__contains="电焊").count()
        > 0
    )
    assert browse(terminal, proved, keyword="没有这种活儿").total == 0


def test_pages_hold_every_opening_once(terminal, proved):
    first = browse(terminal, proved, county="140902")
    listed = [card.id for n in range(1, first.pages + 1) for card in browse(terminal, proved, n, county="140902").cards]
    assert len(listed) == len(set(listed)) == first.total


def test_a_page_beyond_the_last_is_the_last(terminal, proved):
    found = browse(terminal, proved, page=9_999, county="140902")
    assert found.page == found.pages
    assert found.cards


@pytest.mark.parametrize("filters", [{"county": "310000"}, {"wage": "all"}, {"colour": "red"}, {"keyword": "x" * 500}])
def test_filters_that_are_none_are_said_to_be_so(terminal, proved, filters):
    refused = terminal.send(wire.BROWSE, wire.BrowseAsk(item=3, filters=filters), proved)
    assert refused.status_code == 422
    assert problem_of(refused).code is ProblemCode.INVALID_ANSWERS


@pytest.mark.parametrize("page", [0, -1, 10**9])
def test_a_page_number_out_of_bounds(terminal, proved, page):
    refused = terminal.send(wire.BROWSE, wire.BrowseAsk(item=3, page=page), proved)
    assert problem_of(refused).code is ProblemCode.BAD_REQUEST


def test_an_opening_whole_with_its_contact_in_full_and_public_link(terminal, platform, proved):
    card = browse(terminal, proved).cards[0]
    found = ask(terminal, wire.DETAIL, wire.DetailAsk(item=3, id=card.id), proved, wire.Detail)
    assert found.link == f"{platform.public_url}/o/{card.id}"
    opening = Opening.objects.get(number=card.id)
    spoken = " ".join(str(fact.value) for fact in found.facts)
    assert formatting.phone(opening.phone) in spoken, "nobody can call a masked number"
    assert (
        problem_of(terminal.send(wire.DETAIL, wire.DetailAsk(item=3, id="GW999999"), proved)).code
        is ProblemCode.NOT_FOUND
    )


# -- 2 ---------------------------------------------------------------------------------------------------------------


def test_without_registration_nothing_is_recommended(terminal, by_card):
    refused = terminal.send(wire.RECOMMEND, wire.RecommendAsk(item=2), by_card("outside_gbk"))
    assert problem_of(refused).code is ProblemCode.NOT_REGISTERED


def test_recommendations_fit_what_was_registered_and_say_why(terminal, cast, deliverer, by_card):
    deliverer.receipt(deliverer.deliver(deliverer.submission(cast["long_name"])))
    token = by_card("long_name")
    found = ask(terminal, wire.RECOMMEND, wire.RecommendAsk(item=2), token, wire.Listing)
    assert found.cards
    for card in found.cards:
        opening = Opening.objects.get(number=card.id)
        assert opening.occupation in ANSWERS["occupations"]
        assert any("您想找的活儿" in reason for reason in card.reasons)
        assert ("工资合适" in " ".join(card.reasons)) == (opening.wage_low >= ANSWERS["wage"])
    whole = ask(terminal, wire.DETAIL, wire.DetailAsk(item=2, id=found.cards[0].id), token, wire.Detail)
    assert whole.id == found.cards[0].id


# -- how many questions ----------------------------------------------------------------------------------------------


def test_questions_to_the_database_do_not_grow_with_what_is_shown(platform, cast):
    today = clock.today()
    item, employee, grandmother = (
        find_item(3),
        Resident.objects.get(cast_key="employee"),
        Resident.objects.get(cast_key="grandmother"),
    )
    Registration.objects.get_or_create(
        resident=employee, item=1, current=True,
        defaults={"receipt": "800000000001", "answers": dict(ANSWERS), "made_at": "2026-11-23T00:00:00Z"},
    )  # fmt: skip
    bounds = [
        (2, lambda: openings.browse(item, {}, 1, today)),
        (2, lambda: openings.browse(item, {"county": "140902"}, 1, today)),
        (3, lambda: job_seeking.recommend(employee, 1, today)),
        (5, lambda: employee_pension.contributions(employee, find_item(25), "", today)),
        (5, lambda: payouts.page(Scheme.RESIDENT, grandmother, find_item(36), "", today)),
    ]
    for bound, question in bounds:
        with CaptureQueriesContext(connection) as asked:
            question()
        assert len(asked) <= bound, [query["sql"] for query in asked]
