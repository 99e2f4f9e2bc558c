"""Bad requests: a problem document, never a trace, never a 500, nothing of what was sent in it."""

from __future__ import annotations

import json

import msgspec
import pytest
from django.test import RequestFactory
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from central import api
from contract import wire
from contract.wire import ROUTES, ProblemCode

from .conftest import problem_of

WITH_BODY = [route for route in ROUTES if route.ask is not None]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
FIELDS = sorted({field for route in WITH_BODY for field in route.ask.__struct_fields__})


NO_MESSAGES = (b"", b"{", b"null", b"[]", b'"x"', b"\xff\xfe", b"[" * 50_000)
WRONG_TYPES = (
    (wire.RECORDS, b'{"item": "three"}'),
    (wire.RECORDS, b"{}"),
    (wire.BROWSE, b'{"item": 3, "page": 1.5}'),
    (wire.SESSION_OPEN, b'{"shown_by": "magic"}'),
    (wire.SESSION_ELEVATE, b'{"pin_verified": "yes"}'),
    (wire.DELIVER, b'{"key": "k", "type": "submission", "sha256": "", "sealed": "%%%", "signature": ""}'),
)


@pytest.mark.parametrize(
    ("route", "body"), [*((route, body) for route in WITH_BODY for body in NO_MESSAGES), *WRONG_TYPES]
)
def test_bodies_that_are_no_messages(terminal, route, body):
    answer = terminal.client.post(route.path, content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400
    assert problem_of(answer).code is ProblemCode.BAD_REQUEST


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(WITH_BODY), st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=5))
def test_no_json_brings_it_down(terminal, proved, route, body):
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {proved}"}
    if route is wire.SESSION_CLOSE:
        return
    answer = terminal.client.post(route.path, content=json.dumps(body).encode(), headers=headers)
    assert answer.status_code < 500, (route.name, body)
    if answer.status_code >= 400:
        problem_of(answer)


def test_wrong_content_type_wrong_method_wrong_address(terminal):
    plain = terminal.client.post("/v1/sessions", content=b"{}", headers={"Content-Type": "text/plain"})
    assert plain.status_code == 415
    wrong = terminal.client.get("/v1/sessions")
    assert (wrong.status_code, wrong.headers["allow"]) == (405, "POST")
    nowhere = terminal.client.get("/v1/nowhere")
    assert nowhere.status_code == 404
    for answer in (plain, wrong, nowhere):
        problem_of(answer)


@pytest.mark.parametrize("header", ["", "Bearer", "Basic abc", "bearer x", "Bearer \xe9"])
def test_routes_with_a_session_refuse_without_one(terminal, header):
    for route in ROUTES:
        if route.session:
            headers = {"Content-Type": "application/json", "Authorization": header.encode("latin-1")}
            body = b'{"item": 3, "id": "GW000001", "document": "book", "pages": 1, "upload": "x"}'
            answer = terminal.client.post(route.path, content=body, headers=headers)
            assert answer.status_code == 401
            assert problem_of(answer).code is ProblemCode.SESSION_ENDED


def test_what_nobody_foresaw_is_a_problem_without_a_trace(platform, monkeypatch, caplog):
    def fails(_call):
        raise ZeroDivisionError("14099919800412021X")

    monkeypatch.setitem(api.HANDLERS, wire.HEALTH.name, fails)
    monkeypatch.setattr(api.terminals, "asking", lambda _request: None)
    answer = api.view(wire.HEALTH)(RequestFactory().get("/v1/health"))
    assert answer.status_code == 500
    assert msgspec.json.decode(answer.content, type=wire.Problem).code is ProblemCode.BUSY
    assert b"Zero" not in answer.content
    assert "ZeroDivisionError" in caplog.text
    assert "140999" not in caplog.text
