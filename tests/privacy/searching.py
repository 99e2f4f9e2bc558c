"""Looking for what must not be there: a few thousand short texts, each in every form it could have been written in.

A file or a memory image is gone through once: a table of first bytes says where a closer look is worth it.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np

ENCODINGS: Final = ("utf-8", "utf-16-le", "utf-16-be", "gb18030")
KEY: Final = 6
"""Bytes that are compared first; nothing shorter is searched for."""
PIECE: Final = 8 << 20
SHORT: Final = 8
"""Digits fewer than this are found only where they stand alone, and not within a longer number."""


@dataclass(frozen=True)
class Secret:
    """One value of one made-up resident."""

    kind: str
    value: str = field(repr=False)
    owner: int = 0


@dataclass(frozen=True)
class Hit:
    """Where something was found. It tells the kind and the form, and not the value."""

    place: str
    kind: str
    form: str
    owner: int
    at: int


def forms(value: str) -> Iterator[tuple[str, bytes]]:
    """*value* as bytes in every form, each with its name."""
    for encoding in ENCODINGS:
        raw = value.encode(encoding)
        yield encoding, raw
        yield f"hex of {encoding}", raw.hex().encode()
        yield f"HEX of {encoding}", raw.hex().upper().encode()
        for shift in range(3):
            # What stays the same wherever in a longer text it begins: the characters of which no neighbour has a part.
            whole = base64.b64encode(bytes(shift) + raw)
            middle = whole[-(-shift * 8 // 6) : (shift + len(raw)) * 8 // 6]
            yield f"base64 of {encoding}", middle
            yield f"base64url of {encoding}", middle.translate(bytes.maketrans(b"+/", b"-_"))


class Search:
    """All forms of all secrets at once."""

    def __init__(self, secrets: Iterable[Secret]) -> None:
        self._needles: dict[int, list[tuple[bytes, str, Secret]]] = {}
        seen: set[tuple[bytes, str]] = set()
        self.longest = 0
        for secret in secrets:
            for form, needle in forms(secret.value):
                if len(needle) < KEY or (needle, secret.kind) in seen:
                    continue
                seen.add((needle, secret.kind))
                self._needles.setdefault(int.from_bytes(needle[:KEY], "little"), []).append((needle, form, secret))
                self.longest = max(self.longest, len(needle))
        self.count = len(seen)
        self._keys = np.array(sorted(self._needles), dtype=np.uint64)
        self._begins = np.zeros(1 << 16, dtype=bool)
        self._begins[(self._keys & np.uint64(0xFFFF)).astype(np.int64)] = True

    def within(self, place: str, data: bytes | bytearray, offset: int = 0) -> list[Hit]:
        """What is found in *data*, which stands at *offset* of *place*."""
        if len(data) < KEY:
            return []
        array = np.frombuffer(data, dtype=np.uint8)
        pairs = array[:-1].astype(np.uint16) | (array[1:].astype(np.uint16) << np.uint16(8))
        spots = np.flatnonzero(self._begins[pairs])
        spots = spots[spots <= len(array) - KEY]
        keys = np.zeros(len(spots), dtype=np.uint64)
        for index in range(KEY):
            keys |= array[spots + index].astype(np.uint64) << np.uint64(8 * index)
        spots = spots[np.isin(keys, self._keys)]
        found = []
        for spot in spots.tolist():
            for needle, form, secret in self._needles[int.from_bytes(data[spot : spot + KEY], "little")]:
                if data[spot : spot + len(needle)] == needle and _alone(data, spot, needle, form, secret.value):
                    found.append(Hit(place, secret.kind, form, secret.owner, offset + spot))
        return found

    def file(self, path: Path, name: str = "") -> list[Hit]:
        """What is found in a file, piece by piece."""
        found: list[Hit] = []
        with path.open("rb") as file:
            offset, kept = 0, b""
            while piece := file.read(PIECE):
                found += self.within(name or path.name, kept + piece, offset - len(kept))
                offset += len(piece)
                kept = (kept + piece)[-self.longest :]
        return sorted(set(found), key=lambda hit: hit.at)

    def folder(self, folder: Path) -> tuple[list[Hit], int]:
        """What is found in every file under *folder*, names of files too; and how many bytes there were."""
        found: list[Hit] = []
        size = 0
        for path in sorted(folder.rglob("*")):
            found += self.within("name of a file", str(path.relative_to(folder)).encode())
            if path.is_file() and not path.is_symlink():
                size += path.stat().st_size
                found += self.file(path, str(path.relative_to(folder)))
        return found, size

    def process(self, pid: int) -> tuple[list[Hit], int]:
        """What is found in the memory of *pid*, as a core image would hold it (core(5): all but what is a file's own
        unchanged; read from /proc/pid/mem); and how many bytes there were."""
        found: list[Hit] = []
        size = 0
        memory = os.open(f"/proc/{pid}/mem", os.O_RDONLY)
        try:
            for line in Path(f"/proc/{pid}/maps").read_text("utf-8").splitlines():
                span, mode, *_, what = [*line.split(maxsplit=5), ""][:6]
                unwritten = what.startswith("/") and "w" not in mode  # a file's own bytes
                if "r" not in mode or unwritten or what.startswith(("[v", "/dev/")):
                    continue
                start, end = (int(each, 16) for each in span.split("-"))
                at, kept = start, b""
                while at < end:
                    try:
                        piece = os.pread(memory, min(PIECE, end - at), at)
                    except OSError:  # mapped and not there, or gone meanwhile
                        break
                    if not piece:
                        break
                    found += self.within(f"memory {what or 'heap'}", kept + piece, at - len(kept))
                    at += len(piece)
                    size += len(piece)
                    kept = piece[-self.longest :]
        finally:
            os.close(memory)
        return sorted(set(found), key=lambda hit: hit.at), size


def _alone(data: bytes | bytearray, spot: int, needle: bytes, form: str, value: str) -> bool:
    if len(value) >= SHORT or not value.isdigit():
        return True
    wide = {"utf-16-le": (-2, 0), "utf-16-be": (-1, 1)}.get(form)
    before, after = (-1, 0) if wide is None else wide
    neighbours = (data[spot + before : spot + before + 1], data[spot + len(needle) + after :][:1])
    return not any(each in b"0123456789abcdefABCDEF" and each for each in neighbours)
