"""``kiosk run`` runs only where what is freed is overwritten, and leaves no core."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.memory import FORGETFUL, is_forgetful

ROOT = Path(__file__).parents[2]
ENTRY = """
import resource, sys
from kiosk import __main__ as program
from kiosk.memory import forgetfully
forgetfully(sys.argv[1:])
print(resource.getrlimit(resource.RLIMIT_CORE), sys.argv[1:])
"""


@pytest.mark.parametrize("name", sorted(FORGETFUL))
def test_one_setting_that_is_missing_is_seen(name: str) -> None:
    assert is_forgetful(FORGETFUL)
    assert is_forgetful({**FORGETFUL, "LANG": "C"})
    assert not is_forgetful({other: value for other, value in FORGETFUL.items() if other != name})
    assert not is_forgetful({**FORGETFUL, name: ""})


def started(command: list[str], settings: dict[str, str]) -> subprocess.CompletedProcess[str]:
    bare = {name: value for name, value in os.environ.items() if name not in FORGETFUL}
    return subprocess.run(
        command, env=bare | settings, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False
    )


def test_where_it_is_so_already_the_process_goes_on_without_a_core() -> None:
    ended = started([sys.executable, "-c", ENTRY, "run", "--settings", "x"], dict(FORGETFUL))
    assert ended.stdout.strip() == "(0, 0) ['run', '--settings', 'x']", ended.stderr


def test_elsewhere_it_becomes_the_terminal_with_the_same_arguments_in_such_an_environment(tmp_path: Path) -> None:
    spy = tmp_path / "sitecustomize.py"  # the second start tells what it was started with, and ends
    spy.write_text(
        "import os, sys\n"
        "if os.environ.get('PYTHONMALLOC') == 'malloc':\n"
        "    print(sys.orig_argv[1:], os.environ['GLIBC_TUNABLES'])\n"
        "    sys.stdout.flush()\n"
        "    os._exit(7)\n",
        encoding="utf-8",
    )
    ended = started([sys.executable, "-m", "kiosk", "run", "--settings", "x"], {"PYTHONPATH": f"{tmp_path}:{ROOT}"})
    assert ended.returncode == 7, ended.stderr
    assert ended.stdout.strip() == f"['-m', 'kiosk', 'run', '--settings', 'x'] {FORGETFUL['GLIBC_TUNABLES']}"
