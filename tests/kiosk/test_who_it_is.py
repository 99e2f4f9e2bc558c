"""terminal.toml and the papers of enrolment speak of one terminal, or nothing begins."""

from __future__ import annotations

import pytest

from kiosk.equipment import fits
from kiosk.settings import PathsSection, PlatformSection, Settings, TerminalSection
from secure.identity import IdentityError, PlatformKeys


def settings(terminal: str, number: int) -> Settings:
    return Settings(
        terminal=TerminalSection(id=terminal, number=number, place="村"),
        platform=PlatformSection(folder="/nowhere"),
        paths=PathsSection(ledger="/nowhere/ledger.db"),
    )


def papers(terminal: str = "", number: int | None = None) -> PlatformKeys:
    return PlatformKeys(
        url="https://a", public_url="https://b", hpke_key=b"", receipt_key=b"", audit_key=b"", follow_key=b"",
        terminal=terminal, number=number,
    )  # fmt: skip


def test_another_terminals_number_or_name_is_not_used() -> None:
    fits(settings("T-0001", 1), papers("T-0001", 1))
    fits(settings("T-0001", 1), papers())
    for terminal, number in (("T-0002", 1), ("T-0001", 2)):
        with pytest.raises(IdentityError, match="T-0001"):
            fits(settings(terminal, number), papers("T-0001", 1))
