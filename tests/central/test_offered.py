"""What was published of an item is what the platform judges by: conditions, form and limit as terminals show them."""

from __future__ import annotations

import re
from datetime import timedelta

import msgspec
from django.test import RequestFactory

from central import clock, deciding, offered, upload_page
from central.configuration import releases
from central.models import MatterRecord, Terminal
from contract import catalogue, wire, working_days
from contract.conditions import Conditions, ConditionsAsk
from contract.fields import Answer
from contract.uploads import UPLOAD_PATH
from contract.wire import Verdict

from .conftest import card_of
from .lives import reviewer, somebody
from .test_acts import born
from .test_deciding import UNEMPLOYED, hand_in

FIELD = """
[[fields]]
key = "district"
kind = "choice"
question = "您住在镇上，还是村里？"
label = "住在"
options = [{ code = "town", label = "镇上" }, { code = "village", label = "村里" }]
"""
CHANGED: dict[str, Answer] = {**UNEMPLOYED, "district": "town"}


def changed() -> bytes:
    """Item 11 from eighteen on, within eight days, with a question more."""
    item = (catalogue.ITEMS / "11.toml").read_text("utf-8")
    item = item.replace("number = 16", "number = 18", 1).replace("10个工作日", "8个工作日")
    return (item + FIELD).encode()


def ages(terminal, person) -> set[str]:
    """What the platform says of somebody's age before the form."""
    opened = terminal.send(wire.SESSION_OPEN, card_of(person, pin=True))
    token = msgspec.json.decode(opened.content, type=wire.Session).token
    answer = terminal.send(wire.CONDITIONS, ConditionsAsk(item=11), token)
    found = msgspec.json.decode(answer.content, type=Conditions).findings
    return {match[1] for one in found if (match := re.search(r"满 (\d+) 周岁", one.words))}


def filters(terminal, person) -> bool:
    """Whether openings can be asked for by a wage that item 3 names once it is published."""
    opened = terminal.send(wire.SESSION_OPEN, card_of(person, pin=False))
    token = msgspec.json.decode(opened.content, type=wire.Session).token
    ask = wire.BrowseAsk(item=3, filters={"wage": "7000"})
    return terminal.send(wire.BROWSE, ask, token).status_code == 200


def asked_by_telephone(terminal, person) -> str:
    """The page that asks for the picture of the certificate of item 22."""
    opened = terminal.send(wire.SESSION_OPEN, card_of(person, pin=True))
    token = msgspec.json.decode(opened.content, type=wire.Session).token
    ask = wire.UploadAsk(item=22, document="skill_certificate", pages=1)
    link = msgspec.json.decode(terminal.send(wire.UPLOAD_OPEN, ask, token).content, type=wire.Upload).link
    address = link.rpartition("/")[2]
    return upload_page.upload(RequestFactory().get(UPLOAD_PATH + address), address).content.decode()


def due_of(receipt: str) -> int:
    """Which of the limits its due date is."""
    matter = MatterRecord.objects.get(receipt=receipt)
    calendar, day = working_days.load(), clock.day_of(matter.made_at)
    return next(days for days in (8, 10) if calendar.due(day, days).day == matter.due)


def test_conditions_form_and_limit_are_judged_as_they_were_published(terminal, deliverer, ceremony) -> None:
    adult, young = somebody(), somebody(born(17))
    assert ages(terminal, young) == {"16"}
    _, receipt = hand_in(deliverer, adult, 11, CHANGED)
    assert "多出来" in receipt.reason
    everybody = list(Terminal.objects.filter(revoked_at=None).values_list("pk", flat=True))
    first = [one for one in range(9999) if all(releases.place(f"o{one}", each) >= 1 for each in everybody)]
    more = (catalogue.ITEMS / "03.toml").read_bytes().replace(b'code = "6000"', b'code = "7000"')
    paper = (catalogue.ITEMS / "22.toml").read_text("utf-8").replace("证书照片", "等级证照片").encode()
    ceremony.put({"item-11.toml": changed(), "item-03.toml": more, "item-22.toml": paper})
    ceremony.command("release", "--release", f"o{first[0]}")
    ceremony.command("rollout", "--release", f"o{first[0]}", "--ring", "1")
    assert ages(terminal, young) == {"16"}  # not given to this one yet
    assert not filters(terminal, adult)
    assert "证书照片" in asked_by_telephone(terminal, adult)
    ceremony.command("rollout", "--release", f"o{first[0]}", "--ring", "100")
    assert ages(terminal, young) == {"18"}
    assert filters(terminal, adult)
    assert "等级证照片" in asked_by_telephone(terminal, adult)
    _, receipt = hand_in(deliverer, young, 11, CHANGED)
    assert "才满 18 周岁" in receipt.reason
    submission, receipt = hand_in(deliverer, adult, 11, CHANGED)
    assert (receipt.verdict, due_of(submission.receipt)) == (Verdict.ACCEPTED, 8)
    # Filled in before the new one was there, and kept while the line was down: by the form of then.
    late = somebody()
    older, receipt = hand_in(deliverer, late, 11, UNEMPLOYED, made_at=clock.shown(clock.now() - timedelta(seconds=5)))
    assert (receipt.verdict, due_of(older.receipt)) == (Verdict.ACCEPTED, 10)
    for one in (submission, older):
        assert deciding.decide(one.receipt, approve=True, by=reviewer()).state == "done"
    ceremony.command("halt", "--release", f"o{first[0]}", "--back")
    assert ages(terminal, young) == {"16"}
    assert offered.versions(11, terminal.id)[0].working_days == 10
