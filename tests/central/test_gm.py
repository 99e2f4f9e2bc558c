"""A platform under suite GM, by its commands: keys, bundle, and a terminal's papers that fit."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from central.state import Config, State, Suite, make
from contract.log_format import SM2_PUBLIC_BYTES
from secure import identity
from secure.reading import keys
from secure.reading.suite import opener

ROOT = Path(__file__).parents[2]


def central(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "central", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_a_platform_and_a_terminal_under_gm(tmp_path: Path) -> None:
    folder, papers = tmp_path / "platform", tmp_path / "papers"
    made = central("init", "--state", folder, "--port", "18999", "--suite", "GM")
    assert made.returncode == 0, made.stderr
    mine = identity.create(papers, "XZ-0007", "GM")
    arguments = (
        "admit",
        "--state",
        folder,
        "--terminal",
        "XZ-0007",
        "--csr",
        mine.request,
        "--out",
        papers,
        "--log-key",
    )
    admitted = central(*arguments, mine.log_public)
    assert admitted.returncode == 0, admitted.stderr
    bundle, state = identity.load_platform(papers), State(folder)
    assert (bundle.suite, state.suite) == ("GM", Suite.GM)
    assert {len(key) for key in (bundle.hpke_key, bundle.receipt_key, bundle.audit_key)} == {SM2_PUBLIC_BYTES}
    assert opener(keys.audit_private_key(folder / "audit.key")).public == bundle.audit_key
    wrong = tmp_path / "ed25519"
    assert central(*arguments, identity.create(wrong, "XZ-0008").log_public).returncode == 1


def test_a_platforms_suite_stays_what_it_was(tmp_path: Path) -> None:
    config = Config(host="127.0.0.1", port=18999, public_port=19000)
    first = make(tmp_path, config, Suite.GM)
    again = make(tmp_path, config, Suite.INTL)
    assert again.suite is Suite.GM
    assert again.hpke_key.private_bytes_raw() == first.hpke_key.private_bytes_raw()
