"""What the rules of single items stand on: household, memberships, jobs, certificates, benefits, loss reports."""

from __future__ import annotations

from django.db import models

from central.models.insurance import PaidTo, Scheme
from central.models.people import Resident, SocialCard


class LifeRecord(models.Model):
    """What is known of one person besides who they are; nobody has one until something is known."""

    resident = models.OneToOneField(Resident, on_delete=models.CASCADE, primary_key=True, related_name="life")
    household = models.CharField(max_length=6, blank=True)
    """County of the household registration, GB/T 2260; empty: where they live."""
    student = models.BooleanField(default=False)
    died = models.DateField(null=True)
    missing = models.DateField(null=True)
    left = models.DateField(null=True)
    """When the last employment ended, as the employer reported it."""
    left_by_choice = models.BooleanField(null=True)
    checked = models.DateField(null=True)
    """Last proof of continued eligibility (item 21)."""
    groups = models.JSONField(default=list)
    """Codes of contract/codes/training_groups.toml: lists of the county's that this person is on."""

    def __str__(self) -> str:
        return f"life {self.pk}"


class SchemeMembership(models.Model):
    """One person in one pension scheme."""

    resident = models.ForeignKey(Resident, on_delete=models.CASCADE, related_name="memberships")
    scheme = models.CharField(max_length=16, choices=Scheme.choices)
    joined = models.DateField()
    paused = models.DateField(null=True)
    drawing = models.DateField(null=True)
    """Draws its pension since."""
    paid_to = models.CharField(max_length=8, choices=PaidTo.choices, blank=True)
    suspended = models.DateField(null=True)
    """The pension is not paid since."""
    why = models.CharField(max_length=16, blank=True)
    """Code of the reason why it is paused or suspended."""

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["resident", "scheme"], name="one_membership_per_scheme"),
            models.UniqueConstraint(
                fields=["resident"],
                condition=models.Q(drawing__isnull=False, scheme__in=["resident", "employee"]),
                name="one_basic_pension_only",
            ),
        )

    def __str__(self) -> str:
        return f"membership {self.pk}"


class SkillCertificate(models.Model):
    resident = models.ForeignKey(Resident, on_delete=models.CASCADE, related_name="certificates")
    number = models.CharField(max_length=40, unique=True)
    occupation = models.CharField(max_length=40)
    level = models.CharField(max_length=1)
    issued = models.DateField()

    def __str__(self) -> str:
        return f"certificate {self.pk}"


class BenefitGrant(models.Model):
    """Unemployment benefit (23) or a skill-upgrade subsidy (22) that was granted."""

    resident = models.ForeignKey(Resident, on_delete=models.CASCADE, related_name="grants")
    item = models.PositiveSmallIntegerField()
    receipt = models.CharField(max_length=12, unique=True)
    since = models.DateField()
    months = models.PositiveSmallIntegerField(default=0)
    """Of benefit."""
    paid_before = models.PositiveSmallIntegerField(default=0)
    """Months of contributions that it was counted from."""
    occupation = models.CharField(max_length=40, blank=True)
    level = models.CharField(max_length=1, blank=True)
    certificate = models.CharField(max_length=40, blank=True, db_index=True)
    """Number of the certificate that a subsidy was granted for: it earns no other, whoever shows it."""
    amount = models.BigIntegerField()
    """fen; a month where it is a benefit."""
    source = models.CharField(max_length=80)
    """Where the amount stands; 「示例」 where nobody set it."""

    def __str__(self) -> str:
        return f"grant {self.pk}"


class LossKind(models.TextChoices):
    TEMPORARY = "temporary", "临时挂失"
    FORMAL = "formal", "正式挂失"


class LossReport(models.Model):
    """A card that was reported lost. It stands until lifted, and a temporary one no longer than ``lapses``."""

    card = models.ForeignKey(SocialCard, on_delete=models.CASCADE, related_name="losses")
    kind = models.CharField(max_length=16, choices=LossKind.choices)
    at = models.DateTimeField()
    lapses = models.DateTimeField(null=True)
    lifted = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"loss {self.pk}"
