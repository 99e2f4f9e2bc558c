"""What the platform knows. Money in fen, months as ``YYYY-MM``, instants in UTC."""

from central.models.access import ECode, Session, Terminal
from central.models.business import DeliveryRecord, MatterRecord
from central.models.configuration import ConfigRelease, ConfigTerminal
from central.models.enrolment import EnrolmentCode, IssuedCertificate
from central.models.insurance import EmployeeContribution, Payout
from central.models.jobs import Employer, Opening, Registration
from central.models.life import BenefitGrant, LifeRecord, LossReport, SchemeMembership, SkillCertificate
from central.models.logs import AuditOpening, HeldRecord, HeldSegment, LogAlarm, LogCheckpoint
from central.models.people import Resident, SocialCard

__all__ = [
    "AuditOpening",
    "BenefitGrant",
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
    "LifeRecord",
    "LogAlarm",
    "LogCheckpoint",
    "LossReport",
    "MatterRecord",
    "Opening",
    "Payout",
    "Registration",
    "Resident",
    "SchemeMembership",
    "Session",
    "SkillCertificate",
    "SocialCard",
    "Terminal",
]
