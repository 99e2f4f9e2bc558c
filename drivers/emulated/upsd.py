"""NUT's upsd with one UPS, byte for byte as upsd 2.8.0 answered: what drivers.power is tested against."""

from __future__ import annotations

import asyncio
import enum
from types import TracebackType
from typing import Self

WELL = {"battery.charge": "100", "battery.runtime": "1800", "ups.status": "OL"}
VERSION = "Network UPS Tools upsd 2.8.0 - http://www.networkupstools.org/\n"


class Trouble(enum.Enum):
    """What is wrong with it."""

    NONE = enum.auto()
    STALE = enum.auto()
    """Its driver has lost the UPS."""
    NO_DRIVER = enum.auto()
    SILENT = enum.auto()
    """Takes questions and says nothing."""
    HANGS_UP = enum.auto()
    """In the middle of an answer."""
    GARBLED = enum.auto()
    ENDLESS = enum.auto()
    """A list that never ends."""
    ENDLESS_LINE = enum.auto()


class EmulatedUpsd:
    """``async with EmulatedUpsd() as upsd: upsd.variables["ups.status"] = "OB DISCHRG"``."""

    def __init__(self, ups: str = "village", port: int = 0) -> None:
        self.ups = ups
        self.port = port
        """Where none was given: known once it has been plugged in; stays the same afterwards."""
        self.variables = {**WELL, "device.mfr": 'Dummy \\ "Manufacturer"'}
        self.trouble = Trouble.NONE
        self.asked: list[str] = []
        self._server: asyncio.Server | None = None
        self._clients: set[asyncio.StreamWriter] = set()

    async def __aenter__(self) -> Self:
        await self.plug()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.unplug()

    def says(self, status: str, charge: int, seconds: int) -> None:
        """What the UPS tells of itself."""
        self.variables |= {"ups.status": status, "battery.charge": f"{charge}", "battery.runtime": f"{seconds}"}

    def well(self) -> None:
        self.trouble = Trouble.NONE
        self.variables |= WELL

    async def plug(self) -> None:
        assert self._server is None
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    def unplug(self) -> None:
        """The daemon has ended: who is connected is cut off, nobody else gets in."""
        if self._server is not None:
            self._server.close()
        self._server = None
        for client in self._clients:
            client.transport.abort()
        self._clients.clear()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._clients.add(writer)
        try:
            while line := await reader.readline():
                question = line.decode("utf-8", "replace").strip()
                self.asked.append(question)
                writer.write(self._answer(question).encode())
                await writer.drain()
                if question == "LOGOUT" or self.trouble is Trouble.HANGS_UP:
                    return
        except (ConnectionError, ValueError):
            return
        finally:
            self._clients.discard(writer)
            writer.close()

    def _answer(self, question: str) -> str:
        match question.split(), self.trouble:
            case _, Trouble.SILENT:
                return ""
            case _, Trouble.GARBLED:
                return "HTTP/1.1 400 Bad Request\n"
            case _, Trouble.ENDLESS_LINE:
                return "VAR " + "x" * 200_000
            case ["LOGOUT"], _:
                return "OK Goodbye\n"
            case ["VER"], _:
                return VERSION
            case ["LIST", "UPS"], _:
                return f'BEGIN LIST UPS\nUPS {self.ups} "Description unavailable"\nEND LIST UPS\n'
            case ["LIST" | "GET", "VAR", name, *_], _ if name != self.ups:
                return "ERR UNKNOWN-UPS\n"
            case ["LIST" | "GET", "VAR", *_], Trouble.STALE:
                return "ERR DATA-STALE\n"
            case ["LIST" | "GET", "VAR", *_], Trouble.NO_DRIVER:
                return "ERR DRIVER-NOT-CONNECTED\n"
            case ["LIST", "VAR", name], _:
                lines = "".join(self._line(variable) for variable in self.variables)
                if self.trouble is Trouble.ENDLESS:
                    return f"BEGIN LIST VAR {name}\n" + lines * 2000
                if self.trouble is Trouble.HANGS_UP:
                    return f"BEGIN LIST VAR {name}\n" + lines[: len(lines) // 2]
                return f"BEGIN LIST VAR {name}\n{lines}END LIST VAR {name}\n"
            case ["GET", "VAR", _, variable], _:
                return self._line(variable) if variable in self.variables else "ERR VAR-NOT-SUPPORTED\n"
        return "ERR UNKNOWN-COMMAND\n"

    def _line(self, variable: str) -> str:
        value = self.variables[variable].replace("\\", "\\\\").replace('"', '\\"')
        return f'VAR {self.ups} {variable} "{value}"\n'
