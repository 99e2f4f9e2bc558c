"""Public information that stands for itself: job fairs, where files are kept, policies and notices."""

from __future__ import annotations

from django.db import models


class JobFair(models.Model):
    number = models.CharField(max_length=16, unique=True)
    title = models.CharField(max_length=60)
    county = models.CharField(max_length=6)
    place = models.CharField(max_length=80)
    day = models.DateField(db_index=True)
    begins = models.CharField(max_length=5)
    """``HH:MM``"""
    ends = models.CharField(max_length=5)
    audience = models.CharField(max_length=16)
    """contract/codes/fair_audiences.toml"""
    organiser = models.CharField(max_length=60)
    employers = models.PositiveSmallIntegerField()
    openings = models.PositiveIntegerField()
    phone = models.CharField(max_length=20)
    text = models.CharField(max_length=300, blank=True)
    made_up = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.number


class ArchiveKeeper(models.Model):
    """Where the personal file of somebody without a fixed employer is kept."""

    number = models.CharField(max_length=16, unique=True)
    name = models.CharField(max_length=60)
    county = models.CharField(max_length=6)
    address = models.CharField(max_length=80)
    phone = models.CharField(max_length=20)
    open_hours = models.CharField(max_length=60)
    serves = models.CharField(max_length=120)
    bring = models.CharField(max_length=120)
    made_up = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.number


class Policy(models.Model):
    """A law or regulation with its source, or a notice of the county."""

    number = models.CharField(max_length=16, unique=True)
    title = models.CharField(max_length=80)
    kind = models.CharField(max_length=16)
    """contract/codes/policy_kinds.toml"""
    topic = models.CharField(max_length=16)
    """contract/codes/policy_topics.toml"""
    issuer = models.CharField(max_length=60)
    paper = models.CharField(max_length=60, blank=True)
    """Its own number, where it has one that is known."""
    in_force = models.DateField(null=True)
    text = models.TextField()
    source = models.CharField(max_length=120)
    sample = models.BooleanField()
    """Made up to show the screen; marked 示例 wherever it is shown."""
    rank = models.PositiveSmallIntegerField(default=0)
    """Order in the list."""

    def __str__(self) -> str:
        return self.number
