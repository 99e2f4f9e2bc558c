"""A machine in a village that is to become a terminal, and how it asks."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from pathlib import Path

import httpx
import msgspec

from central.state import State
from contract import enrolment as agreed
from contract.enrolment import EnrolAnswer, EnrolAsk, EnrolProblem
from kiosk import enrol_command
from kiosk.unproven import unproven
from secure import enrolment as terminal_side
from secure import identity

POINT = "杨树村服务点"


def post(url: str, content: bytes) -> httpx.Response:
    """As a terminal does that knows nothing of the server yet."""
    return httpx.post(url, content=content, verify=unproven(), trust_env=False, timeout=20)


@dataclass
class Village:
    """A machine somewhere, with its serial number and its empty folder."""

    platform: State
    folder: Path
    serial: str

    @property
    def address(self) -> str:
        return self.platform.public_url

    def code(self, **more: object) -> str:
        # Django is set up by conftest before its models can be imported
        from central import clock, enrolment  # noqa: PLC0415

        given = {"terminal": "", "number": None, "at": clock.now()} | more
        return enrolment.give(POINT, self.serial, **given).code  # type: ignore[arg-type]

    def command(self, code: str) -> list[str]:
        where = ["--folder", str(self.folder), "--serial", self.serial]
        return ["--code", code, "--address", self.address, *where]

    def enrol(self, code: str) -> int:
        return enrol_command.main(self.command(code))

    def ask(self, code: str, folder: Path | None = None, serial: str = "") -> EnrolAsk:
        csr = terminal_side.prepare(folder or self.folder, serial or self.serial, None)
        return terminal_side.ask(agreed.keys_of(agreed.parse_code(code)), csr)

    def send(self, ask: EnrolAsk) -> EnrolAnswer | EnrolProblem:
        answer = post(self.address + agreed.ENROL_PATH, msgspec.json.encode(ask))
        kind = EnrolAnswer if answer.status_code == 200 else EnrolProblem
        return msgspec.json.decode(answer.content, type=kind)

    def client(self) -> httpx.Client:
        mine = identity.load(self.folder)
        context = ssl.create_default_context(cafile=str(mine.ca))
        context.load_cert_chain(mine.certificate, mine.tls_key, mine.passphrase or "")
        return httpx.Client(base_url=self.platform.url, verify=context, trust_env=False)
