"""``scripts/fuzz [NAME|all] --seconds N --seed S``: coverage-guided fuzzing of what decodes a device's bytes.

Each target runs in a process of its own, from a copy of its corpus. What a run found that nothing in the corpus reaches
is kept with ``--keep``. An input that breaks a decoder is put into the corpus at once: tests/fuzz/test_corpus.py is
then the test that fails until it is mended.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

CORPUS: Final = Path(__file__).with_name("corpus")
NAMES: Final = tuple(sorted(path.stem for path in Path(__file__).with_name("targets").glob("[a-z]*.py")))
LONGEST: Final = 600
HANGS: Final = 10
"""Seconds after which one input has hung."""


def target(name: str) -> Any:
    return importlib.import_module(f"tests.fuzz.targets.{name}")


def fuzz_here(name: str, flags: list[str]) -> None:
    """Never returns: the fuzzing library ends the process."""
    import atheris  # noqa: PLC0415  # replaying the corpus does without it

    with atheris.instrument_imports(include=["drivers.", "contract.", "tests.fuzz.targets"]):
        check = target(name).check
    # Its first word is what the library runs again, in pieces, when it makes a corpus smaller.
    again = shlex.join((sys.executable, "-m", "tests.fuzz.run", "--child", name))
    atheris.Setup([again, *flags], check)
    atheris.Fuzz()


def run(name: str, seconds: int, seed: int, keep: bool) -> bool:
    """Whether nothing broke."""
    with tempfile.TemporaryDirectory(prefix=f"fuzz-{name}-") as folder:
        work, kept, crashes = (Path(folder) / part for part in ("work", "kept", "crashes"))
        for made in (work, kept, crashes):
            made.mkdir()
        for number, seed_input in enumerate(target(name).SEEDS):
            (work / f"seed-{number}").write_bytes(seed_input)
        for path in (CORPUS / name).iterdir():
            (work / path.name).write_bytes(path.read_bytes())
        flags = [f"-max_total_time={seconds}", f"-seed={seed}", f"-max_len={LONGEST}", f"-timeout={HANGS}"]
        child = [sys.executable, "-m", "tests.fuzz.run", "--child", name]
        told = subprocess.run(
            [*child, *flags, "-print_final_stats=1", f"-artifact_prefix={crashes}/", str(work)],
            stderr=subprocess.STDOUT, stdout=subprocess.PIPE, text=True, errors="replace", check=False,
        )  # fmt: skip
        broken = sorted(crashes.iterdir())
        _report(name, told.stdout, len(list(work.iterdir())))
        if keep:
            subprocess.run(
                [*child, "-merge=1", f"-max_len={LONGEST}", str(kept), str(work)], capture_output=True, check=True
            )
            _replace(CORPUS / name, kept)
        for path in broken:
            case = CORPUS / name / f"broken-{hashlib.sha256(path.read_bytes()).hexdigest()[:12]}"
            case.write_bytes(path.read_bytes())
            print(f"✗ {name}: {case.relative_to(CORPUS.parents[2])}")
            print(f"  .venv/bin/python -m pytest tests/fuzz -k {case.name}")
        if broken or told.returncode != 0:
            print(told.stdout[-3000:])
        return not broken and told.returncode == 0


def _report(name: str, output: str, inputs: int) -> None:
    def last(pattern: str) -> str:
        found = re.findall(pattern, output)
        return found[-1] if found else "?"

    print(
        f"{name}: {last(r'number_of_executed_units: *([0-9]+)')} executions,"
        f" {last(r'average_exec_per_sec: *([0-9]+)')} a second,"
        f" coverage {last(r'cov: ([0-9]+)')}, features {last(r'ft: ([0-9]+)')}, inputs {inputs},"
        f" {last(r'peak_rss_mb: *([0-9]+)')} MB",
        flush=True,
    )


def _replace(folder: Path, new: Path) -> None:
    for path in folder.iterdir():
        path.unlink()
    for path in new.iterdir():
        (folder / hashlib.sha256(path.read_bytes()).hexdigest()[:12]).write_bytes(path.read_bytes())


def main() -> int:
    if sys.argv[1:2] == ["--child"]:
        fuzz_here(sys.argv[2], sys.argv[3:])
    parser = argparse.ArgumentParser(prog="scripts/fuzz", description=__doc__)
    parser.add_argument("name", nargs="?", default="all", choices=("all", *NAMES))
    parser.add_argument("--seconds", type=int, default=60, help="for each target")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--keep", action="store_true", help="the corpus becomes the smallest that reaches all that was reached"
    )
    options = parser.parse_args()
    names = NAMES if options.name == "all" else (options.name,)
    sound = [run(name, options.seconds, options.seed, options.keep) for name in names]
    return 0 if all(sound) else 1


if __name__ == "__main__":
    sys.exit(main())
