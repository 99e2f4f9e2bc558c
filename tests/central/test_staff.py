"""Workers on the platform: accounts, PINs that are only typed, rosters that a county signs, codes resolved, unlocks."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from central import clock, sessions, staff, terminals, workers
from central.configuration.repository import Repository
from central.models import Resident, StaffAct, StaffLockout, StaffMember, StaffPin, StaffSession
from central.models import Terminal as Row
from contract import contents, roster, wire
from contract.catalogue import Proof
from contract.roster import Lockout, Lockouts, Unlocks
from contract.wire import ProblemCode, ShownBy
from secure import identity
from secure.pin import Accepted, StaffDesk, Wrong, keyed_pepper
from secure.schema import STAFF
from secure.sqlite import Database
from secure.suite import INTL_SUITE
from tests.kiosk.ceremony import COUNTY, Ceremony

from .conftest import FOLDER, ROOT, Deliverer, Terminal, admit, card_of, problem_of, run

POINT, PERSON, PIN = "忻府区 · 测试村服务点", "employee", "40718263"


def command(*words: str, typed: str = "", code: int = 0) -> str:
    """``central staff WORDS``, with *typed* at the keyboard."""
    name, *rest = words
    done = subprocess.run(
        [sys.executable, "-m", "central", "staff", name, "--state", str(FOLDER), *rest], cwd=ROOT, check=False,
        input=typed, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == code, done.stderr
    assert PIN not in done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def place(platform: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terminal]:
    """A terminal at the service point, with the keys of its own platform papers."""
    made = admit(tmp_path_factory.mktemp("staff") / "t", "STAFF-0001")
    Row.objects.filter(pk=made.id).update(point=POINT)
    with made.client:
        yield made


@pytest.fixture
def worker(place: Terminal) -> Iterator[str]:
    """An account of PERSON's, with a PIN."""
    number = command("add", "--person", PERSON, "--point", POINT).strip()
    command("set-pin", "--worker", number, typed=f"{PIN}\n")
    yield number
    StaffMember.objects.filter(pk=number, retired_at=None).update(retired_at=clock.now())


def resolved(place: Terminal, code: str) -> wire.Session:
    answer = place.send(wire.SESSION_OPEN, wire.SessionOpen(shown_by=ShownBy.CODE, code=code, staff=True))
    assert answer.status_code == 200, answer.text
    return msgspec.json.decode(answer.content, type=wire.Session)


def code_of(person: str) -> str:
    return sessions.make_code(Resident.objects.get(cast_key=person), clock.now())


def test_an_account_is_a_person_of_a_point_with_a_terminal_once(place: Terminal) -> None:
    for words in (("--person", "nobody", "--point", POINT), ("--person", PERSON, "--point", "别处"),
                  ("--person", PERSON, "--point", POINT, "--worker", "工号")):  # fmt: skip
        assert "没有做成" in command("add", *words, code=1)
    number = command("add", "--person", PERSON, "--point", POINT).strip()
    assert "已经是工作人员" in command("add", "--person", PERSON, "--point", POINT, code=1)
    (row,) = [one for one in json.loads(command("list", "--json")) if one["worker"] == number]
    assert (row["digits"], row["without_pin"]) == (0, [place.id])
    command("retire", "--worker", number, "--reason", "调走")
    assert "没有做成" in command("retire", "--worker", number, code=1)
    assert "已注销" in command("list", "--point", POINT)
    what = [act.what for act in StaffAct.objects.filter(worker=number).order_by("pk")]
    assert [words[:2] for words in what] == ["新增", "注销"]
    # by ID number, typed and never an argument
    person = Resident.objects.get(cast_key="grandmother")
    other = command("add", "--point", POINT, typed=f"{person.id_number}\n").strip()
    assert int(other[2:]) == int(number[2:]) + 1
    command("retire", "--worker", other)


def test_who_reviews_is_named_by_the_county_and_may_sit_where_no_terminal_is(place: Terminal) -> None:
    person = ("--person", "grandmother", "--point", "县人社局（示例）")
    assert "没有一台终端" in command("add", *person, code=1)
    assert "没有做成" in command("add", *person[:2], "--point", " ", "--specialist", code=1)
    number = command("add", *person, "--specialist").strip()
    assert workers.specialist(number).pk == number
    assert f"{number}  " in command("list", "--point", "县人社局（示例）")
    assert "业务骨干" in command("list", "--point", "县人社局（示例）")
    command("specialist", "--worker", number, "--no")
    with pytest.raises(workers.StaffError, match="不是业务骨干"):
        workers.specialist(number)
    command("specialist", "--worker", number)
    assert workers.specialist(number).specialist
    command("retire", "--worker", number)
    with pytest.raises(workers.StaffError, match="已经注销"):
        workers.specialist(number)
    assert "没有做成" in command("specialist", "--worker", number, code=1)
    what = [act.what for act in StaffAct.objects.filter(worker=number).order_by("pk")]
    assert [words[:2] for words in what] == ["新增", "不再", "定为", "注销"]


@pytest.mark.parametrize("pin", ["1234567", "12345678", "98765432", "11111111", "1234abcd", "", "78901234"])
def test_a_pin_that_is_short_easy_or_none_is_not_taken(worker: str, pin: str) -> None:
    before = list(StaffPin.objects.filter(worker=worker).values_list("hash", flat=True))
    with pytest.raises(staff.StaffError):
        staff.set_pin(worker, pin, tpm=False)
    assert list(StaffPin.objects.filter(worker=worker).values_list("hash", flat=True)) == before


def test_what_is_kept_of_a_pin_opens_at_its_terminal_only(worker: str, place: Terminal, tmp_path: Path) -> None:
    """The platform's hash and the terminal's look, each by its own library and the pepper from the papers."""
    with pytest.raises(staff.StaffError):
        staff.set_pin(worker, "402918", tpm=False)
    assert staff.set_pin(worker, PIN, tpm=True) == [place.id]
    made = staff._roster(Row.objects.get(pk=place.id), clock.now(), 60, (1,))
    pepper = bytes.fromhex(place.platform["pepper"])
    assert pepper == terminals.pepper(place.id)

    def desk(key: bytes) -> StaffDesk:
        database = Database(tmp_path / f"{key.hex()[:8]}.db")
        STAFF.apply(database)

        def store(work):  # type: ignore[no-untyped-def]
            with database.conn:
                work(database.conn)

        opened = StaffDesk(device_id=place.id, store=store, pepper=keyed_pepper(key, INTL_SUITE), tpm=False,
                           unlock_signed=lambda unlock: False, clock=clock.now)  # fmt: skip
        opened.use(made)
        return opened

    mine = desk(pepper)
    assert isinstance(mine.check(mine.code_shown(worker), PIN), Accepted)
    card = Resident.objects.get(cast_key=PERSON).cards.get(state="active").card_number
    offline = mine.check(mine.card_shown(card), PIN)
    assert isinstance(offline, Accepted)
    assert offline.offline_items == (1,)
    other = desk(bytes(32))
    assert isinstance(other.check(other.code_shown(worker), PIN), Wrong)
    stored = roster.encode(made)
    assert PIN.encode() not in stored
    assert card.encode() not in stored


def test_a_code_is_a_worker_s_at_their_own_point_only(worker: str, place: Terminal, other_terminal: Terminal) -> None:
    found = resolved(place, code_of(PERSON))
    assert (found.worker, found.name, found.id_number) == (worker, Resident.objects.get(cast_key=PERSON).name, "")
    nobody = resolved(other_terminal, code_of(PERSON))
    villager = resolved(place, code_of("grandmother"))
    assert (nobody.token, nobody.worker, nobody.name) == (villager.token, villager.worker, villager.name) == ("",) * 3
    used = place.send(wire.SESSION_OPEN, wire.SessionOpen(shown_by=ShownBy.CODE, code="used", staff=True))
    assert problem_of(used).code is ProblemCode.CODE_EXPIRED
    by_card = place.send(wire.SESSION_OPEN, wire.SessionOpen(shown_by=ShownBy.CARD, staff=True))
    assert problem_of(by_card).code is ProblemCode.BAD_REQUEST
    # a resident's code opens a resident's session, whoever it is
    mine = place.send(wire.SESSION_OPEN, wire.SessionOpen(shown_by=ShownBy.CODE, code=code_of(PERSON)))
    assert msgspec.json.decode(mine.content, type=wire.Session).worker == ""
    staff.retire(worker, "")
    assert resolved(place, code_of(PERSON)).worker == ""


def test_a_session_is_helped_until_the_worker_leaves(
    worker: str, place: Terminal, other_terminal: Terminal, cast: dict, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Proof `operator` holds at the platform, too, only with a worker who is there; nobody helps themselves."""
    token = resolved(place, code_of(PERSON)).token
    helped = msgspec.structs.replace(card_of(cast["grandmother"], pin=False), operator=token)
    opened = place.send(wire.SESSION_OPEN, helped)
    assert opened.status_code == 200, opened.text
    session = msgspec.json.decode(opened.content, type=wire.Session)
    assert session.proof is Proof.SHOWN, "a worker's word is no proof of the resident's own"
    row = sessions.live(session.token, Row.objects.get(pk=place.id), clock.now())
    assert row.helper is not None
    assert row.helper.open_at(clock.now())
    for by, ask in ((other_terminal, helped), (place, msgspec.structs.replace(helped, operator="guessed"))):
        assert problem_of(by.send(wire.SESSION_OPEN, ask)).code is ProblemCode.NOT_ALLOWED
    themselves = msgspec.structs.replace(card_of(cast[PERSON], pin=True), operator=token)
    assert problem_of(place.send(wire.SESSION_OPEN, themselves)).code is ProblemCode.NOT_ALLOWED
    later = place.send(wire.SESSION_ELEVATE, wire.Elevate(operator=token), session.token)
    assert later.status_code == 200
    assert place.send(wire.STAFF_CLOSE, wire.StaffOut(operator=token)).status_code == 200
    assert place.send(wire.STAFF_CLOSE, wire.StaffOut(operator=token)).status_code == 200
    again = sessions.live(session.token, Row.objects.get(pk=place.id), clock.now())
    assert again.helper is not None
    assert not again.helper.open_at(clock.now())
    assert problem_of(place.send(wire.SESSION_ELEVATE, wire.Elevate(operator=token), session.token)).code is (
        ProblemCode.NOT_ALLOWED
    )
    assert not StaffSession(worker=again.helper.worker, expires_at=clock.now() + timedelta(days=1)).open_at(clock.now())


def test_unlocks_are_signed_for_one_lockout_at_one_terminal(worker: str, place: Terminal) -> None:
    told = Lockouts(lockouts=(Lockout(worker=worker, lockout="ab12"), Lockout(worker="G-9999", lockout="x"),
                              Lockout(worker=worker, lockout="y" * 33)))  # fmt: skip

    def asked() -> Unlocks:
        answer = place.send(wire.STAFF_UNLOCKS, told)
        assert answer.status_code == 200, answer.text
        return msgspec.json.decode(answer.content, type=Unlocks)

    assert asked().unlocks == ()
    (row,) = [one for one in json.loads(command("list", "--json")) if one["worker"] == worker]
    assert row["locked"] == [place.id]
    assert command("unlock", "--worker", worker).strip() == place.id
    assert command("unlock", "--worker", worker).strip() == "没有停用的"
    (unlock,) = asked().unlocks
    assert (unlock.device, unlock.worker, unlock.lockout) == (place.id, worker, "ab12")
    key = bytes.fromhex(place.platform["receipt_key"])
    assert identity.verify_unlock(unlock, key)
    for change in ({"lockout": "cd34"}, {"worker": "G-0000"}, {"device": "STAFF-0002"}, {"at": "x"},
                   {"signature": bytes(64)}, {"at": "\udc00"}):  # fmt: skip
        assert not identity.verify_unlock(msgspec.structs.replace(unlock, **change), key)
    # told by telephone, from a terminal that is cut off
    command("unlock", "--worker", worker, "--lockout", "cd34", code=1)
    command("unlock", "--worker", worker, "--terminal", "NOBODY", "--lockout", "cd34", code=1)
    assert command("unlock", "--worker", worker, "--terminal", place.id, "--lockout", "CD 34").strip() == place.id
    assert StaffLockout.objects.get(worker=worker, lockout="cd34").unlocked_at is not None


def test_audit_finds_everything_of_one_worker(worker: str, place: Terminal, cast: dict) -> None:
    token = resolved(place, code_of(PERSON)).token
    place.send(wire.SESSION_OPEN, msgspec.structs.replace(card_of(cast["grandmother"], pin=False), operator=token))
    deliverer = Deliverer(place)
    submission = deliverer.submission(cast["graduate"], operator=worker, log_segment=0, log_seq=0)
    deliverer.receipt(deliverer.deliver(submission))
    place.send(wire.STAFF_UNLOCKS, Lockouts(lockouts=(Lockout(worker=worker, lockout="ef56"),)))
    command("unlock", "--worker", worker)
    command("retire", "--worker", worker, "--reason", "调走")
    found = run("audit", "operator", worker, "--state", str(FOLDER)).stdout
    for words in ("账号：新增", "账号：设置密码", "出示二维码登录帮办", f"帮办 {worker}", submission.receipt,
                  "密码连着输错，已停用", "平台签发解锁", "账号：解锁", "账号：注销：调走"):  # fmt: skip
        assert words in found, words
    assert Resident.objects.get(cast_key=PERSON).name not in found


def test_a_roster_is_made_for_every_terminal_of_the_point_and_signed_by_the_county(
    worker: str, place: Terminal, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """Draft, signature, publication, assignment; the next one is the lowest that counts from then on."""
    assert "没有做成" in command("issue", "--county", COUNTY, code=1)
    ceremony: Ceremony = request.getfixturevalue("ceremony")
    mine = place.folder
    run(
        "admit", "--state", str(FOLDER), "--terminal", place.id, "--csr", str(mine / "request.csr"),
        "--log-key", str(mine / "log.pub"), "--out", str(mine), "--county", COUNTY,
    )  # fmt: skip
    repository, name = Repository(FOLDER / "configuration"), f"county/{COUNTY}/roster-{place.id.lower()}"
    assert "草稿" in command("issue", "--county", COUNTY, "--offline-items", "1", "25")
    assert name not in repository.newest(), "a draft binds nobody"
    ceremony.signed(f"county-{COUNTY}")
    ceremony.command("push-county", "--code", COUNTY)
    assert repository.newest()[name] == (1, 1)
    laid, refused = contents.build({name: repository.bytes_of(f"{name}.v1") or b""})
    assert not refused
    made = laid.rosters[place.id.lower()]
    assert made.has(worker, place.id)
    assert not made.has(worker, "STAFF-0002")
    assert made.offline_items == (1, 25)
    assert made.valid(clock.now())
    assert not made.valid(clock.now() + timedelta(days=61))
    # the county signs in its own place; retired is off the next one, and the one before counts no more
    command("retire", "--worker", worker)
    key = str(tmp_path / "keys" / f"{COUNTY}-1.key")
    command("issue", "--county", COUNTY, "--days", "30", "--key", key)
    assert repository.newest()[name] == (2, 2)
    after = roster.decode(repository.bytes_of(f"{name}.v2") or b"")
    assert after.workers == ()
    (status,) = [row for row in ceremony.status()["terminals"] if row["terminal"] == place.id]
    assert status["assigned"]["counter"] == 3
    assert "没有做成" in command("issue", "--county", COUNTY, "--key", str(tmp_path / "nothing.key"), code=1)
