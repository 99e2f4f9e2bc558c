"""Deliveries and the matters they made."""

from __future__ import annotations

from django.db import models

from central.models.access import Terminal
from central.models.people import Resident


class DeliveryRecord(models.Model):
    """What was answered to a delivery. The same delivery gets the same bytes again, for ever."""

    device = models.ForeignKey(Terminal, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=64)
    sha256 = models.CharField(max_length=64)
    verdict = models.CharField(max_length=16)
    answer = models.BinaryField()
    """The encoded wire.Receipt."""
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["device", "key"], name="one_effect_per_key"),)

    def __str__(self) -> str:
        return f"delivery {self.pk}"


class MatterState(models.TextChoices):
    ACCEPTED = "accepted", "已受理"
    DONE = "done", "已办结"
    REFUSED = "refused", "没有受理"
    DECLINED = "declined", "没有通过"


class MatterRecord(models.Model):
    """One matter of one resident. (terminal, log_segment, log_seq) finds its act in the terminal's sealed log."""

    receipt = models.CharField(max_length=12, unique=True)
    item = models.PositiveSmallIntegerField()
    resident = models.ForeignKey(Resident, on_delete=models.CASCADE, related_name="matters", null=True)
    """None when the platform does not know who submitted it (always refused)."""
    terminal = models.ForeignKey(Terminal, on_delete=models.PROTECT, related_name="+")
    delivery = models.OneToOneField(DeliveryRecord, on_delete=models.PROTECT, related_name="matter")
    shown_by = models.CharField(max_length=16)
    proof = models.CharField(max_length=16)
    offline = models.BooleanField()
    """Taken in while the platform was out of the terminal's reach."""
    operator = models.CharField(max_length=40, blank=True, default="", db_index=True)
    """Staff number of who helped; empty when nobody did."""
    cards_read = models.CharField(max_length=32, blank=True, default="")
    """Of an item that wants both cards: ``ssc+id_card``; both were this resident's."""
    names_differ = models.BooleanField(default=False)
    """The name on one of them is not the platform's; whoever was there looked and went on."""
    agent_id_number = models.CharField(max_length=18, blank=True, default="")
    """Who came for the resident (代办), by their own ID card; empty: the resident came."""
    agent_name = models.CharField(max_length=60, blank=True, default="")
    made_at = models.DateTimeField()
    received_at = models.DateTimeField()
    state = models.CharField(max_length=16, choices=MatterState.choices)
    detail = models.CharField(max_length=200, blank=True)
    """For the resident, no personal data."""
    due = models.DateField(null=True, db_index=True)
    """The last working day of the limit; None for what is done at once."""
    due_provisional = models.BooleanField(default=False)
    """The calendar did not reach it yet: it is counted again whenever it is asked for."""
    answers = models.JSONField(default=dict)
    """What was filled in, for whoever reviews it; emptied when it is decided."""
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=40, blank=True, default="")
    """Staff number of the specialist; empty where the rules decided."""
    log_segment = models.BigIntegerField()
    log_seq = models.BigIntegerField()

    class Meta:
        indexes = (models.Index(fields=["resident", "-made_at"]),)

    def __str__(self) -> str:
        return f"matter {self.pk}"
