"""Links by which a resident's own telephone sends pages. Of the token only the hash is kept."""

from __future__ import annotations

from django.db import models

from central.models.access import Session, Terminal
from central.models.people import Resident


class UploadLink(models.Model):
    """For one document of one form. It lives no longer than its session; every page that is taken gives it another
    token, so that each address is good once."""

    name = models.CharField(max_length=36, unique=True)
    """By which the terminal asks for it; opens nothing."""
    token_hash = models.CharField(max_length=64, unique=True)
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="+")
    terminal = models.ForeignKey(Terminal, on_delete=models.CASCADE, related_name="+")
    resident = models.ForeignKey(Resident, on_delete=models.CASCADE, related_name="+")
    item = models.PositiveSmallIntegerField()
    document = models.CharField(max_length=40)
    most = models.PositiveSmallIntegerField()
    """Pages."""
    tries = models.PositiveSmallIntegerField(default=0)
    seen_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(db_index=True)
    closed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"upload {self.pk}"
