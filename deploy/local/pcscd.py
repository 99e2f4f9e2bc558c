"""The real pcscd with a virtual reader, for demonstrations and tests (device-protocols 6.1, 6.2).

``async with Pcscd() as session`` runs Debian's pcscd in the foreground with a configuration folder of its own, whose
one reader is vsmartcard-vpcd. Its ports take cards from anybody who can reach them: never part of the product image.
There is one pcscd per machine (one client socket), so sessions wait for each other on a lock.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import shutil
import signal
import socket
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Final, NoReturn, Self

PROGRAM: Final = "/usr/sbin/pcscd"
LIBRARY: Final = "/usr/lib/pcsc/drivers/serial/libifdvpcd.so"
RUN: Final = Path("/run/pcscd")
SOCKET: Final = RUN / "pcscd.comm"
PID: Final = RUN / "pcscd.pid"
LOCK: Final = Path("/tmp/jiujinban-pcscd.lock")  # noqa: S108 - one name for every user of the machine
PORT: Final = 36864
"""First of vpcd's two slots (0x9000); the second listens one above."""


class PcscdUnavailable(Exception):
    """pcscd cannot be run here; the text says why and what to do."""


@dataclass
class Pcscd:
    """One session of pcscd. Seconds throughout."""

    port: int = PORT
    friendly_name: str = "SSC Contact"
    lock_wait: float = 600.0
    start_wait: float = 10.0
    stop_wait: float = 5.0
    again_after: float = 0.3
    """One that ended by itself is looked for, and started again, so often."""
    waits: Callable[[], None] = lambda: None
    """Called once when another session has pcscd and is waited for."""
    _lock: int | None = field(default=None, init=False)
    _folder: Path | None = field(default=None, init=False)
    _process: asyncio.subprocess.Process | None = field(default=None, init=False)
    _socket_unit_stopped: bool = field(default=False, init=False)

    @property
    def reader(self) -> str:
        """PC/SC name of the first slot."""
        return f"{self.friendly_name} 00 00"

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    async def __aenter__(self) -> Self:
        for needed in (PROGRAM, LIBRARY):
            if not Path(needed).exists():
                raise PcscdUnavailable(f"{needed} is missing: apt-get install pcscd vsmartcard-vpcd")
        self._lock = await self._locked()
        try:
            await self._take_over_from_systemd()
            await self._prepare_run_folder()
            self._folder = Path(tempfile.mkdtemp(prefix="pcscd-"))
            (self._folder / "vpcd").write_text(
                f'FRIENDLYNAME "{self.friendly_name}"\n'
                f"DEVICENAME /dev/null:0x{self.port:04X}\n"
                f"LIBPATH {LIBRARY}\n"
                f"CHANNELID 0x{self.port:04X}\n"
            )
            await self.start()
        except BaseException:
            await self._close()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._close()

    async def start(self) -> None:
        """Start pcscd (again) and wait until it takes clients and cards."""
        assert self._process is None
        assert self._folder is not None
        _clean()
        # setpriv (util-linux): if this process is killed, the kernel ends pcscd too, so that the next one can start.
        self._process = await asyncio.create_subprocess_exec(
            *("setpriv", "--pdeathsig", "KILL", "--"),
            PROGRAM,
            "--foreground",
            "--config",
            str(self._folder),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            process_group=0,
        )
        try:
            async with asyncio.timeout(self.start_wait):
                while not (_alive() and await self._slot_listens()):
                    if self._process.returncode is not None:
                        raise PcscdUnavailable(f"pcscd ended at once with {self._process.returncode}")
                    await asyncio.sleep(0.02)
        except TimeoutError:
            raise PcscdUnavailable(f"pcscd did not answer within {self.start_wait} s") from None

    async def kept(self) -> NoReturn:
        """Start it again whenever it ends by itself, for ever: what systemd's pcscd.socket does on a terminal."""
        while True:
            process = self._process
            if process is not None:
                await process.wait()
            if process is self._process:  # nobody stopped it
                self._process = None
                with contextlib.suppress(PcscdUnavailable):
                    await self.start()
            await asyncio.sleep(self.again_after)

    async def stop(self, with_signal: signal.Signals = signal.SIGTERM) -> None:
        """End pcscd by its process id; SIGKILL leaves its socket behind, as a crash does."""
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(with_signal)
        try:
            async with asyncio.timeout(self.stop_wait):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()

    async def _close(self) -> None:
        await self.stop()
        if self._lock is not None:
            _clean()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None
        if self._socket_unit_stopped:
            self._socket_unit_stopped = False
            await _run(*_as_root(), "systemctl", "start", "pcscd.socket")
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    async def _locked(self) -> int:
        descriptor = _open_lock()
        with contextlib.suppress(PermissionError):
            os.fchmod(descriptor, 0o666)  # another user's session waits on the same file
        said = False
        try:
            async with asyncio.timeout(self.lock_wait):
                while True:
                    try:
                        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                        return descriptor
                    except BlockingIOError:
                        if not said:
                            said = True
                            self.waits()
                        await asyncio.sleep(0.1)
        except BaseException as error:
            os.close(descriptor)
            if isinstance(error, TimeoutError):
                raise PcscdUnavailable(f"another session held pcscd for {self.lock_wait} s") from None
            raise

    async def _take_over_from_systemd(self) -> None:
        """A desk's Debian hands the same socket out by systemd; it is given back at the end."""
        if shutil.which("systemctl") is None or not Path("/run/systemd/system").exists():
            return
        if await _run("systemctl", "is-active", "--quiet", "pcscd.socket") != 0:
            return
        if await _run(*_as_root(), "systemctl", "stop", "pcscd.socket", "pcscd.service") != 0:
            raise PcscdUnavailable("systemd holds pcscd's socket: sudo systemctl stop pcscd.socket pcscd.service")
        self._socket_unit_stopped = True

    async def _prepare_run_folder(self) -> None:
        if _alive():
            raise PcscdUnavailable(f"a pcscd that is not ours is running ({SOCKET})")
        with contextlib.suppress(PermissionError):
            RUN.mkdir(mode=0o755, exist_ok=True)
        if os.access(RUN, os.W_OK | os.X_OK):
            return
        user = f"{os.getuid()}:{os.getgid()}"
        commands = (("mkdir", "-p", str(RUN)), ("chown", "-R", user, str(RUN)))
        for command in commands:
            if await _run(*_as_root(), *command) != 0:
                raise PcscdUnavailable(f"{RUN} is not writable: sudo mkdir -p {RUN} && sudo chown {user} {RUN}")

    async def _slot_listens(self) -> bool:
        """Read from the kernel's table: a trial connection would be taken for a card."""
        wanted = f":{self.port:04X}"
        for table in (Path("/proc/net/tcp"), Path("/proc/net/tcp6")):
            if not table.exists():
                continue
            for line in table.read_text().splitlines()[1:]:
                columns = line.split()
                if columns[1].endswith(wanted) and columns[3] == "0A":
                    return True
        return False


def _alive() -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as trial:
        trial.settimeout(1.0)
        try:
            trial.connect(str(SOCKET))
        except OSError:
            return False
        return True


def _open_lock() -> int:
    """A file that is there is opened without O_CREAT: with it the kernel refuses another user's file in /tmp, whatever
    its mode and whoever asks (fs.protected_regular, which Debian sets)."""
    while True:
        try:
            return os.open(LOCK, os.O_RDWR | os.O_CLOEXEC)
        except FileNotFoundError:
            with contextlib.suppress(FileExistsError):
                return os.open(LOCK, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
        except PermissionError:
            raise PcscdUnavailable(f"{LOCK} is another user's and closed to you: sudo chmod 666 {LOCK}") from None


def _clean() -> None:
    """What a killed pcscd leaves behind keeps the next one from starting."""
    if not _alive():
        for left in (SOCKET, PID):
            with contextlib.suppress(FileNotFoundError, PermissionError):
                left.unlink()


def _as_root() -> tuple[str, ...]:
    return () if os.geteuid() == 0 else ("sudo", "-n")


async def _run(*command: str) -> int:
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    return await process.wait()
