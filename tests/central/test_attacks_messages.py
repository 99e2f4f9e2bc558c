"""Every route asked with bodies of its own shape and impossible values: an answer of its own shape, or a problem; what
the document promises is what comes."""

from __future__ import annotations

import json

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contract import wire
from contract.catalogue import Proof
from contract.wire import ROUTES, Cell, ConfigState, ShownBy, Verdict

WITH_BODY = [route for route in ROUTES if route.ask is not None and route is not wire.SESSION_CLOSE]
NUMBERS = st.sampled_from([0, 1, 2, 3, 4, 25, 36, -1, 2**31, 2**63, 2**64, 10**40]) | st.integers()
TEXTS = st.sampled_from(
    ["", "any", "140902", "cook", "GW000001", "2026", "2026-01", "\x00", "%", "_", "'", "²", "１", "𠀀", "\u202e"]
) | st.text(max_size=30)  # fmt: skip
ANSWERS = st.dictionaries(
    st.sampled_from(["keyword", "county", "wage", "occupation"]) | TEXTS,
    TEXTS | NUMBERS | st.none() | st.lists(TEXTS, max_size=4),
    max_size=5,
)
BY_KIND = {
    "integer": NUMBERS,
    "string": TEXTS,
    "boolean": st.booleans(),
    "object": ANSWERS,
    "array": st.lists(st.one_of(TEXTS, ANSWERS), max_size=4),
    "enum": st.sampled_from([*ShownBy, *Proof, *Verdict, *Cell, *ConfigState]).map(str),
}


def shaped(route: wire.Route) -> st.SearchStrategy[dict[str, object]]:
    """Bodies with this message's fields, each of its own type, by the very schema that the document shows."""
    assert route.ask is not None
    _, parts = msgspec.json.schema_components([route.ask])
    schema = parts[route.ask.__name__]
    required, optional = {}, {}
    for name, field in schema["properties"].items():
        kind = field.get("type") or ("enum" if "$ref" in str(field) else "object")
        value = st.sampled_from([str(way) for way in ShownBy]) if name == "shown_by" else BY_KIND[kind]
        (required if name in schema.get("required", ()) else optional)[name] = value
    return st.fixed_dictionaries(required, optional=optional)


@pytest.mark.parametrize("route", WITH_BODY, ids=lambda route: route.name)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_an_answer_of_its_shape_or_a_problem_and_never_a_breakdown(terminal, proved, route, data):
    body = data.draw(shaped(route))
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {proved}"}
    answer = terminal.client.post(route.path, content=json.dumps(body), headers=headers)
    if answer.status_code == 200:
        msgspec.json.decode(answer.content, type=route.answer)
    else:
        assert 400 <= answer.status_code < 500, (route.name, body, answer.text)
        assert answer.headers["content-type"] == "application/problem+json"
        msgspec.json.decode(answer.content, type=wire.Problem)


def test_the_document_shows_every_route_as_it_behaves(terminal):
    document = json.loads(terminal.client.get("/v1/openapi.json").content)
    for route in ROUTES:
        shown = document["paths"][route.path][route.method.lower()]
        answer = terminal.client.request(
            route.method, route.path, content=b"{" if route.ask else b"", headers={"Content-Type": "application/json"}
        )
        expected = "application/json" if answer.status_code == 200 else "application/problem+json"
        promised = shown["responses"]["200" if answer.status_code == 200 else "default"]["content"]
        assert list(promised) == [expected]
        assert answer.headers["content-type"] == expected
        assert ("session" in str(shown.get("security", ""))) is route.session
