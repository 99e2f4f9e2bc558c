"""The OpenAPI document, made from the table of routes and the types of the messages; nothing is written by hand."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from contract.wire import ROUTES, Problem, Route

SCHEMAS: Final = "#/components/schemas/{name}"


def document() -> bytes:
    """The document as indented JSON, UTF-8, always the same for the same contract."""
    messages = {message for route in ROUTES for message in (route.ask, route.answer) if message is not None}
    ordered = sorted(messages | {Problem}, key=lambda message: message.__name__)
    _, schemas = msgspec.json.schema_components(ordered, ref_template=SCHEMAS)
    paths: dict[str, dict[str, Any]] = {}
    for route in ROUTES:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route)
    whole = {
        "openapi": "3.1.0",
        "info": {
            "title": "「就近办」平台接口",
            "version": "1",
            "description": (
                "终端与平台之间的接口。双向 TLS：客户端证书的 CN 就是终端编号。金额单位为分，时刻为带时区的 ISO 8601。"
            ),
        },
        "paths": paths,
        "components": {
            "schemas": _ordered(dict(sorted(schemas.items()))),
            "securitySchemes": {
                "terminal": {"type": "mutualTLS", "description": "终端证书"},
                "session": {"type": "http", "scheme": "bearer", "description": "居民会话"},
            },
        },
        "security": [{"terminal": []}],
    }
    return msgspec.json.format(msgspec.json.encode(whole), indent=2) + b"\n"


def _ordered(schema: Any) -> Any:
    """The members of a union come in the order of a set, another one in every process: put them in order."""
    if isinstance(schema, dict):
        ordered = {key: _ordered(value) for key, value in schema.items()}
        if isinstance(ordered.get("anyOf"), list):
            ordered["anyOf"].sort(key=msgspec.json.encode)
        return ordered
    return [_ordered(part) for part in schema] if isinstance(schema, list) else schema


def _operation(route: Route) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": route.name,
        "summary": route.summary,
        "responses": {
            "200": {"description": "成功", "content": {"application/json": {"schema": _reference(route.answer)}}},
            "default": {
                "description": "没有办成，原因见 code",
                "content": {"application/problem+json": {"schema": _reference(Problem)}},
            },
        },
    }
    if route.ask is not None:
        operation["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": _reference(route.ask)}},
        }
    if route.session:
        operation["security"] = [{"terminal": [], "session": []}]
    return operation


def _reference(message: type[msgspec.Struct]) -> dict[str, str]:
    return {"$ref": SCHEMAS.format(name=message.__name__)}
