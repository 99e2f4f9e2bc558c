"""The dock's page and its JSON interface. Loopback only: other Host headers and other origins are refused."""

from __future__ import annotations

import dataclasses
import io
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec
import segno
from aiohttp import web

from drivers.emulated.card import Script
from drivers.emulated.dock.desk import Desk, Refused
from drivers.emulated.dock.troubles import DEVICES, TROUBLES
from drivers.emulated.printer import PaperSlip

PAGE: Final = Path(__file__).with_name("page")
FILES: Final = {
    "/": ("dock.html", "text/html"),
    "/dock.css": ("dock.css", "text/css"),
    "/dock.js": ("dock.js", "text/javascript"),
}
BODY_BYTES: Final = 65_536
HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors http://127.0.0.1:* http://localhost:*",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}

ACTS: Final = (
    *("insert", "pull", "lay", "lift", "ecode", "scan", "show", "take", "paper", "cover", "relay"),
    *("plug", "unplug", "trouble", "well", "stand"),
)
"""What can be asked for, each by POST /api/NAME; one method of _Api each."""

B = TypeVar("B")
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Person(msgspec.Struct, forbid_unknown_fields=True):
    person: str


class Insert(msgspec.Struct, forbid_unknown_fields=True):
    person: str
    script: dict[str, Any] | None = None
    """Fields of drivers.emulated.card.Script; None: what was made to go wrong with the card reader."""

    def as_script(self) -> Script | None:
        if self.script is None:
            return None
        unknown = self.script.keys() - {field.name for field in dataclasses.fields(Script)}
        if unknown:
            raise msgspec.ValidationError(f"a script has no {min(unknown)}")
        return msgspec.convert(self.script, Script, strict=False)


class Nothing(msgspec.Struct, forbid_unknown_fields=True):
    pass


class Code(msgspec.Struct, forbid_unknown_fields=True):
    code: str


class Paper(msgspec.Struct, forbid_unknown_fields=True):
    supply: str


class Cover(msgspec.Struct, forbid_unknown_fields=True):
    open: bool


class Stand(msgspec.Struct, forbid_unknown_fields=True):
    somebody: bool


class Device(msgspec.Struct, forbid_unknown_fields=True):
    device: str


class Trouble(msgspec.Struct, forbid_unknown_fields=True):
    device: str
    name: str
    number: int | None = None


class Line(msgspec.Struct, forbid_unknown_fields=True):
    up: bool
    delay: float = 0.0


def application(desk: Desk, port: int) -> web.Application:
    """The dock as a web application that will be reached at *port* of this machine."""
    app = web.Application(middlewares=[_guard(port)], client_max_size=BODY_BYTES)
    api = _Api(desk)
    for path in FILES:
        app.router.add_get(path, _file)
    app.router.add_get("/api/state", api.state)
    app.router.add_get("/api/troubles", api.troubles)
    app.router.add_get("/api/slips", api.slips)
    app.router.add_get(r"/api/slips/{n:\d{1,6}}.{kind:png|bin|txt}", api.slip)
    for name in ACTS:
        app.router.add_post(f"/api/{name}", getattr(api, name))
    return app


def _guard(port: int) -> Any:
    hosts = {f"127.0.0.1:{port}", f"localhost:{port}"}
    origins = {f"http://{host}" for host in hosts}

    @web.middleware
    async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.headers.get("Host") not in hosts:
            return _problem(HTTPStatus.MISDIRECTED_REQUEST, "只在本机使用")
        if request.method == "POST":
            origin = request.headers.get("Origin")
            if origin is not None and origin not in origins:
                return _problem(HTTPStatus.FORBIDDEN, "只接受演示台自己的页面")
            if request.content_type != "application/json":
                return _problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "要 application/json")
        try:
            response = await handler(request)
        except Refused as refused:
            return _problem(HTTPStatus.CONFLICT, str(refused))
        except (msgspec.ValidationError, msgspec.DecodeError):
            return _problem(HTTPStatus.BAD_REQUEST, "内容不对")
        response.headers.update(HEADERS)
        return response

    return guard


def _problem(status: HTTPStatus, what: str) -> web.Response:
    return web.json_response({"problem": what}, status=status, headers=HEADERS)


async def _file(request: web.Request) -> web.Response:
    name, kind = FILES[request.path]
    return web.Response(body=(PAGE / name).read_bytes(), content_type=kind, charset="utf-8")


async def _body(request: web.Request, kind: type[B]) -> B:
    raw = msgspec.json.decode(await request.read() or b"{}")
    return msgspec.convert(raw, kind, strict=False)


class _Api:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def state(self, request: web.Request) -> web.Response:
        desk = self._desk
        people = [
            {
                "key": person.key,
                "called": str(person.raw.get("called", "")),
                "name": person.name,
                "story": person.story,
                "kind": person.kind.value,
                "place": f"{person.raw.get('county', '')}{person.raw.get('village', '')}",
                "pin": person.pin,
                "password": str(person.raw.get("service_password", "")),
                "staff": {name: str(value) for name, value in person.raw.get("staff", {}).items()},
            }
            for person in desk.cast.values()
        ]
        return web.json_response(
            {
                "people": people,
                "card": desk.card_in,
                "laid": desk.laid,
                "paper": desk.paper if desk.printer else None,
                "cover": desk.cover_open,
                "relay": desk.line.up if desk.line else None,
                "ecode": bool(desk.ecode_command),
                "scanner": desk.scanner is not None,
                "psam": desk.psam is not None,
                "idReader": desk.id_reader is not None,
                "slips": len(desk.printer.slips) if desk.printer else 0,
                "hanging": desk.hanging if desk.printer else 0,
                "here": desk.here,
                "somebody": desk.presence.somebody if desk.presence else None,
                "unplugged": sorted(desk.unplugged),
                "trouble": desk.trouble,
            }
        )

    async def insert(self, request: web.Request) -> web.Response:
        ask = await _body(request, Insert)
        await self._desk.insert(ask.person, ask.as_script())
        return await self.state(request)

    async def pull(self, request: web.Request) -> web.Response:
        await _body(request, Nothing)
        await self._desk.pull()
        return await self.state(request)

    async def lay(self, request: web.Request) -> web.Response:
        self._desk.lay((await _body(request, Person)).person)
        return await self.state(request)

    async def lift(self, request: web.Request) -> web.Response:
        await _body(request, Nothing)
        self._desk.lift()
        return await self.state(request)

    async def ecode(self, request: web.Request) -> web.Response:
        """A code to show to a scanner; ``svg`` is the same as a picture."""
        token = await self._desk.ecode((await _body(request, Person)).person)
        picture = io.BytesIO()
        segno.make(token, error="m", micro=False).save(picture, kind="svg", scale=6, border=4, xmldecl=False)
        return web.json_response({"token": token, "svg": picture.getvalue().decode("utf-8")})

    async def scan(self, request: web.Request) -> web.Response:
        await self._desk.scan((await _body(request, Code)).code)
        return await self.state(request)

    async def show(self, request: web.Request) -> web.Response:
        await self._desk.show((await _body(request, Person)).person)
        return await self.state(request)

    async def take(self, request: web.Request) -> web.Response:
        await _body(request, Nothing)
        self._desk.take()
        return await self.state(request)

    async def plug(self, request: web.Request) -> web.Response:
        await self._desk.plug((await _body(request, Device)).device)
        return await self.state(request)

    async def unplug(self, request: web.Request) -> web.Response:
        self._desk.unplug((await _body(request, Device)).device)
        return await self.state(request)

    async def stand(self, request: web.Request) -> web.Response:
        """Somebody stands before the terminal, or nobody does any more."""
        self._desk.has_presence().stand((await _body(request, Stand)).somebody)
        return await self.state(request)

    async def trouble(self, request: web.Request) -> web.Response:
        ask = await _body(request, Trouble)
        self._desk.start_trouble(ask.device, ask.name, ask.number)
        return await self.state(request)

    async def well(self, request: web.Request) -> web.Response:
        self._desk.make_well((await _body(request, Device)).device)
        return await self.state(request)

    async def troubles(self, request: web.Request) -> web.Response:
        """The table, for the page and the command line."""
        rows = [
            {name: getattr(row, name) for name in ("device", "name", "title", "english", "number", "least", "most")}
            for row in TROUBLES
        ]
        return web.json_response({"devices": DEVICES, "troubles": rows})

    async def paper(self, request: web.Request) -> web.Response:
        self._desk.set_paper((await _body(request, Paper)).supply)
        return await self.state(request)

    async def cover(self, request: web.Request) -> web.Response:
        self._desk.set_cover((await _body(request, Cover)).open)
        return await self.state(request)

    async def relay(self, request: web.Request) -> web.Response:
        ask = await _body(request, Line)
        await self._desk.set_line(ask.up, ask.delay)
        return await self.state(request)

    async def slips(self, request: web.Request) -> web.Response:
        """Newest first; ``n`` counts from 1."""
        found = self._slips()
        rows = [
            {"n": n, "text": "\n".join(slip.text), "width": slip.picture.width, "height": slip.picture.height}
            for n, slip in enumerate(found, 1)
        ]
        return web.json_response({"slips": rows[::-1]})

    async def slip(self, request: web.Request) -> web.Response:
        found, n = self._slips(), int(request.match_info["n"])
        if not 1 <= n <= len(found):
            return _problem(HTTPStatus.NOT_FOUND, "没有这张凭条")
        slip = found[n - 1]
        match request.match_info["kind"]:
            case "png":
                return web.Response(body=slip.png(), content_type="image/png")
            case "bin":
                return web.Response(body=bytes(slip.raw), content_type="application/octet-stream")
            case _:
                return web.Response(text="\n".join(slip.text), content_type="text/plain", charset="utf-8")

    def _slips(self) -> list[PaperSlip]:
        return list(self._desk.printer.slips) if self._desk.printer else []
