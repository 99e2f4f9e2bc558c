"""好差评: what residents thought of single acts, and what came of the bad ones."""

from __future__ import annotations

from django.db import models

from central.models.access import Terminal
from central.models.business import DeliveryRecord
from central.models.people import Resident


class RatingRecord(models.Model):
    """One rating, of an item at a service point; of which matter and by whom is not known."""

    delivery = models.OneToOneField(DeliveryRecord, on_delete=models.PROTECT, related_name="rating")
    terminal = models.ForeignKey(Terminal, on_delete=models.PROTECT, related_name="+")
    point = models.CharField(max_length=80, blank=True, default="")
    """Where the terminal stood then."""
    county = models.CharField(max_length=6, blank=True, default="")
    """GB/T 2260; empty where the terminal was given to none."""
    item = models.PositiveSmallIntegerField()
    level = models.PositiveSmallIntegerField()
    """5 very good … 1 very poor (contract/codes/rating_levels.toml)."""
    reasons = models.JSONField(default=list)
    """Codes of contract/codes/rating_reasons.toml."""
    words = models.CharField(max_length=60, blank=True, default="")
    operator = models.CharField(max_length=40, blank=True, default="")
    """Staff number of who helped; empty when nobody did."""
    made_on = models.DateField()
    """The day; the hour would say who it was."""
    caller = models.ForeignKey(Resident, on_delete=models.SET_NULL, related_name="+", null=True)
    """Who gave a bad one and wished to be called; let go of when that was done."""
    due = models.DateField(null=True, db_index=True)
    """By when a bad one is looked into; None for the others, and when it is done."""
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=40, blank=True, default="")
    outcome = models.CharField(max_length=200, blank=True, default="")
    """What was found and done, as staff wrote it down."""

    class Meta:
        indexes = (models.Index(fields=["made_on", "county", "point"]),)

    def __str__(self) -> str:
        return f"rating {self.pk}"
