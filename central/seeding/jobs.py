"""Made-up employers and openings."""

from __future__ import annotations

import random
from datetime import date, timedelta
from pathlib import Path
from typing import Final

import msgspec

from central import places
from central.models import Employer, Opening

TEMPLATES: Final = Path(__file__).with_name("jobs.toml")
WORDS: Final = (
    *("禾谷", "云麓", "晨阳", "丰泽", "古槐", "清泉", "金穗", "白塔"),
    *("长风", "和顺", "青石", "双河", "红柳", "平川", "东篱", "明月"),
)
EMPLOYERS_A_KIND: Final = 8
TOWNS: Final = ("城关", "南河镇", "石门镇", "东坡乡", "桥头镇", "工业园区", "杨树村", "柳沟村", "上店镇", "枣林乡")
HOURS: Final = ("day", "day", "day", "shift", "night", "flexible")
LODGING: Final = ("none", "none", "meals", "both", "bed")
CONTACTS: Final = ("王经理", "李师傅", "张主任", "刘厂长", "赵会计", "郭老板")
PROMISES: Final = ("按月发工资", "签劳动合同", "缴社会保险", "有班车接送", "过节有福利", "没干过的可以学")
BATCH: Final = 500


class Job(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One kind of opening."""

    occupation: str
    titles: tuple[str, ...]
    wage: tuple[int, int]
    kinds: tuple[str, ...]
    certificates: tuple[str, ...] = ("",)


class Jobs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    job: tuple[Job, ...]


def templates() -> tuple[Job, ...]:
    return msgspec.toml.decode(TEMPLATES.read_bytes(), type=Jobs).job


def employers(rng: random.Random) -> list[Employer]:
    """Some employers of every kind named in the templates; names are invented and kept from one seed to the next."""
    kinds = sorted({kind for job in templates() for kind in job.kinds})
    made = [
        Employer(name=f"{word}{kind}", county=rng.choice(sorted(places.COUNTIES)), made_up=True)
        for kind in kinds
        for word in rng.sample(WORDS, EMPLOYERS_A_KIND)
    ]
    Employer.objects.bulk_create(
        made, BATCH, update_conflicts=True, unique_fields=["name"], update_fields=["county", "made_up"]
    )
    return list(Employer.objects.filter(made_up=True).order_by("name"))


def openings(rng: random.Random, known: list[Employer], count: int, today: date) -> int:
    """Write *count* openings anew, posted within the last month and open for weeks; how many there are."""
    jobs = templates()
    made = [_opening(rng, known, rng.choice(jobs), number, today) for number in range(count)]
    fields = [field.name for field in Opening._meta.concrete_fields if field.name not in {"id", "number"}]
    Opening.objects.filter(made_up=True).exclude(number__in=[one.number for one in made]).delete()
    Opening.objects.bulk_create(made, BATCH, update_conflicts=True, unique_fields=["number"], update_fields=fields)
    return count


def _opening(rng: random.Random, known: list[Employer], job: Job, number: int, today: date) -> Opening:
    employer = rng.choice([one for one in known if one.name[2:] in job.kinds])
    # most work where they are; some have a site in another county
    county = employer.county if rng.random() < 0.8 else rng.choice(sorted(places.COUNTIES))
    place = places.COUNTIES[county]
    low = rng.randrange(job.wage[0], (job.wage[0] + job.wage[1]) // 2 + 1, 100)
    title, certificate = rng.choice(job.titles), rng.choice(job.certificates)
    return Opening(
        number=f"GW{number:06d}", employer=employer, title=title, occupation=job.occupation, county=county,
        place=rng.choice(TOWNS), lat=place.lat + rng.uniform(-0.2, 0.2), lon=place.lon + rng.uniform(-0.2, 0.2),
        wage_low=low, wage_high=rng.randrange(low + 200, job.wage[1] + 300, 100), hours=rng.choice(HOURS),
        certificate=certificate, years=rng.choice((0, 0, 0, 1, 2, 3)), lodging=rng.choice(LODGING),
        headcount=rng.choice((1, 1, 2, 3, 5, 10)), contact=rng.choice(CONTACTS),
        phone=f"13800000{rng.randrange(1000):03d}", text=_text(rng), posted=today - timedelta(days=rng.randint(0, 28)),
        valid_until=today + timedelta(days=rng.randint(14, 60)), made_up=True,
    )  # fmt: skip


def _text(rng: random.Random) -> str:
    return "，".join(rng.sample(PROMISES, 3)) + "。"
