"""The listener for terminals: the table of routes in contract.wire, and the document that describes it."""

from __future__ import annotations

from django.urls import path

from central import api
from central.configuration import serving
from contract.wire import CONFIG_METADATA, CONFIG_TARGETS, ROUTES

urlpatterns = [
    *(path(route.path.lstrip("/"), api.view(route), name=route.name) for route in ROUTES),
    path(f"{CONFIG_METADATA.lstrip('/')}<str:name>", serving.metadata, name="config_metadata"),
    path(f"{CONFIG_TARGETS.lstrip('/')}<path:name>", serving.target, name="config_target"),
    path("v1/openapi.json", api.describe, name="openapi"),
]
handler400 = api.bad_request
handler404 = api.no_such_route
handler500 = api.broken
