"""An identity card reader with a SAM_V module on a pseudo-terminal."""

from drivers.emulated.sam_v.document import Document, Kind
from drivers.emulated.sam_v.module import EmulatedSamV
from drivers.emulated.sam_v.script import Script

__all__ = ["Document", "EmulatedSamV", "Kind", "Script"]
