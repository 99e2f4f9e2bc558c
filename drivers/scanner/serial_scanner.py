"""A scanner on a serial line: RS-232, or USB as a serial port (CDC), which is to be preferred to a keyboard."""

from __future__ import annotations

from concurrent.futures import Executor
from dataclasses import dataclass

from drivers.scanner.driver import BarcodeScanner, Source
from drivers.scanner.profiles import PRESENTATION, Profile
from drivers.serial_line import open_serial


@dataclass(frozen=True, slots=True)
class ScannerSettings:
    path: str
    """A stable path: /dev/serial/by-id/…"""
    baud: int = 9600
    profile: Profile = PRESENTATION


class SerialScanner(BarcodeScanner):
    """8N1, no flow control."""

    def __init__(self, settings: ScannerSettings, name: str = "scanner") -> None:
        super().__init__(settings.profile, name)
        self._settings = settings

    async def _open(self, worker: Executor) -> Source:
        return await open_serial(self._settings.path, self._settings.baud, worker)
