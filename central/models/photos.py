"""Photographed pages, sealed as the terminals delivered them, and who opened one."""

from __future__ import annotations

from django.db import models

from central.models.access import Terminal
from central.models.uploads import UploadLink


class PhotoRecord(models.Model):
    """One page. The same delivery gets the same receipt again, for ever."""

    device = models.ForeignKey(Terminal, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=64)
    sha256 = models.CharField(max_length=64)
    """Of what is sealed, hex."""
    sealed = models.BinaryField()
    answer = models.BinaryField()
    """The encoded wire.Receipt; empty for what a telephone sent."""
    upload = models.ForeignKey(UploadLink, on_delete=models.SET_NULL, related_name="photos", null=True)
    """By which link a telephone sent it."""
    at = models.DateTimeField()
    pruned_at = models.DateTimeField(null=True)
    """Its time was over: the picture is gone, that it was there stays."""

    class Meta:
        constraints = (models.UniqueConstraint(fields=["device", "key"], name="one_photo_per_key"),)

    def __str__(self) -> str:
        return f"photo {self.pk}"


class PhotoOpening(models.Model):
    """Somebody opened a page: who and why. Written before it is shown."""

    photo = models.ForeignKey(PhotoRecord, on_delete=models.PROTECT, related_name="openings")
    who = models.CharField(max_length=80)
    reason = models.CharField(max_length=200)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"opening {self.pk}"
