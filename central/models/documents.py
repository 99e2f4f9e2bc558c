"""The pages that a matter's documents were pictured on: references, in the order they were given."""

from __future__ import annotations

from django.db import models

from central.models.business import MatterRecord


class DocumentPage(models.Model):
    """One page as the submission names it. The picture is a PhotoRecord of the same terminal with this hash; it can
    come later than the matter, and goes when its time is over (central.documents)."""

    matter = models.ForeignKey(MatterRecord, on_delete=models.CASCADE, related_name="pages")
    document = models.CharField(max_length=40)
    """Key of the item's field."""
    place = models.PositiveSmallIntegerField()
    """Within the matter, from 1: what a reviewer asks for."""
    reference = models.CharField(max_length=64, unique=True)
    """A page stands for one matter only."""

    class Meta:
        ordering = ("matter", "place")
        constraints = (models.UniqueConstraint(fields=["matter", "place"], name="one_page_per_place"),)

    def __str__(self) -> str:
        return f"page {self.pk}"
