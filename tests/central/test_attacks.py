"""What a false or faulty terminal sends: impossible values under a right signature, sessions that are not its own,
certificates of another life, bytes that are no request. The platform never breaks, and says no in its own words."""

from __future__ import annotations

import http.client
import json
import re
import secrets
import socket
import ssl
import uuid
from datetime import UTC, date, timedelta

import httpx
import msgspec
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from central import clock
from central.models import ECode, Employer, MatterRecord, Opening, Registration, Resident, Session
from central.sessions import token_hash
from contract import limits, wire
from contract.wire import ProblemCode, ShownBy, Verdict

from .conftest import ANSWERS, FOLDER, Deliverer, admit, card_of, problem_of, run
from .lives import resident_of, somebody
from .test_deciding import UNEMPLOYED
from .test_public import visitor

__all__ = ["visitor"]

HUGE = 10**30


# -- impossible values under a right signature ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "changes",
    [
        {"log_seq": 2**63},
        {"log_seq": HUGE},
        {"log_segment": -HUGE},
        {"log_seq": -1},
        {"item": HUGE},
        {"item": -HUGE},
        {"made_at": "0001-01-01T00:00:00+14:00"},
        {"made_at": "9999-12-31T23:59:59-12:00"},
        {"answers": {**ANSWERS, "wage": HUGE}},
        {"answers": {**ANSWERS, "years": -HUGE}},
        {"answers": {**ANSWERS, "village": "\x00"}},
        {"answers": {"x" * 5000: "y" * 5000}},
        {"receipt": "１２３４５６７８９０１２"},
        {"receipt": "000000000000\n"},
        {"key": "k" * 5000},
        {"card_number": "' OR 1=1 --"},
    ],
    ids=lambda changes: "-".join(f"{key}={str(value)[:24]!r}" for key, value in changes.items()),
)
def test_a_signed_submission_that_cannot_be_is_refused_for_good_and_the_owner_can_still_look(
    terminal, cast, deliverer, by_card, changes
):
    plain = deliverer.submission(cast["employee"])
    changed = msgspec.structs.replace(plain, **changes)
    body = json.dumps(msgspec.to_builtins(changed)).encode()
    response = terminal.send(wire.DELIVER, deliverer.seal(plain.key, body))
    receipt = deliverer.receipt(response)
    assert receipt.verdict is Verdict.REFUSED
    assert terminal.send(wire.DELIVER, deliverer.seal(plain.key, body)).content == response.content
    answer = terminal.send(wire.MATTERS, wire.Empty(), by_card("employee"))
    assert answer.status_code == 200, "one bad matter must not hide the others"


def test_a_body_nested_without_end_is_refused_for_good(deliverer):
    key = str(uuid.uuid4())
    body = b'{"unheard_of": ' + b"[" * 30_000 + b"]" * 30_000 + b"}"
    receipt = deliverer.receipt(deliverer.terminal.send(wire.DELIVER, deliverer.seal(key, body)))
    assert receipt.verdict is Verdict.REFUSED


@pytest.mark.parametrize("text", ['"\\ud800"', '"\\udfff\\ud800"', '"\\u0000"'])
@pytest.mark.parametrize("name", ["id_number", "name", "card_number", "card_id_code", "code"])
@pytest.mark.parametrize("shown", list(ShownBy))
def test_halves_of_characters_open_nothing(terminal, name, text, shown):
    body = f'{{"shown_by": "{shown.value}", "{name}": {text}}}'.encode()
    answer = terminal.client.post("/v1/sessions", content=body, headers={"Content-Type": "application/json"})
    assert 400 <= answer.status_code < 500
    problem_of(answer)


@pytest.mark.parametrize("field", ["key", "type", "sha256"])
def test_halves_of_characters_deliver_nothing(terminal, deliverer, cast, field):
    sound = msgspec.to_builtins(deliverer.seal("k", b"{}"))
    sound[field] = "HALF"
    body = msgspec.json.encode(sound).replace(b'"HALF"', b'"\\ud800"')
    answer = terminal.client.post("/v1/deliveries", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400
    problem_of(answer)


@pytest.mark.parametrize(
    ("route", "ask"),
    [
        (wire.RECORDS, {"item": HUGE}),
        (wire.RECORDS, {"item": 25, "before": "2020\n"}),
        (wire.RECORDS, {"item": 36, "before": "2020-01\n"}),
        (wire.BROWSE, {"item": 3, "page": HUGE}),
        (wire.BROWSE, {"item": 3, "filters": {"wage": HUGE}}),
        (wire.BROWSE, {"item": 3, "filters": {"wage": "²"}}),
        (wire.BROWSE, {"item": 3, "filters": {"keyword": "%" * 60_000}}),
        (wire.BROWSE, {"item": 3, "filters": {"keyword": "\x00"}}),
        (wire.DETAIL, {"item": 3, "id": "\x00" * 100}),
        (wire.DETAIL, {"item": 3, "id": "../../audit.key"}),
        (wire.RECOMMEND, {"item": 2, "page": -HUGE}),
    ],
)
def test_questions_that_cannot_be_are_answered_with_a_no(terminal, proved, route, ask):
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {proved}"}
    answer = terminal.client.post(route.path, content=json.dumps(ask), headers=headers)
    assert 400 <= answer.status_code < 500, answer.text
    problem_of(answer)


# -- clocks ----------------------------------------------------------------------------------------------------------


def test_a_terminal_whose_clock_is_years_ahead_does_not_freeze_what_the_resident_wishes(cast, deliverer):
    person = cast["builder"]
    ahead = deliverer.submission(person, made_at="2046-01-01T00:00:00+08:00")
    assert deliverer.receipt(deliverer.deliver(ahead)).verdict is Verdict.ACCEPTED
    later = deliverer.submission(person, made_at=clock.now().isoformat())
    assert deliverer.receipt(deliverer.deliver(later)).verdict is Verdict.ACCEPTED
    assert Registration.objects.get(resident__id_number=person.id_number, current=True).receipt == later.receipt


def test_a_matter_of_a_terminal_whose_clock_was_lost_is_still_shown_to_its_owner(terminal, cast, deliverer, by_card):
    submission = deliverer.submission(cast["graduate"], made_at="2000-01-01T00:00:05+08:00")
    deliverer.receipt(deliverer.deliver(submission))
    answer = terminal.send(wire.MATTERS, wire.Empty(), by_card("graduate"))
    mine = msgspec.json.decode(answer.content, type=wire.Matters).matters
    assert submission.receipt in {one.receipt for one in mine}


def test_a_lost_clock_judges_nobody_by_their_age_of_then_and_promises_no_day_long_past(deliverer):
    person = somebody(date(1990, 5, 20))
    lost = deliverer.submission(person, item=11, answers=UNEMPLOYED, made_at="2000-01-01T00:00:05+08:00")
    assert deliverer.receipt(deliverer.deliver(lost)).verdict is Verdict.ACCEPTED
    matter = MatterRecord.objects.get(receipt=lost.receipt)
    assert matter.made_at == matter.received_at
    assert matter.due > clock.today()
    before = deliverer.submission(person, made_at=clock.shown(clock.now() - timedelta(days=3)))
    again = deliverer.submission(person, made_at="2000-01-01T00:00:05+08:00")
    for submission in (before, again):
        deliverer.deliver(submission)
    assert Registration.objects.get(resident=resident_of(person), item=1, current=True).receipt == again.receipt


def test_a_session_and_a_code_made_while_the_platforms_clock_was_ahead_do_not_live_for_years(terminal, by_card, cast):
    token = by_card("employee")
    years = timedelta(days=3650)
    row = Session.objects.filter(token_hash=token_hash(token))
    row.update(opened_at=clock.now() + years, expires_at=clock.now() + years)
    assert problem_of(terminal.send(wire.MATTERS, wire.Empty(), token)).code is ProblemCode.SESSION_ENDED
    code = secrets.token_urlsafe(24)
    resident = Resident.objects.get(cast_key="employee")
    ECode.objects.create(token_hash=token_hash(code), resident=resident, expires_at=clock.now() + years)
    refused = terminal.send(wire.SESSION_OPEN, wire.SessionOpen(shown_by=ShownBy.CODE, code=code))
    assert problem_of(refused).code is ProblemCode.CODE_EXPIRED


def test_a_clock_that_is_set_back_a_little_ends_nobodys_session(terminal, by_card):
    token = by_card("employee")
    soon = timedelta(seconds=60)
    row = Session.objects.get(token_hash=token_hash(token))
    row.opened_at, row.expires_at = row.opened_at + soon, row.expires_at + soon
    row.save()
    assert terminal.send(wire.MATTERS, wire.Empty(), token).status_code == 200


# -- false terminals -------------------------------------------------------------------------------------------------


def _connects(platform, folder, certificate: bytes, key) -> httpx.Response:
    """Ask for health with this certificate. Raises httpx.TransportError when the handshake is refused."""
    pem = serialization.Encoding.PEM
    (folder / "c.pem").write_bytes(certificate)
    (folder / "c.key").write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.create_default_context(cafile=str(FOLDER / "ca.pem"))
    context.load_cert_chain(folder / "c.pem", folder / "c.key")
    with httpx.Client(base_url=platform.url, verify=context, trust_env=False) as client:
        return client.get("/v1/health")


def _certificate(common: str, *, since: timedelta, until: timedelta, purpose=ExtendedKeyUsageOID.CLIENT_AUTH):
    """A certificate of the platform's own authority; (PEM, key)."""
    root = x509.load_pem_x509_certificate((FOLDER / "ca.pem").read_bytes())
    root_key = serialization.load_pem_private_key((FOLDER / "ca.key").read_bytes(), password=None)
    key = ec.generate_private_key(ec.SECP256R1())
    at = clock.now().astimezone(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)]))
        .issuer_name(root.subject).public_key(key.public_key()).serial_number(x509.random_serial_number())
        .not_valid_before(at + since).not_valid_after(at + until)
        .add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
    )  # fmt: skip
    return builder.sign(root_key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM), key


@pytest.mark.parametrize(
    ("since", "until"), [(timedelta(days=-40), timedelta(days=-10)), (timedelta(days=1), timedelta(days=30))]
)
def test_a_certificate_out_of_its_time_opens_no_connection(platform, terminal, tmp_path, since, until):
    certificate, key = _certificate(terminal.id, since=since, until=until)
    with pytest.raises(httpx.TransportError):
        _connects(platform, tmp_path, certificate, key)


@pytest.mark.parametrize("common", ["TEST-7777", "TEST-0001\n", "test-0001", " TEST-0001", "TEST-0001,O=x"])
def test_a_name_that_was_never_admitted_is_refused(platform, terminal, tmp_path, common):
    certificate, key = _certificate(common, since=timedelta(hours=-1), until=timedelta(days=1))
    answer = _connects(platform, tmp_path, certificate, key)
    assert problem_of(answer).code is ProblemCode.NOT_ALLOWED


def test_a_stolen_certificate_stays_revoked_when_the_terminal_is_admitted_with_a_new_key(platform, tmp_path):
    stolen = admit(tmp_path / "old", "TEST-0777")
    run("revoke", "--state", str(FOLDER), "--terminal", stolen.id)
    fresh = admit(tmp_path / "new", "TEST-0777")
    with stolen.client, fresh.client:
        assert fresh.send(wire.HEALTH).status_code == 200
        assert problem_of(stolen.send(wire.HEALTH)).code is ProblemCode.NOT_ALLOWED


def test_a_terminal_renewed_with_the_same_key_keeps_working_throughout(platform, tmp_path):
    made = admit(tmp_path / "t", "TEST-0778")
    run(
        "admit", "--state", str(FOLDER), "--terminal", made.id, "--csr", str(made.folder / "request.csr"),
        "--log-key", str(made.folder / "log.pub"), "--out", str(tmp_path / "again"),
    )  # fmt: skip
    with made.client:
        assert made.send(wire.HEALTH).status_code == 200, "the answer may have been lost: the old one still serves"


def test_a_terminal_whose_log_key_was_exchanged_delivers_nothing(platform, cast, tmp_path):
    made = admit(tmp_path / "t", "TEST-0779")
    other = admit(tmp_path / "u", "TEST-0780")
    with made.client, other.client:
        deliverer = Deliverer(made)
        submission = deliverer.submission(cast["builder"])
        delivery = deliverer.seal(submission.key, msgspec.json.encode(submission), signer=other.log_key)
        assert problem_of(made.send(wire.DELIVER, delivery)).code is ProblemCode.BAD_REQUEST
        assert not MatterRecord.objects.filter(receipt=submission.receipt).exists()


# -- sessions --------------------------------------------------------------------------------------------------------


def test_a_terminal_cannot_choose_its_sessions_token_nor_use_another_ones(terminal, other_terminal, cast):
    fixed = secrets.token_urlsafe(32)
    body = msgspec.to_builtins(card_of(cast["employee"], pin=True)) | {"token": fixed, "proof": "proved"}
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {fixed}"}
    answer = terminal.client.post("/v1/sessions", content=json.dumps(body), headers=headers)
    token = msgspec.json.decode(answer.content, type=wire.Session).token
    assert token != fixed
    assert problem_of(terminal.send(wire.MATTERS, wire.Empty(), fixed)).code is ProblemCode.SESSION_ENDED
    for route in (route for route in wire.ROUTES if route.session):
        answer = other_terminal.client.post(
            route.path,
            content=b'{"item": 25, "id": "x", "pin_verified": true, "document": "book", "pages": 1, "upload": "x"}',
            headers={"Content-Type": "application/json", "Authorization": f"Bearer {token}"},
        )  # fmt: skip
        assert problem_of(answer).code is ProblemCode.SESSION_ENDED
    assert terminal.send(wire.MATTERS, wire.Empty(), token).status_code == 200, "and it was not closed from there"


def test_the_hash_in_the_database_is_no_token(terminal, by_card):
    token = by_card("employee")
    for guess in (token_hash(token), token[:-1], token + "=", token.swapcase()):
        assert problem_of(terminal.send(wire.MATTERS, wire.Empty(), guess)).code is ProblemCode.SESSION_ENDED


# -- bytes that are no request ---------------------------------------------------------------------------------------


def _raw(platform, terminal, sent: bytes, seconds: float = 5.0) -> bytes:
    with (
        socket.create_connection((platform.config.host, platform.config.port), timeout=seconds) as plain,
        terminal.context.wrap_socket(plain, server_hostname="127.0.0.1") as line,
    ):
        line.sendall(sent)
        answer = b""
        try:
            while piece := line.recv(65_536):
                answer += piece
        except TimeoutError:
            pass
        return answer


@pytest.mark.parametrize(
    "sent",
    [
        b"\r\n\r\n",
        b"\x00" * 100 + b"\r\n\r\n",
        b"GET /v1/health HTTP/9.9\r\n\r\n",
        b"GET  HTTP/1.1\r\nHost: x\r\n\r\n",
        b"POST /v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: -5\r\n\r\n",
        b"POST /v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1e3\r\n\r\n{}",
        b"POST /v1/sessions HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: \xc2\xb2\r\n\r\n{}",
        b"POST /v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
        b"POST /v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n-5\r\n{}\r\n0\r\n\r\n",
        b"GET /%ff%fe%00 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        b"GET /v1/health HTTP/1.1\r\nHost: x\r\nX: " + b"y" * 20_000 + b"\r\n\r\n",
        b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    ],
    ids=lambda sent: repr(sent[:48]),
)
def test_what_is_no_request_gets_no_trace_and_the_platform_lives(platform, terminal, sent):
    answer = _raw(platform, terminal, sent, 2.0)
    assert b" 500 " not in answer.split(b"\r\n", 1)[0]
    assert b"Traceback" not in answer
    assert b"site-packages" not in answer
    assert terminal.send(wire.HEALTH).status_code == 200


def test_a_chunked_body_is_bounded_like_any_other_and_is_no_second_request(platform, terminal):
    inner = b"GET /v1/health HTTP/1.1\r\nHost: x\r\n\r\n"
    head = b"POST /v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nConnection: close\r\n"
    chunk = b"%x\r\n" % len(inner) + inner + b"\r\n0\r\n\r\n"
    answer = _raw(platform, terminal, head + b"Transfer-Encoding: chunked\r\n\r\n" + chunk, 3.0)
    assert len(re.findall(rb"HTTP/1\.1 \d\d\d", answer)) == 1
    assert b'"version"' not in answer
    endless = (b"ffff\r\n" + b"x" * 0xFFFF + b"\r\n") * 40 + b"0\r\n\r\n"
    try:
        answer = _raw(platform, terminal, head + b"Transfer-Encoding: chunked\r\n\r\n" + endless, 3.0)
    except OSError:
        answer = b""  # hung up in the middle
    assert b" 200 " not in answer
    assert b" 500 " not in answer
    assert terminal.send(wire.HEALTH).status_code == 200


def test_a_refused_body_is_not_taken_for_the_next_request(platform, terminal):
    inner = b"GET /v1/health HTTP/1.1\r\nHost: x\r\n\r\n"
    filler = inner * (limits.REQUEST_BYTES // len(inner) + 2)
    sent = b"POST /v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
    answer = _raw(platform, terminal, sent % len(filler) + filler, 2.0)
    assert answer.startswith(b"HTTP/1.1 413")
    assert len(re.findall(rb"HTTP/1\.1 \d\d\d", answer)) == 1


def test_no_name_in_the_host_header_leads_anywhere(platform, terminal, visitor):
    for client, path in ((terminal.client, "/v1/health"), (visitor, "/o/none"), (visitor, "/f/000000000000?k=x")):
        for host in ("evil.example", "127.0.0.1:1@evil.example", ""):
            answer = client.get(path, headers={"Host": host})
            assert answer.status_code in (200, 400, 404)
            assert "location" not in answer.headers
            assert "evil" not in answer.text


def test_http_without_tls_is_told_nothing(platform):
    connection = http.client.HTTPConnection(platform.config.host, platform.config.port, timeout=3)
    try:
        connection.request("GET", "/v1/health")
        answer = connection.getresponse()
        assert answer.status == 400
        assert b"version" not in answer.read()
    except (OSError, http.client.HTTPException):
        pass  # hung up: as good
    finally:
        connection.close()


# -- the public pages ------------------------------------------------------------------------------------------------


def test_an_opening_is_data_whatever_stands_in_it(visitor, terminal, proved):
    nasty = "<script>alert(1)</script>{{ 7|add:1 }}{% now 'Y' %}\"'><img src=x onerror=alert(2)>"
    employer = Employer.objects.create(name=f"单位{nasty}"[:80], county="140902")
    opening = Opening.objects.create(
        number="GW9X<b>&'\"", employer=employer, title=nasty[:60], occupation="<i>", county="<u>", place=nasty[:60],
        lat=38.4, lon=112.7, wage_low=1000, wage_high=2000, hours="<s>", certificate="<q>", lodging="none",
        headcount=1, contact="<a href=javascript:x>", phone="<svg>", text=nasty * 3, posted=clock.today(),
        valid_until=clock.today(),
    )  # fmt: skip
    try:
        page = visitor.get(f"/o/{opening.number}")
        assert page.status_code == 200
        body = page.text.partition("</style>")[2]
        allowed = {"head", "body", "header", "main", "h1", "p", "div", "dl", "dt", "dd", "footer", "html", "span"}
        assert set(re.findall(r"<([a-zA-Z][a-zA-Z0-9]*)", body)) <= allowed
        assert "alert(1)" in body, "shown as the words it is"
        assert "script" not in page.headers["content-security-policy"].replace("'none'", "")
    finally:
        opening.delete()
        employer.delete()


def test_walking_the_receipt_numbers_tells_nothing(visitor, terminal, cast, deliverer):
    submission = deliverer.submission(cast["builder"])
    deliverer.receipt(deliverer.deliver(submission))
    number = int(submission.receipt)
    pages = {
        (page.status_code, page.text, tuple(sorted(k for k in page.headers if k != "date")))
        for offset in range(-8, 9)
        for page in (visitor.get(f"/f/{number + offset:012d}", params={"k": "AAAAAAAAAA"}),)
    }
    assert len(pages) == 1
