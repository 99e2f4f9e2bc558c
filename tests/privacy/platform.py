"""A platform on this machine for made-up residents, over real TLS: answers what a terminal asks, opens what is
delivered so that it is known to have been there, and for some residents answers what a platform must not."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from contract import wire
from contract.catalogue import Proof
from contract.witnessing import Checkpoint, Cosignature, LogPart, LogReceipt
from secure.reading.delivery import open_delivery
from secure.reading.intake import Refusal, follow, nothing_of
from tests.kiosk.certificates import Authority, server_context
from tests.privacy.people import Resident

Asked = tuple[wire.Route, Any, Resident | None]
ROUTES = {(route.method, route.path): route for route in wire.ROUTES}


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


class Refused(Exception):
    def __init__(self, code: wire.ProblemCode, detail: str = "") -> None:
        self.problem = wire.Problem(code=code, detail=detail)


class Platform:
    """Keys, residents, and what came of them."""

    def __init__(self, folder: Path, device: str, device_key: bytes, residents: list[Resident]) -> None:
        folder.mkdir()
        self.device, self.device_key = device, device_key
        self.authority = Authority(folder)
        self.receipts, self.hpke, self.audit = (
            Ed25519PrivateKey.generate(), X25519PrivateKey.generate(), X25519PrivateKey.generate(),
        )  # fmt: skip
        self.residents = residents
        self.by_token = {one.token: one for one in residents}
        self.bodies: list[bytes] = []
        """Opened deliveries."""
        self.sessions, self.closed = 0, 0
        self.telling: set[int] = set()
        """Residents whom it answers with what a problem must never hold."""
        self.away = False
        self.held, self.header = nothing_of(device, device_key), b""
        self._server: asyncio.Server | None = None
        self._lines: set[asyncio.StreamWriter] = set()

    async def start(self) -> int:
        certificate, key = self.authority.issue("platform")
        context = server_context(certificate, key, self.authority.ca)
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=context)
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    def papers(self, url: str) -> bytes:
        """platform.json."""
        raw = {"hpke_key": self.hpke, "receipt_key": self.receipts, "audit_key": self.audit}
        keys = {name: key.public_key().public_bytes_raw().hex() for name, key in raw.items()}
        return msgspec.json.encode({"url": url, "public_url": url, "follow_key": "07" * 32, **keys})

    def go_away(self) -> None:
        self.away = True
        for line in self._lines:
            line.transport.abort()

    async def stop(self) -> None:
        self.go_away()
        if self._server is not None:
            self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._lines.add(writer)
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            while not self.away:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("ascii").split("\r\n")
                named = dict(line.lower().split(": ", 1) for line in head[1:] if ": " in line)
                body = await reader.readexactly(int(named.get("content-length", 0)))
                method, path, _ = head[0].split(" ")
                status, answer = self._answer(ROUTES.get((method, path)), body, named.get("authorization", ""))
                writer.write(f"HTTP/1.1 {status}\r\nContent-Length: {len(answer)}\r\n\r\n".encode() + answer)
                await writer.drain()
        self._lines.discard(writer)
        writer.close()

    def _answer(self, route: wire.Route | None, body: bytes, authorization: str) -> tuple[str, bytes]:
        try:
            return "200 OK", msgspec.json.encode(self._judged(route, body, authorization))
        except Refused as refused:
            return "403 Forbidden", msgspec.json.encode(refused.problem)

    def _judged(self, route: wire.Route | None, body: bytes, authorization: str) -> wire.Message:
        if route is None:
            raise Refused(wire.ProblemCode.NOT_FOUND)
        ask = None if route.ask is None else msgspec.json.decode(body, type=route.ask)
        who = self.by_token.get(authorization.removeprefix("bearer "))
        if route.session and who is None:
            raise Refused(wire.ProblemCode.SESSION_ENDED)
        handler: Callable[[Any, Resident | None], wire.Message] = getattr(self, f"_{route.name}", self._nothing)
        return handler(ask, who)

    # -- routes --------------------------------------------------------------------------------------------------------

    def _nothing(self, ask: Any, who: Resident | None) -> wire.Message:
        raise Refused(wire.ProblemCode.BUSY)

    def _health(self, ask: None, who: None) -> wire.Health:
        return wire.Health(at=now(), version="1")

    def _session_open(self, ask: wire.SessionOpen, who: None) -> wire.Session:
        for one in self.residents:
            if ask.code == one.code if ask.code else ask.id_number == one.id_number:
                self.sessions += 1
                return self._session(one, Proof.PROVED if ask.code or ask.pin_verified else Proof.SHOWN)
        raise Refused(wire.ProblemCode.NOT_KNOWN)

    @staticmethod
    def _session(who: Resident, proof: Proof) -> wire.Session:
        return wire.Session(token=who.token, proof=proof, name=who.name, id_number=who.id_number)

    def _session_elevate(self, ask: wire.Elevate, who: Resident) -> wire.Session:
        if not ask.pin_verified and not hmac.compare_digest(ask.service_password, who.service_password):
            raise Refused(wire.ProblemCode.WRONG_PASSWORD)
        return self._session(who, Proof.PROVED)

    def _session_close(self, ask: wire.Empty, who: Resident) -> wire.Empty:
        self.closed += 1
        return wire.Empty()

    def _records(self, ask: wire.RecordsAsk, who: Resident) -> wire.Records:
        if who.number in self.telling:
            raise Refused(wire.ProblemCode.NOT_ALLOWED, f"{who.name} {who.id_number} {who.phone}")
        facts = (wire.Fact(label="一共交了", value="240 个月", large=True),)
        table = wire.Table(
            title="2026年",
            columns=(wire.Column(label="月份", cell=wire.Cell.MONTH), wire.Column(label="个人", cell=wire.Cell.MONEY)),
            rows=(("2026-10", 32000), ("2026-09", 32000)),
        )
        return wire.Records(title="您的养老保险", facts=facts, tables=(table,), as_of="2026-11-23")

    def _matters(self, ask: wire.Empty, who: Resident) -> wire.Matters:
        return wire.Matters(matters=())

    def _deliver(self, ask: wire.Delivery, who: None) -> wire.Receipt:
        body = open_delivery(ask, self.device, self.hpke.private_bytes_raw(), self.device_key)
        assert isinstance(body, bytes), body
        self.bodies.append(body)
        receipt = msgspec.json.decode(body, type=wire.Submission).receipt
        plain = wire.Receipt(
            device=self.device, key=ask.key, sha256=hashlib.sha256(body).hexdigest(), verdict=wire.Verdict.ACCEPTED,
            receipt=receipt, at=now(), signature=b"",
        )  # fmt: skip
        return msgspec.structs.replace(plain, signature=self.receipts.sign(plain.signed_bytes()))

    def _witness(self, ask: Checkpoint, who: None) -> Cosignature:
        plain = Cosignature(
            device=ask.device, segments=ask.segments, size=ask.size, head=ask.head, at=now(), signature=b""
        )  # fmt: skip
        return msgspec.structs.replace(plain, signature=self.receipts.sign(plain.signed_bytes()))

    def _deliver_log(self, ask: LogPart, who: None) -> LogReceipt:
        places = follow(ask, self.held, self.device, self.device_key, opened=self.header)
        assert not isinstance(places, Refusal), places
        self.held, self.header = places[-1] if places else self.held, ask.header
        plain = LogReceipt(
            device=self.device, segments=self.held.segments, size=self.held.size, head=self.held.head, at=now(),
            signature=b"",
        )  # fmt: skip
        return msgspec.structs.replace(plain, signature=self.receipts.sign(plain.signed_bytes()))
