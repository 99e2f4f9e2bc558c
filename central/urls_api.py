"""The listener for terminals: the table of routes in contract.wire, and the document that describes it."""

from __future__ import annotations

from django.urls import path

from central import api
from contract.wire import ROUTES

urlpatterns = [
    *(path(route.path.lstrip("/"), api.view(route), name=route.name) for route in ROUTES),
    path("v1/openapi.json", api.describe, name="openapi"),
]
handler400 = api.bad_request
handler404 = api.no_such_route
handler500 = api.broken
