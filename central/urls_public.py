"""The listener for everybody: what the QR of an opening or of a slip leads to."""

from __future__ import annotations

from django.urls import path

from central import public

urlpatterns = [
    path("o/<str:number>", public.opening, name="opening"),
    path("f/<str:receipt>", public.follow, name="follow"),
]
handler400 = public.not_here
handler404 = public.not_here
handler500 = public.broken
