"""Residents and their social-security cards."""

from __future__ import annotations

from datetime import datetime

from django.db import models

from contract import limits


class Resident(models.Model):
    """Somebody the platform knows. Prints as its row number only: a repr may end in a log."""

    id_number = models.CharField(max_length=18, unique=True)
    name = models.CharField(max_length=60)
    sex = models.CharField(max_length=1)
    """GB/T 2261.1"""
    ethnicity = models.CharField(max_length=2)
    """GB/T 3304"""
    born = models.DateField()
    county = models.CharField(max_length=6)
    """GB/T 2260"""
    village = models.CharField(max_length=40)
    lat = models.FloatField(null=True)
    """Of the village, degrees, WGS 84."""
    lon = models.FloatField(null=True)
    phone = models.CharField(max_length=20, blank=True)
    service_password = models.CharField(max_length=200, blank=True)
    """Hash; empty when none was ever set."""
    password_tries_left = models.PositiveSmallIntegerField(default=limits.SERVICE_PASSWORD_TRIES)
    made_up = models.BooleanField(default=False)
    """Comes from the seed: amounts are examples, and the screens say so."""
    cast_key = models.CharField(max_length=40, blank=True, db_index=True)
    """Key in the cast of the demonstration, empty for everybody else."""

    def __str__(self) -> str:
        return f"resident {self.pk}"


class CardState(models.TextChoices):
    ACTIVE = "active", "正常"
    LOST = "lost", "已挂失"
    SEALED = "sealed", "封存"
    CANCELLED = "cancelled", "已注销"
    IN_PRODUCTION = "in_production", "制卡中"


class SocialCard(models.Model):
    resident = models.ForeignKey(Resident, on_delete=models.CASCADE, related_name="cards")
    card_number = models.CharField(max_length=9, unique=True)
    card_id_code = models.CharField(max_length=32)
    version = models.CharField(max_length=4)
    issued = models.DateField()
    expires = models.DateField()
    state = models.CharField(max_length=16, choices=CardState.choices, default=CardState.ACTIVE)
    """As it was last written; ``state_at`` is what it is."""
    lost_until = models.DateTimeField(null=True)
    """A temporary loss report lapses by itself then."""
    enabled = models.BooleanField(default=True)
    """Its social-security function was activated (item 38)."""

    def state_at(self, at: datetime) -> CardState:
        """The state at *at*: a temporary loss report that lapsed is lapsed for everybody who asks."""
        if self.state == CardState.LOST and self.lost_until is not None and self.lost_until <= at:
            return CardState.ACTIVE
        return CardState(self.state)

    def __str__(self) -> str:
        return f"card {self.pk}"


class CardStep(models.Model):
    """One step of a card's making: where it is, and since when."""

    card = models.ForeignKey(SocialCard, on_delete=models.CASCADE, related_name="making")
    step = models.PositiveSmallIntegerField()
    """Rank in contract/codes/card_steps.toml."""
    day = models.DateField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["card", "step"], name="one_of_each_step"),)

    def __str__(self) -> str:
        return f"step {self.pk}"


class WorkBookState(models.TextChoices):
    VALID = "valid", "有效"
    SUSPENDED = "suspended", "暂停使用"
    CANCELLED = "cancelled", "已注销"


class WorkBook(models.Model):
    """《就业创业证》: one a resident."""

    resident = models.OneToOneField(Resident, on_delete=models.CASCADE, related_name="work_book")
    number = models.CharField(max_length=20, unique=True)
    issued = models.DateField()
    issuer = models.CharField(max_length=60)
    state = models.CharField(max_length=16, choices=WorkBookState.choices, default=WorkBookState.VALID)
    entries = models.JSONField(default=list)
    """``[[day, what, where], ...]``, newest first: registrations and policies enjoyed that were written into it."""

    def __str__(self) -> str:
        return f"work book {self.pk}"
