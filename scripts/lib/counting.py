"""Counts executed lines and branches frame by frame; loaded by coverage (.coveragerc).

Python 3.11 does not announce a coroutine or generator that is resumed by an exception (cpython#106749, mended in 3.12).
Coverage's own tracers keep a stack of announced frames, lose their place at every cancellation and time limit, and from
there on count nothing, or the wrong file's lines. Here every frame carries its own place, so that nothing can be lost.
"""

from __future__ import annotations

import dis
import sys
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any, Final

from coverage import core

RESUME: Final = dis.opmap["RESUME"]


class FrameTracer:
    """In the place of coverage's tracer; its collector sets what is only declared here."""

    data: dict[str, set[Any]]
    trace_arcs: bool
    should_trace: Callable[[str, FrameType], Any]
    should_trace_cache: dict[str, Any]
    should_start_context = None
    switch_context = None
    lock_data: Callable[[], None]
    unlock_data: Callable[[], None]
    warn: Callable[..., None]

    def __init__(self) -> None:
        self._thread = 0
        self._stopped = False
        self._active = False

    def start(self) -> Callable[..., Any]:
        self._thread, self._stopped = threading.get_ident(), False
        sys.settrace(self._entered)
        return self._entered

    def stop(self) -> None:
        self._stopped = True
        if self._thread == threading.get_ident():
            sys.settrace(None)

    def activity(self) -> bool:
        return self._active

    def reset_activity(self) -> None:
        self._active = False

    def get_stats(self) -> None:
        return None

    def _entered(self, frame: FrameType, _event: str, _arg: object) -> Callable[..., Any] | None:
        """A frame begins, or goes on: one that goes on keeps what follows it."""
        if self._stopped:
            return None
        name = frame.f_code.co_filename
        known = self.should_trace_cache.get(name)
        if known is None:
            known = self.should_trace_cache[name] = self.should_trace(name, frame)
        if not known.trace:
            return None
        if frame.f_trace is not None:
            return frame.f_trace
        self._active = True
        counted = self.data.get(known.source_filename)
        if counted is None:
            self.lock_data()
            try:
                counted = self.data.setdefault(known.source_filename, set())
            finally:
                self.unlock_data()
        return _following(frame, counted)


def _following(frame: FrameType, counted: set[Any]) -> Callable[..., Any]:
    """What is called at every line of *frame*. It holds neither the frame nor itself: nothing outlives what is counted.
    Returning nothing, it stays in its place."""
    code, first = frame.f_code.co_code, frame.f_code.co_firstlineno
    last = -first

    def followed(frame: FrameType, event: str, _arg: object) -> None:
        nonlocal last
        if event == "line":
            counted.add((last, line := frame.f_lineno))
            last = line
        elif event == "return":
            at = frame.f_lasti + 2
            if at >= len(code) or code[at] != RESUME:  # else it only waits
                counted.add((last, -first))

    return followed


def coverage_init(_registry: object, _options: object) -> None:
    """Called by coverage in every process that it measures."""
    core.PyTracer = FrameTracer  # type: ignore[misc, assignment]
