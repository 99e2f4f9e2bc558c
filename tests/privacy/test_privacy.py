"""After their visits nothing of the residents is found: six of them here, two hundred by ``scripts/soak privacy``."""

from __future__ import annotations

import base64
import random
from pathlib import Path

import pytest

from tests.privacy import soak
from tests.privacy.people import people
from tests.privacy.planting import planted
from tests.privacy.searching import KEY, Search, Secret, forms

NAME = Secret("name", "龘瀞燚犇")
NUMBER = Secret("ID number", "140999195501010018")
PIN = Secret("card PIN", "907413")


async def test_six_residents_leave_nothing_behind(tmp_path: Path) -> None:
    tally = await soak.run(tmp_path, 6, 7)
    assert tally.hits == []
    assert tally.missed == []
    assert (tally.delivered, tally.defects) == (2, 1)
    assert tally.slips >= 4
    assert all(tally.bytes.values()), "there was something to search in"


def test_the_search_finds_every_form_a_wal_and_free_pages(tmp_path: Path) -> None:
    everybody = [secret for one in people(20, 1) for secret in one.secrets()]
    for secret in (NAME, NUMBER):
        assert planted(tmp_path / secret.kind, Search([*everybody, secret]), secret) == []


@pytest.mark.parametrize("secret", [NAME, NUMBER, PIN])
def test_the_search_finds_it_anywhere_and_says_where(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, secret: Secret
) -> None:
    """In the middle of noise, at both ends, and across the border between two pieces of a file."""
    monkeypatch.setattr("tests.privacy.searching.PIECE", 4096)
    chance, search = random.Random(3), Search([NAME, NUMBER, PIN])
    noise = bytes(chance.randrange(1, 0x20) for _ in range(20_000))
    for form, needle in forms(secret.value):
        if len(needle) < KEY:
            continue
        for at in (0, 4095, 8190, chance.randrange(len(noise)), len(noise)):
            (tmp_path / "file").write_bytes(noise[:at] + needle + noise[at:])
            found = search.file(tmp_path / "file")
            assert (secret.kind, at) in {(hit.kind, hit.at) for hit in found}, form
            assert all(hit.kind == secret.kind and abs(hit.at - at) < KEY for hit in found), form


@pytest.mark.parametrize("secret", [NAME, NUMBER])
def test_base64_of_a_longer_text_is_seen_through(secret: Secret) -> None:
    search = Search([NAME, NUMBER])
    for before in range(6):
        for after in range(5):
            text = b"{" * before + secret.value.encode() + b"}" * after
            for written in (base64.b64encode(text), base64.urlsafe_b64encode(text)):
                assert {hit.kind for hit in search.within("x", b"\0" * 9 + written)} == {secret.kind}


def test_a_short_number_within_a_longer_one_is_none_of_ours() -> None:
    search = Search([PIN])
    assert search.within("x", b"id=907413;")
    assert search.within("x", "密码907413。".encode("utf-16-le"))
    assert not search.within("x", b"at 1790741355")
    assert not search.within("x", "1790741355".encode("utf-16-le"))
    assert not search.within("x", b"sha256 ab907413cd")


def test_nobody_is_like_another() -> None:
    everybody = [secret for one in people(200, 7) for secret in one.secrets()]
    assert len({secret.value for secret in everybody}) == len(everybody)
    assert all(len(secret.value) >= KEY or secret.kind in ("name", "village typed") for secret in everybody)
    assert NAME.value not in repr(NAME)
