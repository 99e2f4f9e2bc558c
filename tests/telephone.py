"""A resident's telephone: real Chromium with a telephone's screen, touched over its DevTools protocol.

Pages run no script in it: what works here works without. The platform's key is trusted, by name, and nothing else.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hashlib
import io
import itertools
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import aiohttp
from cryptography import x509
from PIL import Image

from central import authority

WIDTH: Final = 360
HEIGHT: Final = 740
PATIENCE: Final = 60.0
"""Seconds for whatever is waited for; a busy machine takes its time."""
SWITCHES: Final = (
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-dev-shm-usage", "--no-proxy-server", "--lang=zh-CN", "--remote-debugging-port=0",
)  # fmt: skip
SETTINGS: Final[tuple[tuple[str, dict[str, Any]], ...]] = (
    ("Page.enable", {}),
    ("Page.setInterceptFileChooserDialog", {"enabled": True}),
    ("Emulation.setDeviceMetricsOverride",
     {"width": WIDTH, "height": HEIGHT, "deviceScaleFactor": 2, "mobile": True}),
    ("Emulation.setTouchEmulationEnabled", {"enabled": True}),
    ("Emulation.setScriptExecutionDisabled", {"value": True}),
)  # fmt: skip
KEY: Final = """[...document.querySelectorAll('button, label, a')].find(
  one => one.getClientRects().length && one.innerText.trim() === %s)"""
MIDDLE: Final = """(key => {
  if (!key) return null;
  key.scrollIntoView({block: 'center', behavior: 'instant'});
  const box = key.getBoundingClientRect(), x = box.x + box.width / 2, y = box.y + box.height / 2;
  return key.contains(document.elementFromPoint(x, y)) ? {x, y} : null;
})(%s)"""
MEASURE: Final = """(() => {
  const seen = one => one.getClientRects().length && getComputedStyle(one).opacity > 0;
  const shown = [...document.querySelectorAll('main *, footer')].filter(seen);
  const keys = [...document.querySelectorAll('button, label, main a')].filter(seen);
  return {
    wide: document.documentElement.scrollWidth, window: innerWidth,
    out: shown.filter(one => one.getBoundingClientRect().right > innerWidth + 1).map(one => one.outerHTML),
    letters: Math.min(...shown.map(one => parseFloat(getComputedStyle(one).fontSize))),
    keys: Math.min(999, ...keys.map(one => one.getBoundingClientRect().height)),
  };
})()"""
Event = dict[str, Any]


class BrowserError(Exception):
    """What the browser said instead of an answer."""


class Telephone:
    """One page of it."""

    def __init__(self, line: aiohttp.ClientWebSocketResponse) -> None:
        self._line = line
        self._numbers = itertools.count(1)
        self._asked: dict[int, asyncio.Future[Event]] = {}
        self._events: dict[str, asyncio.Queue[Event]] = {
            name: asyncio.Queue() for name in ("Page.fileChooserOpened", "Fetch.requestPaused")
        }

    async def listen(self) -> None:
        async for message in self._line:
            said = json.loads(message.data)
            if "id" in said:
                self._asked.pop(said["id"]).set_result(said)
            elif said["method"] in self._events:
                self._events[said["method"]].put_nowait(said["params"])

    async def call(self, method: str, **parameters: Any) -> Event:
        number = next(self._numbers)
        asked = self._asked[number] = asyncio.get_running_loop().create_future()
        await self._line.send_json({"id": number, "method": method, "params": parameters})
        async with asyncio.timeout(PATIENCE):
            said = await asked
        if "error" in said:
            raise BrowserError(f"{method}: {said['error']['message']}")
        found: Event = said["result"]
        return found

    async def _event(self, name: str) -> Event:
        async with asyncio.timeout(PATIENCE):
            return await self._events[name].get()

    async def _value(self, expression: str) -> Any:
        said = await self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        if "exceptionDetails" in said:
            raise BrowserError(str(said["exceptionDetails"]))
        return said["result"].get("value")

    # -- what is seen ------------------------------------------------------------------------------------------------

    async def text(self) -> str:
        """All that is to be read, once the page stands."""
        return str(await self._value("document.readyState === 'complete' ? document.body.innerText : ''"))

    async def reads(self, *words: str) -> str:
        """Wait until all of *words* stand on the page; everything that does."""
        text = ""
        try:
            async with asyncio.timeout(PATIENCE):
                while not text or any(word not in text for word in words):
                    await asyncio.sleep(0.05)
                    with contextlib.suppress(BrowserError):  # between two pages
                        text = await self.text()
        except TimeoutError:
            raise AssertionError(f"no {words} on the page, but: {text}") from None
        return text

    async def picture(self) -> Image.Image:
        shot = await self.call("Page.captureScreenshot", format="png")
        return Image.open(io.BytesIO(base64.b64decode(shot["data"])))

    async def measured(self) -> dict[str, Any]:
        """Widths of page and window, what sticks out of it, the smallest letters, the lowest key."""
        found: dict[str, Any] = await self._value(MEASURE)
        return found

    # -- what is done ------------------------------------------------------------------------------------------------

    async def opens(self, address: str) -> None:
        await self.call("Page.navigate", url=address)

    async def letters(self, size: int) -> None:
        """The size of letters that its owner has set; usual is 16."""
        await self.call("Page.setFontSizes", fontSizes={"standard": size, "fixed": size})

    async def taps(self, words: str) -> None:
        """A finger, in the middle of the key with these words."""
        await self.touches(await self.place_of(words))

    async def place_of(self, words: str) -> Event:
        point: Event | None = await self._value(MIDDLE % (KEY % json.dumps(words)))
        assert point is not None, f"no {words} to be touched: {await self.text()}"
        return point

    async def touches(self, point: Event) -> None:
        """A finger there, whatever is there."""
        await self.call("Input.dispatchTouchEvent", type="touchStart", touchPoints=[point])
        await self.call("Input.dispatchTouchEvent", type="touchEnd", touchPoints=[])

    async def picks(self, words: str, file: Path) -> None:
        """The key with these words opens the telephone's own chooser of pictures, and *file* is taken there."""
        await self.taps(words)
        chooser = await self._event("Page.fileChooserOpened")
        await self.call("DOM.setFileInputFiles", backendNodeId=chooser["backendNodeId"], files=[str(file)])

    async def holding(self, pattern: str) -> None:
        """From now on what it sends to such addresses waits for ``held``."""
        await self.call("Fetch.enable", patterns=[{"urlPattern": pattern}])

    async def held(self) -> Callable[[], Awaitable[None]]:
        """Something is on its way; what lets it go on, and everything after it."""
        request = await self._event("Fetch.requestPaused")

        async def go_on() -> None:
            await self.call("Fetch.continueRequest", requestId=request["requestId"])
            await self.call("Fetch.disable")

        return go_on


@asynccontextmanager
async def telephone(folder: Path, certificate: Path) -> AsyncIterator[Telephone]:
    """*folder* is its own; *certificate* is that of the one server it trusts beyond what every browser does."""
    key = authority.spki(x509.load_pem_x509_certificate(certificate.read_bytes()))
    process = await asyncio.create_subprocess_exec(
        "chromium", *SWITCHES, f"--user-data-dir={folder}", f"--window-size={WIDTH},{HEIGHT}",
        f"--ignore-certificate-errors-spki-list={base64.b64encode(hashlib.sha256(key).digest()).decode()}",
        "about:blank", stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        async with aiohttp.ClientSession() as session:
            address = await _page(session, folder / "DevToolsActivePort")
            async with session.ws_connect(address, max_msg_size=0) as line:
                made = Telephone(line)
                listening = asyncio.create_task(made.listen())
                for method, parameters in SETTINGS:
                    await made.call(method, **parameters)
                yield made
                listening.cancel()
    finally:
        process.terminate()
        try:
            async with asyncio.timeout(10):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()


async def _page(session: aiohttp.ClientSession, port: Path) -> str:
    """The address of its one page, as soon as it is up."""
    async with asyncio.timeout(PATIENCE):
        while True:
            with contextlib.suppress(OSError, IndexError, aiohttp.ClientError):
                number = port.read_text().split()[0]
                async with session.get(f"http://127.0.0.1:{number}/json/list") as answer:
                    pages = [one for one in await answer.json() if one["type"] == "page"]
                if pages:
                    return str(pages[0]["webSocketDebuggerUrl"])
            await asyncio.sleep(0.05)
