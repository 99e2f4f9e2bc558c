"""Pages from the resident's own telephone: a link for one document of one form, and what has come by it."""

from __future__ import annotations

from typing import Final

from contract.message import Message

UPLOAD_PATH: Final = "/u/"
"""Of the public page; the token follows."""


class UploadAsk(Message, frozen=True, kw_only=True):
    """A link, please. One that this visit had before is dead from then on."""

    item: int
    document: str
    """Key of the item's field."""
    pages: int
    """So many at most."""


class Upload(Message, frozen=True, kw_only=True):
    upload: str
    """By which the terminal asks how it stands; it opens nothing."""
    link: str
    """For the QR. Good once, for ``seconds``, and no longer than the visit."""
    seconds: int


class UploadLook(Message, frozen=True, kw_only=True):
    upload: str
    close: bool = False
    """The resident is done, at the terminal."""


class UploadState(Message, frozen=True, kw_only=True):
    pages: tuple[str, ...]
    """References, in the order they came."""
    seen: bool
    """The page was opened on a telephone."""
    open: bool
    """More can come."""
