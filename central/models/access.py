"""Terminals, residents' sessions at them, and the electronic card's codes. Of tokens only the hash is kept."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db import models

from central.models.people import Resident
from contract import limits
from contract.shown import BOTH

STAFF_LIFETIME: Final = timedelta(seconds=limits.STAFF_SESSION_LIFETIME)


class TerminalState(models.TextChoices):
    WAITING = "waiting", "待入网"
    ACTIVE = "active", "在用"
    REVOKED = "revoked", "已吊销"


class Terminal(models.Model):
    """A terminal, waiting for enrolment or admitted; its certificate's CN is ``id``. Asked for at every request."""

    id = models.CharField(primary_key=True, max_length=32)
    tls_key = models.CharField(max_length=64, default="")
    """SHA-256 of its certificate's SubjectPublicKeyInfo, hex: certificates of keys it had before open nothing."""
    log_key = models.CharField(max_length=128, default="")
    """Public key, hex: signs deliveries and log segments. Ed25519, P-256 or SM2 (contract.log_format)."""
    number = models.PositiveSmallIntegerField(null=True, unique=True)
    """Four digits, unique in the city: the beginning of every receipt number it makes."""
    point = models.CharField(max_length=80, default="")
    """The service point where it stands."""
    serial = models.CharField(max_length=40, null=True, unique=True)
    """The machine's serial number."""
    admitted_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_for = models.CharField(max_length=200, default="")

    @property
    def state(self) -> TerminalState:
        if self.revoked_at is not None:
            return TerminalState.REVOKED
        return TerminalState.ACTIVE if self.tls_key else TerminalState.WAITING

    def __str__(self) -> str:
        return self.id


class StaffSession(models.Model):
    """A worker's QR was resolved for a terminal. Worth something only with a resident's session that names it, which
    follows after the PIN."""

    token_hash = models.CharField(max_length=64, unique=True)
    worker = models.ForeignKey("central.StaffMember", on_delete=models.CASCADE, related_name="sessions")
    terminal = models.ForeignKey(Terminal, on_delete=models.CASCADE, related_name="+")
    opened_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    closed_at = models.DateTimeField(null=True)

    def open_at(self, at: datetime) -> bool:
        """What ends later than twice its life from now was made while this machine's clock was ahead."""
        in_time = at < self.expires_at <= at + 2 * STAFF_LIFETIME
        return in_time and self.closed_at is None and self.worker.retired_at is None

    def __str__(self) -> str:
        return f"staff session {self.pk}"


class Session(models.Model):
    token_hash = models.CharField(max_length=64, unique=True)
    resident = models.ForeignKey(Resident, on_delete=models.CASCADE, related_name="+")
    terminal = models.ForeignKey(Terminal, on_delete=models.CASCADE, related_name="+")
    shown_by = models.CharField(max_length=16)
    proof = models.CharField(max_length=16)
    cards_read = models.CharField(max_length=32, blank=True, default="")
    """Which of the resident's cards were read in it besides ``shown_by``: ShownBy values, ``+`` between them."""
    opened_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    closed_at = models.DateTimeField(null=True)
    helper = models.ForeignKey(StaffSession, on_delete=models.SET_NULL, null=True, related_name="helped")
    """Who helps (帮办), for as long as that session is open."""

    @property
    def both_cards(self) -> bool:
        """Whether social-security card and ID card were both read in it."""
        return set(BOTH) <= {self.shown_by, *self.cards_read.split("+")}

    def __str__(self) -> str:
        return f"session {self.pk}"


class ECode(models.Model):
    """A code shown by an electronic social-security card: good once, for a minute."""

    token_hash = models.CharField(max_length=64, unique=True)
    resident = models.ForeignKey(Resident, on_delete=models.CASCADE, related_name="+")
    expires_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"ecode {self.pk}"
