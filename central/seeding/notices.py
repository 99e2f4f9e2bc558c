"""Job fairs, where files are kept, policies and notices. The words of the policies are ``notices.toml``."""

from __future__ import annotations

import random
from datetime import date, timedelta
from pathlib import Path
from typing import Final

import msgspec

from central import places
from central.models import ArchiveKeeper, JobFair, Policy

FILE: Final = Path(__file__).with_name("notices.toml")
FAIRS: Final = 24
HALLS: Final = ("人民广场", "文化馆一楼", "城关镇服务大厅", "工业园区", "职业技术学校操场", "南河镇集市")
TITLES: Final = {
    "all": ("赶集日招聘会", "返乡务工人员招聘会", "春风送岗招聘会"),
    "graduates": ("高校毕业生专场招聘会",),
    "migrants": ("进城务工人员专场招聘会",),
    "women": ("妇女就业专场招聘会",),
    "difficulty": ("就业帮扶专场招聘会",),
    "disabled": ("残疾人就业专场招聘会",),
}
AUDIENCES: Final = ("all", "all", "all", *(code for code in TITLES if code != "all"))


class Notice(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One policy as the file has it."""

    number: str
    title: str
    kind: str
    topic: str
    issuer: str
    text: str
    source: str
    sample: bool
    paper: str = ""
    in_force: date | None = None


class Notices(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    notice: tuple[Notice, ...]


def read() -> tuple[Notice, ...]:
    """Raises msgspec.ValidationError naming what is wrong."""
    return msgspec.toml.decode(FILE.read_bytes(), type=Notices).notice


def policies() -> int:
    notices = read()
    Policy.objects.exclude(number__in=[notice.number for notice in notices]).delete()
    for rank, notice in enumerate(notices):
        values = msgspec.to_builtins(notice) | {"in_force": notice.in_force, "rank": rank}
        Policy.objects.update_or_create(number=values.pop("number"), defaults=values)
    return len(notices)


def fairs(rng: random.Random, today: date) -> int:
    """Some over, most to come."""
    JobFair.objects.filter(made_up=True).delete()
    JobFair.objects.bulk_create(_fair(rng, number, today) for number in range(FAIRS))
    return FAIRS


def _fair(rng: random.Random, number: int, today: date) -> JobFair:
    code = rng.choice(sorted(places.COUNTIES))
    audience = rng.choice(AUDIENCES)
    employers = rng.randint(8, 60)
    return JobFair(
        number=f"ZP{number:04d}", title=rng.choice(TITLES[audience]), county=code, place=rng.choice(HALLS),
        day=today + timedelta(days=rng.randint(-6, 45)), begins=rng.choice(("08:30", "09:00")), ends="12:00",
        audience=audience, organiser=f"{places.COUNTIES[code].name}就业服务中心（示例）", employers=employers,
        openings=employers * rng.randint(4, 15), phone=f"13800000{rng.randrange(1000):03d}",
        text="不收费，带上身份证。有简历的带一份，没有也行，现场有人帮着填。", made_up=True,
    )  # fmt: skip


def archives(rng: random.Random) -> int:
    """One in every county."""
    ArchiveKeeper.objects.filter(made_up=True).delete()
    made = [_keeper(rng, code, name) for code, (name, _, _) in sorted(places.COUNTIES.items())]
    ArchiveKeeper.objects.bulk_create(made)
    return len(made)


def _keeper(rng: random.Random, code: str, name: str) -> ArchiveKeeper:
    return ArchiveKeeper(
        number=f"DA{code}", name=f"{name}人才服务中心（示例）", county=code,
        address=f"{rng.choice(('建设路', '和平街', '新华路', '文昌街'))} {rng.randint(1, 90)} 号，二楼档案室",
        phone=f"13800000{rng.randrange(1000):03d}", open_hours="工作日 8:30 到 12:00，14:30 到 18:00",
        serves="户口在本县、没有固定单位的；从本县单位出来的；毕业后还没找到工作的",
        bring="身份证。从外地转来的，再带调档函；不收保管费", made_up=True,
    )  # fmt: skip
