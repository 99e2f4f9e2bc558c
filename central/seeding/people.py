"""The residents of the seed: the cast, and a crowd around it."""

# ruff: noqa: S311 - the seed must be the same everywhere; nothing here is a secret
from __future__ import annotations

import random
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from django.db import transaction

from central import places, sessions
from central.models import (
    EmployeeContribution,
    Employer,
    Payout,
    Resident,
    ResidentContribution,
    SocialCard,
    WorkBook,
)
from central.seeding import cast as cast_file
from central.seeding import gigs, insurance, jobs, lives, memberships, notices, training
from contract.id_number import check_digit

SURNAMES: Final = "王李张刘赵郝郭杨武贾孟薛温田韩邢梁任牛白"
GIVEN: Final = "春夏秋冬平安乐康禾田松柏兰梅莲杏荣华贵全成旺明亮晓晨雨雪云霞"
VILLAGES: Final = ("杨树村", "柳沟村", "南河村", "石门村", "桥头村", "东坡村", "北塬村", "枣林村", "上店村", "后沟村")
DIVISION: Final = "140999"
"""Never issued: nobody real has a number under it."""
FAILED_MONTHS_AGO: Final = 4
FAILING: Final = frozenset({"grandmother", "retired", "jobless"})
"""Whose payment of that month was sent back."""
GIGS_OF_OPENINGS: Final = 3
"""One piece of work by the day for so many openings."""
OLDEST: Final = date(1932, 1, 1)
ISSUED: Final = date(2015, 1, 1)
YOUNGEST: Final = date(2010, 6, 30)
"""Days of birth do not hang on the day of the seed: seeding again next month finds the same people."""
BATCH: Final = 500


def seed(path: Path, *, residents: int, openings: int, number: int, today: date) -> str:
    """Write everything in one transaction; matters, registrations and sessions stay. What was written."""
    people = cast_file.read(path).person
    with transaction.atomic():
        employers = jobs.employers(random.Random(f"{number}-employers"))
        made = jobs.openings(random.Random(f"{number}-openings"), employers, openings, today)
        _told(people)
        _crowd(random.Random(f"{number}-crowd"), residents, {person.id_number for person in people})
        money = _money(people, employers, number, today)
        lives.cards(today)
        memberships.memberships(today)
        day_work = gigs.openings(random.Random(f"{number}-gigs"), employers, openings // GIGS_OF_OPENINGS, today)
        seekers = gigs.seekers(str(number), today)
        fairs = notices.fairs(random.Random(f"{number}-fairs"), today)
        notices.archives(random.Random(f"{number}-archives"))
        notices.policies()
        classes = training.training(random.Random(f"{number}-training"), today)
    known = sum(person.platform.known for person in people)
    return (
        f"人物 {known}，居民 {residents}，缴费 {money[0]} 条，待遇 {money[1]} 条，岗位 {made}，"
        f"零工 {day_work}，找零工的 {seekers}，招聘会 {fairs}，培训班 {classes}"
    )


def _told(people: tuple[cast_file.CastPerson, ...]) -> None:
    """The cast's residents and cards. Service passwords are hashed anew only where they changed."""
    codes = {place.name: code for code, place in places.COUNTIES.items()}
    for person in people:
        if not person.platform.known:
            continue
        code = codes[person.county]
        place = places.COUNTIES[code]
        near = random.Random(person.village)
        resident, _ = Resident.objects.update_or_create(
            id_number=person.id_number,
            defaults={
                "name": person.name, "sex": person.sex, "ethnicity": person.ethnicity, "born": person.born,
                "county": code, "village": person.village, "phone": person.phone, "made_up": True,
                "lat": place.lat + near.uniform(-0.12, 0.12), "lon": place.lon + near.uniform(-0.12, 0.12),
                "cast_key": person.key,
            },
        )  # fmt: skip
        if not sessions.password_is(resident, person.service_password):
            resident.service_password = sessions.hash_password(person.service_password)
            resident.save(update_fields=["service_password"])
        card = person.card
        SocialCard.objects.update_or_create(
            card_number=card.card_number,
            defaults={
                "resident": resident, "card_id_code": card.card_id_code, "version": card.version,
                "issued": card.issued, "expires": card.expires, "state": card.state, "enabled": card.enabled,
            },
        )  # fmt: skip


def _crowd(rng: random.Random, count: int, taken: set[str]) -> None:
    """*count* more residents aged 16 to 95, each with a card."""
    residents, cards = [], []
    for number in range(count):
        resident = _somebody(rng, taken)
        residents.append(resident)
        issued = ISSUED + timedelta(days=rng.randrange(3000))
        cards.append((f"B{number:08d}", f"140900D156000005{50_000_000 + number:016d}", issued))
    fields = ["name", "sex", "ethnicity", "born", "county", "village", "lat", "lon", "phone", "made_up"]
    Resident.objects.bulk_create(
        residents, BATCH, update_conflicts=True, unique_fields=["id_number"], update_fields=fields
    )
    keys = dict(Resident.objects.values_list("id_number", "pk"))
    SocialCard.objects.bulk_create(
        [
            SocialCard(
                resident_id=keys[resident.id_number], card_number=card_number, card_id_code=code, version="2.00",
                issued=issued, expires=issued + timedelta(days=20 * 365),
            )
            for resident, (card_number, code, issued) in zip(residents, cards, strict=True)
        ],
        BATCH, update_conflicts=True, unique_fields=["card_number"],
        update_fields=["resident", "card_id_code", "issued", "expires"],
    )  # fmt: skip


def _somebody(rng: random.Random, taken: set[str]) -> Resident:
    while True:
        born = OLDEST + timedelta(days=rng.randrange((YOUNGEST - OLDEST).days))
        sequence = rng.randint(400, 999)
        first = f"{DIVISION}{born:%Y%m%d}{sequence:03d}"
        id_number = first + check_digit(first)
        if id_number not in taken:  # pragma: no branch - two of one number come up once in many thousand seeds
            taken.add(id_number)
            break
    county = rng.choice(sorted(places.COUNTIES))
    place = places.COUNTIES[county]
    return Resident(
        id_number=id_number, name=rng.choice(SURNAMES) + "".join(rng.sample(GIVEN, rng.choice((1, 2, 2)))),
        sex="1" if sequence % 2 else "2", ethnicity="01", born=born, county=county, village=rng.choice(VILLAGES),
        lat=place.lat + rng.uniform(-0.2, 0.2), lon=place.lon + rng.uniform(-0.2, 0.2),
        phone=f"13800000{rng.randrange(1000):03d}", made_up=True,
    )  # fmt: skip


def _money(
    people: tuple[cast_file.CastPerson, ...], employers: list[Employer], number: int, today: date
) -> tuple[int, int]:
    """Contributions and payouts of everybody made up, written anew. (contributions, payouts)"""
    told = {person.key: person.platform for person in people}
    factories = [employer for employer in employers if employer.name.endswith("厂")]
    contributions: list[EmployeeContribution] = []
    by_the_year: list[ResidentContribution] = []
    payouts: list[Payout] = []
    books: list[WorkBook] = []
    for resident in Resident.objects.filter(made_up=True).order_by("id_number"):
        rng = random.Random(f"{number}-{resident.id_number}")
        if resident.cast_key:
            plan = told.get(resident.cast_key, cast_file.CastPlatform())
            steady = resident.cast_key == "employee"  # the story: one factory, twenty years, never a month missed
            gap = 0.0 if steady else 0.03
        else:
            plan, gap, steady = _plan(rng, resident, today), 0.03, False
        failed = _month_ago(today, FAILED_MONTHS_AGO) if resident.cast_key in FAILING else ""
        if plan.insured_since:
            contributions.extend(
                insurance.contributions(
                    rng, resident, factories if steady else employers, plan.insured_since, today, gap=gap,
                    until=plan.insured_until,
                )
            )  # fmt: skip
        if plan.pension_since:
            payouts.extend(insurance.payouts(rng, resident, plan.pension_since, today, failed=failed))
        if plan.retired_since:
            payouts.extend(lives.pension(rng, resident, plan.retired_since, today, failed=failed))
        if plan.benefit_since:
            payouts.extend(lives.benefit(resident, plan.benefit_since, today, failed=failed))
        by_the_year.extend(lives.contributions(rng, resident, plan, today))
        if plan.work_book is not None:
            books.append(lives.work_book(rng, resident, plan.work_book))
    for model in (EmployeeContribution, Payout, ResidentContribution, WorkBook):
        model.objects.filter(resident__made_up=True).delete()
    EmployeeContribution.objects.bulk_create(contributions, BATCH)
    Payout.objects.bulk_create(payouts, BATCH)
    ResidentContribution.objects.bulk_create(by_the_year, BATCH)
    WorkBook.objects.bulk_create(books, BATCH)
    return len(contributions) + len(by_the_year), len(payouts)


def _plan(rng: random.Random, resident: Resident, today: date) -> cast_file.CastPlatform:
    """Past sixty most draw the residents' pension, the others an employee's; of the younger half are insured as
    employees, most of the rest pay into the residents' pension, and some draw unemployment benefit."""
    age = (today - resident.born).days / 365.25
    if age >= 61:
        since = max(date(resident.born.year + 60, resident.born.month, 1), date(2012, 1, 1))
        if rng.random() < 0.85:
            paid = max(2011, since.year - 15)
            return cast_file.CastPlatform(
                pension_since=insurance.month_of(since), resident_since=paid if paid < since.year else 0
            )
        return cast_file.CastPlatform(retired_since=insurance.month_of(since))
    if age >= 19 and rng.random() < 0.5:
        years = rng.uniform(0.3, min(18.0, age - 18.5))
        since = insurance.month_of(today - timedelta(days=int(years * 365)))
        if years < 2 or rng.random() < 0.9:
            return cast_file.CastPlatform(insured_since=since)
        left = today - timedelta(days=rng.randint(60, 300))
        return cast_file.CastPlatform(
            insured_since=since, insured_until=insurance.month_of(left), work_book=left + timedelta(days=12),
            benefit_since=insurance.month_of(left + timedelta(days=40)),
        )  # fmt: skip
    if age >= 17:
        since_year = today.year - rng.randint(0, min(13, int(age) - 16))
        supplement = max(since_year, lives.SUPPLEMENT_BEGAN) if rng.random() < 0.3 else 0
        return cast_file.CastPlatform(resident_since=since_year, supplement_since=supplement)
    return cast_file.CastPlatform()


def _month_ago(today: date, count: int) -> str:
    year, month = divmod(today.year * 12 + today.month - 1 - count, 12)
    return f"{year:04d}-{month + 1:02d}"
