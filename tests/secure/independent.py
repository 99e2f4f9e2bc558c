"""A second verifier of sealed logs, written from docs/sealed-log.md and docs/gm.md alone: chain verdict, standard
library only.

It imports nothing of the product. Ed25519 is RFC 8032, section 5.1, in plain integers, SM2 is ``sm2_reference``; slow,
and nobody else's code.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from tests.secure import sm2_reference

Verdict = tuple[str | None, int | None]
"""Reason and first bad seq; (None, None) for a sound log."""

# -- Ed25519, RFC 8032 5.1 ---------------------------------------------------------------------------------------------
P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)
Point = tuple[int, int, int, int]
NEUTRAL: Point = (0, 1, 1, 0)


def _add(a: Point, b: Point) -> Point:
    x, y = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    t, z = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = y - x, z - t, z + t, y + x
    return e * f % P, g * h % P, f * g % P, e * h % P


def _times(scalar: int, point: Point) -> Point:
    result = NEUTRAL
    while scalar:
        if scalar & 1:
            result = _add(result, point)
        point, scalar = _add(point, point), scalar >> 1
    return result


def _x(y: int, odd: int) -> int | None:
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT % P
    if (x * x - square) % P or (x == 0 and odd):
        return None
    return P - x if x & 1 != odd else x


def _point(encoded: bytes) -> Point | None:
    number = int.from_bytes(encoded, "little")
    y = number & (1 << 255) - 1
    x = None if y >= P else _x(y, number >> 255)
    return None if x is None else (x, y, 1, x * y % P)


_BASE_Y = 4 * pow(5, P - 2, P) % P
_BASE_X = _x(_BASE_Y, 0) or 0
BASE: Point = (_BASE_X, _BASE_Y, 1, _BASE_X * _BASE_Y % P)


def signed(public: bytes, message: bytes, signature: bytes) -> bool:
    if len(public) == 64:
        return len(signature) == 64 and sm2_reference.verify(public, message, signature)
    if len(public) != 32 or len(signature) != 64:
        return False
    a, r, s = _point(public), _point(signature[:32]), int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= L:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % L
    left, right = _times(s, BASE), _add(r, _times(k, a))
    return not ((left[0] * right[2] - right[0] * left[2]) % P or (left[1] * right[2] - right[1] * left[2]) % P)


# -- the log -----------------------------------------------------------------------------------------------------------


GM = b"GM\0\0"


class BadError(Exception):
    pass


def _number(raw: bytes) -> int:
    return int.from_bytes(raw, "big")


def _segment(raw: bytes, suite: bytes) -> tuple[str, int, int, bytes] | None:
    """Device, number, first seq, head before. 4 magic, 4 suite, 32 device, 4 number, 8 seq, 8 time, 32 head, 32, and 80
    or 176."""
    if len(raw) != (300 if suite == GM else 204) or raw[:8] != b"KLS1" + suite:
        return None
    name = raw[8:40].rstrip(b"\0")
    if not re.fullmatch(rb"[A-Za-z0-9-]{3,32}", name):
        return None
    return name.decode(), _number(raw[40:44]), _number(raw[44:52]), raw[60:92]


def _record(raw: bytes, suite: bytes) -> tuple[int, int] | None:
    """Segment and seq. 4 magic, 4 suite, 4 segment, 8 seq, 8 time."""
    if len(raw) != 28 or raw[:8] != b"KLR1" + suite:
        return None
    return _number(raw[8:12]), _number(raw[12:20])


def _text(what: str, one: dict[str, object]) -> bytes:
    head = base64.b64decode(str(one["head"])).hex()
    return f"{what}|{one['device']}|{one['segments']}|{one['size']}|{head}|{one['at']}".encode()


class Log:
    """One file, read whole."""

    def __init__(self, path: Path, device_key: bytes, platform_key: bytes | None) -> None:
        self.device_key, self.platform_key = device_key, platform_key
        self.suite = GM if len(device_key) == 64 else b"INTL"
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as file:
            ask = lambda query: file.execute(query).fetchall()  # noqa: E731
            self.segments = ask("SELECT number, header, signature FROM segment ORDER BY number")
            self.records = ask("SELECT seq, header, nonce, ciphertext, head FROM record ORDER BY seq")
            self.outbox = ask("SELECT segment, seq FROM outbox ORDER BY ordinal")
            self.stored = [
                *ask("SELECT cosignature FROM segment WHERE cosignature NOT NULL ORDER BY number"),
                *ask("SELECT cosignature FROM checkpoint ORDER BY seq"),
            ]
            self.pruned = ask("SELECT statement FROM pruned")
        self.size, self.count, self.head, self.device = 0, 0, b"", ""
        self.start = 0
        self.expected: dict[tuple[int, int], list[dict[str, object]]] = {}
        self.at: dict[int, int] = {}

    def hash(self, *parts: bytes) -> bytes:
        return hashlib.new("sm3" if self.suite == GM else "sha256", b"".join(parts)).digest()

    def platform(self, text: bytes, signature: object) -> bool:
        return self.platform_key is None or signed(self.platform_key, text, base64.b64decode(str(signature)))

    def witnessed(self, listed: Sequence[dict[str, object]]) -> None:
        if self.pruned:
            statement = json.loads(self.pruned[0][0])
            receipt = statement["receipt"]
            text = _text("logreceipt1", receipt)
            mine = signed(self.device_key, b"pruned1|" + text, base64.b64decode(statement["signature"]))
            if not mine or not self.platform(text, receipt["signature"]):
                raise BadError("BAD_PRUNE", 0)
            self.count, self.size = receipt["segments"], receipt["size"]
            self.head, self.device, self.start = base64.b64decode(receipt["head"]), receipt["device"], self.size
        found = list(listed)
        for (raw,) in self.stored:
            try:
                one = json.loads(raw)
                good = self.platform(_text("cosignature1", one), one["signature"])
            except (ValueError, KeyError, TypeError):
                raise BadError("BAD_COSIGNATURE", None) from None
            if not good:
                raise BadError("BAD_COSIGNATURE", one["size"] - 1)
            found.append(one)
        for one in found:
            place = int(str(one["segments"])), int(str(one["size"]))
            if place >= (self.count, self.size):
                self.expected.setdefault(place, []).append(one)
        if self.pruned:
            self.meet()

    def meet(self) -> None:
        for one in self.expected.pop((self.count, self.size), []):
            if base64.b64decode(str(one["head"])) != self.head or one["device"] != self.device:
                raise BadError("FORK", max(self.size - 1, 0))

    def walk(self, slips: Sequence[str]) -> None:
        waiting = list(self.records)
        for index, (number, header, signature) in enumerate(self.segments):
            self.open(number, header, signature, bool(waiting) and waiting[0][0] == self.size)
            end = None
            if index + 1 < len(self.segments):
                after = _segment(self.segments[index + 1][1], self.suite)
                if after is None:
                    raise BadError("UNSEALED", None)
                end = after[2]
            while waiting and (end is None or waiting[0][0] < end):
                self.take(waiting.pop(0), number, slips)
        if waiting:
            raise BadError("UNSEALED", waiting[0][0])

    def open(self, number: int, raw: bytes, signature: bytes, next_is_here: bool) -> None:
        header = _segment(raw, self.suite)
        if header is None:
            raise BadError("UNSEALED", self.size)
        device, named, first, before = header
        if device != (self.device or device):
            raise BadError("WRONG_DEVICE", self.size)
        if number != self.count:
            raise BadError("FORK" if number < self.count else "UNSEALED" if next_is_here else "GAP", self.size)
        if not signed(self.device_key, raw, signature):
            raise BadError("BAD_SEGMENT_SIG", self.size)
        if named != number:
            raise BadError("BAD_ORDER", self.size)
        if first != self.size:
            raise BadError("GAP" if first > self.size else "FORK", self.size)
        if before != (self.head or self.hash(b"klog1|genesis|", device.encode())):
            raise BadError("BAD_PREV", self.size)
        self.device, self.count, self.head = device, number + 1, self.hash(raw, signature)
        self.meet()

    def take(self, row: tuple[int, bytes, bytes, bytes, bytes], number: int, slips: Sequence[str]) -> None:
        seq, header, nonce, ciphertext, head = row
        if seq != self.size:
            raise BadError("GAP" if seq > self.size else "FORK", self.size)
        named = _record(header, self.suite)
        if named is None:
            raise BadError("UNSEALED", seq)
        if named != (number, seq):
            raise BadError("BAD_ORDER", seq)
        made = self.hash(header, self.head, nonce, ciphertext)
        if made != head:
            raise BadError("BAD_HASH", seq)
        line = f"{seq}-{base64.b32encode(made).decode()[:10]}"
        if any(slip.split("-")[0] == str(seq) and slip != line for slip in slips):
            raise BadError("FORK", seq)
        self.head, self.size, self.at[seq] = made, seq + 1, number
        self.meet()

    def ended(self, slips: Sequence[str]) -> None:
        for count, size in sorted(self.expected):
            if size > self.size or (size == self.size and count > self.count):
                raise BadError("TRUNCATED_BELOW_WITNESS", self.size)
            raise BadError("FORK", max(size - 1, 0))
        if self.size == self.start:
            raise BadError("EMPTY", 0)
        for segment, seq in self.outbox:
            if 0 <= seq < self.start:
                continue
            if not 0 <= seq < self.size:
                raise BadError("TRUNCATED_BELOW_WITNESS", self.size)
            if self.at[seq] != segment:
                raise BadError("OUTBOX_MISMATCH", seq)
        if any(int(slip.split("-")[0]) >= self.size for slip in slips):
            raise BadError("TRUNCATED_BELOW_WITNESS", self.size)


def verdict(
    path: Path, device_key: bytes, platform_key: bytes | None = None, listed: bytes | None = None,
    slips: Sequence[str] = (),
) -> Verdict:  # fmt: skip
    """The chain verdict on the log in *path*; *listed*: the platform's witness list as exported."""
    log = Log(path, device_key, platform_key)
    try:
        log.witnessed([] if listed is None else json.loads(listed)["cosignatures"])
        log.walk(slips)
        log.ended(slips)
    except BadError as bad:
        return bad.args[0], bad.args[1]
    return None, None
