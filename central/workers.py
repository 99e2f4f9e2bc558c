"""Who answers for what is done at the platform's keyboard: a worker that it knows, and has given the right to.

Operators in towns and villages handle business. Business specialists (业务骨干), whom a county names, review what was
filed; nobody reviews what is their own or went through their hands.
"""

from __future__ import annotations

from central.models import StaffMember


class StaffError(ValueError):
    """Why it was not done, in Chinese, for the person at the keyboard."""


def find(worker: str) -> StaffMember:
    """An account in use. Raises StaffError."""
    member = StaffMember.objects.select_related("resident").filter(pk=worker, retired_at=None).first()
    if member is None:
        raise StaffError("没有这个工号，或已经注销：每一件都要落实到人")
    return member


def is_theirs(member: StaffMember, number: str) -> bool:
    """Whether *number* is an account of the same person: who changes the service point is given another number."""
    return StaffMember.objects.filter(pk=number, resident=member.resident_id).exists()


def specialist(worker: str) -> StaffMember:
    """An account in use that may review. Raises StaffError."""
    member = find(worker)
    if not member.specialist:
        raise StaffError(f"{worker} 不是业务骨干，不能审核、看材料：县里定了再办（central staff specialist）")
    return member
