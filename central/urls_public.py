"""The listener for everybody: what the QR of an opening or of a slip leads to."""

from __future__ import annotations

from django.urls import path

from central import joining, public, published, upload_page
from central.configuration import serving
from contract import enrolment, uploads, wire

urlpatterns = [
    path("o/<str:number>", public.opening, name="opening"),
    path("i/<int:number>", published.notice, name="notice"),
    path("g/<str:number>", published.entry, name="published"),
    path(f"{wire.CONFIG_TIME.lstrip('/')}<str:nonce>", serving.time, name="time"),
    path(f"{uploads.UPLOAD_PATH.lstrip('/')}<str:token>", upload_page.upload, name="upload"),
    path("f/<str:receipt>", public.follow, name="follow"),
    path(enrolment.ENROL_PATH.lstrip("/"), joining.enrol, name="enrol"),
    path(enrolment.NONCE_PATH.lstrip("/"), joining.nonce, name="nonce"),
    path(enrolment.LATE_PATH.lstrip("/"), joining.late, name="late_renewal"),
]
handler400 = public.not_here
handler404 = public.not_here
handler500 = public.broken
