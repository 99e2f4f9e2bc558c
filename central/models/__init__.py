"""What the platform knows. Money in fen, months as ``YYYY-MM``, instants in UTC."""

from central.models.access import ECode, Session, Terminal
from central.models.business import DeliveryRecord, MatterRecord
from central.models.configuration import ConfigRelease, ConfigTerminal
from central.models.enrolment import EnrolmentCode, IssuedCertificate
from central.models.insurance import EmployeeContribution, Payout
from central.models.jobs import Employer, Opening, Registration
from central.models.logs import AuditOpening, HeldRecord, HeldSegment, LogAlarm, LogCheckpoint
from central.models.people import Resident, SocialCard

__all__ = [
    "AuditOpening",
    "ConfigRelease",
    "ConfigTerminal",
    "DeliveryRecord",
    "ECode",
    "EmployeeContribution",
    "Employer",
    "EnrolmentCode",
    "HeldRecord",
    "HeldSegment",
    "IssuedCertificate",
    "LogAlarm",
    "LogCheckpoint",
    "MatterRecord",
    "Opening",
    "Payout",
    "Registration",
    "Resident",
    "Session",
    "SocialCard",
    "Terminal",
]
