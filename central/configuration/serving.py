"""The repository's files for admitted terminals, and the signed time for one whose clock is lost."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import msgspec
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from central import api, clock, terminals
from central.configuration import keys
from central.configuration.repository import Repository
from central.problems import RefusedError
from contract import wire
from contract.wire import ProblemCode

METADATA: Final = re.compile(r"timestamp\.json|[1-9]\d{0,8}\.[a-z0-9-]{1,40}\.json", re.ASCII)
TARGET: Final = re.compile(r"(?:obj|dev|county/\d{6})/[0-9a-f]{64}\.([A-Za-z0-9._-]{1,80})", re.ASCII)
NONCE: Final = re.compile(r"[0-9a-f]{32}", re.ASCII)


@require_safe
def metadata(request: HttpRequest, name: str) -> HttpResponse:
    """A metadata file; 404 is what python-tuf takes for 「no newer root」."""

    def answer() -> HttpResponse:
        terminals.asking(request)
        if METADATA.fullmatch(name) is None:
            raise RefusedError(ProblemCode.NOT_FOUND, "没有这个文件")
        return _file(_repository().metadata_path(name))

    return api.guarded(answer, "config_metadata")


@require_safe
def target(request: HttpRequest, name: str) -> HttpResponse:
    """An object; of assignments only the terminal's own."""

    def answer() -> HttpResponse:
        terminal = terminals.asking(request)
        found = TARGET.fullmatch(name)
        if found is None or (name.startswith("dev/") and found[1] != f"{terminal.pk}.json"):
            raise RefusedError(ProblemCode.NOT_FOUND, "没有这个文件")
        return _file(_repository().target_path(name))

    return api.guarded(answer, "config_target")


@require_safe
def time(request: HttpRequest, nonce: str) -> HttpResponse:
    """The time, signed together with the asker's nonce. For everybody: it says nothing else."""
    del request
    key = _repository().folder / "time.key"
    if NONCE.fullmatch(nonce) is None or not key.exists():
        return HttpResponse(status=404)
    unsigned = wire.TimeAnswer(nonce=nonce, at=clock.now().isoformat(timespec="seconds"), signature=b"")
    signature = keys.private_key(key).sign(unsigned.signed_bytes())
    body = msgspec.json.encode(msgspec.structs.replace(unsigned, signature=signature))
    response = HttpResponse(body, content_type=api.JSON)
    response["Cache-Control"] = "no-store"
    return response


def _repository() -> Repository:
    return Repository(settings.CENTRAL.configuration)


def _file(path: Path) -> HttpResponse:
    try:
        content = path.read_bytes()
    except OSError:
        raise RefusedError(ProblemCode.NOT_FOUND, "没有这个文件") from None
    response = HttpResponse(content, content_type="application/octet-stream")
    response["Content-Length"] = str(len(content))
    response["Cache-Control"] = "no-store"
    return response
