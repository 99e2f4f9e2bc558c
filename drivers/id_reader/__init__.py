"""Resident identity card reader with a SAM_V module (device-protocols 2)."""

from drivers.id_reader.reader import IdReaderSettings, SamvIdReader

__all__ = ["IdReaderSettings", "SamvIdReader"]
