"""Makes of whatever a telephone sent a plain picture of a page, or says why not. A process of its own, run as a file:
no settings, no database, no network, little memory and little time; what breaks a decoder breaks nothing else.

Standard input: the bytes. Arguments: most pixels, least of the shorter side, the longer side that is kept, most bytes,
address space, seconds. Standard output: a line of JSON, then the JPEG.
"""

from __future__ import annotations

import io
import json
import resource
import sys

import numpy as np
from PIL import Image, ImageOps

HEIC = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif"})
SHARP = 0.2
"""As the document camera's (drivers.camera.quality): how much of a step the steepest pixel of a sharp edge takes."""
STEP = 30
"""Grey levels: smaller steps are noise."""
DARK = 50
"""Hardly anything is lighter than this: it is the light."""
MEASURED = 1600
REACH = 4
QUALITIES = (90, 80, 70, 60, 50, 40)


class NoPageError(Exception):
    """Why it is none: a word."""


def kind(data: bytes) -> str:
    """By its first bytes alone, whatever its name says."""
    if data[:3] == b"\xff\xd8\xff":
        return "JPEG"
    if data[:8] == b"\x89PNG\r\n\x1a\n":
        return "PNG"
    raise NoPageError("heic" if data[4:8] == b"ftyp" and data[8:12] in HEIC else "kind")


def decoded(data: bytes, pixels: int, longer: int) -> Image.Image:
    """Upright, in colours, and nothing beside: no place, no time, no name of the telephone."""
    Image.MAX_IMAGE_PIXELS = pixels
    with Image.open(io.BytesIO(data), formats=(kind(data),)) as opened:
        if opened.width * opened.height > pixels:
            raise NoPageError("large")
        opened.draft("RGB", (longer, longer))  # a JPEG of many pixels is decoded smaller from the start
        opened.load()
        upright = ImageOps.exif_transpose(opened)
        clear = Image.new("RGB", upright.size, "white")
        if upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info:
            layer = upright.convert("RGBA")
            clear.paste(layer, mask=layer)
        else:
            clear.paste(upright.convert("RGB"))
    return clear


def sharpness(grey: np.ndarray) -> float:
    """From 0 to about 0.5; 0 when there is no edge. Neither light nor contrast changes it."""
    wide = grey.astype(np.float32)
    smooth = np.pad(wide, 1, mode="edge")
    smooth = (smooth[:-2] + 2 * smooth[1:-1] + smooth[2:]) / 4
    smooth = (smooth[:, :-2] + 2 * smooth[:, 1:-1] + smooth[:, 2:]) / 4
    steps = spread(smooth, np.maximum) - spread(smooth, np.minimum)
    edge = np.pad(smooth, 1, mode="edge")
    across = edge[:, 2:] - edge[:, :-2]
    down = edge[2:] - edge[:-2]
    across = (across[:-2] + 2 * across[1:-1] + across[2:]) / 8
    down = (down[:, :-2] + 2 * down[:, 1:-1] + down[:, 2:]) / 8
    edges = steps >= STEP
    if not edges.any():
        return 0.0
    return float(np.percentile(np.hypot(across, down)[edges] / steps[edges], 95))


def spread(values: np.ndarray, pick: np.ufunc) -> np.ndarray:
    """The largest (smallest) within REACH, across and down."""
    for axis in (0, 1):
        padded = np.pad(values, [(REACH, REACH) if one == axis else (0, 0) for one in (0, 1)], mode="edge")
        length = values.shape[axis]
        parts = [np.take(padded, range(at, at + length), axis=axis) for at in range(2 * REACH + 1)]
        values = pick.reduce(parts)
    return values


def judge(picture: Image.Image, least: int) -> None:
    if min(picture.size) < least:
        raise NoPageError("small")
    grey = picture.convert("L")
    grey.thumbnail((MEASURED, MEASURED))
    values = np.asarray(grey)
    if np.percentile(values, 98) < DARK:
        raise NoPageError("dark")
    if sharpness(values) < SHARP:
        raise NoPageError("blurred")


def jpeg(picture: Image.Image, longer: int, most: int) -> tuple[bytes, Image.Image]:
    """Of at most *most* bytes: first of less quality, then smaller."""
    picture.thumbnail((longer, longer))
    while True:
        for quality in QUALITIES:
            file = io.BytesIO()
            picture.save(file, "JPEG", quality=quality)
            if file.tell() <= most:
                return file.getvalue(), picture
        picture.thumbnail((max(16, int(max(picture.size) * 0.8)),) * 2)


def main(arguments: list[str]) -> int:
    pixels, least, longer, most, memory, seconds = (int(one) for one in arguments)
    Image.init()
    data = sys.stdin.buffer.read()
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        picture = decoded(data, pixels, longer)
        judge(picture, least)
        made, _ = jpeg(picture, longer, most)
    except NoPageError as why:
        said, made = {"why": str(why)}, b""
    except (Image.DecompressionBombError, MemoryError):
        said, made = {"why": "large"}, b""
    except Exception:  # whatever a decoder says of what is no whole picture
        said, made = {"why": "broken"}, b""
    else:
        said = {"why": ""}
    sys.stdout.buffer.write(json.dumps(said).encode() + b"\n" + made)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
