"""Enrolment on the real platform over real TLS: the way it goes, and attacks 23, 24 and 26 (docs/identity.md)."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import msgspec
import pytest

from central import clock, enrolment, papers
from central.models import ConfigTerminal, EnrolmentCode, IssuedCertificate, Terminal
from contract import enrolment as agreed
from contract import limits, wire
from contract.enrolment import EnrolAnswer, EnrolNo, EnrolProblem
from kiosk import enrol_command, identity_command
from kiosk.unproven import unproven
from secure import identity, keeper
from secure.reading import keys as reading_keys

from .conftest import ROOT, run
from .village import POINT, Village, post

STEPS = 11
"""Changes of the disk until all is in its place."""
"""keeping.json, tls.key, log.key, log.pub, request.csr, enrolled.json, three papers, and enrolled.json going."""


def row_of(village: Village) -> EnrolmentCode:
    return EnrolmentCode.objects.filter(serial=village.serial).latest("pk")


def no(answer: EnrolAnswer | EnrolProblem) -> EnrolNo:
    assert isinstance(answer, EnrolProblem), "it was taken in"
    return answer.no


def test_a_machine_becomes_a_terminal_by_its_code(village: Village, capsys: pytest.CaptureFixture[str]) -> None:
    printed = run(
        "enrol-code", "--state", str(village.platform.folder), "--point", POINT, "--serial", village.serial,
        "--png", str(village.folder.parent / "code.png"), "--county", "140902",
    ).stdout  # fmt: skip
    assert (village.folder.parent / "code.png").read_bytes().startswith(b"\x89PNG")
    qr = next(line for line in printed.splitlines() if line.startswith(agreed.QR_MARK))
    given = ["--qr", qr, "--folder", str(village.folder), "--serial", village.serial]
    assert enrol_command.main(given) == 0
    told = capsys.readouterr().out
    terminal = Terminal.objects.get(serial=village.serial)
    assert terminal.pk in told
    assert "自动换新" in told
    assert not {"enrolled.json"} & {path.name for path in village.folder.iterdir()}
    with village.client() as client:
        assert client.get("/v1/health").status_code == 200
    mine, platform = identity.load(village.folder), identity.load_platform(village.folder)
    assert (platform.terminal, platform.number) == (terminal.pk, terminal.number)
    assert platform.county == "140902"
    assert ConfigTerminal.objects.get(pk=terminal.pk).county == "140902"
    assert mine.device.public.hex() == terminal.log_key
    assert reading_keys.device_public_key(mine.log_public) == mine.device.public
    # again: nothing is done, nothing breaks
    assert enrol_command.main(given) == 0
    assert IssuedCertificate.objects.filter(terminal=terminal).count() == 1
    assert identity_command.main(["--folder", str(village.folder), "--json"]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["terminal"] == terminal.pk


def test_a_log_key_of_another_suite_is_not_taken_in_and_costs_no_try(
    village: Village, capsys: pytest.CaptureFixture[str]
) -> None:
    code = village.code()
    assert enrol_command.main([*village.command(code), "--suite", "GM"]) == 1
    assert "--suite" in capsys.readouterr().err
    assert (row_of(village).tries, row_of(village).used_at) == (0, None)
    assert village.enrol(code) == 0
    assert identity.admitted(village.folder)[0].device.algorithm.value == "ed25519"


def test_the_platform_keeps_no_code_and_the_wire_carries_none(village: Village) -> None:
    code = village.code()
    plain = agreed.parse_code(code)
    keys = agreed.keys_of(plain)
    everything = b"".join(path.read_bytes() for path in village.platform.folder.glob("central.sqlite3*"))
    for secret in (plain.encode(), code.encode(), keys.terminal, keys.platform, keys.terminal.hex().encode()):
        assert secret not in everything
    ask = village.ask(code)
    answer = village.send(ask)
    assert isinstance(answer, EnrolAnswer)
    assert plain.encode() not in msgspec.json.encode(ask)
    assert b"follow_key" not in answer.reply
    assert row_of(village).keys == b""


def test_attack_23_a_code_is_good_once(village: Village, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = village.code()
    assert village.enrol(code) == 0
    thief = Village(village.platform, tmp_path / "thief", village.serial)
    before = Terminal.objects.get(serial=village.serial).tls_key
    assert thief.enrol(code) == 1
    assert "用过了" in capsys.readouterr().err
    assert Terminal.objects.get(serial=village.serial).tls_key == before
    assert not (thief.folder / "platform.json").exists()


def test_attack_24_a_code_with_another_request(village: Village, tmp_path: Path) -> None:
    """Before it was used: the proof is of one request. Afterwards: counted, until nothing is answered any more."""
    code = village.code()
    mine, other = village.ask(code), village.ask(code, tmp_path / "other")
    swapped = msgspec.structs.replace(mine, csr=other.csr)
    assert no(village.send(swapped)) is EnrolNo.WRONG_CODE
    assert row_of(village).used_at is None
    first = village.send(mine)
    assert isinstance(first, EnrolAnswer)
    assert village.send(mine) == first
    for left in (3, 2, 1):
        assert village.send(other) == EnrolProblem(no=EnrolNo.USED, tries_left=left)
    assert no(village.send(other)) is EnrolNo.BURNT
    assert no(village.send(mine)) is EnrolNo.BURNT
    assert IssuedCertificate.objects.filter(terminal__serial=village.serial).count() == 1


def test_the_same_request_is_answered_for_ten_minutes(village: Village) -> None:
    ask = village.ask(village.code())
    answer = village.send(ask)
    row = row_of(village)
    row.used_at = clock.now() - timedelta(seconds=limits.ENROL_AGAIN - 60)
    row.save()
    assert village.send(ask) == answer
    row.used_at = clock.now() - timedelta(seconds=limits.ENROL_AGAIN + 60)
    row.save()
    assert no(village.send(ask)) is EnrolNo.USED


def test_five_bad_tries_burn_a_code(village: Village, capsys: pytest.CaptureFixture[str]) -> None:
    code = village.code()
    for left in (4, 3, 2, 1):
        assert village.enrol(agreed.new_code()) == 1
        assert f"还能试 {left} 次" in capsys.readouterr().err
    assert village.enrol(agreed.new_code()) == 1
    assert "作废" in capsys.readouterr().err
    assert village.enrol(code) == 1
    assert village.enrol(agreed.new_code()) == 1
    assert "作废" in capsys.readouterr().err
    assert row_of(village).keys == b""
    assert village.enrol(village.code()) == 0


def test_a_day_later_a_code_is_dead(village: Village, capsys: pytest.CaptureFixture[str]) -> None:
    code = village.code(at=clock.now() - timedelta(seconds=limits.ENROL_CODE_LIFETIME + 1))
    assert village.enrol(code) == 1
    assert "过期" in capsys.readouterr().err


def test_a_code_is_for_one_machine(village: Village, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = Village(village.platform, tmp_path / "other", "SN-OTHER")
    assert other.enrol(village.code()) == 1
    assert "另一台机器" in capsys.readouterr().err
    assert row_of(village).tries == 1


def test_a_newer_code_replaces_an_older_one(village: Village) -> None:
    older = village.code()
    newer = village.code()
    assert village.enrol(older) == 1
    assert village.enrol(newer) == 0


def test_nobody_gave_a_code(village: Village, capsys: pytest.CaptureFixture[str]) -> None:
    assert village.enrol(agreed.new_code()) == 1
    assert village.serial in capsys.readouterr().err


def test_what_is_no_request(village: Village) -> None:
    code = village.code()
    ask = village.ask(code)
    plain = identity.create(village.folder.parent / "plain", "T-9999").request.read_bytes()
    for csr in (b"", b"nonsense", ask.csr[:-1], plain):
        assert no(village.send(msgspec.structs.replace(ask, csr=csr))) is EnrolNo.BAD_REQUEST
    url = village.address + agreed.ENROL_PATH
    assert post(url, b"{").status_code == 400
    assert httpx.get(url, verify=unproven()).status_code == 405
    assert post(url, b" " * (limits.REQUEST_BYTES + 1)).status_code == 413
    assert row_of(village).tries == 0


def test_a_key_that_another_terminal_has_or_that_was_revoked(village: Village, tmp_path: Path) -> None:
    assert isinstance(village.send(village.ask(village.code())), EnrolAnswer)
    mine = Terminal.objects.get(serial=village.serial)
    assert run("revoke", "--state", str(village.platform.folder), mine.pk, "--reason", "丢了").returncode == 0
    assert no(village.send(village.ask(village.code()))) is EnrolNo.REVOKED_KEY
    assert isinstance(village.send(village.ask(village.code(), tmp_path / "new")), EnrolAnswer)
    mine.refresh_from_db()
    assert (mine.revoked_at, mine.revoked_for) == (None, "")


def test_a_code_that_was_given_before_the_revocation_opens_no_way_back(village: Village, tmp_path: Path) -> None:
    """Stolen with the slip of paper in it."""
    assert isinstance(village.send(village.ask(village.code())), EnrolAnswer)
    mine = Terminal.objects.get(serial=village.serial)
    code = village.code()
    assert run("revoke", "--state", str(village.platform.folder), mine.pk, "--reason", "被偷").returncode == 0
    assert no(village.send(village.ask(code, tmp_path / "thief"))) is EnrolNo.UNKNOWN
    mine.refresh_from_db()
    assert mine.revoked_for == "被偷"


def test_two_terminals_with_one_number_are_refused(village: Village) -> None:
    village.code(number=4321, terminal="TWIN-A")
    for wrong in ({"number": 4321, "terminal": "TWIN-B"}, {"number": 10_000}, {"terminal": "?"}):
        with pytest.raises(enrolment.NotGivenError):
            enrolment.give(
                POINT,
                "SN-TWIN",
                wrong.get("terminal", ""),
                wrong.get("number"),
                clock.now(),  # type: ignore[arg-type]
            )
    for serial, point in (("x", POINT), ("SN-TWIN", ""), ("SN-TWIN", "长" * 81)):
        with pytest.raises(enrolment.NotGivenError):
            enrolment.give(point, serial, "", None, clock.now())
    with pytest.raises(enrolment.NotGivenError):
        enrolment.give(POINT, "SN-TWIN", "", None, clock.now(), "忻府区")
    with pytest.raises(enrolment.NotGivenError):
        village.code(terminal="TWIN-C")
    done = run(
        "enrol-code", "--state", str(village.platform.folder), "--point", POINT, "--serial", "SN-TWIN", "--number",
        "4321", "--json", check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "TWIN-A" in done.stderr


def test_a_machine_in_anothers_place_goes_on_behind_its_receipt_numbers(village: Village, deliverer, cast) -> None:
    """Its ledger is a new one: begun at 001 again, every matter up to the other's last would be refused."""
    today = f"{clock.today():%y%j}"
    other_day = deliverer.submission(cast["employee"], receipt="471126001044")
    deliverer.receipt(deliverer.deliver(other_day))
    assert papers.last_receipt(4711) == f"4711{today}000"
    for running in (3, 17, 9):
        one = deliverer.submission(cast["employee"], receipt=f"4711{today}{running:03d}")
        deliverer.receipt(deliverer.deliver(one))
    assert papers.last_receipt(4712) == ""
    assert village.enrol(village.code(number=4711)) == 0
    assert identity.load_platform(village.folder).last_receipt == f"4711{today}017"


def test_a_terminal_that_had_no_number_gets_one(village: Village) -> None:
    Terminal.objects.create(pk="OLD-0001")
    given = enrolment.give(POINT, village.serial, "OLD-0001", None, clock.now())
    assert Terminal.objects.get(pk="OLD-0001").number == given.number
    assert "OLD" in repr(given)
    assert given.code not in repr(given)


@pytest.mark.parametrize("step", range(STEPS))
def test_attack_26_the_power_is_cut_at_every_step(village: Village, step: int) -> None:
    """Whole or nothing; and the same command finishes, with the one certificate that was given out."""
    code = village.code()
    command = [sys.executable, "-m", "tests.central.enrol_to_kill", str(step), *village.command(code)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=300, check=False)
    assert done.returncode == -9, done.stderr
    assert (village.folder / "platform.json").exists() is (step == STEPS - 1), "it says that all is there"
    for path in village.folder.glob("*.json"):
        json.loads(path.read_bytes())
    assert village.enrol(code) == 0
    assert IssuedCertificate.objects.filter(terminal__serial=village.serial).count() == 1
    with village.client() as client:
        assert client.get(wire.HEALTH.path).status_code == 200
    assert not (village.folder / "enrolled.json").exists()


def test_past_the_one_file_the_platform_is_not_needed_any_more(village: Village) -> None:
    command = [sys.executable, "-m", "tests.central.enrol_to_kill", "7", *village.command(village.code())]
    subprocess.run(command, cwd=ROOT, capture_output=True, timeout=300, check=False)
    assert not (village.folder / "platform.json").exists()
    assert identity_command.main(["--folder", str(village.folder)]) == 0


def test_a_wrong_clock_stores_nothing_and_the_code_still_works(
    village: Village, capsys: pytest.CaptureFixture[str]
) -> None:
    code = village.code()
    lost = datetime(1970, 1, 1, tzinfo=UTC)
    assert enrol_command.main(village.command(code), clock=lambda: lost) == 1
    assert "1970" in capsys.readouterr().err
    assert not (village.folder / "platform.json").exists()
    assert not (village.folder / "enrolled.json").exists()
    assert village.enrol(code) == 0


def test_the_keys_open_on_this_machine_only(village: Village) -> None:
    assert village.enrol(village.code()) == 0
    keeping = keeper.of(village.folder)
    assert keeping.kept is keeper.Kept.MACHINE
    other = msgspec.structs.replace(keeping, salt="00" * 32)
    (village.folder / keeper.KEEPING).write_bytes(msgspec.json.encode(other))
    with pytest.raises(identity.IdentityError):
        identity.load(village.folder)
    gone = msgspec.structs.replace(keeping, sources=("sys/class/nothing",))
    (village.folder / keeper.KEEPING).write_bytes(msgspec.json.encode(gone))
    with pytest.raises(identity.IdentityError, match="另一台机器"):
        identity.load(village.folder)
    (village.folder / keeper.KEEPING).write_bytes(b"{")
    with pytest.raises(identity.IdentityError):
        identity.load(village.folder)
