"""The pages behind the QRs: no certificate needed, no personal data shown, numbers that cannot be walked."""

from __future__ import annotations

import html
import re
import ssl
from collections.abc import Iterator
from datetime import timedelta

import httpx
import msgspec
import pytest

from central import clock, deciding
from central.configuration import releases
from central.models import MatterRecord, Opening
from central.models import Terminal as Row
from contract import catalogue, formatting, notice, texts, wire, working_days
from contract.follow import follow_address, follow_mark
from tests.telephone import telephone

from .lives import insured, reviewer, somebody
from .test_deciding import UNEMPLOYED


@pytest.fixture
def visitor(platform, terminal) -> Iterator[httpx.Client]:
    context = ssl.create_default_context(cafile=str(terminal.folder / "ca.pem"))
    with httpx.Client(base_url=platform.public_url, verify=context, trust_env=False) as client:
        yield client


def test_the_address_of_a_slip_tells_how_the_matter_stands_and_nothing_personal(
    visitor, terminal, cast, deliverer, by_card
):
    submission = deliverer.submission(cast["employee"])
    bundle = terminal.platform
    address = follow_address(bundle["public_url"], bytes.fromhex(bundle["follow_key"]), submission.receipt)
    before = visitor.get(address)
    assert before.status_code == 404
    assert "还没有查到" in before.text
    deliverer.receipt(deliverer.deliver(submission))
    page = visitor.get(address)
    assert page.status_code == 200
    assert "已办结" in page.text  # nobody has to look at it
    assert "固定工求职登记" in page.text
    person = cast["employee"]
    for private in (person.name, person.id_number, person.phone, person.card.card_number, "13800000199"):
        assert private not in page.text
    assert page.headers["content-security-policy"].startswith("default-src 'none'")
    mine = terminal.send(wire.MATTERS, wire.Empty(), by_card("employee"))
    links = {one.receipt: one.link for one in msgspec.json.decode(mine.content, type=wire.Matters).matters}
    assert links[submission.receipt] == address, "a slip printed once more leads there too, from any terminal"


def test_the_notice_of_every_item_is_behind_the_code_of_its_print(visitor, terminal):
    words = texts.load()
    for item in catalogue.load():
        page = visitor.get(notice.address(terminal.platform["public_url"], item.number))
        assert page.status_code == 200
        shown = html.unescape(page.text)
        for label, lines in notice.rows(words, item):
            assert f"<dt>{words(label)}</dt>" in shown
            assert "\n".join(lines) in shown
    for wrong in ("0", "41", "99999999999999999999", "-1", "a"):
        assert visitor.get(f"{notice.NOTICE_PATH}{wrong}").status_code == 404


def test_the_notice_is_in_the_words_of_the_newest_release_that_all_have(visitor, terminal, ceremony):
    """A change of an item, a new item and another text, signed and published: seen once every ring has them, and no
    longer when the release is halted. What is below its minimum is shown by no terminal, nor here."""
    where, said = "村里杨树底下的服务点", "到哪儿办"
    item = (catalogue.ITEMS / "34.toml").read_text("utf-8")
    changed = re.sub(r'(?m)^where = ".*"$', f'where = "{where}"', item)
    objects = {
        "item-34.toml": changed, "item-41.toml": changed.replace("number = 34", "number = 41", 1),
        "texts.toml": f'"guide.where" = "{said}"\n',
    }  # fmt: skip

    def seen(number: int = 34) -> tuple[int, bool, bool]:
        page = visitor.get(f"{notice.NOTICE_PATH}{number}")
        return page.status_code, where in page.text, said in page.text

    everybody = [row.pk for row in Row.objects.filter(revoked_at=None)]
    name = next(f"r{n}" for n in range(9999) if all(releases.place(f"r{n}", one) >= 1 for one in everybody))
    ceremony.put({file: words.encode() for file, words in objects.items()})
    ceremony.command("release", "--release", name)
    ceremony.command("rollout", "--release", name, "--ring", "1")
    assert (seen(), seen(41)[0]) == ((200, False, False), 404)
    ceremony.command("rollout", "--release", name, "--ring", "100")
    assert (seen(), seen(41), seen(1)) == ((200, True, True), (200, True, True), (200, False, True))
    ceremony.put({"item-34.toml": item.encode()}, minimum="item-34=2")
    assert (seen(), seen(41)) == ((200, False, True), (200, True, True))
    ceremony.command("halt", "--release", name)
    assert (seen(), seen(41)[0]) == ((200, False, False), 404)


@pytest.fixture
def followed(visitor, terminal, deliverer):
    """An unemployment registration that waits for its answer: who it is, its number, and its page, got anew."""
    person = somebody()
    submission = deliverer.submission(person, item=11, answers=UNEMPLOYED, made_at=clock.shown(clock.now()))
    deliverer.receipt(deliverer.deliver(submission))
    address = follow_address(
        terminal.platform["public_url"], bytes.fromhex(terminal.platform["follow_key"]), submission.receipt
    )
    return person, submission.receipt, lambda: visitor.get(address)


def test_a_matter_that_waits_says_by_when(followed):
    _, receipt, page = followed
    due = working_days.load().due(clock.today(), 10)
    text = page().text
    assert "已受理" in text
    assert due.words in text
    assert formatting.receipt(receipt) in text


def test_a_matter_that_is_late_says_so_from_the_day_after(followed):
    _, receipt, page = followed
    for due, late in ((clock.today(), False), (clock.today() - timedelta(days=1), True)):
        MatterRecord.objects.filter(receipt=receipt).update(due=due, due_provisional=False)
        assert ("还没有答复" in page().text) is late


def test_a_decision_is_seen_and_what_comes_of_it(followed):
    _, receipt, page = followed
    assert "答复时间" not in page().text
    deciding.decide(receipt, approve=True, by=reviewer())
    text = page().text
    assert "已办结" in text
    assert "答复时间" in text
    assert catalogue.load()[11].result in text
    assert "最晚答复" not in text
    assert reviewer() not in text, "who decided is the office's business"


def test_a_refusal_is_seen_with_its_reason_and_with_nobodys_name_in_it(followed):
    person, receipt, page = followed
    reason = f"{person.name} {person.id_number} 电话 13800000199：离职证明看不清，请重拍"
    deciding.decide(receipt, approve=False, by=reviewer(), reason=reason)
    text = page().text
    assert "没有通过" in text
    assert "离职证明看不清，请重拍" in text
    assert "怎么办" in text
    for private in (person.name, person.id_number, "13800000199"):
        assert private not in text


def test_what_the_rules_refused_says_why(visitor, terminal, deliverer):
    person = somebody()
    insured(person, 6)
    submission = deliverer.submission(person, item=11, answers=UNEMPLOYED, made_at=clock.shown(clock.now()))
    assert deliverer.receipt(deliverer.deliver(submission)).verdict is wire.Verdict.REFUSED
    key = bytes.fromhex(terminal.platform["follow_key"])
    text = visitor.get(f"/f/{submission.receipt}", params={"k": follow_mark(key, submission.receipt)}).text
    assert "没有受理" in text
    assert "还在给您缴社会保险" in text


def test_the_page_keeps_away_from_searches_and_caches(followed):
    headers = followed[2]().headers
    assert "noindex" in headers["x-robots-tag"]
    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "no-referrer"
    assert "set-cookie" not in headers


@pytest.mark.parametrize("letters", [16, 26])
async def test_on_a_telephone_it_is_read_without_pushing_it_about(platform, followed, tmp_path, letters):
    """In real Chromium, 360 pixels wide, in letters as they are and as somebody sets them who sees badly."""
    _, receipt, page = followed
    async with telephone(tmp_path / "telephone", platform.folder / "server.pem") as phone:
        await phone.letters(letters)
        await phone.opens(str(page().url))
        await phone.reads(formatting.receipt(receipt))
        found = await phone.measured()
    assert found["window"] <= 360, "a telephone's window"
    assert found["wide"] <= found["window"]
    assert not found["out"]
    assert found["letters"] >= 16


def test_without_the_mark_a_number_that_is_and_one_that_is_not_look_the_same(visitor, terminal, cast, deliverer):
    submission = deliverer.submission(cast["employee"])
    deliverer.receipt(deliverer.deliver(submission))
    key = bytes.fromhex(terminal.platform["follow_key"])
    unknown = visitor.get("/f/999999999999?k=AAAAAAAAAA")
    other = follow_mark(key, "999999999999")
    for mark in ("", "AAAAAAAAAA", other, "é", follow_mark(bytes(32), submission.receipt)):
        page = visitor.get(f"/f/{submission.receipt}", params={"k": mark})
        assert (page.status_code, page.text) == (404, unknown.text)


def test_follow_keys_differ_by_terminal(terminal, other_terminal):
    assert terminal.platform["follow_key"] != other_terminal.platform["follow_key"]


def test_an_opening_is_a_page_and_one_that_is_over_says_so(visitor):
    opening = Opening.objects.select_related("employer").filter(valid_until__gte=clock.today()).first()
    page = visitor.get(f"/o/{opening.number}")
    assert page.status_code == 200
    assert opening.title in page.text
    assert opening.employer.name in page.text
    assert opening.phone not in page.text
    assert "过期" not in page.text
    until = opening.valid_until
    Opening.objects.filter(pk=opening.pk).update(valid_until=clock.today().replace(year=2020, day=1))
    try:
        assert "已经过期" in visitor.get(f"/o/{opening.number}").text
    finally:
        Opening.objects.filter(pk=opening.pk).update(valid_until=until)


@pytest.mark.parametrize("path", ["/o/nothing", "/", "/f/", "/o/<script>", "/v1/health", "/o/%00", "/f/%00"])
def test_what_is_not_there_is_a_page_in_chinese(visitor, path):
    page = visitor.get(path)
    assert page.status_code == 404
    assert "就近办" in page.text
    assert "<script" not in page.text


def test_pages_only_show(visitor):
    assert visitor.post("/o/GW000001").status_code == 405
