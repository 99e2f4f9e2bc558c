"""The register of terminals as the county and the log's verifier read it: one entry each, nothing secret."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from central import clock
from central.models import IssuedCertificate, Terminal
from central.models.access import TerminalState


def entries() -> list[dict[str, Any]]:
    """Every terminal with its state, its revocation and the keys it had, oldest first: what the verifier of a log needs
    to tell records after a revocation, and logs of keys before."""
    return [_entry(terminal) for terminal in Terminal.objects.order_by("number", "pk").prefetch_related("certificates")]


def table(listed: list[dict[str, Any]]) -> str:
    """For the eye, one terminal a line."""
    lines = ["编号  号码  状态  证书到期  序列号  服务点"]
    for one in listed:
        number = "----" if one["number"] is None else f"{one['number']:04d}"
        until = one["not_after"][:10] if one["not_after"] else "----------"
        line = "  ".join(
            (one["terminal"], number, one["state_words"], until, one["serial"] or "-", one["point"] or "-")
        )
        why = f"  （{one['revoked_at']}：{one['revoked_for'] or '没有写原因'}）" if one["revoked_at"] else ""
        lines.append(line + why)
    return "\n".join(lines)


def _entry(terminal: Terminal) -> dict[str, Any]:
    issued = sorted(terminal.certificates.all(), key=lambda one: (one.at, one.pk))
    newest = issued[-1] if issued else None
    return {
        "terminal": terminal.pk,
        "number": terminal.number,
        "point": terminal.point,
        "serial": terminal.serial,
        "state": terminal.state.value,
        "state_words": TerminalState(terminal.state).label,
        "admitted_at": _shown(terminal.admitted_at),
        "revoked_at": _shown(terminal.revoked_at),
        "revoked_for": terminal.revoked_for,
        "not_after": _shown(newest.not_after if newest else None),
        "log_key": terminal.log_key,
        "keys": [_key(one) for one in issued],
    }


def _key(one: IssuedCertificate) -> dict[str, str]:
    return {
        "certificate": one.serial,
        "tls_key": one.tls_key,
        "log_key": one.log_key,
        "not_before": clock.shown(one.not_before),
        "not_after": clock.shown(one.not_after),
        "how": one.how,
    }


def _shown(at: datetime | None) -> str:
    return "" if at is None else clock.shown(at)
