"""An X server's pixels and a finger on it, through libX11 and libXtst: fast enough to time frames.

One connection per object; used from one thread.
"""

from __future__ import annotations

import ctypes
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Final, Self

ZPIXMAP: Final = 2
ALL_PLANES: Final = 0xFFFFFFFF
BYTES_PER_PIXEL: Final = 4
POLL: Final = 0.002


class _XImage(ctypes.Structure):
    """The head of Xlib's XImage, as far as it is read here."""

    _fields_ = (
        ("width", ctypes.c_int),
        ("height", ctypes.c_int),
        ("xoffset", ctypes.c_int),
        ("format", ctypes.c_int),
        ("data", ctypes.POINTER(ctypes.c_char)),
        ("byte_order", ctypes.c_int),
        ("bitmap_unit", ctypes.c_int),
        ("bitmap_bit_order", ctypes.c_int),
        ("bitmap_pad", ctypes.c_int),
        ("depth", ctypes.c_int),
        ("bytes_per_line", ctypes.c_int),
    )


@dataclass(frozen=True)
class Area:
    """Pixels, from the top left."""

    x: int
    y: int
    width: int
    height: int


class Screen:
    """The whole picture of an X server with 24-bit colour, and its pointer."""

    def __init__(self, display: str) -> None:
        self._x = ctypes.CDLL("libX11.so.6")
        self._test = ctypes.CDLL("libXtst.so.6")
        self._x.XOpenDisplay.restype = ctypes.c_void_p
        self._x.XOpenDisplay.argtypes = [ctypes.c_char_p]
        self._x.XDefaultRootWindow.restype = ctypes.c_ulong
        self._x.XDefaultRootWindow.argtypes = [ctypes.c_void_p]
        self._x.XGetImage.restype = ctypes.POINTER(_XImage)
        self._x.XGetImage.argtypes = [
            *(ctypes.c_void_p, ctypes.c_ulong, ctypes.c_int, ctypes.c_int),
            *(ctypes.c_uint, ctypes.c_uint, ctypes.c_ulong, ctypes.c_int),
        ]
        self._x.XDestroyImage.argtypes = [ctypes.POINTER(_XImage)]
        self._x.XFlush.argtypes = self._x.XCloseDisplay.argtypes = [ctypes.c_void_p]
        self._test.XTestFakeMotionEvent.argtypes = [
            *(ctypes.c_void_p, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_ulong),
        ]
        self._test.XTestFakeButtonEvent.argtypes = [ctypes.c_void_p, ctypes.c_uint, ctypes.c_int, ctypes.c_ulong]
        self._display = self._x.XOpenDisplay(display.encode())
        if not self._display:
            raise OSError(f"no X server at {display}")
        self._root = self._x.XDefaultRootWindow(self._display)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._x.XCloseDisplay(self._display)

    def pixels(self, area: Area) -> bytes:
        """BGRX, row by row."""
        image = self._x.XGetImage(
            self._display, self._root, area.x, area.y, area.width, area.height, ALL_PLANES, ZPIXMAP
        )
        if not image:
            raise OSError("the X server gave no picture")
        try:
            head = image.contents
            return ctypes.string_at(head.data, head.bytes_per_line * head.height)
        finally:
            self._x.XDestroyImage(image)

    def move(self, x: int, y: int) -> None:
        self._test.XTestFakeMotionEvent(self._display, -1, x, y, 0)
        self._x.XFlush(self._display)

    def press(self, down: bool) -> None:
        self._test.XTestFakeButtonEvent(self._display, 1, int(down), 0)
        self._x.XFlush(self._display)

    def until(self, area: Area, wanted: Callable[[bytes], bool], wait: float) -> float | None:
        """The moment (time.perf_counter) at which *area* is as *wanted*, None when it was not within *wait* seconds."""
        end = time.perf_counter() + wait
        while (now := time.perf_counter()) < end:
            if wanted(self.pixels(area)):
                return now
            time.sleep(POLL)
        return None


def share_of(pixels: bytes, red: int, green: int, blue: int) -> float:
    """Which part of the picture has exactly this colour, 0 to 1."""
    wanted = bytes((blue, green, red))
    count = len(pixels) // BYTES_PER_PIXEL
    same = sum(pixels[at : at + 3] == wanted for at in range(0, len(pixels), BYTES_PER_PIXEL))
    return same / count if count else 0.0
