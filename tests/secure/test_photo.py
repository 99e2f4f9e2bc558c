"""A photographed page is opened by the platform alone, and only as the terminal's that took it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from contract import limits
from secure.photo import PhotoSeal
from secure.reading.delivery import Reason, Rejected
from secure.reading.gm import Sm2Private
from secure.reading.photo import open_photo, seal_photo
from secure.reading.suite import READING, opener

PLATFORM = X25519PrivateKey.generate()
PICTURE = b"\xff\xd8" + bytes(range(256)) * 4


def opened(sealed: bytes, device: str = "T-0001", key: X25519PrivateKey = PLATFORM) -> bytes | Rejected:
    return open_photo(sealed, device, key.private_bytes_raw())


@pytest.fixture
def sealed() -> bytes:
    return PhotoSeal(PLATFORM.public_key().public_bytes_raw(), "T-0001").seal(PICTURE)


def test_the_platform_opens_it(sealed: bytes) -> None:
    assert opened(sealed) == PICTURE
    assert PICTURE[:16] not in sealed


def test_nobody_else_and_not_as_another_terminals(sealed: bytes) -> None:
    assert opened(sealed, key=X25519PrivateKey.generate()) == Rejected(Reason.BAD_SEAL)
    assert opened(sealed, "T-0002") == Rejected(Reason.BAD_SEAL)
    assert opened(sealed[:-1] + bytes([sealed[-1] ^ 1])) == Rejected(Reason.BAD_SEAL)


def test_what_cannot_be_one_is_not_tried(sealed: bytes) -> None:
    assert opened(b"") == Rejected(Reason.MALFORMED)
    assert opened(sealed + bytes(limits.PHOTO_BYTES)) == Rejected(Reason.MALFORMED)


@pytest.mark.parametrize("make", [X25519PrivateKey.generate, Sm2Private.generate], ids=["INTL", "GM"])
def test_what_came_by_a_telephone_is_sealed_as_the_terminals_own(
    make: Callable[[], X25519PrivateKey | Sm2Private],
) -> None:
    for _ in range(20):  # short coordinates too
        key = make().private_bytes_raw()
        sealed, reference = seal_photo(PICTURE, "T-0001", key)
        assert len(sealed) == len(PICTURE) + opener(key).around
        assert open_photo(sealed, "T-0001", key) == PICTURE
        assert open_photo(sealed, "T-0002", key) == Rejected(Reason.BAD_SEAL)
        assert reference == READING[opener(key).suite].hash(sealed).hex()
        assert seal_photo(PICTURE, "T-0001", key)[1] != reference
