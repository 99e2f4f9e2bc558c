"""A defect of ours, told to whoever repairs it without telling anything of a resident."""

from __future__ import annotations

import sys
import traceback


class DefectError(Exception):
    """Something that cannot be happened, and has been reported already. Carries nothing of the first exception."""


def report(error: Exception) -> DefectError:
    """Write what kind of exception came from where to stderr; never its message, which could hold what a resident
    typed, nor the exceptions behind it."""
    if isinstance(error, DefectError):
        return error
    where = "".join(traceback.format_tb(error.__traceback__))
    print(f"defect: {type(error).__name__}\n{where}", file=sys.stderr, flush=True)
    return DefectError(type(error).__name__)
