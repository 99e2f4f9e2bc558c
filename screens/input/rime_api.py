"""librime's C interface (rime_api.h of librime 1.8) as far as the terminal uses it, by ctypes.

Only functions that the shared library exports by name are used, so that no offset into a table of functions has to
be guessed. Strings are UTF-8.
"""

from __future__ import annotations

import ctypes
from ctypes import POINTER, Structure, c_char_p, c_int, c_size_t, c_void_p
from typing import Final

LIBRARY: Final = "librime.so.1"

BACKSPACE: Final = 0xFF08
ESCAPE: Final = 0xFF1B
PAGE_DOWN: Final = 0xFF56
PAGE_UP: Final = 0xFF55
LOG_FATAL_ONLY: Final = 3


class RimeMissingError(Exception):
    """librime or its data is not on this machine, or it does not take our schema."""


class Traits(Structure):
    _fields_ = (
        ("data_size", c_int),
        ("shared_data_dir", c_char_p),
        ("user_data_dir", c_char_p),
        ("distribution_name", c_char_p),
        ("distribution_code_name", c_char_p),
        ("distribution_version", c_char_p),
        ("app_name", c_char_p),
        ("modules", POINTER(c_char_p)),
        ("min_log_level", c_int),
        ("log_dir", c_char_p),
        ("prebuilt_data_dir", c_char_p),
        ("staging_dir", c_char_p),
    )


class Composition(Structure):
    _fields_ = (
        ("length", c_int),
        ("cursor_pos", c_int),
        ("sel_start", c_int),
        ("sel_end", c_int),
        ("preedit", c_char_p),
    )


class Candidate(Structure):
    _fields_ = (("text", c_char_p), ("comment", c_char_p), ("reserved", c_void_p))


class Menu(Structure):
    _fields_ = (
        ("page_size", c_int),
        ("page_no", c_int),
        ("is_last_page", c_int),
        ("highlighted_candidate_index", c_int),
        ("num_candidates", c_int),
        ("candidates", POINTER(Candidate)),
        ("select_keys", c_char_p),
    )


class Context(Structure):
    _fields_ = (
        ("data_size", c_int),
        ("composition", Composition),
        ("menu", Menu),
        ("commit_text_preview", c_char_p),
        ("select_labels", POINTER(c_char_p)),
    )


class Commit(Structure):
    _fields_ = (("data_size", c_int), ("text", c_char_p))


class CandidateList(Structure):
    _fields_ = (("ptr", c_void_p), ("index", c_int), ("candidate", Candidate))


def logging_begun(rime: ctypes.CDLL) -> bool:
    """Whether glog, librime's log, was set up in this process before: a second time ends the process.

    Asked of the library itself (google::IsGoogleLoggingInitialized, found through librime's own dependency), because it
    is the library's state, whoever began it.
    """
    asked = rime["_ZN6google26IsGoogleLoggingInitializedEv"]
    asked.restype = ctypes.c_bool
    asked.argtypes = ()
    return bool(asked())


def sized(structure: Structure) -> Structure:
    """librime tells versions of a structure apart by the size after ``data_size``."""
    structure.data_size = ctypes.sizeof(structure) - ctypes.sizeof(c_int)
    return structure


def load(name: str = LIBRARY) -> ctypes.CDLL:
    """The library with its argument types set. Raises RimeMissingError where it is not installed."""
    try:
        rime = ctypes.CDLL(name)
    except OSError as missing:
        raise RimeMissingError(str(missing)) from missing
    session = c_size_t
    for function, result, arguments in (
        ("RimeSetup", None, (POINTER(Traits),)),
        ("RimeDeployerInitialize", None, (POINTER(Traits),)),
        ("RimeDeployWorkspace", c_int, ()),
        ("RimeInitialize", None, (POINTER(Traits),)),
        ("RimeFinalize", None, ()),
        ("RimeCreateSession", session, ()),
        ("RimeDestroySession", c_int, (session,)),
        ("RimeSelectSchema", c_int, (session, c_char_p)),
        ("RimeProcessKey", c_int, (session, c_int, c_int)),
        ("RimeClearComposition", None, (session,)),
        ("RimeGetContext", c_int, (session, POINTER(Context))),
        ("RimeFreeContext", c_int, (POINTER(Context),)),
        ("RimeGetCommit", c_int, (session, POINTER(Commit))),
        ("RimeFreeCommit", c_int, (POINTER(Commit),)),
        ("RimeCandidateListBegin", c_int, (session, POINTER(CandidateList))),
        ("RimeCandidateListNext", c_int, (POINTER(CandidateList),)),
        ("RimeCandidateListEnd", None, (POINTER(CandidateList),)),
    ):
        try:
            called = getattr(rime, function)
        except AttributeError as other:
            raise RimeMissingError(f"{name}: {function}") from other
        called.restype = result
        called.argtypes = arguments
    return rime
