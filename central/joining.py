"""What terminals without a valid certificate may ask, on the public listener: to be taken in, to renew late."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from central import api, certificates, clock, enrolment
from central.problems import RefusedError
from contract import limits
from contract.enrolment import EnrolAsk, EnrolNo, EnrolProblem
from contract.wire import ProblemCode

STATUS: Final[Mapping[EnrolNo, int]] = {EnrolNo.BAD_REQUEST: 400, EnrolNo.UNKNOWN: 404, EnrolNo.BUSY: 503}
REFUSED: Final = 403


@csrf_exempt
def enrol(request: HttpRequest) -> HttpResponse:
    """``POST /v1/enrolment``"""

    def answer() -> HttpResponse:
        try:
            ask = msgspec.json.decode(_body(request), type=EnrolAsk)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return _said(EnrolProblem(no=EnrolNo.BAD_REQUEST))
        return _said(enrolment.enrol(ask, clock.now()))

    return api.guarded(answer, "enrolment")


@csrf_exempt
def nonce(request: HttpRequest) -> HttpResponse:
    """``POST /v1/certificate/nonce``"""

    def answer() -> HttpResponse:
        _body(request)
        return _said(certificates.nonce(clock.now()))

    return api.guarded(answer, "nonce")


@csrf_exempt
def late(request: HttpRequest) -> HttpResponse:
    """``POST /v1/certificate/late``"""

    def answer() -> HttpResponse:
        return _said(certificates.renew_late(certificates.read_late(_body(request)), clock.now()))

    return api.guarded(answer, "late renewal")


def _body(request: HttpRequest) -> bytes:
    if request.method != "POST":
        raise RefusedError(ProblemCode.BAD_REQUEST, "方法不对", status=405)
    if int(request.META.get("CONTENT_LENGTH") or 0) > limits.REQUEST_BYTES:
        raise RefusedError(ProblemCode.BAD_REQUEST, "请求太大", status=413)
    return request.body


def _said(message: msgspec.Struct) -> HttpResponse:
    status = STATUS.get(message.no, REFUSED) if isinstance(message, EnrolProblem) else 200
    response = HttpResponse(msgspec.json.encode(message), status=status, content_type=api.JSON)
    response["Cache-Control"] = "no-store"
    return response
