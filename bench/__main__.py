"""``scripts/bench NAME --json FILE``: one measurement, printed and written, whatever comes out."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Final

from bench import card, drivers, items, measures, report, secure
from bench.measures import Bench
from bench.screen import Screen
from bench.subjects import Subject, chromium, terminal
from deploy.local.demo import leaves, tell
from deploy.local.display import Size, xvfb
from deploy.local.household import House, Ports, State, household, python, write_settings
from deploy.local.programs import ProgramError

ROUNDS: Final = {"startup": 7, "memory": 3, "touch": 5, "idle": 3, "card": 7, "drivers": 31, "secure": 7, "items": 7}
"""Ten minutes at most for each: a median and a spread, with the machine busy or not."""
BESIDE: Final = {
    "startup": (measures.startup, "启动到能点 process start to the first frame that takes a touch, beside Chromium"),
    "memory": (measures.memory, "内存 PSS of all processes, beside Chromium"),
    "touch": (measures.touch, "点下去到画面变 touch to changed frame, in use and after a pause, beside Chromium"),
    "idle": (measures.idle, "没人时的处理器 CPU of the idle screen, beside Chromium"),
}
CARD: Final = "插卡到出名字 card inserted to name on the screen, with the card's own share"
SECURE: Final = (
    "封存日志、签名配置、入网、PIN，比 SQLite、journald、age、python-tuf "
    "sealed log, signed configuration, enrolment, PIN, beside plain SQLite, journald, age, bare python-tuf"
)
DRIVERS: Final = (
    "读社保卡、读身份证，驱动自己花的 what our drivers cost beside bare pyscard and pyserial doing the same exchange"
)
ITEMS: Final = (
    "事项：十万条里推荐和查找、目录、点到下一屏 matching and lists on 100 000, catalogue, touch to next screen"
)
SIZE: Final = Size(1080, 1920)


def main() -> int:
    parser = argparse.ArgumentParser(prog="scripts/bench", description="测量 measurements")
    parser.add_argument("--from", dest="called_from", type=Path, default=Path.cwd(), help=argparse.SUPPRESS)
    parser.add_argument("name", nargs="?", choices=[*BESIDE, "card", "drivers", "secure", "items"])
    parser.add_argument("--list", action="store_true", help="列出全部 name them all")
    parser.add_argument("--json", type=Path, help="结果文件 where the figures are written")
    parser.add_argument(
        "--rounds", type=rounds, help="几轮，默认看量什么 how many rounds in turn; the default is each bench's own"
    )
    parser.add_argument("--port", type=int, default=8610, help="七个本机端口的第一个 first of seven loopback ports")
    parser.add_argument("--display", type=int, help="虚拟屏幕的编号，默认自动 number of the virtual display")
    options = parser.parse_args()
    if options.list:
        for name, (_, words) in BESIDE.items():
            print(f"{name:10} {words} ({ROUNDS[name]})")
        print(f"{'card':10} {CARD} ({ROUNDS['card']})")
        print(f"{'drivers':10} {DRIVERS} ({ROUNDS['drivers']})")
        print(f"{'secure':10} {SECURE} ({ROUNDS['secure']})")
        print(f"{'items':10} {ITEMS} ({ROUNDS['items']})")
        return 0
    if options.name is None:
        parser.error("要测哪一样 which one? --list names them")
    options.rounds = options.rounds or ROUNDS[options.name]
    options.json = (options.called_from / options.json).resolve() if options.json is not None else None
    if options.name == "secure":
        # No window and no devices: nothing of the house has to stand.
        try:
            report.write("secure", secure.figures(options.rounds), options.json)
        except ProgramError as error:
            tell(f"✗ {error}")
            return 1
        except KeyboardInterrupt:
            return 130
        return 0
    try:
        return asyncio.run(until_told(options))
    except KeyboardInterrupt:
        return 130


def rounds(text: str) -> int:
    """Raises ValueError, which argparse tells."""
    if int(text) < 1:
        raise ValueError(text)
    return int(text)


async def until_told(options: argparse.Namespace) -> int:
    work = asyncio.create_task(run(options))
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, work.cancel)
    try:
        try:
            await work
            return 0
        except asyncio.CancelledError:
            return 130
    except* ProgramError as errors:
        for error in leaves(errors):
            tell(f"✗ {error}")
    return 1


async def run(options: argparse.Namespace) -> None:
    """The whole house stands while the terminal is measured: devices, log and platform are what it really has. Drivers
    are measured alone, against their peers."""
    if options.name == "drivers":
        report.write(options.name, await drivers.figures(options.rounds), options.json)
        return
    before = [items.loading(), *await items.matching(options.rounds)] if options.name == "items" else []
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        state = State(Path(folder))
        state.prepare(fresh=False)
        async with asyncio.TaskGroup() as group, AsyncExitStack() as stack:
            house = await stack.enter_async_context(household(state, Ports(options.port), group))
            write_settings(state, house.ports, SIZE)
            display = await stack.enter_async_context(xvfb(SIZE, state.log("xvfb"), options.display))
            if options.name == "card":
                figures = await card.card(house, display, options.rounds)
            elif options.name == "items":
                figures = [*before, *await items.screens(house, display, options.rounds)]
            else:
                figures = await beside(options, house, display)
            report.write(options.name, figures, options.json)


async def beside(options: argparse.Namespace, house: House, display: str) -> list[report.Figure]:
    state = house.state
    with Screen(display) as screen:
        bench = Bench(
            display,
            screen,
            SIZE,
            terminal(state.settings, state.log("terminal")),
            chromium(state.folder / "profile", SIZE, state.log("chromium")),
            options.rounds,
        )
        return await BESIDE[options.name][0](bench)


def bare(state: State) -> Subject:
    """A bare Kivy page, to try the harness with."""
    return Subject("bare kivy", tuple(python("bench.peer.bare", str(SIZE.width), str(SIZE.height))), state.log("bare"))


if __name__ == "__main__":
    sys.exit(main())
