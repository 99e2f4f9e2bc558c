"""2D scanners that say what a resident's telephone would have shown them: on a pseudo-terminal, or as a keyboard."""

from drivers.emulated.scanner.keyboard import EmulatedKeyboard
from drivers.emulated.scanner.packets import EmulatedSsiScanner
from drivers.emulated.scanner.text import Answering, EmulatedScanner

__all__ = ["Answering", "EmulatedKeyboard", "EmulatedScanner", "EmulatedSsiScanner"]
