"""2D barcode scanner: on a serial line, or as a keyboard (device-protocols 4)."""

from drivers.scanner.assembler import Assembler
from drivers.scanner.hid_scanner import HidScanner, HidScannerSettings
from drivers.scanner.profiles import PROFILES, Profile
from drivers.scanner.serial_scanner import ScannerSettings, SerialScanner
from drivers.scanner.tokens import Flaw, Reading

__all__ = [
    "PROFILES",
    "Assembler",
    "Flaw",
    "HidScanner",
    "HidScannerSettings",
    "Profile",
    "Reading",
    "ScannerSettings",
    "SerialScanner",
]
