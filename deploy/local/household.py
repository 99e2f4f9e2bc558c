"""Platform, relay, pcscd, dock and the terminal's papers, started in order by the commands a person would use."""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
import shlex
import shutil
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from contract import limits
from deploy.local.county import COUNTY, OFFICE, keep_ceremony, specialist_of, workers_of
from deploy.local.display import Size
from deploy.local.pcscd import Pcscd, PcscdUnavailable
from deploy.local.programs import ProgramError, listening, must_be_free, must_run, once, running, until_ready
from drivers.emulated.card.psam import EXTERNAL_KEY, INTERNAL_KEY
from secure import identity

TERMINAL: Final = "XZ-DEMO-0001"
TERMINAL_NUMBER: Final = 1
PLACE: Final = "忻府区 · 杨树村服务点"
READER: Final = "SSC Contact"
CAST: Final = Path("deploy/demo/cast.toml")
NOTICES: Final = (
    ("春季招聘会", "腊月廿六上午九点，镇便民中心（示例）"),
    ("养老保险缴费", "今年的居民养老保险十二月底前缴，找帮办员问一问（示例）"),
)
ROSTER_HALF_LIFE: Final = limits.ROSTER_DAYS * 86_400 / 2
MARK: Final = ".demonstration"
"""A state folder holds this file, so that nothing else is ever swept away by --fresh."""


@dataclass(frozen=True)
class Ports:
    """Counted up from one number. Loopback only."""

    base: int

    @property
    def web(self) -> int:
        return self.base

    @property
    def dock(self) -> int:
        return self.base + 1

    @property
    def platform(self) -> int:
        return self.base + 2

    @property
    def public(self) -> int:
        return self.base + 3

    @property
    def relay(self) -> int:
        return self.base + 4

    @property
    def vnc(self) -> int:
        return self.base + 5

    @property
    def ups(self) -> int:
        return self.base + 6

    def named(self) -> dict[str, int]:
        return {
            "页面 page": self.web,
            "演示台 dock": self.dock,
            "平台 platform": self.platform,
            "公开页 public pages": self.public,
            "中继 relay": self.relay,
            "屏幕 screen": self.vnc,
            "备用电源 ups": self.ups,
        }


@dataclass(frozen=True)
class State:
    """Everything a demonstration keeps lies in one folder."""

    folder: Path

    @property
    def platform(self) -> Path:
        return self.folder / "platform"

    @property
    def identity(self) -> Path:
        return self.folder / "identity"

    @property
    def devices(self) -> Path:
        return self.folder / "dev"

    @property
    def ledger(self) -> Path:
        return self.folder / "terminal" / "ledger.db"

    @property
    def pinyin(self) -> Path:
        return self.folder / "terminal" / "pinyin"

    @property
    def settings(self) -> Path:
        return self.folder / "terminal.toml"

    @property
    def logs(self) -> Path:
        return self.folder / "logs"

    def log(self, name: str) -> Path:
        return self.logs / f"{name}.log"

    @contextmanager
    def held(self) -> Iterator[None]:
        """The folder is this program's alone for as long as the block lasts: nobody's is emptied while it runs. The
        kernel lets go of it when the program is killed."""
        self.folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield
        except BlockingIOError:
            raise ProgramError(
                f"{self.folder} 正被另一个演示用着，先结束它，或用 --state 换一个目录。"
                " Another demonstration is using the folder."
            ) from None
        finally:
            os.close(descriptor)

    def prepare(self, *, fresh: bool) -> None:
        """Make the folder; with *fresh*, empty it first. Raises ProgramError when it is somebody else's."""
        if self.folder.exists() and any(self.folder.iterdir()) and not (self.folder / MARK).exists():
            raise ProgramError(f"{self.folder} 里有别的东西，请换一个空目录。 The folder holds something else.")
        if fresh and self.folder.exists():
            for left in self.folder.iterdir():  # and not the folder itself, which may be held
                shutil.rmtree(left) if left.is_dir() and not left.is_symlink() else left.unlink()
        for folder in (self.folder, self.devices, self.ledger.parent, self.pinyin, self.logs):
            folder.mkdir(parents=True, exist_ok=True)
        (self.folder / MARK).touch()


@dataclass(frozen=True)
class House:
    """What is running."""

    state: State
    ports: Ports

    @property
    def dock_url(self) -> str:
        return f"http://127.0.0.1:{self.ports.dock}"


def python(*arguments: str | Path) -> list[str | Path]:
    """One of our own programs."""
    return [sys.executable, "-m", *arguments]


@asynccontextmanager
async def household(
    state: State, ports: Ports, group: asyncio.TaskGroup, waits: Callable[[], None] = lambda: None
) -> AsyncIterator[House]:
    """Everything but the window. *group* fails as soon as one of the programs ends by itself. *waits* is called when
    another session has this machine's pcscd and is waited for."""
    must_be_free(ports.named())
    async with AsyncExitStack() as stack:
        await prepare_platform(state, ports)

        async def keep(name: str, arguments: list[str | Path], port: int, env: dict[str, str] | None = None) -> None:
            log = state.log(name)
            process = await stack.enter_async_context(running(name, arguments, log=log, env=env))
            await until_ready(name, process, log, lambda: listening(port))
            watch = group.create_task(must_run(name, process, log))
            stack.callback(watch.cancel)

        await keep("platform", python("central", "serve", "--state", state.platform), ports.platform)
        try:
            session = await stack.enter_async_context(Pcscd(waits=waits))
        except PcscdUnavailable as error:
            raise ProgramError(f"pcscd: 没有启动 did not start: {error}") from error
        again = group.create_task(session.kept())
        stack.callback(again.cancel)
        await keep("dock", dock_command(state, ports, session), ports.dock)
        yield House(state, ports)


def dock_command(state: State, ports: Ports, session: Pcscd) -> list[str | Path]:
    """The dock: the emulated card behind pcscd, the other devices' peers, and the line to the platform."""
    ecode = [*python("central", "ecode", "--state", state.platform), "--person", "{person}"]
    return [
        *python("drivers.emulated.dock", "--cast", CAST, "--dev", state.devices),
        *("--http", f"127.0.0.1:{ports.dock}", "--vpcd", str(session.port)),
        *("--psam", str(session.port + 1)),
        *("--ups", str(ports.ups)),
        *("--relay", f"{ports.relay}:127.0.0.1:{ports.platform}"),
        *("--ecode-command", shlex.join(str(part) for part in ecode)),
    ]


async def prepare_platform(state: State, ports: Ports) -> None:
    """Keys, certificates, database, made-up people, the ceremony; then this terminal's papers and its workers. Doing it
    again changes nothing."""
    central = python("central")
    where = ["--host", "127.0.0.1", "--port", str(ports.platform), "--public-port", str(ports.public)]
    await once("central init", [*central, "init", "--state", state.platform, *where])
    await once("central seed", [*central, "seed", "--state", state.platform, "--cast", CAST, "--once"])
    county = await asyncio.to_thread(keep_ceremony, state.platform, state.folder / "county")
    if not (state.identity / "tls.key").exists():
        await asyncio.to_thread(identity.create, state.identity, TERMINAL)
    papers: list[str | Path] = ["--csr", state.identity / "request.csr", "--log-key", state.identity / "log.pub"]
    place = ["--number", str(TERMINAL_NUMBER), "--point", PLACE, "--county", COUNTY]
    admit = [*central, "admit", "--state", state.platform, "--terminal", TERMINAL, *place, *papers]
    admit += ["--out", state.identity]
    await once("central admit", admit)
    await staff_the_point(state, county)
    await name_the_specialist(state)


async def staff_the_point(state: State, county_key: Path) -> None:
    """The cast's village workers get their accounts, their PINs and their roster, as the county gives them: once, and
    the roster again when it is half over."""
    central, where = python("central", "staff"), ["--state", state.platform]
    done = state.folder / "county" / "staffed"
    if done.exists() and time.time() - done.stat().st_mtime < ROSTER_HALF_LIFE:
        return
    for worker in () if done.exists() else workers_of(CAST):
        account = ["--worker", worker.worker, "--person", worker.person, "--point", PLACE]
        await once("central staff add", [*central, "add", *where, *account])
        await once(
            "central staff set-pin",
            [*central, "set-pin", *where, "--worker", worker.worker],
            typed=f"{worker.pin}\n",
        )
    policy = ["--offline-items", "1", "--key", county_key]
    await once("central staff issue", [*central, "issue", *where, "--county", COUNTY, *policy])
    done.touch()


async def name_the_specialist(state: State) -> None:
    """Who reviews for the county: once."""
    done = state.folder / "county" / "specialist"
    if not done.exists():
        who = specialist_of(CAST)
        add: list[str | Path] = [
            *python("central", "staff"),
            "add",
            "--state",
            state.platform,
            "--specialist",
            "--point",
            OFFICE,
        ]
        await once("central staff add", [*add, "--worker", who.worker, "--person", who.person])
        done.touch()


def write_settings(
    state: State, ports: Ports, size: Size, *, fullscreen: bool = True, every_device: bool = False
) -> None:
    """terminal.toml, as kiosk.settings declares it. *every_device*: the small ones too, which no visit needs: camera,
    speaker, presence, UPS."""
    devices = state.devices.resolve()
    sections: dict[str, dict[str, str | int | bool]] = {
        "terminal": {"id": TERMINAL, "number": TERMINAL_NUMBER, "place": PLACE},
        "platform": {"folder": str(state.identity.resolve()), "url": f"https://127.0.0.1:{ports.relay}"},
        "paths": {"ledger": str(state.ledger.resolve()), "pinyin": str(state.pinyin.resolve())},
        "screen": {"width": size.width, "height": size.height, "fullscreen": fullscreen},
        "card_reader": {"reader": READER},
        "card_reader.psam": {
            "reader": f"{READER} 00 01",
            "external_key": EXTERNAL_KEY,
            "internal_key": INTERNAL_KEY,
        },
        "id_reader": {"path": str(devices / "id_reader")},
        "scanner": {"path": str(devices / "scanner")},
        "printer": {"path": str(devices / "printer"), "width_mm": 80},
    }
    if every_device:
        sections |= {
            "camera": {"path": str(devices / "camera"), "source": "still"},
            "speaker": {"device": "null", "cards": str(devices / "sound_cards")},
            "presence": {"sensor": "prox", "devices": str(devices / "sensors" / "devices")},
            "power": {"ups": "village", "port": ports.ups},
        }
    # A JSON string without ASCII escapes is a TOML basic string.
    lines = [
        f"[{name}]\n" + "".join(f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in section.items())
        for name, section in sections.items()
    ]
    for title, text in NOTICES:
        lines.append(f"[[notices]]\ntitle = {json.dumps(title, ensure_ascii=False)}\n")
        lines[-1] += f"text = {json.dumps(text, ensure_ascii=False)}\n"
    state.settings.write_text("\n".join(lines), encoding="utf-8")
