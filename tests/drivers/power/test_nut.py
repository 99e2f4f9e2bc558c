"""The real upsd with its dummy-ups driver as peer, where Debian's nut-server is on the machine.

NUT_ROOT names a folder with the unpacked packages (``dpkg -x nut-server_*.deb folder``, likewise libupsclient6,
libnss3, libnspr4 and libwrap0) where they are not installed: installing them brings udev along.
"""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from contract import limits
from drivers.device import DeviceEvent, Happening, State
from drivers.power import NutPower, PowerSettings

ROOT = Path(os.environ.get("NUT_ROOT", "/"))
UPSD, DUMMY = ROOT / "lib/nut/upsd", ROOT / "lib/nut/dummy-ups"

pytestmark = pytest.mark.skipif(not (UPSD.exists() and DUMMY.exists()), reason="nut-server is not on this machine")


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


class Nut:
    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.device = folder / "village.seq"
        self._folder = folder
        (folder / "ups.conf").write_text(
            f"maxretry = 1\n[village]\ndriver = dummy-ups\nmode = dummy-loop\nport = {self.device}\npollinterval = 1\n",
            encoding="utf-8",
        )
        (folder / "upsd.conf").write_text(f"LISTEN 127.0.0.1 {self.port}\nMAXAGE 5\n", encoding="utf-8")
        (folder / "upsd.users").write_text("", encoding="utf-8")

    def programs(self) -> Iterator[subprocess.Popen[bytes]]:
        libraries = ":".join(str(ROOT / path) for path in ("usr/lib/x86_64-linux-gnu", "lib/x86_64-linux-gnu"))
        where = {name: str(self._folder) for name in ("NUT_CONFPATH", "NUT_STATEPATH", "NUT_ALTPIDPATH")}
        environment = os.environ | where | ({"LD_LIBRARY_PATH": libraries} if Path("/") != ROOT else {})
        for command in ([str(DUMMY), "-u", "root", "-a", "village", "-D"], [str(UPSD), "-u", "root", "-D"]):
            yield subprocess.Popen(
                command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )


async def test_the_real_upsd_tells_of_mains_gone_low_and_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "POWER_POLL", 0.1)
    monkeypatch.setattr(limits, "DEVICE_REOPEN_LAST", 0.5)
    nut = Nut(tmp_path)
    nut.device.write_text(
        "ups.status: OL\nbattery.charge: 90\nbattery.runtime: 1500\nTIMER 2\n"
        "ups.status: OB DISCHRG\nbattery.charge: 60\nTIMER 2\nups.status: OB DISCHRG LB\nbattery.charge: 12\nTIMER 2\n",
        encoding="utf-8",
    )
    driver = NutPower(PowerSettings("village", port=nut.port))
    events: asyncio.Queue[DeviceEvent] = asyncio.Queue()
    programs = list(nut.programs())
    running = asyncio.create_task(driver.run(events))
    heard: list[Happening] = []
    try:
        async with asyncio.timeout(40):
            for awaited in (Happening.LOW, Happening.RECOVERED):
                while awaited not in heard:
                    heard.append((await events.get()).happening)
                if awaited is Happening.LOW:
                    assert (driver.seen.on_battery, driver.seen.charge, driver.seen.low) == (True, 12, True)
        assert driver.seen.state is State.ONLINE
        assert driver.seen.charge == 90
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        for program in programs:
            program.terminate()
        for program in programs:
            program.wait(10)
