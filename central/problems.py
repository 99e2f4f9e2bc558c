"""Why the platform says no: raised anywhere below a route, sent as application/problem+json by central.api."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from contract.wire import Problem, ProblemCode

STATUS: Final[Mapping[ProblemCode, int]] = {
    ProblemCode.BAD_REQUEST: 400,
    ProblemCode.SESSION_ENDED: 401,
    ProblemCode.NOT_ALLOWED: 403,
    ProblemCode.CARD_NOT_VALID: 403,
    ProblemCode.OTHER_PERSON: 403,
    ProblemCode.BOTH_CARDS_NEEDED: 403,
    ProblemCode.CODE_EXPIRED: 403,
    ProblemCode.WRONG_PASSWORD: 403,
    ProblemCode.PASSWORD_BLOCKED: 403,
    ProblemCode.NOT_KNOWN: 404,
    ProblemCode.NOT_FOUND: 404,
    ProblemCode.NO_CARD_KEYS: 404,
    ProblemCode.NOT_REGISTERED: 409,
    ProblemCode.INVALID_ANSWERS: 422,
    ProblemCode.CONFLICT: 422,
    ProblemCode.BUSY: 503,
}


class RefusedError(Exception):
    """An ordinary no. *detail* is for staff, in Chinese, never personal data."""

    def __init__(self, code: ProblemCode, detail: str = "", *, tries_left: int | None = None, status: int = 0) -> None:
        super().__init__(code.value)
        self.problem = Problem(code=code, detail=detail, tries_left=tries_left)
        self.status = status or STATUS[code]
