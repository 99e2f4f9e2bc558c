"""What the platform knows. Money in fen, months as ``YYYY-MM``, instants in UTC."""

from central.models.access import ECode, Session, Terminal
from central.models.business import DeliveryRecord, MatterRecord
from central.models.configuration import ConfigRelease, ConfigTerminal
from central.models.documents import DocumentPage
from central.models.enrolment import EnrolmentCode, IssuedCertificate
from central.models.gigs import GigOpening, GigSeeker, GigTrade
from central.models.insurance import EmployeeContribution, Payout, ResidentContribution
from central.models.jobs import Employer, Opening, Registration
from central.models.life import BenefitGrant, LifeRecord, LossReport, SchemeMembership, SkillCertificate
from central.models.logs import AuditOpening, HeldRecord, HeldSegment, LogAlarm, LogCheckpoint
from central.models.people import CardStep, Resident, SocialCard, WorkBook
from central.models.photos import PhotoOpening, PhotoRecord
from central.models.public import ArchiveKeeper, JobFair, Policy
from central.models.ratings import RatingRecord
from central.models.staff import StaffAct, StaffLockout, StaffMember, StaffPin, StaffSession
from central.models.training import TrainingClass, TrainingCourse, TrainingFile, TrainingProvider
from central.models.uploads import UploadLink

__all__ = [
    "ArchiveKeeper",
    "AuditOpening",
    "BenefitGrant",
    "CardStep",
    "ConfigRelease",
    "ConfigTerminal",
    "DeliveryRecord",
    "DocumentPage",
    "ECode",
    "EmployeeContribution",
    "Employer",
    "EnrolmentCode",
    "GigOpening",
    "GigSeeker",
    "GigTrade",
    "HeldRecord",
    "HeldSegment",
    "IssuedCertificate",
    "JobFair",
    "LifeRecord",
    "LogAlarm",
    "LogCheckpoint",
    "LossReport",
    "MatterRecord",
    "Opening",
    "Payout",
    "PhotoOpening",
    "PhotoRecord",
    "Policy",
    "RatingRecord",
    "Registration",
    "Resident",
    "ResidentContribution",
    "SchemeMembership",
    "Session",
    "SkillCertificate",
    "SocialCard",
    "StaffAct",
    "StaffLockout",
    "StaffMember",
    "StaffPin",
    "StaffSession",
    "Terminal",
    "TrainingClass",
    "TrainingCourse",
    "TrainingFile",
    "TrainingProvider",
    "UploadLink",
    "WorkBook",
]
