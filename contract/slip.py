"""A slip as a document: what is on it, not how a printer does it."""

from __future__ import annotations

import enum

import msgspec


class Title(msgspec.Struct, frozen=True, tag="title"):
    """Centred, double height."""

    text: str


class Text(msgspec.Struct, frozen=True, tag="text"):
    """Running text, wrapped by the printer's width."""

    text: str
    bold: bool = False
    centred: bool = False


class Pair(msgspec.Struct, frozen=True, tag="pair"):
    """Label and value on one line; a value too long goes below, indented."""

    label: str
    value: str


class Number(msgspec.Struct, frozen=True, tag="number"):
    """A number that is read out or copied: large, grouped."""

    text: str


class Table(msgspec.Struct, frozen=True, tag="table"):
    """Columns with a heading; the first left, the others right."""

    heading: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class Rule(msgspec.Struct, frozen=True, tag="rule"):
    """A line across."""


class Qr(msgspec.Struct, frozen=True, tag="qr"):
    content: str
    caption: str


Line = Title | Text | Pair | Number | Table | Rule | Qr


class Slip(msgspec.Struct, frozen=True):
    """One page for one resident. Everything on it is masked already."""

    lines: tuple[Line, ...]


class PrintOutcome(enum.StrEnum):
    PRINTED = "printed"
    NOT_PRINTED = "not_printed"
    """Nothing came out, or it surely stopped before the end."""
    UNKNOWN = "unknown"
    """Bytes went out and the printer did not say what became of them."""
