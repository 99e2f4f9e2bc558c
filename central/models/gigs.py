"""Work by the day: what is offered (item 7), and who looks for it (item 4). Codes are those of the items' forms."""

from __future__ import annotations

from django.db import models

from central.models.people import Resident


class GigOpening(models.Model):
    """Work by the day that somebody offers; public, because whoever registered it wants to be found."""

    number = models.CharField(max_length=16, unique=True)
    """Public id, part of the public page's address."""
    resident = models.ForeignKey(Resident, on_delete=models.CASCADE, related_name="gig_openings", null=True)
    """Who registered it; None for what the seed made."""
    employer = models.CharField(max_length=80)
    """As it is shown: an employer's name, or a person's masked one."""
    occupation = models.CharField(max_length=16)
    county = models.CharField(max_length=6)
    place = models.CharField(max_length=60)
    """Town or village."""
    lat = models.FloatField()
    lon = models.FloatField()
    wage = models.PositiveIntegerField()
    """Yuan a day."""
    days = models.PositiveSmallIntegerField()
    times = models.CharField(max_length=16)
    start = models.PositiveSmallIntegerField()
    """How soon somebody is needed: rank in central.items.gigs.STARTS."""
    certificate = models.CharField(max_length=16, blank=True)
    """What must be held; empty: nothing."""
    lodging = models.CharField(max_length=16)
    headcount = models.PositiveSmallIntegerField()
    may_call = models.BooleanField()
    """Whether the telephone may be shown; else the service point passes it on."""
    phone = models.CharField(max_length=20)
    text = models.CharField(max_length=200, blank=True)
    made_at = models.DateTimeField()
    valid_until = models.DateField()
    made_up = models.BooleanField(default=False)

    class Meta:
        indexes = (
            models.Index(fields=["occupation", "valid_until"]),
            models.Index(fields=["county", "valid_until"]),
            models.Index(fields=["-made_at", "-id", "valid_until"]),
        )

    def __str__(self) -> str:
        return self.number


class GigSeeker(models.Model):
    """Somebody who looks for work by the day. The newest registration of a resident is the one that stands."""

    number = models.CharField(max_length=16, unique=True)
    """Public id: says nothing of who it is."""
    resident = models.OneToOneField(Resident, on_delete=models.CASCADE, related_name="gig_seeker")
    county = models.CharField(max_length=6)
    """Where they want to work, or ``any``."""
    home = models.CharField(max_length=6)
    """County where they live."""
    lat = models.FloatField()
    lon = models.FloatField()
    reach = models.FloatField()
    """Kilometres; see central.matching.rules.ANYWHERE and NOWHERE."""
    wage = models.PositiveIntegerField()
    """The least they want, yuan a day."""
    times = models.CharField(max_length=16)
    start = models.PositiveSmallIntegerField()
    """How soon they can come: rank in central.items.gigs.STARTS."""
    certificate = models.CharField(max_length=16)
    years = models.PositiveSmallIntegerField()
    may_call = models.BooleanField()
    phone = models.CharField(max_length=20)
    text = models.CharField(max_length=200, blank=True)
    made_at = models.DateTimeField()
    valid_until = models.DateField()
    made_up = models.BooleanField(default=False)

    class Meta:
        indexes = (models.Index(fields=["-made_at", "-id", "valid_until"]),)

    def __str__(self) -> str:
        return self.number


class GigTrade(models.Model):
    """One of the kinds of work a seeker wants; most want several."""

    seeker = models.ForeignKey(GigSeeker, on_delete=models.CASCADE, related_name="trades")
    occupation = models.CharField(max_length=16)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["occupation", "seeker"], name="one_of_each_trade"),)

    def __str__(self) -> str:
        return self.occupation
