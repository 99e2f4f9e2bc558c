"""Attacks on the staff PIN, each a function that raises AssertionError where its defence is missing."""

from __future__ import annotations

import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

from contract import limits
from tests.secure.pin_desk import RIGHT, WORKER, WRONG, Desk, Quick, module, roster, unlock


def kill_between_tries(folder: Path, mutant: str) -> None:
    """31: killed with -9 while the PIN is looked at, and the machine started again: the try is counted."""
    for tries in (1, 2, 3):
        with subprocess.Popen(
            [sys.executable, "-m", "tests.secure.pin_desk", str(folder), WRONG, mutant],
            stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2],
        ) as terminal:  # fmt: skip
            assert terminal.stdout is not None
            assert terminal.stdout.readline() == "looking\n"
            terminal.send_signal(signal.SIGKILL)
        desk = Desk(folder, module(mutant))
        assert desk.connection.execute("SELECT worker, failures FROM staff_pin").fetchall() == [(WORKER, tries)]
        desk.connection.close()


def power_cycle(folder: Path, mutant: str) -> None:
    """31: switched off and on between tries: the count stays and the wait begins again."""
    desk = Desk(folder, module(mutant))
    answers = desk.wrong(5)
    assert [answer.wait for answer in answers] == [0, 0, 0, 0, 15]
    assert [answer.tries_left for answer in answers] == [9, 8, 7, 6, 5]
    desk.reboot()
    assert desk.attempt(RIGHT) == desk.under.Waiting(15.0)
    desk.uptime += 15
    assert desk.attempt(WRONG) == desk.under.Wrong(4, 30.0)
    assert desk.attempt(RIGHT) == desk.under.Waiting(30.0)


def clock_forward(folder: Path, mutant: str) -> None:
    """32: the clock set on by days, and back, during the wait."""
    desk = Desk(folder, module(mutant))
    desk.wrong(4)
    desk.attempt(WRONG)
    for days in (20, -1):
        desk.now += timedelta(days=days)
        assert desk.attempt(RIGHT) == desk.under.Waiting(15.0)


def eleventh(folder: Path, mutant: str) -> None:
    """33: after ten wrong ones nothing is looked at any more, not the right one either."""
    desk = Desk(folder, module(mutant))
    answers = desk.wrong(10)
    assert [answer.wait for answer in answers[4:]] == [15, 30, 60, 120, 240, 480]
    desk.uptime += 1e6
    before = Quick.calls
    assert isinstance(desk.attempt(WRONG), desk.under.Disabled)
    assert isinstance(desk.attempt(RIGHT), desk.under.Disabled)
    desk.reboot()
    desk.uptime += 1e6
    assert isinstance(desk.attempt(RIGHT), desk.under.Disabled)
    assert Quick.calls == before


def passer_by(folder: Path, mutant: str) -> None:
    """Who has shown nothing, or found the keypad of one who left, counts for nothing and locks nobody out."""
    desk = Desk(folder, module(mutant))
    shown = desk.desk.code_shown(WORKER)
    desk.desk.gone()
    late = desk.under.Refusal.NOT_SHOWN
    assert [desk.desk.check(shown, WRONG) for _ in range(12)] == [late] * 12
    shown = desk.desk.code_shown(WORKER)
    desk.uptime += limits.PIN_SHOWN
    assert desk.desk.check(shown, WRONG) is late
    assert desk.desk.check(object(), RIGHT) is late
    assert isinstance(desk.attempt(RIGHT), desk.under.Accepted)


def unlock_unsigned(folder: Path, mutant: str) -> None:
    desk = Desk(folder, module(mutant))
    desk.wrong(10)
    lockout = desk.attempt(RIGHT).lockout
    assert not desk.desk.unlock(unlock(lockout, signature=b"no"))
    assert isinstance(desk.attempt(RIGHT), desk.under.Disabled)


def unlock_elsewhere(folder: Path, mutant: str) -> None:
    desk = Desk(folder, module(mutant))
    desk.wrong(10)
    assert not desk.desk.unlock(unlock(desk.attempt(RIGHT).lockout, device="XZ-0008"))


def unlock_again(folder: Path, mutant: str) -> None:
    """An unlock kept from last time opens nothing."""
    desk = Desk(folder, module(mutant))
    desk.wrong(10)
    first = unlock(desk.attempt(RIGHT).lockout)
    assert desk.desk.unlock(first)
    assert not desk.desk.unlock(first)
    desk.wrong(10)
    assert not desk.desk.unlock(first)
    assert isinstance(desk.attempt(RIGHT), desk.under.Disabled)


def unknown_is_told_by_time(folder: Path, mutant: str) -> None:
    """As many derivations and as many commits for somebody who is on no roster."""
    desk = Desk(folder, module(mutant))
    cost = []
    for worker in (WORKER, "w-unknown"):
        calls, commits = Quick.calls, desk.commits
        desk.attempt(WRONG, worker)
        cost.append((Quick.calls - calls, desk.commits - commits))
    assert cost[0] == cost[1] == (1, 1)


def short_pin(folder: Path, mutant: str) -> None:
    """Six digits are for a machine with a TPM."""
    short = roster(pin="135724", digits=6)
    desk = Desk(folder, module(mutant), short)
    assert desk.attempt("135724") is desk.under.Refusal.MALFORMED
    calls = desk.attempt("13572400")  # not the worker's line: nobody's
    assert desk.connection.execute("SELECT worker FROM staff_pin").fetchall() == [("",)], calls


def old_roster(folder: Path, mutant: str) -> None:
    desk = Desk(folder, module(mutant))
    desk.now += timedelta(days=30)
    assert desk.attempt(RIGHT) is desk.under.Refusal.NO_ROSTER


def full_disk(folder: Path, mutant: str) -> None:
    """What cannot be counted is not looked at."""
    desk = Desk(folder, module(mutant))
    desk.full = True
    calls = Quick.calls
    assert desk.attempt(RIGHT) is desk.under.Refusal.DISK_FULL
    assert Quick.calls == calls


ATTACKS = {
    "counted after the look": kill_between_tries,
    "reboot ends the wait": power_cycle,
    "waits by the wall clock": clock_forward,
    "never disabled": eleventh,
    "no wait": power_cycle,
    "nothing need be shown": passer_by,
    "shown for ever": passer_by,
    "unlock without signature": unlock_unsigned,
    "unlock replayed": unlock_again,
    "unlock of another terminal": unlock_elsewhere,
    "unknown is quick": unknown_is_told_by_time,
    "short PIN without TPM": short_pin,
    "roster for ever": old_roster,
    "full disk gives tries": full_disk,
}
"""Mutant → the attack that succeeds against it."""
