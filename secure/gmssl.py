"""GmSSL, the one library that both halves take SM2 from, where its authors have built it (x86-64).

Elsewhere there is suite INTL alone, and whoever asks for GM is told so: a terminal on arm64 gets SM2 from a certified
module (docs/gm.md).
"""

from __future__ import annotations

from typing import Any, Final

try:
    import gmssl_pyx
except ImportError:
    gmssl_pyx = None


class MissingError(ValueError):
    """Suite GM was asked for, and GmSSL is not installed."""


class _NeverError(Exception):
    pass


class _Missing:
    def __getattr__(self, name: str) -> Any:
        raise MissingError("suite GM needs gmssl_pyx, which is not installed on this machine")


GMSSL: Final[Any] = _Missing() if gmssl_pyx is None else gmssl_pyx
GmsslError: Final[Any] = _NeverError if gmssl_pyx is None else gmssl_pyx.GmsslInnerError
"""What it raises for bytes that are none of what they should be."""
