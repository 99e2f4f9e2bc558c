"""Who may ask at all: terminals by their certificate, residents by what they show and prove."""

from __future__ import annotations

import secrets
import socket
import ssl
from datetime import date, timedelta

import httpx
import msgspec
import pytest

from central import clock
from central.models import ECode, Resident, Session
from central.models import Terminal as TerminalRow
from central.sessions import token_hash
from contract import limits, wire
from contract.catalogue import Proof
from contract.wire import ProblemCode, ShownBy

from .conftest import FOLDER, admit, card_of, problem_of, run


def session_of(response: httpx.Response) -> wire.Session:
    assert response.status_code == 200, response.text
    return msgspec.json.decode(response.content, type=wire.Session)


def test_without_certificate_there_is_no_connection(platform, terminal):
    context = ssl.create_default_context(cafile=str(terminal.folder / "ca.pem"))
    with (
        httpx.Client(base_url=platform.url, verify=context, trust_env=False) as client,
        pytest.raises(httpx.TransportError),
    ):
        client.get("/v1/health")


def test_a_certificate_of_another_authority_is_refused(platform, terminal, tmp_path):
    other = tmp_path / "other"
    run("init", "--state", str(other), "--port", "18449")
    context = ssl.create_default_context(cafile=str(terminal.folder / "ca.pem"))
    context.load_cert_chain(other / "server.pem", other / "server.key")
    with (
        httpx.Client(base_url=platform.url, verify=context, trust_env=False) as client,
        pytest.raises(httpx.TransportError),
    ):
        client.get("/v1/health")


def test_the_server_certificate_opens_no_door_to_a_client(platform, terminal):
    context = ssl.create_default_context(cafile=str(terminal.folder / "ca.pem"))
    context.load_cert_chain(FOLDER / "server.pem", FOLDER / "server.key")
    with (
        httpx.Client(base_url=platform.url, verify=context, trust_env=False) as client,
        pytest.raises(httpx.TransportError),
    ):
        client.get("/v1/health")


def test_an_admitted_terminal_is_answered(terminal):
    answer = terminal.send(wire.HEALTH)
    assert answer.status_code == 200
    assert msgspec.json.decode(answer.content, type=wire.Health).at.endswith("+08:00")


def test_unknown_and_revoked_terminals_are_refused_at_the_next_request(platform, tmp_path):
    made = admit(tmp_path / "t", "TEST-0666")
    with made.client:
        assert made.send(wire.HEALTH).status_code == 200
        run("revoke", "--state", str(FOLDER), "--terminal", made.id)
        assert problem_of(made.send(wire.HEALTH)).code is ProblemCode.NOT_ALLOWED
        TerminalRow.objects.filter(pk=made.id).delete()
        refused = made.send(wire.HEALTH)
        assert refused.status_code == 403
        assert problem_of(refused).code is ProblemCode.NOT_ALLOWED


def test_public_and_terminal_listeners_share_no_route(platform, terminal):
    context = ssl.create_default_context(cafile=str(terminal.folder / "ca.pem"))
    with httpx.Client(base_url=platform.public_url, verify=context, trust_env=False) as client:
        for route in wire.ROUTES:
            assert client.request(route.method, route.path).status_code == 404
    assert terminal.client.get("/o/GW000001").status_code == 404


@pytest.mark.parametrize(("pin", "proof"), [(False, Proof.SHOWN), (True, Proof.PROVED)])
def test_a_card_is_worth_what_it_proved(terminal, cast, pin, proof):
    session = session_of(terminal.send(wire.SESSION_OPEN, card_of(cast["employee"], pin=pin)))
    assert session.proof is proof
    assert session.card_state == "正常"


def test_an_id_card_with_a_claimed_pin_is_only_shown(terminal, cast):
    person = cast["employee"]
    ask = wire.SessionOpen(shown_by=ShownBy.ID_CARD, id_number=person.id_number, name=person.name, pin_verified=True)
    session = session_of(terminal.send(wire.SESSION_OPEN, ask))
    assert session.proof is Proof.SHOWN
    refused = terminal.send(wire.SESSION_ELEVATE, wire.Elevate(pin_verified=True), session.token)
    assert problem_of(refused).code is ProblemCode.NOT_ALLOWED


@pytest.mark.parametrize("number", ["XXX140999800412", "911999198004120221"])
def test_a_foreign_permanent_resident_is_known_by_the_number_of_either_card(terminal, cast, number):
    """The platform holds any number of up to 18 characters; whom it has not is not known, like everybody else."""
    ask = wire.SessionOpen(shown_by=ShownBy.ID_CARD, id_number=number, name="TEST, PERSON")
    assert problem_of(terminal.send(wire.SESSION_OPEN, ask)).code is ProblemCode.NOT_KNOWN
    values = {"sex": "2", "ethnicity": "", "born": date(1980, 4, 12), "county": "140902", "village": "杨树村"}
    row = Resident.objects.create(id_number=number, name="TEST, PERSON", **values)
    try:
        assert session_of(terminal.send(wire.SESSION_OPEN, ask)).id_number == number
    finally:
        row.delete()


@pytest.mark.parametrize(
    ("key", "code"),
    [
        ("stranger", ProblemCode.NOT_KNOWN),
        ("lost_card", ProblemCode.CARD_NOT_VALID),
        ("expired_card", ProblemCode.CARD_NOT_VALID),
    ],
)
def test_cards_that_open_nothing(terminal, cast, key, code):
    assert problem_of(terminal.send(wire.SESSION_OPEN, card_of(cast[key], pin=True))).code is code


def test_somebody_elses_card_and_a_copied_number_open_nothing(terminal, cast):
    mine, other = card_of(cast["employee"], pin=True), cast["graduate"].card
    borrowed = msgspec.structs.replace(mine, card_number=other.card_number, card_id_code=other.card_id_code)
    copied = msgspec.structs.replace(mine, card_id_code="140900" + "0" * 26)
    for ask in (borrowed, copied):
        assert problem_of(terminal.send(wire.SESSION_OPEN, ask)).code is ProblemCode.CARD_NOT_VALID


def test_the_pin_raises_a_shown_card(terminal, by_card):
    token = by_card("employee", pin=False)
    session = session_of(terminal.send(wire.SESSION_ELEVATE, wire.Elevate(pin_verified=True), token))
    assert (session.proof, session.token) == (Proof.PROVED, token)


def test_a_session_ends_by_closing_by_age_and_at_another_terminal(terminal, other_terminal, by_card):
    closed, old, moved = by_card("employee"), by_card("employee"), by_card("employee")
    assert terminal.send(wire.SESSION_CLOSE, wire.Empty(), closed).status_code == 200
    Session.objects.filter(token_hash=token_hash(old)).update(expires_at=clock.now() - timedelta(seconds=1))
    for sender, token in ((terminal, closed), (terminal, old), (other_terminal, moved), (terminal, "no-such-token")):
        refused = sender.send(wire.MATTERS, wire.Empty(), token)
        assert refused.status_code == 401
        assert problem_of(refused).code is ProblemCode.SESSION_ENDED
    assert terminal.send(wire.MATTERS, wire.Empty(), moved).status_code == 200


def test_a_session_lives_as_long_as_agreed_and_only_its_hash_is_kept(by_card):
    token = by_card("employee")
    session = Session.objects.get(token_hash=token_hash(token))
    assert session.expires_at - session.opened_at == timedelta(seconds=limits.SESSION_LIFETIME)
    assert token.encode() not in b"".join(path.read_bytes() for path in FOLDER.glob("central.sqlite3*"))


def test_sessions_that_ended_long_ago_are_forgotten(by_card):
    old, ended = by_card("employee"), by_card("employee")
    Session.objects.filter(token_hash=token_hash(old)).update(expires_at=clock.now() - timedelta(days=2))
    Session.objects.filter(token_hash=token_hash(ended)).update(expires_at=clock.now() - timedelta(minutes=1))
    by_card("graduate")
    assert not Session.objects.filter(token_hash=token_hash(old)).exists()
    assert Session.objects.filter(token_hash=token_hash(ended)).exists()


def by_id_card(terminal, person) -> str:
    ask = wire.SessionOpen(shown_by=ShownBy.ID_CARD, id_number=person.id_number, name=person.name)
    return session_of(terminal.send(wire.SESSION_OPEN, ask)).token


def test_the_service_password_proves_an_id_card_and_only_that(terminal, cast, by_card):
    person = cast["builder"]
    ask = wire.Elevate(service_password=person.service_password)
    assert session_of(terminal.send(wire.SESSION_ELEVATE, ask, by_id_card(terminal, person))).proof is Proof.PROVED
    refused = terminal.send(wire.SESSION_ELEVATE, ask, by_card("builder", pin=False))
    assert problem_of(refused).code is ProblemCode.NOT_ALLOWED


def test_five_wrong_service_passwords_block_it_until_staff_unlock(terminal, cast):
    person = cast["old_card"]
    token = by_id_card(terminal, person)
    left = []
    for _ in range(limits.SERVICE_PASSWORD_TRIES):
        wrong = terminal.send(wire.SESSION_ELEVATE, wire.Elevate(service_password="000001"), token)
        left.append((problem_of(wrong).code, problem_of(wrong).tries_left))
    assert left == [*((ProblemCode.WRONG_PASSWORD, n) for n in (4, 3, 2, 1)), (ProblemCode.PASSWORD_BLOCKED, None)]
    right = wire.Elevate(service_password=person.service_password)
    assert problem_of(terminal.send(wire.SESSION_ELEVATE, right, token)).code is ProblemCode.PASSWORD_BLOCKED
    run("unblock", "--state", str(FOLDER), "--person", person.key)
    assert session_of(terminal.send(wire.SESSION_ELEVATE, right, token)).proof is Proof.PROVED


def test_the_right_password_gives_the_tries_back(terminal, cast):
    person = cast["t0_card"]
    token = by_id_card(terminal, person)
    for word in ("999999", person.service_password):
        terminal.send(wire.SESSION_ELEVATE, wire.Elevate(service_password=word), token)
    row = Resident.objects.get(cast_key=person.key)
    assert row.password_tries_left == limits.SERVICE_PASSWORD_TRIES


def test_a_code_is_good_once_and_for_a_minute(terminal, cast):
    code = run("ecode", "--state", str(FOLDER), "--person", "graduate").stdout.strip()
    ask = wire.SessionOpen(shown_by=ShownBy.CODE, code=code)
    session = session_of(terminal.send(wire.SESSION_OPEN, ask))
    assert (session.proof, session.id_number) == (Proof.PROVED, cast["graduate"].id_number)
    assert problem_of(terminal.send(wire.SESSION_OPEN, ask)).code is ProblemCode.CODE_EXPIRED
    late = run("ecode", "--state", str(FOLDER), "--person", "graduate").stdout.strip()
    row = ECode.objects.filter(token_hash=token_hash(late))
    assert timedelta() < row.get().expires_at - clock.now() <= timedelta(seconds=limits.QR_LIFETIME)
    row.update(expires_at=clock.now() - timedelta(milliseconds=1))
    ask = wire.SessionOpen(shown_by=ShownBy.CODE, code=late)
    assert problem_of(terminal.send(wire.SESSION_OPEN, ask)).code is ProblemCode.CODE_EXPIRED
    forged = wire.SessionOpen(shown_by=ShownBy.CODE, code=secrets.token_urlsafe(24))
    assert problem_of(terminal.send(wire.SESSION_OPEN, forged)).code is ProblemCode.CODE_EXPIRED


def test_nobody_without_a_key_in_the_cast_gets_a_code(platform):
    assert run("ecode", "--state", str(FOLDER), "--person", "", check=False).returncode == 1
    assert run("ecode", "--state", str(FOLDER), "--person", "nobody", check=False).returncode == 1


def test_peers_that_connect_and_say_nothing_do_not_keep_others_out(platform, terminal):
    # without a bound on the handshake each of them would hold the listener for cheroot's ten seconds
    silent = [socket.create_connection((platform.config.host, platform.config.port)) for _ in range(12)]
    try:
        with httpx.Client(base_url=platform.url, verify=terminal.context, trust_env=False, timeout=8) as client:
            assert client.get("/v1/health").status_code == 200
    finally:
        for one in silent:
            one.close()
