"""The terminals' sealed logs as the platform knows them: what it witnessed, what it holds, who opened it.

A log is a terminal's under one log key: a terminal that is admitted with a new key begins a new log.
"""

from __future__ import annotations

from django.db import models

from central.models.access import Terminal


class LogCheckpoint(models.Model):
    """A place that was cosigned. The same checkpoint gets the same cosignature again, for ever."""

    terminal = models.ForeignKey(Terminal, on_delete=models.PROTECT, related_name="+")
    log_key = models.CharField(max_length=128)
    segments = models.BigIntegerField()
    size = models.BigIntegerField()
    head = models.CharField(max_length=64)
    """Hex."""
    statement = models.BinaryField()
    """The encoded wire Checkpoint, with the terminal's signature."""
    answer = models.BinaryField()
    """The encoded Cosignature."""
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["terminal", "log_key", "segments", "size"], name="one_head_per_place"),
        )

    def __str__(self) -> str:
        return f"checkpoint {self.pk}"


class LogAlarm(models.Model):
    """A place that contradicts what the same key signed before: two histories of one log. Never cosigned."""

    terminal = models.ForeignKey(Terminal, on_delete=models.PROTECT, related_name="+")
    log_key = models.CharField(max_length=128)
    segments = models.BigIntegerField()
    size = models.BigIntegerField()
    head = models.CharField(max_length=64)
    statement = models.BinaryField(default=b"")
    """The encoded Checkpoint that the terminal signed; empty when delivered segments told."""
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["terminal", "log_key", "segments", "size", "head"], name="one_alarm_each"),
        )

    def __str__(self) -> str:
        return f"alarm {self.pk}"


class HeldSegment(models.Model):
    """A delivered segment's header, as the terminal signed it."""

    terminal = models.ForeignKey(Terminal, on_delete=models.PROTECT, related_name="+")
    log_key = models.CharField(max_length=128)
    number = models.BigIntegerField()
    start_seq = models.BigIntegerField()
    header = models.BinaryField()
    signature = models.BinaryField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["terminal", "log_key", "number"], name="one_segment_each"),)

    def __str__(self) -> str:
        return f"segment {self.pk}"


class HeldRecord(models.Model):
    """A delivered record, sealed as it is: only the audit key opens it."""

    terminal = models.ForeignKey(Terminal, on_delete=models.PROTECT, related_name="+")
    log_key = models.CharField(max_length=128)
    seq = models.BigIntegerField()
    segment = models.BigIntegerField()
    header = models.BinaryField()
    nonce = models.BinaryField()
    ciphertext = models.BinaryField()
    head = models.BinaryField()
    mac = models.BinaryField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["terminal", "log_key", "seq"], name="one_record_each"),)

    def __str__(self) -> str:
        return f"record {self.pk}"


class AuditOpening(models.Model):
    """Somebody opened sealed records with the audit key: who, why, and which. Written before anything is shown."""

    terminal = models.ForeignKey(Terminal, on_delete=models.PROTECT, related_name="+")
    who = models.CharField(max_length=80)
    reason = models.CharField(max_length=200)
    first = models.BigIntegerField()
    last = models.BigIntegerField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"opening {self.pk}"
