"""The staff PIN: attacks 31 to 33 and their like, each succeeding once its defence is out (docs/security.md)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from contract import limits, roster
from contract.log_format import GM
from secure import pin
from secure.business import DiskFull
from secure.reading.staff import roster_line
from tests.secure import pin_desk
from tests.secure.bench import Bench
from tests.secure.pin_attacks import ATTACKS
from tests.secure.pin_desk import CARD, COST, DEVICE, PEPPER, RIGHT, WORKER, WRONG, Desk, Quick, unlock

Attack = Callable[[Path, str], None]
REAL = "test_the_real_derivation"
"""With Argon2id itself."""


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Argon2id stands aside where it is not what is tested."""
    if request.node.name != REAL:
        make_quick(monkeypatch)


def make_quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("secure.pin.Argon2id", Quick)
    monkeypatch.setattr("secure.reading.staff.Argon2id", Quick)
    plain = pin_desk.module

    def module(mutant: str = "") -> object:
        made = plain(mutant)
        made.Argon2id = Quick
        return made

    monkeypatch.setattr("tests.secure.pin_attacks.module", module)


@pytest.mark.parametrize("attack", sorted(set(ATTACKS.values()), key=lambda attack: attack.__name__))
def test_attack_fails(tmp_path: Path, attack: Attack) -> None:
    attack(tmp_path, "")


@pytest.mark.parametrize("mutant", ATTACKS)
def test_attack_succeeds_without_its_defence(tmp_path: Path, mutant: str) -> None:
    with pytest.raises(AssertionError):
        ATTACKS[mutant](tmp_path, mutant)


def test_every_defence_has_its_mutant() -> None:
    assert ATTACKS.keys() == pin_desk.MUTANTS.keys()


def test_the_real_derivation(tmp_path: Path) -> None:
    """The right PIN only, by code and by own card."""
    desk = Desk(tmp_path)
    assert desk.attempt(WRONG) == pin.Wrong(9, 0.0)
    assert desk.attempt(RIGHT) == pin.Accepted(WORKER, pin.By.CODE, None)
    assert desk.connection.execute("SELECT * FROM staff_pin").fetchall() == []
    offline = desk.desk.check(desk.desk.card_shown(CARD), RIGHT)
    assert offline == pin.Accepted(WORKER, pin.By.OWN_CARD, (25,))
    assert isinstance(desk.desk.check(desk.desk.card_shown("140999000002"), RIGHT), pin.Wrong)


def test_no_roster_and_no_worker_and_no_pin(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    assert [desk.attempt(text) for text in ("1234567", "12345678９", "", "x" * 8)] == [pin.Refusal.MALFORMED] * 4
    desk.desk.use(None)
    assert desk.attempt(RIGHT) is pin.Refusal.NO_ROSTER
    assert isinstance(desk.desk.card_shown(CARD), object)


def test_a_right_pin_that_cannot_be_written_down_opens_nothing(tmp_path: Path) -> None:
    desk = Desk(tmp_path)

    def full_after_counting(message: bytes) -> bytes:
        desk.full = message.startswith(b"pin1|")
        return pin_desk.pepper(message)

    desk.mac = full_after_counting
    desk.open()
    assert desk.attempt(RIGHT) is pin.Refusal.DISK_FULL
    with pytest.raises(OSError, match="cannot be written"):
        desk.open()


def test_another_terminals_line_opens_nothing(tmp_path: Path) -> None:
    desk = Desk(tmp_path, roster=pin_desk.roster(terminal="XZ-0008"))
    assert isinstance(desk.attempt(RIGHT), pin.Wrong)


def test_in_the_terminals_own_file(bench: Bench) -> None:
    """The counts stand in the ledger's file, beside the log, and survive its being opened again."""
    for tries in (1, 2):
        ledger = bench.open()

        def store(work: Callable[..., None], ledger: object = ledger) -> DiskFull | None:
            return ledger.within(work)  # type: ignore[attr-defined, no-any-return]

        desk = pin.StaffDesk(
            device_id=DEVICE, store=store, pepper=pin_desk.pepper, unlock_signed=lambda _unlock: False, tpm=True,
            clock=lambda: pin_desk.START,
        )  # fmt: skip
        desk.use(pin_desk.roster())
        assert desk.check(desk.code_shown(WORKER), WRONG) == pin.Wrong(10 - tries, 0.0)
        ledger.close()


def test_unlocks_are_signed_over_all_they_say() -> None:
    assert unlock("abc").signed_bytes() == b"pin-unlock1|XZ-0007|w-1|abc|2026-11-23T09:30:00+00:00"
    assert repr(unlock("abc")) == "<Unlock>"


def test_rosters_that_make_no_sense_are_refused() -> None:
    good = pin_desk.roster()
    assert roster.decode(roster.encode(good)) == good
    document = msgspec.json.decode(roster.encode(good))
    line = document["workers"][0]
    broken = (
        {"version": 2},
        {"not_after": document["not_before"]},
        {"not_after": "2026-12-23T09:30:00"},
        {"workers": [line, line]},
        {"workers": [{**line, "pins": line["pins"] * 2}]},
        {"workers": [{**line, "digits": 5}]},
        {"cost": {"memory_kib": 1024}},
        {"cost": {"passes": 1}},
        {"name": "张三"},
    )
    for change in broken:
        with pytest.raises(msgspec.ValidationError):
            roster.decode(msgspec.json.encode(document | change))
    with pytest.raises(ValueError, match="6 to 12 digits"):
        roster_line("12345", terminal=DEVICE, worker=WORKER, pepper=PEPPER, cost=COST)
    assert roster_line("123456", terminal=DEVICE, worker=WORKER, pepper=PEPPER, cost=COST, suite=GM).card is None
    assert DEVICE in repr(good.workers[0].pins[0])


class Histories(RuleBasedStateMachine):
    """Any order of tries, waits, reboots, clock changes, passers-by and unlocks; a model counts beside."""

    folder: Path

    def __init__(self) -> None:
        super().__init__()
        self.desk = Desk(self.folder)
        self.desk.connection.execute("DELETE FROM staff_pin")
        self.model, self.earliest = 0, 0.0

    def _look(self, pin_: str) -> None:
        calls = Quick.calls
        answer = self.desk.attempt(pin_)
        looked = Quick.calls - calls
        may = self.model < limits.PIN_TRIES and self.desk.uptime >= self.earliest
        assert looked == int(may), (answer, self.model)
        if not may:
            assert isinstance(answer, pin.Disabled if self.model >= limits.PIN_TRIES else pin.Waiting)
        elif pin_ == RIGHT:
            assert isinstance(answer, pin.Accepted)
            self.model, self.earliest = 0, 0.0
        else:
            self.model += 1
            over = self.model - limits.PIN_FREE_TRIES
            self.wait = limits.PIN_FIRST_WAIT * 2**over if over >= 0 else 0.0
            self.earliest = self.desk.uptime + self.wait
            assert answer == pin.Wrong(limits.PIN_TRIES - self.model, self.wait)

    @rule()
    def wrong(self) -> None:
        self._look(WRONG)

    @rule()
    def right(self) -> None:
        self._look(RIGHT)

    @rule(seconds=st.sampled_from((1.0, 15.0, 30.0, 60.0, 500.0)))
    def time_passes(self, seconds: float) -> None:
        self.desk.uptime += seconds

    @rule()
    def reboot(self) -> None:
        self.desk.reboot()
        over = self.model - limits.PIN_FREE_TRIES
        self.earliest = self.desk.uptime + (limits.PIN_FIRST_WAIT * 2**over if over >= 0 else 0.0)

    @rule(tries=st.integers(1, 12))
    def passer_by(self, tries: int) -> None:
        shown = self.desk.desk.code_shown(WORKER)
        self.desk.desk.gone()
        assert {self.desk.desk.check(shown, WRONG) for _ in range(tries)} == {pin.Refusal.NOT_SHOWN}

    @rule(tries=st.integers(1, 12))
    def somebody_elses_card(self, tries: int) -> None:
        for _ in range(tries):
            assert isinstance(self.desk.desk.check(self.desk.desk.card_shown("140999000009"), RIGHT), pin.Wrong)

    @precondition(lambda self: self.model >= limits.PIN_TRIES)
    @rule()
    def unlocked(self) -> None:
        answer = self.desk.attempt(RIGHT)
        assert isinstance(answer, pin.Disabled)
        assert self.desk.desk.unlock(unlock(answer.lockout))
        self.model, self.earliest = 0, 0.0

    @rule()
    def forged_unlock(self) -> None:
        assert not self.desk.desk.unlock(unlock("0123456789abcdef"))
        assert not self.desk.desk.unlock(unlock(""))

    @invariant()
    def the_file_says_what_the_model_says(self) -> None:
        rows = self.desk.connection.execute("SELECT failures FROM staff_pin WHERE worker = ?", (WORKER,)).fetchall()
        assert rows == ([(self.model,)] if self.model else [])

    def teardown(self) -> None:
        self.desk.connection.close()


@pytest.fixture
def histories(tmp_path: Path) -> type[Histories]:
    Histories.folder = tmp_path
    return Histories


def test_never_more_than_the_allowed_tries_and_never_locked_out_by_others(histories: type[Histories]) -> None:
    run_state_machine_as_test(
        histories,
        settings=settings(
            max_examples=60, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
