"""What seldom happens at the platform: items without their data, people without a place, requests of nobody."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, date, datetime

import pytest
from django.test import RequestFactory

from central import api, browsing, public, records, sessions, terminals
from central.call import Call
from central.items import payouts, words
from central.models import (
    DeliveryRecord,
    ECode,
    EmployeeContribution,
    Employer,
    MatterRecord,
    Opening,
    Payout,
    Registration,
    Resident,
    Session,
    SocialCard,
    Terminal,
)
from central.models.insurance import PayoutState
from central.problems import RefusedError
from contract import wire
from contract.catalogue import Proof
from contract.wire import ProblemCode

from .conftest import ROOT

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("table", "handler", "ask"),
    [
        ((browsing, "BROWSERS"), browsing.browse, wire.BrowseAsk(item=3)),
        ((browsing, "TELLERS"), browsing.detail, wire.DetailAsk(item=3, id="1")),
        ((browsing, "ADVISERS"), browsing.recommend, wire.RecommendAsk(item=2)),
        ((records, "SOURCES"), records.look_up, wire.RecordsAsk(item=25)),
    ],
)
def test_an_item_the_catalogue_has_and_the_platform_not_yet_is_not_found(monkeypatch, platform, table, handler, ask):
    """A newer catalogue beside an older platform: a problem with its sentence, not a breakdown."""
    monkeypatch.setattr(*table, {})
    session = Session(proof=Proof.PROVED.value)
    with pytest.raises(RefusedError) as refused:
        handler(Call(ask=ask, terminal=Terminal(id="TEST-0001"), session=session, at=NOW))
    assert refused.value.problem.code is ProblemCode.NOT_FOUND
    assert str(ask.item) in refused.value.problem.detail


@pytest.mark.parametrize(
    ("count", "spoken"), [(11, "11 个月"), (24, "24 个月（2 年）"), (268, "268 个月（22 年 4 个月）")]
)
def test_months_are_spoken_as_years_where_there_are_any(count: int, spoken: str):
    assert words.months(count) == spoken


def test_a_payment_that_came_back_says_why():
    payout = Payout(
        month="2026-10", total=12_300, state=PayoutState.FAILED, reason="银行卡已注销", day=date(2026, 10, 5)
    )
    facts = {fact.label: fact.value for fact in payouts._facts(payout, "")}
    assert facts["原因"] == "银行卡已注销"


def test_nobody_has_a_service_password_until_they_set_one(platform):
    with pytest.raises(RefusedError) as refused:
        sessions.check_service_password(Resident(pk=0, service_password=""), "246810")
    assert refused.value.problem.code is ProblemCode.PASSWORD_BLOCKED


# -- who is asking ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("certificate", ["", "not PEM", "证书", None])
def test_a_request_without_a_terminals_own_certificate_is_nobodys(terminal, certificate: str | None):
    """Behind another front than ours the header could say anything: verified, named, and without the key."""
    request = RequestFactory().get("/v1/health")
    if certificate is not None:
        request.environ |= {"SSL_CLIENT_VERIFY": "SUCCESS", "SSL_CLIENT_S_DN_CN": terminal.id}
        request.environ["SSL_CLIENT_CERT"] = certificate
    with pytest.raises(RefusedError) as refused:
        terminals.asking(request)
    assert refused.value.problem.code is ProblemCode.NOT_ALLOWED


@pytest.mark.parametrize(
    ("response", "status"),
    [(lambda: api.bad_request(None, ValueError("x")), 400), (lambda: api.broken(None), 500)],
)
def test_what_django_itself_refuses_is_a_problem_like_every_other(response, status: int):
    answer = response()
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert b"x" not in answer.content or status == 500


def test_a_page_that_broke_says_so_without_a_word_of_why():
    answer = public.broken(RequestFactory().get("/o/7"))
    assert answer.status_code == 500
    assert "Traceback" not in answer.content.decode()
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


# -- what is told of whom --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "record",
    [
        DeliveryRecord(pk=5), ECode(pk=5), EmployeeContribution(pk=5), MatterRecord(pk=5), Payout(pk=5),
        Registration(pk=5), Resident(pk=5, name="张测试", id_number="14099919800412021X"), Session(pk=5),
        SocialCard(pk=5), Terminal(id="TEST-0001"),
    ],
    ids=lambda record: type(record).__name__,
)  # fmt: skip
def test_what_a_record_calls_itself_names_nobody(record):
    """It is what logs and error pages would print."""
    told = str(record)
    assert told
    assert "张" not in told
    assert "140999" not in told


def test_what_is_public_calls_itself_by_its_name():
    assert str(Employer(name="杨树村饭店")) == "杨树村饭店"
    assert str(Opening(number="JY-7")) == "JY-7"


def test_settings_without_a_state_say_what_is_missing():
    environment = {name: value for name, value in os.environ.items() if name != "CENTRAL_STATE"}
    done = subprocess.run(
        [sys.executable, "-c", "import central.settings"], cwd=ROOT, env=environment, capture_output=True, text=True,
        check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode != 0
    assert "CENTRAL_STATE" in done.stderr
