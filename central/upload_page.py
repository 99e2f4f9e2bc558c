"""The page behind the QR at the terminal: a picture of a document, sent from the resident's own telephone.

No script, no cookie, no name; the file's own name is never read. Bounds before bytes: the address is looked at, the
length, and the number of tries, before anything of a picture is read.
"""

from __future__ import annotations

import errno
from typing import Any, Final

from django.core.exceptions import BadRequest, SuspiciousOperation
from django.core.files.uploadedfile import UploadedFile
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from central import clock, offered, public, uploads
from central.models import UploadLink
from central.promptness import EXPECT
from contract import limits
from contract.answers import documents
from contract.uploads import UPLOAD_PATH

POLICY: Final = public.POLICY.replace("form-action 'none'", "form-action 'self'")
FIELD: Final = "page"
LONGEST: Final = limits.UPLOAD_BYTES + limits.UPLOAD_AROUND


@csrf_exempt  # the address itself is the secret, and there is no cookie that another site could have sent along
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest, token: str) -> HttpResponse:
    at = clock.now()
    try:
        link = uploads.alive(token, at)
        if request.method != "POST":
            uploads.seen(link, at)
            return _form(request, link)
        uploads.counted(link)
        return _posted(request, link, token)
    except uploads.GoneError:
        return _closing(_page(request, {"state": "gone"}, 410))


def _posted(request: HttpRequest, link: UploadLink, token: str) -> HttpResponse:
    length = request.META.get("CONTENT_LENGTH") or ""
    if not length.isdigit():
        return _closing(_form(request, link, "broken", 411))
    if int(length) > LONGEST:
        return _closing(_form(request, link, "large", 413))
    request.environ.get(EXPECT, _nobody)(int(length), LONGEST, limits.UPLOAD_SLOWEST)  # type: ignore[attr-defined]
    try:
        files = request.FILES.getlist(FIELD)  # what was sent empty is not among them
        if request.POST.get("done") and not files:
            uploads.finish(link, clock.now())
            return _page(request, {"state": "done", "pages": link.photos.count()})
        if len(files) != 1 or not files[0].size:
            return _form(request, link, "none", 400)
        page = uploads.page_of(_bytes(files[0]))
        following = uploads.take(token, page, clock.now())
    except uploads.NotAPageError as why:
        return _form(request, link, str(why), 422)
    except (UnreadablePostError, MultiPartParserError, BadRequest, SuspiciousOperation):
        return _closing(_form(request, link, "broken", 400))
    except OperationalError:
        return _form(request, link, "full", 503)
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        return _form(request, link, "full", 503)
    return HttpResponseRedirect(f"{UPLOAD_PATH}{following}", status=303)


def _bytes(file: UploadedFile) -> bytes:
    data = file.read(limits.UPLOAD_BYTES + 1)
    if len(data) > limits.UPLOAD_BYTES:
        raise uploads.NotAPageError("large")
    return data


def _form(request: HttpRequest, link: UploadLink, why: str = "", status: int = 200) -> HttpResponse:
    item = offered.find(link.item, link.terminal_id)
    asked = next((one for one in documents(item) if one.key == link.document), None) if item is not None else None
    pages = link.photos.count()
    context = {
        "state": "form" if pages < link.most else "done", "why": why, "pages": pages, "most": link.most,
        "item": item.name if item is not None else "", "label": asked.label if asked is not None else "材料",
        "hint": asked.hint if asked is not None else "", "megabytes": limits.UPLOAD_BYTES // 1_000_000,
    }  # fmt: skip
    return _page(request, context, status)


def _page(request: HttpRequest, context: dict[str, Any], status: int = 200) -> HttpResponse:
    response = public.page(request, "central/upload.html", context, status)
    response["Content-Security-Policy"] = POLICY
    return response


def _closing(response: HttpResponse) -> HttpResponse:
    """What was sent was not read: the connection carries nothing more."""
    response["Connection"] = "close"
    return response


def _nobody(length: int, most: int, pace: int) -> None:
    """Behind another server the time a body may take is that server's business."""
