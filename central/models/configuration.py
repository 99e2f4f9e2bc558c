"""Releases of signed configuration, and for each terminal what it was assigned and what it last reported."""

from __future__ import annotations

from django.db import models

from central.models.access import Terminal


class ConfigRelease(models.Model):
    """Which versions of the content's objects go together."""

    id = models.CharField(primary_key=True, max_length=64)
    objects_in_it = models.JSONField()
    """Name → [version, minimum]."""
    made_at = models.DateTimeField()
    ring = models.IntegerField(default=0)
    """Per cent of the terminals it has been given to."""
    halted_at = models.DateTimeField(null=True)
    halted_for = models.CharField(max_length=200, default="")

    def __str__(self) -> str:
        return self.id


class ConfigTerminal(models.Model):
    """One terminal. ``counter`` is committed before it is published, so that no counter is ever published twice."""

    terminal = models.OneToOneField(Terminal, on_delete=models.CASCADE, primary_key=True, related_name="+")
    county = models.CharField(max_length=6, default="")
    release = models.ForeignKey(ConfigRelease, on_delete=models.PROTECT, null=True, related_name="+")
    before = models.ForeignKey(ConfigRelease, on_delete=models.PROTECT, null=True, related_name="+")
    """What going back goes back to."""
    counter = models.BigIntegerField(default=0)
    published = models.BigIntegerField(default=0)
    """The counter that was last published: below ``counter`` something is still to be."""
    assigned_at = models.DateTimeField(null=True)
    reported_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=16, default="")
    error = models.BooleanField(default=False)
    report = models.JSONField(default=dict)
    """The last contract.wire.ConfigReport."""

    def __str__(self) -> str:
        return self.terminal_id
