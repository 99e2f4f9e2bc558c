"""Documents of a matter: named by its submission, seen by who reviews, opened on record, gone in time."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from central import audit, clock, documents
from central.models import DocumentPage, MatterRecord, PhotoRecord
from contract import limits, wire
from contract.fields import Answer
from contract.wire import Verdict

from .conftest import FOLDER, Deliverer, Terminal, run
from .lives import insured, reviewer, somebody, worker
from .test_acts import MONTH
from .test_deciding import hand_in
from .test_photos import delivery, sealed

CERTIFICATE: dict[str, Answer] = {
    "occupation": "电工", "level": "4", "issued": MONTH, "phone": "13800000199",
    "certificate": "S000014999999264800001",
}  # fmt: skip
REVIEW = ("review", "--state", str(FOLDER))


def photo(terminal: Terminal, picture: bytes = b"\xff\xd8page") -> wire.Delivery:
    return delivery(terminal, sealed(terminal, picture))


def matter(deliverer: Deliverer, *pages: str, **more: object) -> tuple[str, wire.Receipt]:
    """A certificate's subsidy with these pages; its receipt number and what the platform said."""
    person = somebody()
    insured(person, 12)
    made, receipt = hand_in(deliverer, person, 22, {**CERTIFICATE, "skill_certificate": pages or None}, **more)
    return made.receipt, receipt


def test_from_the_delivery_to_who_reviews(terminal: Terminal, deliverer: Deliverer, tmp_path: Path) -> None:
    here, late = photo(terminal), photo(terminal)
    receipt, answer = matter(deliverer, here.sha256, late.sha256)
    assert answer.verdict is Verdict.ACCEPTED
    assert terminal.send(wire.DELIVER_PHOTO, here).status_code == 200
    shown = run(*REVIEW, "show", receipt).stdout
    assert "证书照片：第 1 页，已送到" in shown
    assert "证书照片：第 2 页，还没有送到" in shown
    assert here.sha256 not in shown
    out = tmp_path / "page.jpg"
    look = (*REVIEW, "page", receipt, "--by", reviewer(), "--reason", "核对证书", "--out", str(out))
    run(*look, "--page", "1")
    assert out.read_bytes() == b"\xff\xd8page"
    assert out.stat().st_mode & 0o077 == 0
    assert any(f"{reviewer()} 看过材料第 1 页：核对证书" in one.line() for one in audit.by_receipt(receipt))
    assert any("核对证书" in one.line() for one in audit.by_operator(reviewer()))
    unknown = [worker() if word == reviewer() else word for word in look]
    refused = run(*unknown, "--page", "1", check=False)
    assert (refused.returncode, "不是业务骨干" in refused.stderr) == (1, True)
    assert run(*look, "--page", "2", check=False).returncode == 1
    assert run(*look, "--page", "9", check=False).returncode == 1
    assert run(*look[:-3], " ", *look[-2:], "--page", "1", check=False).returncode == 1


def test_more_pages_are_not_more_questions_to_the_database(terminal: Terminal, deliverer: Deliverer) -> None:
    """And none of them brings a picture along, but the one that is opened: once."""

    def asked(pages: int) -> tuple[int, int, list[str]]:
        here = [photo(terminal) for _ in range(pages)]
        receipt, _ = matter(deliverer, *(one.sha256 for one in here))
        for one in here:
            assert terminal.send(wire.DELIVER_PHOTO, one).status_code == 200
        mine = MatterRecord.objects.get(receipt=receipt)
        with CaptureQueriesContext(connection) as opening:
            assert documents.opened(receipt, pages, reviewer(), "核对") == b"\xff\xd8page"
        with CaptureQueriesContext(connection) as listing:
            assert [one.state for one in documents.listed(mine)] == ["已送到"] * pages
        with CaptureQueriesContext(connection) as who:
            assert [place for place, _ in documents.openings(mine)] == [pages]
        assert '"sealed"' not in "".join(one["sql"] for one in (*listing, *who))
        return len(listing), len(who), [one["sql"] for one in opening if '"sealed"' in one["sql"]]

    one, three = asked(1), asked(3)
    assert one[:2] == three[:2]
    assert len(three[2]) == 1


def test_what_was_not_pictured_is_asked_for(deliverer: Deliverer) -> None:
    receipt, answer = matter(deliverer)
    assert answer.verdict is Verdict.ACCEPTED
    assert "证书照片：没有拍，请他带原件来" in run(*REVIEW, "show", receipt).stdout


@pytest.mark.parametrize(
    "wrong", [("x",), ("0" * 64,) * 2, tuple(f"{n:064x}" for n in range(4))], ids=["no hash", "twice", "many"]
)
def test_pages_that_are_none_are_refused(deliverer: Deliverer, wrong: tuple[str, ...]) -> None:
    _, answer = matter(deliverer, *wrong)
    assert answer.verdict is Verdict.REFUSED


def test_a_page_stands_for_one_matter(terminal: Terminal, deliverer: Deliverer) -> None:
    page = photo(terminal)
    first, taken = matter(deliverer, page.sha256)
    second, refused = matter(deliverer, page.sha256)
    assert (taken.verdict, refused.verdict) == (Verdict.ACCEPTED, Verdict.REFUSED)
    assert "重新拍" in refused.reason
    assert [one.matter.receipt for one in DocumentPage.objects.filter(reference=page.sha256)] == [first]
    assert second != first


def test_another_terminals_page_of_the_same_hash_is_not_this_ones(
    terminal: Terminal, other_terminal: Terminal, deliverer: Deliverer
) -> None:
    body = sealed(other_terminal)
    theirs = delivery(other_terminal, body)
    receipt, _ = matter(deliverer, theirs.sha256)
    assert other_terminal.send(wire.DELIVER_PHOTO, theirs).status_code == 200
    assert [one.state for one in documents.listed(MatterRecord.objects.get(receipt=receipt))] == ["还没有送到"]
    with pytest.raises(documents.NoSuchPageError):
        documents.opened(receipt, 1, reviewer(), "核对")


def test_pages_go_when_their_time_is_over(terminal: Terminal, deliverer: Deliverer) -> None:
    """Waiting: stays. Decided: thirty days after its limit. Nobody's: a week. That it was there stays for ever."""
    waiting, done, nobodys = photo(terminal), photo(terminal), photo(terminal)
    matter(deliverer, waiting.sha256)
    receipt, _ = matter(deliverer, done.sha256)
    for page in (waiting, done, nobodys):
        assert terminal.send(wire.DELIVER_PHOTO, page).status_code == 200
    run(*REVIEW, "decide", receipt, "--by", reviewer(), "--refuse", "看不清")
    due = MatterRecord.objects.get(receipt=receipt).due
    assert due is not None

    def left(page: wire.Delivery) -> bool:
        return bool(PhotoRecord.objects.get(key=page.key).sealed)

    now = clock.now()
    documents.prune(now + timedelta(days=limits.PAGES_UNCLAIMED_DAYS - 1))
    assert [left(page) for page in (waiting, done, nobodys)] == [True, True, True]
    documents.prune(now + timedelta(days=limits.PAGES_UNCLAIMED_DAYS + 1))
    assert [left(page) for page in (waiting, done, nobodys)] == [True, True, False]
    documents.prune(now + timedelta(days=(due - clock.today()).days + limits.DOCUMENTS_KEPT_DAYS))
    assert left(done)
    documents.prune(now + timedelta(days=(due - clock.today()).days + limits.DOCUMENTS_KEPT_DAYS + 1))
    assert [left(page) for page in (waiting, done)] == [True, False]
    answers = [terminal.send(wire.DELIVER_PHOTO, done) for _ in range(2)]
    assert {msgspec.json.decode(one.content, type=wire.Receipt).verdict for one in answers} == {Verdict.ACCEPTED}
    assert not left(done)
    with pytest.raises(documents.NoSuchPageError, match="到期已清除"):
        documents.opened(receipt, 1, reviewer(), "核对")
