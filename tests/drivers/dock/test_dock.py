"""The dock over real HTTP, and the relay over real sockets."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from aiohttp import web

from drivers.emulated.card import CardSlot, read_cast
from drivers.emulated.dock.desk import Desk, Refused
from drivers.emulated.dock.web import application
from drivers.emulated.printer import EmulatedPrinter
from drivers.emulated.relay import Relay

CAST = Path(__file__).parents[3] / "deploy" / "demo" / "cast.toml"
PORT = 18455
URL = f"http://127.0.0.1:{PORT}"


class Vpcd:
    """Takes the card's connection as vpcd does and asks for its ATR."""

    def __init__(self) -> None:
        self.atr: asyncio.Queue[bytes] = asyncio.Queue()

    async def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"\x00\x01\x04")
        try:
            self.atr.put_nowait(await reader.readexactly(int.from_bytes(await reader.readexactly(2), "big")))
            await reader.read()
        except asyncio.IncompleteReadError:
            self.atr.put_nowait(b"")
        finally:
            writer.close()


@pytest_asyncio.fixture
async def vpcd() -> AsyncIterator[tuple[Vpcd, int]]:
    peer = Vpcd()
    server = await asyncio.start_server(peer.accept, "127.0.0.1", 0)
    async with server:
        yield peer, server.sockets[0].getsockname()[1]


@pytest_asyncio.fixture
async def dock(vpcd: tuple[Vpcd, int]) -> AsyncIterator[httpx.AsyncClient]:
    async with Relay(0, vpcd[1]) as line, CardSlot(vpcd[1]) as slot:
        desk = Desk(read_cast(CAST), slot, line=line, ecode_command="echo code-of-{person}")
        runner = web.AppRunner(application(desk, PORT), access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", PORT).start()
        try:
            async with httpx.AsyncClient(base_url=URL, trust_env=False) as client:
                yield client
        finally:
            await runner.cleanup()


async def test_insert_and_pull(dock: httpx.AsyncClient, vpcd: tuple[Vpcd, int]):
    answer = await dock.post("/api/insert", json={"person": "employee", "script": {"status_at": {"3": "6982"}}})
    assert answer.status_code == 200
    assert answer.json()["card"] == "employee"
    assert (await asyncio.wait_for(vpcd[0].atr.get(), 3))[0] == 0x3B
    assert (await dock.post("/api/pull", json={})).json()["card"] == ""


async def test_a_code_of_the_electronic_card(dock: httpx.AsyncClient):
    said = (await dock.post("/api/ecode", json={"person": "graduate"})).json()
    assert said["token"] == "code-of-graduate"
    assert said["svg"].startswith("<svg")


async def test_cut_and_heal_the_line(dock: httpx.AsyncClient):
    for up in (False, False, True, True):
        assert (await dock.post("/api/relay", json={"up": up})).json()["relay"] is up


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("insert", {"person": "nobody"}, 409),
        ("insert", {}, 400),
        ("insert", {"person": "employee", "script": {"explode": 1}}, 400),
        ("paper", {"supply": "out"}, 409),
        ("lay", {"person": "employee"}, 409),
        ("scan", {"code": "x"}, 409),
        ("relay", {"up": "perhaps"}, 400),
        ("relay", {"up": True, "delay": -1}, 409),
        ("pull", [], 400),
    ],
)
async def test_what_cannot_be_is_refused_in_words(dock: httpx.AsyncClient, path: str, body: object, status: int):
    answer = await dock.post(f"/api/{path}", json=body)
    assert answer.status_code == status
    assert answer.json()["problem"]


async def test_other_hosts_and_origins_are_refused(dock: httpx.AsyncClient):
    assert (await dock.get("/", headers={"Host": "evil.example"})).status_code == 421
    foreign = await dock.post("/api/pull", json={}, headers={"Origin": "http://evil.example"})
    assert foreign.status_code == 403
    form = await dock.post("/api/pull", content=b"{}", headers={"Content-Type": "text/plain"})
    assert form.status_code == 415
    assert (await dock.post("/api/pull", json={}, headers={"Origin": URL})).status_code == 200


async def test_the_page_brings_everything_itself(dock: httpx.AsyncClient):
    for path in ("/", "/dock.css", "/dock.js"):
        answer = await dock.get(path)
        assert answer.status_code == 200
        assert "http://" not in answer.text
        assert "https://" not in answer.text
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(1000):
        writer.write(data)
    writer.close()


async def test_the_relay_passes_on_and_cuts_at_once():
    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    async with server, Relay(0, server.sockets[0].getsockname()[1]) as relay:
        reader, writer = await asyncio.open_connection("127.0.0.1", relay.port)
        writer.write(b"hello")
        assert await asyncio.wait_for(reader.readexactly(5), 3) == b"hello"
        await relay.cut()
        with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
            await asyncio.wait_for(reader.readexactly(1), 3)
        writer.close()
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection("127.0.0.1", relay.port)
        await relay.heal()
        reader, writer = await asyncio.open_connection("127.0.0.1", relay.port)
        writer.write(b"again")
        writer.write_eof()
        assert await asyncio.wait_for(reader.read(), 3) == b"again"
        writer.close()


async def test_a_slow_line_holds_what_comes_back():
    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    async with server, Relay(0, server.sockets[0].getsockname()[1], delay=0.3) as relay:
        reader, writer = await asyncio.open_connection("127.0.0.1", relay.port)
        began = asyncio.get_running_loop().time()
        writer.write(b"hello")
        assert await asyncio.wait_for(reader.readexactly(5), 3) == b"hello"
        assert asyncio.get_running_loop().time() - began >= 0.3
        writer.close()


async def test_the_whole_dock_as_a_program(tmp_path: Path):
    """Its own process with every peer: a slip printed over the link is seen as a picture, text and bytes."""
    command = ["-m", "drivers.emulated.dock", "--cast", str(CAST), "--dev", str(tmp_path), "--vpcd", "18459"]
    process = await asyncio.create_subprocess_exec(
        sys.executable, *command, "--http", "127.0.0.1:18456", stdout=asyncio.subprocess.PIPE, cwd=CAST.parents[2]
    )
    assert process.stdout is not None
    try:
        address = (await asyncio.wait_for(process.stdout.readline(), 20)).decode().strip()
        async with httpx.AsyncClient(base_url=address, trust_env=False) as client:
            for name in ("printer", "scanner", "id_reader"):
                assert (tmp_path / name).exists()
            line = os.open(tmp_path / "printer", os.O_RDWR | os.O_NOCTTY)
            sent = b"\x1b@\x1c&" + "凭条一张".encode("gb18030") + b"\n\x1dV\x00"
            os.write(line, sent)
            async with asyncio.timeout(10):
                while not (slips := (await client.get("/api/slips")).json()["slips"]):
                    await asyncio.sleep(0.05)
            os.close(line)
            assert "凭条一张" in slips[0]["text"]
            assert (await client.get("/api/slips/1.png")).content.startswith(b"\x89PNG")
            assert "凭条一张".encode("gb18030") in (await client.get("/api/slips/1.bin")).content
            assert "凭条一张" in (await client.get("/api/slips/1.txt")).text
            assert (await client.get("/api/slips/2.png")).status_code == 404
            assert (await client.post("/api/lay", json={"person": "employee"})).json()["laid"] == "employee"
            assert (await client.post("/api/lift", json={})).json()["laid"] == ""
            assert (await client.post("/api/paper", json={"supply": "out"})).json()["paper"] == "out"
            assert (await client.post("/api/cover", json={"open": True})).json()["cover"] is True
            refused = await client.post("/api/insert", json={"person": "employee"})
            assert refused.status_code == 409
            assert "pcscd" in refused.json()["problem"]
    finally:
        process.terminate()
        assert await asyncio.wait_for(process.wait(), 10) == 0
    assert not (tmp_path / "printer").exists()


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("", "没有接平台"),
        ("false {person}", "不认识"),
        ("true", "不认识"),
        (f"{sys.executable} -c 'import time; time.sleep(600)' {{person}}", "时限"),
    ],
)
async def test_a_platform_that_gives_no_code_is_told(
    vpcd: tuple[Vpcd, int], monkeypatch: pytest.MonkeyPatch, command: str, words: str
):
    """Not connected, refusing, saying nothing, or taking for ever."""
    monkeypatch.setattr("drivers.emulated.dock.desk.ECODE_WAIT", 0.2 if "sleep" in command else 20.0)
    desk = Desk(read_cast(CAST), CardSlot(vpcd[1]), ecode_command=command)
    with pytest.raises(Refused, match=words):
        await desk.ecode("graduate")


async def test_a_command_without_a_place_for_the_person_gets_it_at_its_end(vpcd: tuple[Vpcd, int]):
    desk = Desk(read_cast(CAST), CardSlot(vpcd[1]), ecode_command="echo code-of")
    assert await desk.ecode("graduate") == "graduate"


@pytest.mark.parametrize("path", ["cover", "lift", "paper"])
async def test_a_device_that_is_not_on_the_dock_is_refused(dock: httpx.AsyncClient, path: str):
    body = {"cover": {"open": True}, "lift": {}, "paper": {"supply": "low"}}[path]
    answer = await dock.post(f"/api/{path}", json=body)
    assert answer.status_code == 409
    assert answer.json()["problem"].startswith("没有")


async def test_paper_is_full_low_or_out(vpcd: tuple[Vpcd, int], tmp_path: Path):
    async with EmulatedPrinter(tmp_path / "printer") as printer:
        desk = Desk(read_cast(CAST), CardSlot(vpcd[1]), printer=printer)
        with pytest.raises(Refused, match="full、low、out"):
            desk.set_paper("half")
        desk.set_paper("low")
        assert desk.paper == "low"


async def test_a_desk_without_a_line_to_the_platform_cuts_none(vpcd: tuple[Vpcd, int]):
    with pytest.raises(Refused, match="中继"):
        await Desk(read_cast(CAST), CardSlot(vpcd[1])).set_line(False)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--http", "0.0.0.0:18457"], "only 127.0.0.1:PORT"),
        (["--http", "127.0.0.1:18457", "--relay", "18458"], "PORT:HOST:PORT"),
        (["--http", "127.0.0.1:18457", "--relay", "a:b:c"], "PORT:HOST:PORT"),
    ],
)
async def test_the_dock_is_reached_from_this_machine_only(tmp_path: Path, arguments: list[str], words: str):
    code, told = await _dock(tmp_path, *arguments)
    assert code == 2
    assert words in told


async def test_a_dock_whose_port_is_taken_says_so(tmp_path: Path):
    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    async with server:
        code, told = await _dock(tmp_path, "--http", f"127.0.0.1:{server.sockets[0].getsockname()[1]}")
    assert code == 1
    assert "演示台起不来" in told
    assert "Traceback" not in told


async def _dock(folder: Path, *arguments: str) -> tuple[int | None, str]:
    command = ["-m", "drivers.emulated.dock", "--cast", str(CAST), "--dev", str(folder), "--vpcd", "18459"]
    process = await asyncio.create_subprocess_exec(
        sys.executable, *command, *arguments, stderr=asyncio.subprocess.PIPE, cwd=CAST.parents[2]
    )
    _, told = await asyncio.wait_for(process.communicate(), 30)
    return process.returncode, told.decode()
