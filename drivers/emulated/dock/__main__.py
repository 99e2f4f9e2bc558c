"""``python -m drivers.emulated.dock --cast FILE --dev DIR --http 127.0.0.1:PORT --vpcd PORT``."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from contextlib import AsyncExitStack
from pathlib import Path

from aiohttp import web

from drivers.emulated.card import CardSlot, EmulatedPsam, read_cast, read_keys
from drivers.emulated.dock.desk import Desk
from drivers.emulated.dock.peers import lay_out
from drivers.emulated.dock.web import application
from drivers.emulated.relay import Relay


def main() -> int:
    options = _options()
    try:
        asyncio.run(serve(options))
    except OSError as error:
        print(f"演示台起不来 the dock cannot start: {error}", file=sys.stderr)
        return 1
    return 0


async def serve(options: argparse.Namespace) -> None:
    """The dock until SIGTERM or Ctrl-C."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for ending in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(ending, stop.set)
    options.dev.mkdir(parents=True, exist_ok=True)
    host, port = options.http
    async with AsyncExitStack() as stack:
        slot = await stack.enter_async_context(CardSlot(options.vpcd))
        desk = Desk(read_cast(options.cast), slot, ecode_command=options.ecode_command)
        if options.psam is not None:
            psam_slot = await stack.enter_async_context(CardSlot(options.psam))
            desk.psam, desk.psam_slot = EmulatedPsam(read_keys(options.cast)), psam_slot
            kept = asyncio.create_task(psam_slot.keep(desk.psam), name="PSAM")
            stack.callback(kept.cancel)
        await lay_out(desk, options.dev, options.width_mm, stack, options.ups)
        if options.relay is not None:
            here, target_host, target = options.relay
            desk.line = await stack.enter_async_context(Relay(here, target, target_host))
        runner = web.AppRunner(application(desk, port), access_log=None)  # a log would hold whose card was put in
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, host, port).start()
        print(f"http://{host}:{port}/", flush=True)
        await stop.wait()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m drivers.emulated.dock", description=__doc__)
    parser.add_argument("--cast", type=Path, required=True, help="cast.toml")
    parser.add_argument("--dev", type=Path, required=True, help="folder for the devices' links")
    parser.add_argument("--http", type=_loopback, required=True, metavar="127.0.0.1:PORT")
    parser.add_argument("--vpcd", type=int, required=True, metavar="PORT", help="vpcd's port")
    parser.add_argument("--psam", type=int, metavar="PORT", help="vpcd's port of the slot that holds the PSAM")
    parser.add_argument("--relay", type=_relay, metavar="PORT:HOST:PORT", help="line to the platform that can be cut")
    parser.add_argument("--ups", type=int, default=0, metavar="PORT", help="port of the power supply's daemon")
    parser.add_argument("--ecode-command", default="", help="prints an electronic card's code; {person} is replaced")
    parser.add_argument("--width-mm", type=int, choices=(58, 80), default=80, help="width of the printer's paper")
    return parser.parse_args()


def _loopback(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if host not in {"127.0.0.1", "localhost"} or not port.isdigit():
        raise argparse.ArgumentTypeError("only 127.0.0.1:PORT")
    return "127.0.0.1", int(port)


def _relay(text: str) -> tuple[int, str, int]:
    parts = text.split(":")
    if len(parts) != 3 or not (parts[0].isdigit() and parts[2].isdigit()):
        raise argparse.ArgumentTypeError("PORT:HOST:PORT")
    return int(parts[0]), parts[1], int(parts[2])


if __name__ == "__main__":  # pragma: no branch - nobody imports a program
    sys.exit(main())
