"""Contributions to the employees' and the residents' pensions, and what was paid out by any scheme."""

from __future__ import annotations

from django.db import models

from central.models.jobs import Employer
from central.models.people import Resident


class EmployeeContribution(models.Model):
    """One month of one employment in the employees' basic pension. All amounts in fen."""

    resident = models.ForeignKey(Resident, on_delete=models.CASCADE, related_name="contributions")
    month = models.CharField(max_length=7)
    employer = models.ForeignKey(Employer, on_delete=models.PROTECT, related_name="+")
    base = models.BigIntegerField()
    personal = models.BigIntegerField()
    employer_part = models.BigIntegerField()
    arrived = models.BooleanField(default=True)
    unemployment = models.BooleanField(default=True)
    """Unemployment insurance was paid with it."""

    class Meta:
        constraints = (models.UniqueConstraint(fields=["resident", "month", "employer"], name="one_per_month"),)

    def __str__(self) -> str:
        return f"contribution {self.pk}"


class Scheme(models.TextChoices):
    RESIDENT = "resident", "城乡居民养老保险"
    SUPPLEMENT = "supplement", "城乡居民补充养老保险"
    EMPLOYEE = "employee", "企业职工基本养老保险"
    UNEMPLOYMENT = "unemployment", "失业保险"


class PaidTo(models.TextChoices):
    """Where a pension goes, as it was asked for (the forms of 34 and 35)."""

    SOCIAL = "social", "发到社保卡"
    BANK = "bank", "发到别的银行卡"


class PayoutState(models.TextChoices):
    PAID = "paid", "已发放"
    FAILED = "failed", "未发成"
    REISSUED = "reissued", "已补发"


class Payout(models.Model):
    """One attempt to pay one month. A failed one stays; the re-issue is the same month's next attempt."""

    resident = models.ForeignKey(Resident, on_delete=models.CASCADE, related_name="payouts")
    scheme = models.CharField(max_length=16, choices=Scheme.choices)
    month = models.CharField(max_length=7)
    attempt = models.PositiveSmallIntegerField(default=0)
    items = models.JSONField()
    """``[[label, fen], ...]``"""
    total = models.BigIntegerField()
    """fen"""
    state = models.CharField(max_length=16, choices=PayoutState.choices)
    reason = models.CharField(max_length=100, blank=True)
    """Why it failed, in the resident's words."""
    day = models.DateField()
    """When it was paid, or when it was sent back."""

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["resident", "scheme", "month", "attempt"], name="one_per_attempt"),
        )

    def __str__(self) -> str:
        return f"payout {self.pk}"


class PaidAs(models.TextChoices):
    REGULAR = "regular", "正常缴费"
    BACK = "back", "补缴"
    ON_BEHALF = "on_behalf", "政府代缴"


class ArrivalState(models.TextChoices):
    ARRIVED = "arrived", "已到账"
    WAITING = "waiting", "还没到账"
    RETURNED = "returned", "没交成"


class ResidentContribution(models.Model):
    """One year of one resident in the residents' pension or the supplementary one. All amounts in fen."""

    resident = models.ForeignKey(Resident, on_delete=models.CASCADE, related_name="resident_contributions")
    scheme = models.CharField(max_length=16, choices=Scheme.choices)
    year = models.PositiveSmallIntegerField()
    paid_as = models.CharField(max_length=16, choices=PaidAs.choices)
    personal = models.BigIntegerField()
    subsidy = models.BigIntegerField(default=0)
    state = models.CharField(max_length=16, choices=ArrivalState.choices)
    reason = models.CharField(max_length=100, blank=True)
    """Why it did not arrive, in the resident's words."""
    day = models.DateField()
    """When it arrived, was sent, or was sent back."""

    class Meta:
        constraints = (models.UniqueConstraint(fields=["resident", "scheme", "year"], name="one_per_year"),)

    def __str__(self) -> str:
        return f"resident contribution {self.pk}"
