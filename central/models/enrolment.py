"""Enrolment codes that were given out, and every certificate that came of them."""

from __future__ import annotations

from django.db import models

from central.models.access import Terminal


class EnrolmentCode(models.Model):
    """One code: good once, for one terminal and one machine. The code itself is nowhere; its two keys are sealed here
    until they are used."""

    terminal = models.ForeignKey(Terminal, on_delete=models.CASCADE, related_name="+")
    index = models.CharField(max_length=16, unique=True)
    """A MAC under the first key: finds the row and tells nothing of the code."""
    serial = models.CharField(max_length=40, db_index=True)
    point = models.CharField(max_length=80)
    county = models.CharField(max_length=6, default="")
    """Whose roster and notices it is to take; empty: as before."""
    keys = models.BinaryField()
    """K1 ‖ K2, AES-256-GCM under a key of the platform; empty once used, burnt or replaced."""
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    """Bad ones."""
    used_at = models.DateTimeField(null=True)
    request = models.CharField(max_length=64, default="")
    """SHA-256 of the request (CSR and MAC) that used it, hex."""
    answer = models.BinaryField(default=b"")
    """What was answered; the same request gets it again for limits.ENROL_AGAIN."""

    def __str__(self) -> str:
        return f"enrolment code {self.pk}"


class How(models.TextChoices):
    ADMITTED = "admitted", "手工接纳"
    ENROLLED = "enrolled", "入网"
    RENEWED = "renewed", "换新"
    LATE = "late", "过期后换新"


class IssuedCertificate(models.Model):
    """History: which keys were a terminal's, and when. Logs of keys it had before are verified with these."""

    terminal = models.ForeignKey(Terminal, on_delete=models.CASCADE, related_name="certificates")
    serial = models.CharField(max_length=40)
    """Of the certificate, hex."""
    tls_key = models.CharField(max_length=64)
    log_key = models.CharField(max_length=128)
    not_before = models.DateTimeField()
    not_after = models.DateTimeField()
    at = models.DateTimeField()
    how = models.CharField(max_length=16, choices=How.choices)

    def __str__(self) -> str:
        return f"certificate {self.pk}"
