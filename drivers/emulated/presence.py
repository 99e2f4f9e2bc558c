"""A proximity sensor as the kernel shows it in /sys/bus/iio/devices, made of the same files in a folder of its own."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

NAME: Final = "prox"
NEAR: Final = 200
"""From this value on somebody is near."""


class EmulatedSysfs:
    """What drivers.presence reads instead of the kernel's folder: ``devices``."""

    def __init__(self, folder: Path) -> None:
        self.devices = folder / "devices"
        self._number = 0

    def plug(self, name: str = NAME, value: str = "0\n", near: str | None = None) -> None:
        """The kernel gives each its next number."""
        self.folder = self.devices / f"iio:device{self._number}"
        self._number += 1
        self.folder.mkdir(parents=True)
        (self.folder / "name").write_text(f"{name}\n", encoding="ascii")
        self.says(value)
        if near is not None:
            (self.folder / "in_proximity_nearlevel").write_text(near, encoding="ascii")

    def says(self, value: str) -> None:
        # As a whole, or the driver reads a file that is just being written.
        part = self.folder / "part"
        part.write_text(value, encoding="ascii")
        part.rename(self.folder / "in_proximity_raw")

    def unplug(self) -> None:
        for file in self.folder.iterdir():
            file.unlink()
        self.folder.rmdir()


class EmulatedPresence:
    """One sensor before which somebody stands, or nobody."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.sysfs = EmulatedSysfs(folder)
        self.somebody = False
        self.plugged = False

    def __enter__(self) -> EmulatedPresence:
        shutil.rmtree(self._folder, ignore_errors=True)
        self.plug()
        return self

    def __exit__(self, *_error: object) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)

    def stand(self, somebody: bool) -> None:
        self.somebody = somebody
        self.well()

    def well(self) -> None:
        """It says what is so."""
        if self.plugged:
            self.sysfs.says(f"{NEAR * 2 if self.somebody else 10}\n")

    def garble(self) -> None:
        """It says what is no number."""
        if self.plugged:
            self.sysfs.says("near\n")

    def plug(self) -> None:
        if not self.plugged:
            self.sysfs.plug(near=f"{NEAR}\n")
            self.plugged = True
            self.well()

    def unplug(self) -> None:
        if self.plugged:
            self.sysfs.unplug()
            self.plugged = False
