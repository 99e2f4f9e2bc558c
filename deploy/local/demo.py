"""``scripts/demo``: the whole terminal on one machine, until Ctrl-C.

One asyncio program: every program it starts lives in a task group, is ended by its own process id, and none is left.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Final

from deploy.local.county import workers_of
from deploy.local.display import Size, browser_screen, lay_page, size_of, xvfb
from deploy.local.household import CAST, House, Ports, State, household, python, write_settings
from deploy.local.programs import ProgramError, must_run, running, tail
from kiosk.memory import FORGETFUL

PORTRAIT: Final = Size(1080, 1920)
TOUR_WAIT: Final = {"all": 2400.0}
SHORT_WAIT: Final = 480.0
"""The whole tour is over after this long, whatever happens (seconds)."""


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/demo", description="在一台机器上跑整台终端 The whole terminal on one machine"
    )
    parser.add_argument("--from", dest="called_from", type=Path, default=Path.cwd(), help=argparse.SUPPRESS)
    parser.add_argument("--windowed", action="store_true", help="开窗口，不占全屏 a window, not the full screen")
    parser.add_argument("--size", type=_size, help="1080x1920（默认 default）、1920x1080、1280x1024 …")
    parser.add_argument("--state", type=Path, help="数据目录，默认 default .state/demo（--tour: .state/tour）")
    parser.add_argument("--fresh", action="store_true", help="从头开始：先清空数据目录 empty the state folder first")
    parser.add_argument("--port", type=int, default=8600, help="七个本机端口的第一个 first of seven loopback ports")
    parser.add_argument("--display", type=int, help="虚拟屏幕的编号，默认自动 number of the virtual display")
    parser.add_argument(
        "--tour",
        nargs="?",
        const="visits",
        choices=("visits", "more", "items", "all"),
        help="自动走完各次办事，留图片和 summary.json；more：走不顺的，items：别的事项，all：四十件事样样办到头 "
        "play the visits; more: what goes wrong; items: other items; all: the forty to their end",
    )
    parser.add_argument(
        "--only",
        action="append",
        default=[],
        help="--tour 里只走这几次：名字，或事项号 16-19 only visits of this name or these items",
    )
    parser.add_argument("--out", type=Path, help="--tour 的结果目录 where the tour leaves its results")
    given = parser.parse_args(arguments)
    if given.tour and given.out is None:
        parser.error("--tour 要有 --out 目录 --tour needs --out DIR")
    return given


def _size(text: str) -> Size:
    try:
        return Size.parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def main(arguments: list[str] | None = None) -> int:
    options = parse(sys.argv[1:] if arguments is None else arguments)
    base: Path = options.called_from
    options.out = (base / options.out).resolve() if options.out is not None else None
    state = State((base / options.state).resolve() if options.state else Path(f".state/{_kind(options)}").resolve())
    try:
        return asyncio.run(until_told(options, state))
    except KeyboardInterrupt:
        return 130


def _kind(options: argparse.Namespace) -> str:
    return "tour" if options.tour else "demo"


async def until_told(options: argparse.Namespace, state: State) -> int:
    """Run until it is over, or SIGINT, SIGTERM or SIGHUP."""
    work = asyncio.create_task(perform(options, state))
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, work.cancel)
    try:
        try:
            return await work
        except asyncio.CancelledError:
            tell("收好了。 Everything has been stopped.")
            return 0
    except* ProgramError as errors:
        for error in leaves(errors):
            tell(f"✗ {error}")
    return 1


def leaves(group: BaseExceptionGroup[ProgramError]) -> list[BaseException]:
    """The errors inside nested groups, in order."""
    found: list[BaseException] = []
    for error in group.exceptions:
        found += leaves(error) if isinstance(error, BaseExceptionGroup) else [error]
    return found


def tell(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


async def perform(options: argparse.Namespace, state: State) -> int:
    async with asyncio.TaskGroup() as group, AsyncExitStack() as stack:
        stack.enter_context(state.held())
        state.prepare(fresh=options.fresh or options.tour is not None)
        ports = Ports(options.port)
        tell("准备平台、读卡、打印 starting platform, card reader, printer …")
        house = await stack.enter_async_context(household(state, ports, group, _waits))
        if options.tour:
            return await tour(options, house)
        for worker in workers_of(CAST):
            tell(
                f"帮办 to help others: {worker.worker}，帮办密码 PIN {worker.pin}（编的 made up）；"
                "二维码在演示台上 the code is on the dock"
            )
        outside = os.environ.get("DISPLAY", "")
        if outside:
            await on_display(options, house, outside)
        else:
            await in_browser(options, house)
    raise AssertionError("the terminal runs until it is told to stop")


def _waits() -> None:
    tell("另一个演示或测试正用着读卡服务，等它用完（最多十分钟） waiting for another session to give pcscd back …")


async def on_display(options: argparse.Namespace, house: House, display: str) -> None:
    """The window opens on the person's own display; the dock is an address."""
    screen = await size_of(display)
    size = options.size or (_desk_size(screen) if options.windowed else screen)
    write_settings(house.state, house.ports, size, fullscreen=not options.windowed, every_device=True)
    tell(f"终端在屏幕上 the terminal is on {display} ({size})\n演示台 the dock: {house.dock_url}/\nCtrl-C 结束 to stop")
    await terminal(house, display)


def _desk_size(screen: Size) -> Size:
    """As tall as fits a desk's screen, in the terminal's own proportions."""
    height = min(PORTRAIT.height, int(screen.height * 0.85))
    return Size(height * PORTRAIT.width // PORTRAIT.height, height)


async def in_browser(options: argparse.Namespace, house: House) -> None:
    """No display: a virtual one, seen and touched from a browser on this machine."""
    size, state, ports = options.size or PORTRAIT, house.state, house.ports
    write_settings(state, ports, size, every_device=True)
    page = state.folder / "page"
    lay_page(page, dock=ports.dock, size=size)
    async with (
        xvfb(size, state.log("xvfb"), options.display) as display,
        browser_screen(display, page, state.logs, web=ports.web, vnc=ports.vnc),
    ):
        tell("没有显示器，请用浏览器打开 no display here; open in a browser (Ctrl-C 结束 to stop):")
        print(f"http://127.0.0.1:{ports.web}/", flush=True)
        await terminal(house, display)


async def terminal(house: House, display: str) -> None:
    """``kiosk run`` on *display*, for as long as it runs."""
    state = house.state
    log = state.log("terminal")
    command = python("kiosk", "run", "--settings", state.settings)
    async with running("kiosk", command, log=log, env={"DISPLAY": display, **FORGETFUL}) as process:
        await must_run("kiosk", process, log)


async def tour(options: argparse.Namespace, house: House) -> int:
    """The visits, played on a virtual display of their own, so that nobody's screen is taken away."""
    size, state, wait = options.size or PORTRAIT, house.state, TOUR_WAIT.get(options.tour, SHORT_WAIT)
    write_settings(state, house.ports, size)
    log = state.log("tour")
    command = python("deploy.local.tour", "--settings", state.settings, "--out", options.out)
    command += ["--dock", house.dock_url, "--state", state.folder, "--plan", options.tour]
    command += [part for name in options.only for part in ("--only", name)]
    async with xvfb(size, state.log("xvfb"), options.display) as display:
        environment = {"DISPLAY": display, "PYTHONUNBUFFERED": "1"}
        async with running("tour", command, log=log, env=environment) as process:
            follower = asyncio.create_task(follow(log))
            try:
                async with asyncio.timeout(wait):
                    code = await process.wait()
            except TimeoutError as error:
                raise ProgramError(f"走到一半停住了 the tour did not end in {wait:.0f} s{tail(log)}") from error
            finally:
                follower.cancel()
                await asyncio.gather(follower, return_exceptions=True)
    if code != 0:
        raise ProgramError(f"没有走完 the tour did not reach every step{tail(log)}")
    tell(f"走完了，结果在 {options.out} done; see summary.json there")
    return 0


async def follow(log: Path) -> None:
    """Pass on what is written to *log* while it grows, to its last line."""
    seen = 0
    try:
        while True:
            await asyncio.sleep(0.5)
            seen = _pass_on(log, seen)
    finally:
        _pass_on(log, seen)


def _pass_on(log: Path, seen: int) -> int:
    """What stands in *log* behind *seen*; how much there is now."""
    text = log.read_bytes() if log.exists() else b""
    sys.stderr.write(text[seen:].decode(errors="replace"))
    sys.stderr.flush()
    return len(text)


if __name__ == "__main__":
    sys.exit(main())
