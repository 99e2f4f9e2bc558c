"""Pinyin to simplified characters through librime, learning and keeping nothing.

The schema (village_pinyin.schema.yaml beside this file) uses Debian's ``pinyin_simp`` dictionary with the user
dictionary switched off; there is no history translator and no log. What is on disk is the compiled schema and two small
files of librime's own (installation.yaml, user.yaml) that hold times and a random number, never what was typed.

Set-up compiles the schema once (``deploy``; about 0.3 s and 5 MB). Opening it later reads what was compiled. One key
takes well under a millisecond, so typing happens in the loop's own thread; only ``Pinyin.open`` belongs into
``asyncio.to_thread``. Facts: kivy-and-input, "Pinyin: librime".
"""

from __future__ import annotations

import ctypes
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from screens.input import rime_api
from screens.input.rime_api import RimeMissingError

__all__ = ["Pinyin", "RimeMissingError", "deploy", "is_deployed"]

SHARED: Final = Path("/usr/share/rime-data")
"""Where Debian's rime packages put their dictionaries."""
SCHEMA: Final = "village_pinyin"
SOURCES: Final = tuple(Path(__file__).with_name(name) for name in ("default.yaml", f"{SCHEMA}.schema.yaml"))
DICTIONARY: Final = "pinyin_simp.dict.yaml"
MARK: Final = "deployed.sha256"
MOST_CANDIDATES: Final = 180
"""More than anybody will page through; the rest is reached by typing more letters."""
LONGEST: Final = 40
"""Letters of one composition; more is a hand lying on the glass."""
PAGE_SIZE: Final = 9
"""As in the schema: candidates of one librime page, chosen by the keys 1 to 9."""


def _fingerprint() -> str:
    """Of all that goes into the compiled schema."""
    digest = hashlib.sha256()
    for source in SOURCES:
        digest.update(source.read_bytes())
    dictionary = SHARED / DICTIONARY
    if not dictionary.is_file():
        raise RimeMissingError(f"{dictionary} is missing")
    digest.update(f"{dictionary.stat().st_size}".encode())
    return digest.hexdigest()


def _everyday(words: str) -> bool:
    """Whether *words* can be written with the 6,763 characters of GB 2312."""
    try:
        words.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def is_deployed(folder: Path) -> bool:
    """Whether *folder* holds the compiled form of exactly this schema."""
    mark = folder / MARK
    return mark.is_file() and mark.read_text() == _fingerprint()


def _set_up(rime: ctypes.CDLL, folder: Path) -> rime_api.Traits:
    """Tell librime its folders, and to write no log."""
    traits = rime_api.Traits()
    rime_api.sized(traits)
    traits.shared_data_dir = str(SHARED).encode()
    traits.user_data_dir = str(folder).encode()
    traits.prebuilt_data_dir = str(SHARED / "build").encode()
    traits.staging_dir = str(folder / "build").encode()
    traits.distribution_name = traits.distribution_code_name = b"jiujinban"
    traits.distribution_version = b"1"
    if not rime_api.logging_begun(rime):
        traits.app_name = b"rime.jiujinban"
        traits.min_log_level = rime_api.LOG_FATAL_ONLY
        traits.log_dir = b""  # stderr only; the default would be files under /tmp
    rime.RimeSetup(ctypes.byref(traits))
    return traits


def deploy(folder: Path) -> None:
    """Compile the schema into *folder*. Blocks for a third of a second. Raises RimeMissingError.

    Must not run while a Pinyin is open in the same process: librime keeps one state per process.
    """
    fingerprint = _fingerprint()
    rime = rime_api.load()
    (folder / "build").mkdir(parents=True, exist_ok=True)
    for source in SOURCES:
        (folder / source.name).write_bytes(source.read_bytes())
    traits = _set_up(rime, folder)
    rime.RimeDeployerInitialize(ctypes.byref(traits))
    done = rime.RimeDeployWorkspace()
    rime.RimeFinalize()
    if not done or not (folder / "build" / f"{SCHEMA}.prism.bin").is_file():
        raise RimeMissingError(f"librime could not compile {SCHEMA}")
    (folder / MARK).write_text(fingerprint)


class Pinyin:
    """One composition: letters in, characters out.

    ``type``, ``backspace`` and ``choose`` return the text that is finished by it (mostly empty: ``choose`` finishes one
    when the candidate covers all letters). Not to be used from two threads at once.
    """

    def __init__(self, rime: ctypes.CDLL) -> None:
        self._rime = rime
        self._session = self._new_session()
        self._found: tuple[tuple[int, str], ...] | None = None
        """Candidates in the order shown, each with its place in librime's own order."""

    @classmethod
    def open(cls, folder: Path) -> Pinyin:
        """Load the dictionary, compiling the schema into *folder* first where that was not done. Blocks: a few
        hundredths of a second, or a third of one when compiling. One at a time per process.

        Raises RimeMissingError where librime or its data is missing.
        """
        if not is_deployed(folder):
            try:
                deploy(folder)
            except OSError as broken:
                raise RimeMissingError(f"cannot compile into {folder}: {broken.strerror}") from broken
        rime = rime_api.load()
        traits = _set_up(rime, folder)
        rime.RimeInitialize(ctypes.byref(traits))
        try:
            return cls(rime)
        except RimeMissingError:
            rime.RimeFinalize()
            raise

    def __repr__(self) -> str:
        return "<Pinyin>"

    def close(self) -> None:
        """Give the library back. The object is of no use afterwards."""
        self._rime.RimeDestroySession(self._session)
        self._session = 0
        self._rime.RimeFinalize()

    def _new_session(self) -> int:
        session: int = self._rime.RimeCreateSession()
        if not session or not self._rime.RimeSelectSchema(session, SCHEMA.encode()):
            raise RimeMissingError(f"librime does not take the schema {SCHEMA}")
        return session

    # -- typing --------------------------------------------------------------------------------------------------

    def type(self, letter: str) -> str:
        """One letter a–z, or the apostrophe that parts two syllables (xi'an)."""
        assert len(letter) == 1
        assert letter in "abcdefghijklmnopqrstuvwxyz'", "the keyboard has no other keys"
        if len(self.preedit.replace(" ", "")) >= LONGEST:
            return ""
        return self._press(ord(letter))

    def backspace(self) -> str:
        """Take back the last letter, or the last part chosen."""
        return self._press(rime_api.BACKSPACE)

    def clear(self) -> None:
        """Drop the letters typed."""
        self._found = None
        self._rime.RimeClearComposition(self._session)

    def forget(self) -> None:
        """Drop everything the library knows of what was typed, commits included: the session is made anew."""
        self._found = None
        self._rime.RimeDestroySession(self._session)
        self._session = self._new_session()

    def choose(self, index: int) -> str:
        """Take candidate *index* of ``candidates()``."""
        assert 0 <= index < len(self.candidates()), "a candidate that is not shown"
        assert self._found is not None
        page, key = divmod(self._found[index][0], PAGE_SIZE)
        for _ in range(page):
            self._press(rime_api.PAGE_DOWN)
        return self._press(ord("1") + key)

    # -- what to show --------------------------------------------------------------------------------------------

    @property
    def preedit(self) -> str:
        """The letters, cut into syllables, after what was chosen of them: 「yang shu cun」, 「杨shu cun」."""
        context = rime_api.Context()
        rime_api.sized(context)
        if not self._rime.RimeGetContext(self._session, ctypes.byref(context)):
            return ""
        try:
            return (context.composition.preedit or b"").decode()
        finally:
            self._rime.RimeFreeContext(ctypes.byref(context))

    def candidates(self) -> tuple[str, ...]:
        """All candidates for what is typed, best first, at most MOST_CANDIDATES; the keyboard pages through them.

        Characters that are not in everyday use here (outside GB 2312: traditional and dialect forms) come last.
        """
        if self._found is None:
            self._found = tuple(sorted(enumerate(self._walk()), key=lambda found: not _everyday(found[1])))
        return tuple(words for _, words in self._found)

    def _walk(self) -> Iterator[str]:
        entries = rime_api.CandidateList()
        if not self._rime.RimeCandidateListBegin(self._session, ctypes.byref(entries)):
            return
        try:
            for _ in range(MOST_CANDIDATES):
                if not self._rime.RimeCandidateListNext(ctypes.byref(entries)):
                    return
                yield entries.candidate.text.decode()
        finally:
            self._rime.RimeCandidateListEnd(ctypes.byref(entries))

    def _press(self, key: int) -> str:
        self._found = None
        self._rime.RimeProcessKey(self._session, key, 0)
        commit = rime_api.Commit()
        rime_api.sized(commit)
        if not self._rime.RimeGetCommit(self._session, ctypes.byref(commit)):
            return ""
        try:
            return (commit.text or b"").decode()
        finally:
            self._rime.RimeFreeCommit(ctypes.byref(commit))
