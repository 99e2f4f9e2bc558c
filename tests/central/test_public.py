"""The pages behind the QRs: no certificate needed, no personal data shown, numbers that cannot be walked."""

from __future__ import annotations

import ssl
from collections.abc import Iterator

import httpx
import pytest

from central import clock
from central.models import Opening
from contract.follow import follow_address, follow_mark


@pytest.fixture
def visitor(platform, terminal) -> Iterator[httpx.Client]:
    context = ssl.create_default_context(cafile=str(terminal.folder / "ca.pem"))
    with httpx.Client(base_url=platform.public_url, verify=context, trust_env=False) as client:
        yield client


def test_the_address_of_a_slip_tells_how_the_matter_stands_and_nothing_personal(visitor, terminal, cast, deliverer):
    submission = deliverer.submission(cast["employee"])
    bundle = terminal.platform
    address = follow_address(bundle["public_url"], bytes.fromhex(bundle["follow_key"]), submission.receipt)
    before = visitor.get(address)
    assert before.status_code == 404
    assert "还没有查到" in before.text
    deliverer.receipt(deliverer.deliver(submission))
    page = visitor.get(address)
    assert page.status_code == 200
    assert "已受理" in page.text
    assert "固定工求职登记" in page.text
    person = cast["employee"]
    for private in (person.name, person.id_number, person.phone, person.card.card_number, "13800000199"):
        assert private not in page.text
    assert page.headers["content-security-policy"].startswith("default-src 'none'")


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
