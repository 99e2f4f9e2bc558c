"""``central photo``: opens one photographed page and says who did."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Callable
from pathlib import Path


def fill(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--terminal", required=True, help="终端编号")
    parser.add_argument("--key", required=True, help="照片编号")
    parser.add_argument("--reason", required=True, help="为什么看")
    parser.add_argument("--by", required=True, metavar="工号", help="谁看：业务骨干")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="存成哪个文件（JPEG）")


def run(parsed: argparse.Namespace, setup: Callable[[Path], None]) -> int:
    """Exit code 0: written; 1: not there, no reason given, or nobody who may."""
    if not parsed.reason.strip():
        print("要写明为什么看", file=sys.stderr)
        return 1
    setup(parsed.state)
    pictures, workers = (importlib.import_module(f"central.{name}") for name in ("pictures", "workers"))
    try:
        workers.specialist(parsed.by)
        picture = pictures.opened(parsed.terminal, parsed.key, parsed.by, parsed.reason)
    except workers.StaffError as error:
        print(f"没有打开：{error}", file=sys.stderr)
        return 1
    except pictures.NoSuchPhotoError:
        print("没有这张照片，或它打不开", file=sys.stderr)
        return 1
    write_once(parsed.out, picture)
    return 0


def write_once(path: Path, picture: bytes) -> None:
    """For the eyes of who asked for it. Raises OSError where there is a file of this name already."""
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
        file.write(picture)
