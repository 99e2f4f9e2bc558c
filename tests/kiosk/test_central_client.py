"""The platform's client against real TLS and every way a platform can answer wrongly, slowly or not at all."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest

from contract import limits, wire
from contract.faults import Fault
from drivers.device import Failure
from drivers.emulated.relay import Relay
from kiosk.central import Access, Central
from tests.kiosk.certificates import Authority, server_context

Answer = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def http(body: bytes, status: str = "200 OK") -> Answer:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        head = f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        writer.write(head.encode() + body)
        await writer.drain()

    return answer


@asynccontextmanager
async def platform(folder: Path, answer: Answer, *, other_ca: bool = False) -> AsyncIterator[Central]:
    authority = Authority(folder)
    certificate, key = authority.issue("platform")
    mine = authority.issue("terminal")
    ca = authority.ca
    if other_ca:
        (folder / "other").mkdir()
        ca = Authority(folder / "other").ca

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await answer(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the client went away, as some of these tests want
        finally:
            writer.close()

    context = server_context(certificate, key, authority.ca)
    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    port = server.sockets[0].getsockname()[1]
    central = Central(Access(f"https://127.0.0.1:{port}", ca, *mine))
    try:
        yield central
    finally:
        await central.close()
        server.close()


HEALTH = msgspec.json.encode(wire.Health(at="2026-11-23T10:00:00+08:00", version="1"))


async def health(central: Central) -> wire.Health | Failure:
    return await central.call(wire.HEALTH, wire.Health)


async def test_a_good_answer_is_a_message(tmp_path: Path) -> None:
    async with platform(tmp_path, http(HEALTH)) as central:
        answer = await health(central)
        assert isinstance(answer, wire.Health)
        assert answer.version == "1"
        assert not central.away


@pytest.mark.parametrize(
    "answer",
    [
        http(b"<html>please log in</html>"),
        http(b'{"at": 5, "version": "1"}'),
        http(b"{}"),
        http(b"\xff\xfe", "500 Internal Server Error"),
        http(b"oops", "502 Bad Gateway"),
        http(b"", "302 Found"),
        http(b'{"more": ' + b"[" * 60_000),
        http(b'{"more": ' + b"[" * 60_000, "500 Internal Server Error"),
    ],
)
async def test_an_answer_that_makes_no_sense_is_a_failure_with_a_sentence(tmp_path: Path, answer: Answer) -> None:
    async with platform(tmp_path, answer) as central:
        assert isinstance(failure := await health(central), Failure)
        assert failure.fault is Fault.PLATFORM_GARBLED
        assert central.away


async def test_a_problem_becomes_its_fault_with_the_tries_left(tmp_path: Path) -> None:
    body = msgspec.json.encode(wire.Problem(code=wire.ProblemCode.WRONG_PASSWORD, tries_left=2))
    async with platform(tmp_path, http(body, "403 Forbidden")) as central:
        assert await health(central) == Failure(Fault.PLATFORM_WRONG_PASSWORD, "", 2)
        assert not central.away  # it said no; it is there


async def test_every_problem_code_has_its_fault() -> None:
    for code in wire.ProblemCode:
        assert Fault(f"platform.{code}")


async def test_nobody_listening_is_away(tmp_path: Path) -> None:
    changes: list[bool] = []
    authority = Authority(tmp_path)
    central = Central(Access("https://127.0.0.1:9", authority.ca, *authority.issue("terminal")), changes.append)
    assert isinstance(failure := await health(central), Failure)
    assert failure.fault is Fault.PLATFORM_AWAY
    assert changes == [True]
    await central.close()


async def test_a_platform_of_another_ca_is_not_talked_to(tmp_path: Path) -> None:
    async with platform(tmp_path, http(HEALTH), other_ca=True) as central:
        assert isinstance(failure := await health(central), Failure)
        assert failure.fault is Fault.PLATFORM_AWAY


async def test_a_connection_cut_in_the_middle_is_away(tmp_path: Path) -> None:
    async def cut(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{")
        await writer.drain()

    async with platform(tmp_path, cut) as central:
        assert isinstance(failure := await health(central), Failure)
        assert failure.fault is Fault.PLATFORM_AWAY


async def test_an_answer_without_end_is_bounded_in_bytes(tmp_path: Path) -> None:
    async def flood(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while not writer.is_closing():
            writer.write(b"10000\r\n" + b"x" * 0x10000 + b"\r\n")
            await writer.drain()

    async with platform(tmp_path, flood) as central:
        assert await health(central) == Failure(Fault.PLATFORM_GARBLED, "too long")


async def test_a_platform_that_does_not_answer_is_slow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "PLATFORM_ANSWER", 0.2)

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()

    async with platform(tmp_path, silent) as central:
        assert await health(central) == Failure(Fault.PLATFORM_SLOW)


async def test_a_line_that_is_slow_from_the_handshake_on_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody took the connection: from there on the platform is at the worst slow, never away."""
    monkeypatch.setattr(limits, "PLATFORM_CONNECT", 0.2)
    async with platform(tmp_path, http(HEALTH)) as central:
        near = central._access  # the same papers, through a slow line
        async with Relay(0, int(near.url.rsplit(":", 1)[1]), delay=0.4) as line:
            far = Central(dataclasses.replace(near, url=f"https://127.0.0.1:{line.port}"))
            assert isinstance(await health(far), wire.Health)
            assert not far.away
            monkeypatch.setattr(limits, "PLATFORM_ANSWER", 0.3)
            line.delay = 30.0
            assert await health(far) == Failure(Fault.PLATFORM_SLOW)
            assert far.away
            assert far.slow
            await far.close()


async def test_a_platform_that_drips_is_bounded_in_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "PLATFORM_ANSWER", 0.3)
    monkeypatch.setattr(limits, "PLATFORM_CONNECT", 0.2)

    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        while not writer.is_closing():
            writer.write(b" ")
            await writer.drain()
            await asyncio.sleep(0.02)

    async with platform(tmp_path, drip) as central:
        assert await health(central) == Failure(Fault.PLATFORM_SLOW)
