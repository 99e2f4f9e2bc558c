"""Which of the two listeners a request came in by: terminals (with certificate) and the public never share a route."""

from __future__ import annotations

import enum
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


class Listener(enum.StrEnum):
    """Put into the WSGI environ by central.serve; no header can name such a key."""

    API = "central.urls_api"
    PUBLIC = "central.urls_public"


ENVIRON_KEY = "central.listener"


class ListenerMiddleware:
    """Chooses the URL table by listener; what did not come by a listener of ours sees the public pages only."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        listener = Listener(request.environ.get(ENVIRON_KEY, Listener.PUBLIC))  # type: ignore[attr-defined]
        request.urlconf = listener.value
        return self._get_response(request)
