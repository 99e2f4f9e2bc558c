"""What scripts/test counts: programs of their own, coroutines that an exception resumes, pragmas with a reason only."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PROGRAM = """\
import asyncio
import subprocess
import sys


async def late():
    try:
        async with asyncio.timeout(0.01):
            await asyncio.sleep(60)
    except TimeoutError:
        return "late"


async def main():
    said = await late()
    if said != "late":
        print("bare")  # pragma: no cover
        print("said why")  # pragma: no cover - nobody is early here
    return said


async def wait():
    asyncio.get_running_loop().call_soon(print, "waiting")
    asyncio.get_running_loop().call_soon(sys.stdout.flush)
    await asyncio.sleep(60)


if len(sys.argv) > 1:
    asyncio.run(wait())
else:
    asyncio.run(main())
    with subprocess.Popen([sys.executable, __file__, "wait"], stdout=subprocess.PIPE) as other:
        other.stdout.readline()
        other.terminate()
"""


def test_what_ran_is_counted_and_what_is_left_out_says_why(tmp_path: Path) -> None:
    """In a folder with a blank and a Chinese name; the second program is ended by SIGTERM in the middle of its wait."""
    folder = tmp_path / "a 目录"
    folder.mkdir()
    program, data = folder / "program.py", folder / "data"
    program.write_text(PROGRAM, encoding="utf-8")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    coverage = [sys.executable, "-m", "coverage"]
    rules = ["--rcfile", str(ROOT / ".coveragerc"), "--data-file", str(data)]
    for command in (
        ["run", *rules, "--source", str(folder), str(program)],
        ["combine", *rules],
        ["json", *rules, "-o", str(folder / "report.json")],
    ):
        done = subprocess.run(
            [*coverage, *command], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
    report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    (counted,) = report["files"].values()
    lines = PROGRAM.splitlines()
    assert [lines[number - 1].strip() for number in counted["missing_lines"]] == ['print("bare")  # pragma: no cover']
    assert [lines[number - 1].split("#")[0].strip() for number in counted["excluded_lines"]] == ['print("said why")']
