"""From a request to a handler and back: terminal, session, strict decoding; every no is application/problem+json."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec
from django.core.exceptions import BadRequest
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.request import UnreadablePostError
from django.views.decorators.csrf import csrf_exempt

from central import (
    browsing,
    cards,
    certificates,
    clock,
    deliveries,
    living,
    log_intake,
    matters,
    openapi,
    photos,
    records,
    sessions,
    staff_sessions,
    terminals,
    uploads,
    witnessing,
)
from central.call import Call
from central.configuration import releases
from central.problems import RefusedError
from contract import wire
from contract.wire import Message, Problem, ProblemCode, Route

VERSION: Final = "1"
JSON: Final = "application/json"
PROBLEM_JSON: Final = "application/problem+json"
LOG: Final = logging.getLogger("central.api")

Handler = Callable[[Call[Any]], Message | bytes]


def health(call: Call[None]) -> wire.Health:
    return wire.Health(at=clock.shown(call.at), version=VERSION)


HANDLERS: Final[Mapping[str, Handler]] = {
    wire.HEALTH.name: health,
    wire.SESSION_OPEN.name: sessions.open_session,
    wire.SESSION_ELEVATE.name: sessions.elevate,
    wire.SESSION_CLOSE.name: sessions.close,
    wire.CARD_AUTH.name: cards.authenticate,
    wire.RECORDS.name: records.look_up,
    wire.BROWSE.name: browsing.browse,
    wire.DETAIL.name: browsing.detail,
    wire.RECOMMEND.name: browsing.recommend,
    wire.MATTERS.name: matters.own,
    wire.CONDITIONS.name: living.conditions,
    wire.DELIVER.name: deliveries.deliver,
    wire.DELIVER_PHOTO.name: photos.deliver,
    wire.UPLOAD_OPEN.name: uploads.open_link,
    wire.UPLOAD_LOOK.name: uploads.look,
    wire.CONFIG_REPORT.name: releases.report,
    wire.RENEW.name: certificates.renew,
    wire.WITNESS.name: witnessing.witness,
    wire.DELIVER_LOG.name: log_intake.take_in,
    wire.STAFF_UNLOCKS.name: staff_sessions.unlocks,
    wire.STAFF_CLOSE.name: staff_sessions.close,
}
assert HANDLERS.keys() == {route.name for route in wire.ROUTES}


def view(route: Route) -> Callable[[HttpRequest], HttpResponse]:
    """The Django view of *route*."""

    def answer(request: HttpRequest) -> HttpResponse:
        return guarded(lambda: _answer(route, request), route.name)

    return csrf_exempt(answer)


def describe(request: HttpRequest) -> HttpResponse:
    """``/v1/openapi.json``"""

    def answer() -> HttpResponse:
        terminals.asking(request)
        return HttpResponse(openapi.document(), content_type=JSON)

    return guarded(answer, "openapi")


def no_such_route(request: HttpRequest, exception: Exception) -> HttpResponse:
    del request, exception
    return problem(RefusedError(ProblemCode.NOT_FOUND, "没有这个地址"))


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    del request, exception
    return problem(RefusedError(ProblemCode.BAD_REQUEST, "请求不合规"))


def broken(request: HttpRequest) -> HttpResponse:
    del request
    return _internal()


def guarded(answer: Callable[[], HttpResponse], what: str) -> HttpResponse:
    """*answer*'s response, or the problem it raised. What nobody foresaw is logged by place only and told to nobody."""
    try:
        return answer()
    except RefusedError as refused:
        return problem(refused)
    except OperationalError as error:
        LOG.error("%s: database: %s", what, type(error).__name__)  # noqa: TRY400
        return problem(RefusedError(ProblemCode.BUSY, "数据库忙"))
    except Exception as error:
        # not LOG.exception: a trace quotes values, and they could be a resident's
        LOG.error("%s: %s at %s", what, type(error).__name__, _place(error))  # noqa: TRY400
        return _internal()


def problem(refused: RefusedError) -> HttpResponse:
    body = msgspec.json.encode(refused.problem)
    return HttpResponse(body, status=refused.status, content_type=PROBLEM_JSON)


def _answer(route: Route, request: HttpRequest) -> HttpResponse:
    terminal = terminals.asking(request)
    if request.method != route.method:
        refused = problem(RefusedError(ProblemCode.BAD_REQUEST, "方法不对", status=405))
        refused["Allow"] = route.method
        return refused
    at = clock.now()
    ask = _decode(route, request)
    token = ""
    session = None
    if route.session:
        token = _token(request)
        session = sessions.live(token, terminal, at)
    result = HANDLERS[route.name](Call(ask=ask, terminal=terminal, session=session, at=at, token=token))
    assert isinstance(result, bytes | route.answer)
    body = result if isinstance(result, bytes) else msgspec.json.encode(result)
    response = HttpResponse(body, content_type=JSON)
    response["Cache-Control"] = "no-store"
    return response


def _decode(route: Route, request: HttpRequest) -> Message | None:
    if route.ask is None:
        return None
    if request.content_type != JSON:
        raise RefusedError(ProblemCode.BAD_REQUEST, "只收 JSON", status=415)
    if int(request.META.get("CONTENT_LENGTH") or 0) > route.most:
        raise RefusedError(ProblemCode.BAD_REQUEST, "请求太大", status=413)
    try:
        return msgspec.json.decode(request.body, type=route.ask)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, UnreadablePostError, BadRequest):
        # which field was wrong is not said: msgspec's words may quote what was sent
        raise RefusedError(ProblemCode.BAD_REQUEST, "请求内容不合规") from None


def _token(request: HttpRequest) -> str:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if kind != "Bearer" or not token:
        raise RefusedError(ProblemCode.SESSION_ENDED, "没有会话")
    return token


def _internal() -> HttpResponse:
    body = msgspec.json.encode(Problem(code=ProblemCode.BUSY, detail="平台内部原因，请稍后再试"))
    return HttpResponse(body, status=500, content_type=PROBLEM_JSON)


def _place(error: BaseException) -> str:
    *_, (frame, line) = traceback.walk_tb(error.__traceback__)
    return f"{frame.f_code.co_filename}:{line}"
