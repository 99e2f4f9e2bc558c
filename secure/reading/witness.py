"""The platform's witness against a log: cosignatures in the file, the platform's own list, and what was pruned."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec
from cryptography.exceptions import InvalidSignature

from contract.witnessing import Cosignature, Pruned, WitnessList
from secure.reading.report import BrokenError, Reason
from secure.reading.signing import device_verifier, platform_verifier

Place = tuple[int, int]
"""(segments, size): see contract.witnessing."""

NO_WITNESS_KEY: Final = "没有用平台的公钥：文件里的见证签名和清除凭据没有核验。"
NO_LIST: Final = "没有用平台自己的见证清单：末尾连同存在终端里的见证一起被截掉的话，从文件本身看不出来。"
BEYOND: Final = (
    "最后一次平台见证之后还有 {count} 条：如果被整段截掉，或者持有终端密钥的人另写一份，只有凭条和平台的办件看得出来。"
)
TIME: Final = "记录的时间来自终端自己的时钟；平台的见证只证明被见证的记录不晚于见证的时间，先后次序以序号为准。"
PRUNED: Final = "序号 {size} 之前的记录已按期清除，这里只核验之后的；之前的在平台。"
OTHER_HISTORY: Final = "平台记有 {count} 处与这份日志不符、但由同一终端密钥签过的历史：有人用这把密钥另写过。"
REVOKED: Final = "终端已于 {at} 吊销：最后一次见证之后、自称在吊销前写的记录，是不是那时写的，看不出来。"


class ListError(ValueError):
    """A file that is no witness list of this platform for this terminal."""


class Witnesses:
    """What of the log is witnessed, to be met on the way through it."""

    def __init__(self, device_key: bytes, witness_key: bytes | None = None, listed: Iterable[WitnessList] = ()) -> None:
        """*witness_key*: the platform's receipt key, raw. Raises ListError for a list that is not signed by it,
        or of another terminal's key, ValueError for a key of another length."""
        self._key = None if witness_key is None else platform_verifier(witness_key)
        self._device = device_verifier(device_key)
        self._expected: dict[Place, list[Cosignature]] = {}
        self._refused: dict[Place, set[bytes]] = {}
        self._met: dict[Place, Cosignature] = {}
        self._revoked: list[datetime] = []
        self._listed = False
        for one in listed:
            if not self._holds(one.signature, one.signed_bytes()) or one.log_key != device_key:
                raise ListError("the list is not this platform's, or not of this terminal's key")
            self._listed = True
            self._revoked += [datetime.fromisoformat(one.revoked_at)] if one.revoked_at else []
            for cosignature in one.cosignatures:
                self._expect(cosignature)
            for fork in one.forks:
                self._refused.setdefault(fork.place, set()).add(fork.head)
        self.pruned: Pruned | None = None

    def begin(self, stored: Iterable[bytes], pruned: bytes | None) -> Place:
        """Take what the file itself brings; gives the place where it begins. Raises BrokenError."""
        start = (0, 0) if pruned is None else self._pruned(pruned)
        for encoded in stored:
            try:
                cosignature = msgspec.json.decode(encoded, type=Cosignature)
                datetime.fromisoformat(cosignature.at)
            except (msgspec.MsgspecError, ValueError, RecursionError):
                raise BrokenError(Reason.BAD_COSIGNATURE) from None
            if self._key is not None and not self._holds(cosignature.signature, cosignature.signed_bytes()):
                raise BrokenError(Reason.BAD_COSIGNATURE, cosignature.size - 1, cosignature.segments - 1)
            self._expect(cosignature)
        self._expected = {place: ones for place, ones in self._expected.items() if place >= start}
        return start

    def meet(self, device: str, place: Place, head: bytes) -> None:
        """The walk stands at *place* with *head*. Raises BrokenError when something else was witnessed there."""
        for cosignature in self._expected.pop(place, ()):
            if cosignature.head != head or cosignature.device != device:
                raise BrokenError(Reason.FORK, place[1] - 1 if place[1] else 0, place[0] - 1)
            if self._key is not None:
                self._met[place] = cosignature
        if head in self._refused.get(place, ()):
            raise BrokenError(Reason.FORK, place[1] - 1 if place[1] else 0, place[0] - 1)

    def end(self, place: Place) -> None:
        """The log ends at *place*: whatever was witnessed and not met is beyond the end, or was never on this way."""
        for segments, size in sorted(self._expected):
            if size > place[1] or (size == place[1] and segments > place[0]):
                raise BrokenError(Reason.TRUNCATED_BELOW_WITNESS, place[1], place[0])
            raise BrokenError(Reason.FORK, max(size - 1, 0), segments - 1)

    def revoked(self, at: datetime) -> bool:
        """Whether what says of itself that it was written at *at* comes after the terminal was revoked."""
        return any(at > revoked for revoked in self._revoked)

    @property
    def silent(self) -> bool:
        """Whether nothing can be met any more: then there is no need to ask at every record."""
        return not (self._expected or self._refused or self._revoked)

    @property
    def covered(self) -> int:
        """Records that a verified cosignature covers, counted from seq 0."""
        return max((size for _, size in self._met), default=0)

    @property
    def times(self) -> tuple[str, str]:
        """First and last time of the verified cosignatures."""
        found = sorted(datetime.fromisoformat(one.at) for one in self._met.values())
        return (found[0].isoformat(), found[-1].isoformat()) if found else ("", "")

    @property
    def count(self) -> int:
        return len(self._met)

    def cannot_see(self, records_end: int) -> list[str]:
        """What this witness leaves open."""
        lines = [TIME]
        if self._key is None:
            lines.insert(0, NO_WITNESS_KEY)
        if not self._listed:
            lines.insert(0, NO_LIST)
        if records_end > self.covered:
            lines.append(BEYOND.format(count=records_end - max(self.covered, self._start_size)))
        if self.pruned is not None:
            lines.append(PRUNED.format(size=self._start_size))
        if self._refused:
            lines.append(OTHER_HISTORY.format(count=len(self._refused)))
        lines += [REVOKED.format(at=at.isoformat()) for at in self._revoked]
        return lines

    @property
    def _start_size(self) -> int:
        return 0 if self.pruned is None else self.pruned.receipt.size

    def _expect(self, cosignature: Cosignature) -> None:
        self._expected.setdefault(cosignature.place, []).append(cosignature)

    def _pruned(self, encoded: bytes) -> Place:
        try:
            statement = msgspec.json.decode(encoded, type=Pruned)
            self._device.verify(statement.signature, statement.signed_bytes())
        except (msgspec.MsgspecError, InvalidSignature, RecursionError):
            raise BrokenError(Reason.BAD_PRUNE, 0) from None
        receipt = statement.receipt
        if self._key is not None and not self._holds(receipt.signature, receipt.signed_bytes()):
            raise BrokenError(Reason.BAD_PRUNE, 0)
        self.pruned = statement
        return receipt.place

    def _holds(self, signature: bytes, message: bytes) -> bool:
        if self._key is None:
            return False
        try:
            self._key.verify(signature, message)
        except InvalidSignature:
            return False
        return True


def read_list(path: Path) -> WitnessList:
    """A file that ``central audit export-witness`` wrote. Raises ListError, OSError."""
    try:
        found = msgspec.json.decode(path.read_bytes(), type=WitnessList)
        for at in (found.revoked_at, *(one.at for one in found.cosignatures)):
            datetime.fromisoformat(at or found.at)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        raise ListError("not a witness list") from None
    return found
