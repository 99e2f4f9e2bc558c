"""Made-up people with a life of their own, put into the platform's tables for one test."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta

from central import clock
from central.models import EmployeeContribution, Employer, LifeRecord, Resident, SocialCard, StaffMember
from central.rules.life import months_on
from central.seeding.cast import CastCard, CastPerson
from contract.id_number import check_digit

NUMBERS = itertools.count(1)
SEQUENCES: dict[tuple[date, str], Iterator[int]] = defaultdict(lambda: itertools.count(1))
"""Of those born on one day, by sex: the last digit of the sequence says which it is."""


BORN = date(1990, 5, 20)
A_DAY = 190
"""So many can be born on one day before the numbers of the crowd of the seed begin (test people of one sex)."""


def somebody(born: date | None = None, *, sex: str = "1", county: str = "140902", **known: object) -> CastPerson:
    """A resident with a card, and what is *known* of their life; without *born* one of thirty-six."""
    number = next(NUMBERS)
    born = born or BORN + timedelta(days=number // A_DAY)
    sequence = 2 * next(SEQUENCES[born, sex]) + int(sex) % 2
    assert sequence < 400, "the crowd of the seed has the others"
    first = f"140999{born:%Y%m%d}{sequence:03d}"
    person = CastPerson(
        key=f"life-{number}", name=f"虚构{number}", id_number=first + check_digit(first), sex=sex, ethnicity="01",
        born=born, county="忻府区", village="杨树村", phone="13800000199", service_password="",
        card=CastCard(
            card_number=f"C{number:08d}", card_id_code=f"{number:032d}", version="2.00", issued=date(2020, 1, 1),
            expires=date(2040, 1, 1), state="active",
        ),
    )  # fmt: skip
    resident, _ = Resident.objects.update_or_create(
        id_number=person.id_number,
        defaults={"name": person.name, "sex": sex, "ethnicity": "01", "born": born, "county": county,
                  "village": person.village},
    )  # fmt: skip
    resident.registrations.all().delete()
    SocialCard.objects.update_or_create(
        card_number=person.card.card_number,
        defaults={"resident": resident, "card_id_code": person.card.card_id_code, "version": "2.00",
                  "issued": person.card.issued, "expires": person.card.expires, "state": "active"},
    )  # fmt: skip
    LifeRecord.objects.update_or_create(resident=resident, defaults=known)
    return person


def worker(number: str = "G-0007", *, specialist: bool = False) -> str:
    """The number of a worker whom the platform knows; of a specialist, who may review."""
    # Another test may have taken the account out of use.
    if not StaffMember.objects.filter(pk=number).update(retired_at=None, specialist=specialist):
        StaffMember.objects.create(
            id=number, resident=resident_of(somebody()), point="忻府区人社局（示例）", specialist=specialist,
            added_at=clock.now(),
        )  # fmt: skip
    return number


def reviewer() -> str:
    return worker("S-0007", specialist=True)


def resident_of(person: CastPerson) -> Resident:
    return Resident.objects.get(id_number=person.id_number)


def certificate_of(person: CastPerson, level: str = "4") -> str:
    """The number of a skill certificate that nobody else has."""
    return f"S00001499999926{level}{900_000 + resident_of(person).pk:06d}"


def insured(person: CastPerson, months: int, *, until: date | None = None) -> None:
    """*months* of contributions that end with *until*, or go on."""
    employer = Employer.objects.order_by("pk").first()
    last = until or clock.today()
    for back in range(months):
        month = months_on(last.replace(day=1), -back).isoformat()[:7]
        EmployeeContribution.objects.create(
            resident=resident_of(person), month=month, employer=employer, base=400_000, personal=32_000,
            employer_part=64_000,
        )  # fmt: skip
