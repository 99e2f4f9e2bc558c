"""``scripts/mutants``: a defence is taken out in a copy of the tree, and its test must fail by an assertion.

What the mutants are stands in tests/mutants.toml alone; the table in docs/security.md is made from it (``--page``).
First all the tests run in the copy as it is: they must pass. Then mutant after mutant: a test that still passes proves
nothing, and one that breaks down without an assertion has not judged.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
DECLARED: Final = ROOT / "tests" / "mutants.toml"
PAGE: Final = ROOT / "docs" / "security.md"
BEGIN, END = "<!-- mutants: begin -->\n", "<!-- mutants: end -->\n"
LISTED: Final = 36
"""Attacks of the list; those after them are beyond it."""
LONGEST: Final = 600
"""Seconds for one run of pytest."""
OUTCOMES: Final = "MUTANT_OUTCOMES"


@dataclass(frozen=True)
class Change:
    """*take* stands once in *file*, relative to the tree, and *put* comes into its place."""

    file: str
    take: str
    put: str


@dataclass(frozen=True)
class Mutant:
    """One defence taken out."""

    id: str
    """Attack and letter: 19b."""
    without: str
    changes: tuple[Change, ...]
    test: str

    @property
    def function(self) -> tuple[str, str]:
        """File and function of the test, without the parameters' id."""
        path, _, name = self.test.partition("::")
        return path, name.partition("[")[0]


@dataclass(frozen=True)
class Attack:
    number: int
    name: str
    defence: str
    mutants: tuple[Mutant, ...]


def attacks() -> tuple[Attack, ...]:
    """As declared."""
    found = []
    for each in tomllib.loads(DECLARED.read_text("utf-8"))["attack"]:
        mutants = tuple(
            Mutant(
                f"{each['number']}{chr(ord('a') + index)}",
                one["without"],
                tuple(Change(*change) for change in [[one["file"], one["take"], one["put"]], *one.get("also", [])]),
                one["test"],
            )
            for index, one in enumerate(each["mutant"])
        )
        found.append(Attack(each["number"], each["name"], each["defence"], mutants))
    return tuple(found)


def wrong(all_attacks: Sequence[Attack], root: Path = ROOT) -> Iterator[str]:
    """What of the declaration does not fit the tree as it is."""
    if [attack.number for attack in all_attacks][:LISTED] != list(range(1, LISTED + 1)):
        yield f"attacks 1 to {LISTED} are not all there, in order"
    text, functions = cache(lambda file: (root / file).read_text("utf-8")), cache(_functions)
    for attack in all_attacks:
        if not attack.mutants:
            yield f"{attack.number}: no mutant"
        for mutant in attack.mutants:
            for change in mutant.changes:
                times = text(change.file).count(change.take)
                if times != 1:
                    yield f"{mutant.id}: its text stands {times} times in {change.file}"
            path, name = mutant.function
            if name not in functions(root / path):
                yield f"{mutant.id}: there is no test {mutant.test}"


def _functions(path: Path) -> set[str]:
    if not path.is_file():
        return set()
    tree = ast.parse(path.read_text("utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


# -- the page ----------------------------------------------------------------------------------------------------------


def table(all_attacks: Sequence[Attack]) -> str:
    """For docs/security.md."""
    lines = ["| | 攻击 attack | 防线 defence | 试验 test | 拿掉什么 mutant: without |", "|---:|---|---|---|---|"]
    for attack in all_attacks:
        for index, mutant in enumerate(attack.mutants):
            name, defence = ("", "") if index else (attack.name, attack.defence)
            files = "、".join(f"`{file}`" for file in dict.fromkeys(change.file for change in mutant.changes))
            lines.append(f"| {mutant.id} | {name} | {defence} | `{mutant.test}` | {files}: {mutant.without} |")
    return "\n".join(lines) + "\n"


def page(text: str, all_attacks: Sequence[Attack]) -> str:
    """*text* of the page with the table as it is declared now."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return before + BEGIN + table(all_attacks) + END + after


# -- running -----------------------------------------------------------------------------------------------------------


@contextmanager
def scratch() -> Iterator[Path]:
    """A copy of the tree as it lies here, what is not committed too, with this one's environment."""
    with tempfile.TemporaryDirectory(prefix="mutants-") as name:
        copy = Path(name) / "tree"
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT, check=True, capture_output=True,
        ).stdout  # fmt: skip
        for path in filter(None, listed.decode().split("\0")):
            if (ROOT / path).is_file():
                (copy / path).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / path, copy / path)
        (copy / ".venv").symlink_to(Path(sys.prefix))
        yield copy


def run(tree: Path, tests: Sequence[str]) -> tuple[dict[str, str], str]:
    """Each test's outcome, and what pytest said. Outcomes: passed, skipped, assertion, or what else ended it."""
    written = tree / ".outcomes.json"
    written.unlink(missing_ok=True)
    # The copy's modules come before those of the tree that .venv was made for.
    environment = os.environ | {"PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1", OUTCOMES: str(written)}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.mutants_plugin", "-p", "no:cacheprovider", *tests]
    done = subprocess.run(
        command, cwd=tree, env=environment, capture_output=True, text=True, timeout=LONGEST, check=False
    )  # fmt: skip
    said = done.stdout + done.stderr
    return (json.loads(written.read_text("utf-8")) if written.exists() else {}), said


def of(outcomes: dict[str, str], test: str) -> set[str]:
    """The outcomes of *test*, with all its parameters where none is named."""
    return {outcome for name, outcome in outcomes.items() if name == test or name.startswith(f"{test}[")}


def baseline(tree: Path, chosen: Sequence[Mutant]) -> list[str]:
    """Which tests do not pass as the tree is."""
    bad = []
    tests = sorted({mutant.test for mutant in chosen})
    # What brings up a Django platform cannot share a process with the rest.
    for part in ([t for t in tests if "/central/" in t], [t for t in tests if "/central/" not in t]):
        if part:
            outcomes, said = run(tree, part)
            bad += [f"{test}: {sorted(of(outcomes, test))}" for test in part if of(outcomes, test) != {"passed"}]
            if bad:
                print(said, file=sys.stderr)
    return bad


def judge(tree: Path, mutant: Mutant) -> str:
    """Empty when the test fails by an assertion without the defence, else what happened. The tree is as before."""
    before = {change.file: (tree / change.file).read_text("utf-8") for change in mutant.changes}
    try:
        for change in mutant.changes:
            text = (tree / change.file).read_text("utf-8")
            assert text.count(change.take) == 1, change
            changed = text.replace(change.take, change.put)
            if change.file.endswith(".py"):
                compile(changed, change.file, "exec")
            (tree / change.file).write_text(changed, "utf-8")
        outcomes, said = run(tree, [mutant.test])
    finally:
        for file, text in before.items():
            (tree / file).write_text(text, "utf-8")
    found = verdict(of(outcomes, mutant.test))
    return found and f"{found}\n{said[-2000:]}"


def verdict(outcomes: set[str]) -> str:
    """Empty for a test that fell by an assertion, whatever its other parameters say; else what it did instead."""
    if "assertion" in outcomes and not outcomes - {"assertion", "passed"}:
        return ""
    return "it still passes" if outcomes == {"passed"} else f"no verdict: {sorted(outcomes)}"


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="scripts/mutants", description="拿掉一道防线，试验必须失败 take a defence out, and its test must fail"
    )
    parser.add_argument("id", nargs="*", help="19、19b、…（19 是它的全部 all of 19）")
    parser.add_argument("--all", action="store_true", help="全部 every one")
    parser.add_argument("--list", action="store_true", help="只列出来 only tell them")
    parser.add_argument("--page", action="store_true", help="把表写进 docs/security.md write the table into the page")
    options = parser.parse_args()
    declared = attacks()
    if faults := list(wrong(declared)):
        print("\n".join(faults), file=sys.stderr)
        return 1
    if options.page:
        PAGE.write_text(page(PAGE.read_text("utf-8"), declared), "utf-8")
        return 0
    everyone = [mutant for attack in declared for mutant in attack.mutants]
    named = {re.sub("[a-z]$", "", one.id): one for one in everyone} | {one.id: one for one in everyone}
    if unknown := set(options.id) - named.keys():
        parser.error(f"没有这个编号 no such id: {' '.join(sorted(unknown))}")
    chosen = [one for one in everyone if options.all or {one.id, re.sub("[a-z]$", "", one.id)} & set(options.id)]
    if options.list or not chosen:
        print("\n".join(f"{one.id:4} {one.test}  without {one.without}" for one in everyone))
        return 0 if options.list else 2
    return prove(chosen)


def prove(chosen: Sequence[Mutant]) -> int:
    """Tell of each of *chosen* what came of it; 0 when every test fell."""
    began, left = time.monotonic(), []
    with scratch() as tree:
        if bad := baseline(tree, chosen):
            print("不通过的试验 these do not pass with nothing taken out:", *bad, sep="\n  ", file=sys.stderr)
            return 1
        for mutant in chosen:
            if said := judge(tree, mutant):
                left.append(mutant.id)
                print(f"✗ {mutant.id:4} without {mutant.without}: {mutant.test}\n  {said}", flush=True)
            else:
                print(f"✓ {mutant.id:4} without {mutant.without}", flush=True)
    seconds = time.monotonic() - began
    print(f"{len(chosen)} mutants, {len(chosen) - len(left)} seen, {len(left)} not ({seconds:.0f} s)")
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
