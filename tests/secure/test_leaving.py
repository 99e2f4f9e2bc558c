"""What names a matter leaves the terminal with its record; what names none says nothing of when."""

from __future__ import annotations

import uuid
from dataclasses import replace
from pathlib import Path

import pytest

from contract import limits
from secure.business import Kept, new_photo
from tests.secure.bench import DAY, SUITES, Bench, keep, submission
from tests.secure.cosigner import Cosigner
from tests.secure.test_witness import old_enough


@pytest.fixture(params=SUITES)
def bench(tmp_path: Path, request: pytest.FixtureRequest) -> Bench:
    return Bench.of(request.param, tmp_path)


def test_the_receipt_number_goes_with_the_log_from_everywhere(bench: Bench, cosigner: Cosigner) -> None:
    """As docs/personal-information.md has it, photographs of the matter included."""
    ledger = bench.open()
    photos = (new_photo(b"sealed one"), new_photo(b"sealed two"))
    kept = ledger.accept(replace(submission(), photos=photos), day=DAY)
    assert isinstance(kept, Kept)
    ledger.settle(kept.key, b"receipt")
    ledger.photos.settle(photos[0].key, b"receipt", "accepted", taken=True)
    cosigner.witness(ledger)
    ledger.close()
    old_enough(bench, cosigner)
    ledger = bench.open()
    assert ledger.upkeep.prune(limits.LOG_KEPT_DAYS) is not None
    waits = ledger.within(lambda file: file.execute("SELECT key FROM photo").fetchall())
    assert waits == [(photos[1].key,)], "what has not left stays"
    ledger.photos.settle(photos[1].key, b"receipt", "accepted", taken=True)
    ledger.close()
    old_enough(bench, cosigner)
    ledger = bench.open()
    assert ledger.upkeep.prune(limits.LOG_KEPT_DAYS) is not None
    assert ledger.within(lambda file: file.execute("SELECT key FROM photo").fetchall()) == []
    ledger.close()


def test_the_key_of_what_names_nobody_says_no_hour(bench: Bench) -> None:
    ledger = bench.open()
    matter = keep(ledger)
    rating = ledger.accept(replace(submission(), type="rating", numbered=False), day=DAY)
    ledger.close()
    assert isinstance(rating, Kept)
    assert [uuid.UUID(one.key).version for one in (matter, rating)] == [7, 4]
