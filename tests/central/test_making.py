"""Making a platform: what is made twice is made once, what is seeded twice is the same."""

from __future__ import annotations

import hashlib
import os
import re
import sqlite3
import stat
import subprocess
import sys
import tomllib
from datetime import date

import pytest
from django.core.management import call_command

from central import openapi, places
from central.models import Resident
from central.seeding import jobs
from contract import codes, id_number
from contract.wire import ROUTES

from .conftest import CAST, ROOT, run

SEEDED = ("central_resident", "central_socialcard", "central_employeecontribution", "central_payout", "central_opening")
TODAY = ("--today", "2026-11-23")


def seed(folder, *more: str) -> None:
    run("seed", "--state", str(folder), "--cast", str(CAST), "--residents", "25", "--openings", "60", *TODAY, *more)


def contents(folder) -> dict[str, str]:
    """Table -> hash of its rows, without row numbers and salted hashes."""
    with sqlite3.connect(folder / "central.sqlite3") as database:
        found = {}
        for table in SEEDED:
            columns = [row[1] for row in database.execute(f"PRAGMA table_info({table})")]
            kept = ", ".join(name for name in columns if not name.endswith("id") and name != "service_password")
            rows = sorted(map(repr, database.execute(f"SELECT {kept} FROM {table}")))  # noqa: S608
            found[table] = hashlib.sha256("\n".join(rows).encode()).hexdigest() + f" {len(rows)}"
    return found


def make(folder):
    run("init", "--state", str(folder), "--port", "18448")
    return folder


def test_init_twice_keeps_every_key(tmp_path):
    folder = make(tmp_path / "p")
    kept = {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix in {".key", ".pem", ".pub"}}
    kept["keys.json"] = (folder / "keys.json").read_bytes()
    make(folder)
    assert {name: (folder / name).read_bytes() for name in kept} == kept
    for path in folder.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path.name


def test_the_same_seed_is_the_same_everywhere_and_again(tmp_path):
    one, two = make(tmp_path / "one"), make(tmp_path / "two")
    seed(one)
    seed(two)
    first = contents(one)
    assert first == contents(two)
    seed(one)
    assert contents(one) == first
    # once: what was written the very same is left alone, with all that happened to it since
    with sqlite3.connect(one / "central.sqlite3") as database:
        database.execute("UPDATE central_opening SET headcount = 77")
    lived_in = contents(one)
    assert lived_in != first
    seed(one, "--once")
    assert contents(one) == lived_in
    seed(one, "--once", "--seed", "8")
    assert contents(one) not in (first, lived_in)


def test_seeding_on_a_later_day_keeps_the_people_and_renews_the_openings(tmp_path):
    folder = make(tmp_path / "p")
    seed(folder)
    first = contents(folder)
    run(
        "seed",
        "--state",
        str(folder),
        "--cast",
        str(CAST),
        "--residents",
        "25",
        "--openings",
        "60",
        "--today",
        "2027-02-01",
    )
    later = contents(folder)
    assert later["central_resident"] == first["central_resident"]
    assert later["central_opening"] != first["central_opening"]


def test_everybody_made_up_is_plausible_and_can_be_nobody_real(platform):
    everybody = Resident.objects.filter(made_up=True)
    assert everybody.count() >= 40
    for resident in everybody:
        assert resident.id_number.startswith("140999")
        assert id_number.valid(resident.id_number, date(2026, 11, 23))
        parsed = id_number.parse(resident.id_number, date(2026, 11, 23))
        assert parsed.birth == resident.born
        assert 16 <= parsed.age(date(2026, 11, 23)) <= 95
        assert int(resident.id_number[16]) % 2 == int(resident.sex) % 2
        assert re.fullmatch(r"13800000\d{3}", resident.phone)


def test_the_cast_is_whole():
    people = tomllib.loads(CAST.read_text())["person"]
    keys = [person["key"] for person in people]
    cards = [person["card"] for person in people]
    assert len(set(keys)) == len(people) >= 12
    assert (
        len({card["card_number"] for card in cards}) == len({person["id_number"] for person in people}) == len(people)
    )
    kinds = {card["kind"] for card in cards}
    assert kinds >= {
        "normal",
        "no_4e",
        "t0_61xx",
        "needs_auth",
        "bank",
        "silent",
        "expired",
        "pin_blocked",
        "garbage",
        "long_name",
    }
    for person in people:
        parsed = id_number.parse(person["id_number"], date(2026, 11, 23))
        assert person["id_number"].startswith("140999")
        assert parsed.birth == person["born"]
        assert int(person["id_number"][16]) % 2 == int(person["sex"]) % 2
        assert re.fullmatch(r"140900[0-9A-F]{26}", person["card"]["card_id_code"])
        assert re.fullmatch(r"[A-Z][0-9]{8}", person["card"]["card_number"])
        assert re.fullmatch(r"[0-9]{6}", person["card"]["pin"])
        assert re.fullmatch(r"13800000\d{3}", person["phone"])
    long = next(person["name"] for person in people if person["card"]["kind"] == "long_name")
    assert 30 < len(long.encode("gbk")) <= 50


def test_places_and_jobs_speak_the_contracts_codes():
    counties, known = codes.table("counties"), {place.name for place in places.COUNTIES.values()}
    assert {counties.label(code) for code in places.COUNTIES} == known
    made = {job.occupation for job in jobs.templates()}
    assert made == {row.code for row in codes.table("occupations").rows}
    held = {row.code for row in codes.table("certificates").rows} | {""}
    assert {certificate for job in jobs.templates() for certificate in job.certificates} <= held
    assert set(jobs.LODGING) == {row.code for row in codes.table("lodging").rows}
    assert set(jobs.HOURS) <= {row.code for row in codes.table("hours").rows}


def test_the_checked_in_document_is_current():
    document = (ROOT / "docs" / "openapi.json").read_bytes()
    for number in range(3):  # in processes of their own: nothing in it may follow the order of a set
        command = [sys.executable, "-m", "central", "openapi"]
        environment = {**os.environ, "PYTHONHASHSEED": str(number)}
        made = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, env=environment, timeout=300).stdout
        assert document == made, "run: central openapi > docs/openapi.json"


def test_the_document_is_served_and_names_every_route(terminal):
    answer = terminal.client.get("/v1/openapi.json")
    assert answer.content == openapi.document()
    paths = answer.json()["paths"]
    assert {(path, method.upper()) for path, methods in paths.items() for method in methods} == {
        (route.path, route.method) for route in ROUTES
    }


def test_models_and_migrations_agree(platform):
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


@pytest.mark.parametrize(
    "content", [b"", b"-----BEGIN CERTIFICATE REQUEST-----\nxx\n-----END CERTIFICATE REQUEST-----\n"]
)
def test_what_is_no_request_is_not_signed(platform, tmp_path, content):
    (tmp_path / "csr").write_bytes(content)
    (tmp_path / "log.pub").write_text("00" * 32)
    done = run(
        "admit", "--state", str(platform.folder), "--terminal", "TEST-0777", "--csr", str(tmp_path / "csr"),
        "--log-key", str(tmp_path / "log.pub"), "--out", str(tmp_path / "out"), check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()
