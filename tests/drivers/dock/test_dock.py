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
from drivers.emulated.dock.desk import Desk
from drivers.emulated.dock.web import application
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
