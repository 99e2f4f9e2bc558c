"""What set-up installs is written down, with reasons, and names no host."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

PACKAGES = (Path("scripts/lib/packages.txt"), Path("scripts/lib/peers.txt"))


def test_every_debian_package_has_its_reason() -> None:
    read = "\n".join(file.read_text() for file in PACKAGES)
    lines = [line for line in read.splitlines() if line and not line.startswith("#")]
    names = [line.split()[0] for line in lines]
    assert all(re.fullmatch(r"[a-z0-9][a-z0-9.+-]+ +# \S.*", line) for line in lines)
    assert len(set(names)) == len(names)


def test_the_lock_has_a_hash_for_all_and_names_no_host() -> None:
    lock = Path("requirements.lock").read_text()
    assert not re.search(r"^\s*--(?!hash=sha256:)", lock, re.MULTILINE)
    assert "://" not in lock
    pinned = re.findall(r"^([a-z0-9][\w.\-]*)==[^ ]+ (?:; .+ )?\\\n {4}--hash=sha256:", lock, re.MULTILINE)
    assert len(pinned) == len(re.findall(r"^[a-z0-9][\w.\-]*==", lock, re.MULTILINE)) > 40


def test_missing_packages_are_found_and_present_ones_are_not() -> None:
    script = """
    set -euo pipefail
    . scripts/lib/setup.sh
    wanted_packages() { printf 'bash\\nno-such-package-at-all\\ncoreutils\\n'; }
    missing_packages
    """
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["no-such-package-at-all"]


def test_scripts_can_be_started_and_are_sound() -> None:
    for script in (*Path("scripts").glob("*"), Path(".ci/run"), Path("scripts/lib/setup.sh")):
        if script.is_file():
            assert script.suffix == ".sh" or os.access(script, os.X_OK), script
            assert subprocess.run(["bash", "-n", str(script)], check=False).returncode == 0, script
