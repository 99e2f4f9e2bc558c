"""ESC/POS receipt printer on a serial line or the network (device-protocols 5)."""

from drivers.printer.driver import EscposPrinter
from drivers.printer.settings import PrinterSettings, Profile

__all__ = ["EscposPrinter", "PrinterSettings", "Profile"]
