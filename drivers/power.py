"""The uninterruptible power supply, asked through NUT's daemon upsd (Network UPS Tools).

upsd speaks lines of text on TCP 3493 (NUT developer guide, chapter 9 "Network protocol information"; RFC 9271):
``LIST VAR name`` is answered with ``BEGIN LIST VAR name``, one ``VAR name variable "value"`` a line and ``END LIST VAR
name``, or with ``ERR reason``. Only that question is ever asked: nothing is set, no password is needed. Shutting the
machine down in good order is upsmon's work, not ours.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from contract import limits
from drivers.device import Capabilities, DeviceClass, DeviceEvent, Happening, PowerStatus, State, happenings
from drivers.serial_line import Patience

PORT: Final = 3493
_NAME: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")
_WORD: Final = re.compile(r'"((?:[^"\\]|\\.)*)"|(\S+)')
_ESCAPED: Final = re.compile(r"\\(.)")
_BROKEN: Final = frozenset({"DATA-STALE", "DRIVER-NOT-CONNECTED"})
"""upsd is there and its UPS does not answer it."""


class PowerLostError(Exception):
    """upsd is not there, hung up, or has no UPS of this name. Stays within drivers."""


class PowerSilentError(Exception):
    """upsd answers something that is no answer, or nothing in time. Stays within drivers."""


class UpsBrokenError(Exception):
    """upsd says that its UPS does not answer it. Stays within drivers."""


@dataclass(frozen=True, slots=True)
class PowerSettings:
    ups: str
    """Its name in upsd's ups.conf."""
    host: str = "127.0.0.1"
    port: int = PORT

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.ups):
            raise ValueError("a UPS's name is letters, digits, dots, underscores and hyphens")


def words_of(line: str) -> list[str]:
    """A line of upsd's, split; what stands in quotes is one word, with its backslashes taken out."""
    return [_ESCAPED.sub(r"\1", match[1]) if match[1] is not None else match[2] for match in _WORD.finditer(line)]


def status_of(variables: Mapping[str, str]) -> PowerStatus:
    """What the variables say (NUT's nut-names: ups.status, battery.charge in percent, battery.runtime in seconds).

    A UPS that says nothing of its status, or is switched to nothing, is UNKNOWN. Low counts on battery only, or when
    upsd has ordered the shutdown (FSD): back on mains, a battery that is still empty forbids nobody to begin.
    """
    flags = frozenset(variables.get("ups.status", "").split())
    charge, left = _number(variables.get("battery.charge")), _number(variables.get("battery.runtime"))
    on_battery = "OB" in flags
    empty = (
        "LB" in flags
        or (charge is not None and charge <= limits.POWER_LOW_CHARGE)
        or (left is not None and left <= limits.POWER_LOW_SECONDS)
    )
    return PowerStatus(
        State.ONLINE if flags & {"OL", "OB", "FSD"} else State.UNKNOWN,
        on_battery=on_battery,
        charge=None if charge is None else min(charge, 100),
        seconds_left=left,
        low="FSD" in flags or (on_battery and empty),
    )


def _number(text: str | None) -> int | None:
    try:
        number = float(text or "")
    except ValueError:
        return None
    return int(number) if 0 <= number < 1e9 else None  # also no NaN


class NutPower:
    """Implements drivers.device.Power: LOW when a visit should no longer begin, RECOVERED when it may again."""

    def __init__(
        self, settings: PowerSettings, name: str = "power", clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.name = name
        self._settings = settings
        self._clock = clock
        self._seen = PowerStatus(State.NO_DEVICE)
        self._answered = clock()
        """When it last said how it is."""

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(device_class=DeviceClass.POWER)

    @property
    def seen(self) -> PowerStatus:
        return self._seen

    @property
    def state(self) -> State:
        return self._seen.state

    async def run(self, events: asyncio.Queue[DeviceEvent]) -> None:
        patience = Patience()
        try:
            while True:
                try:
                    async with asyncio.timeout(limits.POWER_CONNECT):
                        reader, writer = await asyncio.open_connection(self._settings.host, self._settings.port)
                except (OSError, TimeoutError):
                    self._silent(State.NO_DEVICE, events)
                    await patience.wait()
                    continue
                try:
                    await self._watch(reader, writer, events, patience)
                except PowerLostError:
                    self._silent(State.NO_DEVICE, events)
                except PowerSilentError:
                    self._silent(State.UNKNOWN, events)
                finally:
                    writer.transport.abort()  # nothing is owed to it, and a close that waits could last for ever
                await patience.wait()
        finally:
            self._seen = PowerStatus(State.NO_DEVICE)

    async def _watch(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        events: asyncio.Queue[DeviceEvent],
        patience: Patience,
    ) -> None:
        """Ask for ever, on one connection. Raises PowerLostError, PowerSilentError."""
        while True:
            try:
                status = status_of(await self._ask(reader, writer))
            except UpsBrokenError:
                self._silent(State.HARDWARE_ERROR, events)
            else:
                self._answered = self._clock()
                self._become(status, events)
            patience.succeeded()
            await asyncio.sleep(limits.POWER_POLL)

    async def _ask(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> dict[str, str]:
        """All variables of the UPS."""
        name = self._settings.ups
        writer.write(f"LIST VAR {name}\n".encode("ascii"))
        try:
            async with asyncio.timeout(limits.POWER_ANSWER):
                return await self._answer(reader, name)
        except TimeoutError:
            raise PowerSilentError("nothing") from None
        except OSError as error:
            raise PowerLostError(type(error).__name__) from error
        except ValueError as error:  # a line without end
            raise PowerSilentError("endless") from error

    async def _answer(self, reader: asyncio.StreamReader, name: str) -> dict[str, str]:
        variables: dict[str, str] = {}
        total, begun = 0, False
        while True:
            line = await reader.readline()
            total += len(line)
            if not line.endswith(b"\n"):
                raise PowerLostError("hung up")
            if total > limits.POWER_ANSWER_BYTES:
                raise PowerSilentError("endless")
            match words_of(line.decode("utf-8", "replace")):
                case ["ERR", reason, *_] if reason in _BROKEN:
                    raise UpsBrokenError(reason)
                case ["ERR", *_]:
                    raise PowerLostError("refused")
                case ["BEGIN", "LIST", "VAR", whose] if whose == name:
                    begun = True
                case ["VAR", whose, variable, value] if begun and whose == name:
                    variables[variable] = value
                case ["END", "LIST", "VAR", whose] if begun and whose == name:
                    return variables
                case _:
                    raise PowerSilentError("no answer")

    def _silent(self, state: State, events: asyncio.Queue[DeviceEvent]) -> None:
        """It does not say how it is. A battery that was nearly empty is not fuller for that, until the terminal has
        run on for so long that it cannot have been."""
        low = self._seen.low and self._clock() - self._answered < limits.POWER_SILENCE
        self._become(PowerStatus(state, on_battery=low, low=low), events)

    def _become(self, status: PowerStatus, events: asyncio.Queue[DeviceEvent]) -> None:
        before, self._seen = self._seen, status
        told = [*happenings(before.state, status.state)]
        if not told and (before.on_battery, before.low) != (status.on_battery, status.low):
            told = [Happening.STATE_CHANGED]
        if status.low and Happening.RECOVERED in told:
            told.remove(Happening.RECOVERED)  # it answers again, and what it says is that it is not whole
        if status.low and not before.low:
            told.append(Happening.LOW)
        if before.low and not status.low and status.state is State.ONLINE and Happening.RECOVERED not in told:
            told.append(Happening.RECOVERED)
        for happening in told:
            events.put_nowait(DeviceEvent(self.name, happening, status.state))
