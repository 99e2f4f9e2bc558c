"""Employers, their openings, and what job seekers registered."""

from __future__ import annotations

from django.db import models

from central.models.people import Resident


class Employer(models.Model):
    name = models.CharField(max_length=80, unique=True)
    county = models.CharField(max_length=6)
    made_up = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.name


class Opening(models.Model):
    """A job that is offered. Codes are those of the items' forms (contract/codes)."""

    number = models.CharField(max_length=16, unique=True)
    """Public id, part of the public page's address."""
    employer = models.ForeignKey(Employer, on_delete=models.CASCADE, related_name="openings")
    title = models.CharField(max_length=60)
    occupation = models.CharField(max_length=16)
    county = models.CharField(max_length=6)
    place = models.CharField(max_length=60)
    """Town or village."""
    lat = models.FloatField()
    lon = models.FloatField()
    wage_low = models.PositiveIntegerField()
    """Yuan a month."""
    wage_high = models.PositiveIntegerField()
    hours = models.CharField(max_length=16)
    certificate = models.CharField(max_length=16, blank=True)
    """What must be held; empty: nothing."""
    years = models.PositiveSmallIntegerField(default=0)
    """Years of experience asked for."""
    lodging = models.CharField(max_length=16)
    headcount = models.PositiveSmallIntegerField()
    contact = models.CharField(max_length=20)
    phone = models.CharField(max_length=20)
    text = models.TextField(blank=True)
    posted = models.DateField()
    valid_until = models.DateField()
    made_up = models.BooleanField(default=False)

    class Meta:
        indexes = (
            models.Index(fields=["county", "valid_until"]),
            models.Index(fields=["occupation", "valid_until"]),
            models.Index(fields=["-posted", "-id", "valid_until"]),
        )

    def __str__(self) -> str:
        return self.number


class Registration(models.Model):
    """What somebody wished for when registering (items 1, 4, 7, 16). The newest is current, the others are history."""

    resident = models.ForeignKey(Resident, on_delete=models.CASCADE, related_name="registrations")
    item = models.PositiveSmallIntegerField()
    receipt = models.CharField(max_length=12, unique=True)
    answers = models.JSONField()
    made_at = models.DateTimeField()
    current = models.BooleanField(default=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["resident", "item"], condition=models.Q(current=True), name="one_current_registration"
            ),
        )

    def __str__(self) -> str:
        return f"registration {self.pk}"
