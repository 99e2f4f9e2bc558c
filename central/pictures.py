"""Pictures of documents, opened one by one and on record."""

from __future__ import annotations

from django.conf import settings

from central import clock
from central.models import PhotoOpening, PhotoRecord
from secure.reading.delivery import Rejected
from secure.reading.photo import open_photo


class NoSuchPhotoError(LookupError):
    """The platform holds no such photograph, or it does not open as this terminal's."""


def opened(device: str, key: str, who: str, reason: str) -> bytes:
    """The JPEG. Who opened it and why is on record before it is. Raises NoSuchPhotoError."""
    record = PhotoRecord.objects.filter(device_id=device, key=key).first()
    if record is None:
        raise NoSuchPhotoError(key)
    return shown(record, who, reason)


def shown(record: PhotoRecord, who: str, reason: str) -> bytes:
    """The JPEG in *record*; likewise."""
    PhotoOpening.objects.create(photo=record, who=who[:80], reason=reason[:200], at=clock.now())
    picture = open_photo(bytes(record.sealed), record.device_id, settings.CENTRAL.hpke_key.private_bytes_raw())
    if isinstance(picture, Rejected):
        raise NoSuchPhotoError(record.key)
    return picture
