"""A picture for the idle screen, in a colour that nothing else on it has."""

from __future__ import annotations

import io
from typing import Final

from PIL import Image

COLOUR: Final = (200, 30, 160)


def poster() -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (600, 300), COLOUR).save(written, "PNG")
    return written.getvalue()


POSTER: Final = poster()
