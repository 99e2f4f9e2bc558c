"""ESC/POS receipt printer on a serial line, USB or the network (device-protocols 5)."""

from drivers.printer.driver import EscposPrinter
from drivers.printer.settings import Kind, PrinterSettings, PrinterSettingsError, Profile, profile, profiles

__all__ = ["EscposPrinter", "Kind", "PrinterSettings", "PrinterSettingsError", "Profile", "profile", "profiles"]
