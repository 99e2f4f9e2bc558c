"""Village workers who assist (帮办): accounts, what a terminal checks their PIN against, and what they did here."""

from __future__ import annotations

from django.db import models

from central.models.access import StaffSession, Terminal
from central.models.people import Resident

__all__ = ["StaffAct", "StaffLockout", "StaffMember", "StaffPin", "StaffSession"]


class StaffMember(models.Model):
    """One worker at one service point. The number says nothing of the person; name and ID number stand with them as a
    resident, who also has the electronic card that is scanned."""

    id = models.CharField(primary_key=True, max_length=32)
    resident = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="posts")
    point = models.CharField(max_length=80, db_index=True)
    """As the terminals of the service point have it (Terminal.point); of a specialist also an office without one."""
    digits = models.PositiveSmallIntegerField(default=0)
    """How long the PIN is; 0: none was set."""
    specialist = models.BooleanField(default=False)
    """业务骨干, named by the county: may review what was filed and see its documents."""
    added_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)
    retired_for = models.CharField(max_length=200, default="")

    def __str__(self) -> str:
        return self.id


class StaffPin(models.Model):
    """A worker's PIN at one terminal, as its roster will say it (contract.roster.Pin). Never the PIN."""

    worker = models.ForeignKey(StaffMember, on_delete=models.CASCADE, related_name="pins")
    terminal = models.ForeignKey(Terminal, on_delete=models.CASCADE, related_name="+")
    salt = models.BinaryField()
    hash = models.BinaryField()
    card = models.BinaryField(null=True)
    set_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["worker", "terminal"], name="one_pin_per_terminal"),)

    def __str__(self) -> str:
        return f"pin {self.pk}"


class StaffLockout(models.Model):
    """A worker disabled at a terminal after too many wrong PINs, as it reported it; and the unlock, once signed."""

    worker = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="lockouts")
    terminal = models.ForeignKey(Terminal, on_delete=models.PROTECT, related_name="+")
    lockout = models.CharField(max_length=32)
    reported_at = models.DateTimeField()
    unlocked_at = models.DateTimeField(null=True)
    unlock = models.BinaryField(default=b"")
    """The encoded contract.roster.Unlock."""

    class Meta:
        constraints = (models.UniqueConstraint(fields=["terminal", "worker", "lockout"], name="one_lockout_each"),)

    def __str__(self) -> str:
        return f"lockout {self.pk}"


class StaffAct(models.Model):
    """What was done to a worker's account, by whom at the platform's keyboard."""

    worker = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="acts")
    at = models.DateTimeField()
    who = models.CharField(max_length=80)
    what = models.CharField(max_length=200)

    def __str__(self) -> str:
        return f"act {self.pk}"
