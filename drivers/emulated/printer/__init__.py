"""An ESC/POS receipt printer on a pseudo-terminal, with the paper it would leave behind."""

from drivers.emulated.printer.model import Model
from drivers.emulated.printer.paper import PaperSlip
from drivers.emulated.printer.printer import EmulatedPrinter

__all__ = ["EmulatedPrinter", "Model", "PaperSlip"]
