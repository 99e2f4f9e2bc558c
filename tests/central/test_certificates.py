"""Certificates: renewed with the same key, late too; revoked, and nothing is answered any more (attack 27)."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from central import authority, certificates, clock
from central.models import IssuedCertificate, Terminal
from central.problems import RefusedError
from central.state import State
from contract import contents, limits, wire
from contract import enrolment as agreed
from contract.enrolment import LateRenewal, Renewal, Renewed
from contract.log_events import Event
from drivers.device import Failure
from kiosk import equipment
from kiosk.central import Access, Central
from kiosk.concurrency import Signal
from kiosk.configuring import configure
from kiosk.courier import Courier
from kiosk.journal import Journal
from kiosk.renewing import Renewing, renew_at
from kiosk.settings import PathsSection, PlatformSection, Settings, TerminalSection
from kiosk.shelf import Shelf
from secure import identity
from tests.secure.bench import Bench

from .conftest import run
from .village import Village, post


class Log:
    """What was logged."""

    def __init__(self) -> None:
        self.told: list[tuple[Event, dict[str, Any]]] = []

    async def log(self, event: Event, **values: Any) -> None:
        self.told.append((event, values))


class Terminals:
    """An enrolled terminal with its client and its renewing."""

    def __init__(self, village: Village, now: datetime | None = None, public_url: str = "") -> None:
        self.mine, self.keys = identity.load(village.folder), identity.load_platform(village.folder)
        self.central = Central(
            Access(self.keys.url, self.mine.ca, self.mine.certificate, self.mine.tls_key, self.mine.passphrase)
        )
        self.log, self.news = Log(), 0
        self.renewing = Renewing(
            self.mine,
            self.central,
            self.log,  # type: ignore[arg-type]
            public_url or self.keys.public_url,
            lambda: now or datetime.now(UTC),
            self.renewed,
        )

    def renewed(self) -> None:
        self.news += 1
        self.central.renewed()

    @property
    def certificate(self) -> x509.Certificate:
        return x509.load_pem_x509_certificate(self.mine.certificate.read_bytes())


@pytest.fixture(autouse=True)
def asked_within_the_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests look into the platform's tables while their own loop runs."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")


@pytest.fixture
def enrolled(village: Village) -> Village:
    assert village.enrol(village.code()) == 0
    return village


def days(number: float) -> datetime:
    return datetime.now(UTC) + timedelta(days=number)


def expire(village: Village, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its certificate ended a while ago, by everybody's clock."""
    monkeypatch.setattr(authority, "TERMINAL_DAYS", -1 / 48)
    monkeypatch.setattr(authority, "SKEW", timedelta(days=31))
    mine = identity.load(village.folder)
    certificate = authority.sign_terminal(
        village.platform.folder, identity.load_platform(village.folder).terminal, mine.request.read_bytes()
    )
    mine.certificate.write_bytes(certificate)
    monkeypatch.undo()


async def test_it_is_renewed_at_two_thirds_without_interruption(enrolled: Village) -> None:
    early = Terminals(enrolled, days(19))
    assert not await early.renewing.round()
    await early.central.close()
    now = Terminals(enrolled, days(20.1))
    before = now.certificate
    assert (
        renew_at(before) - before.not_valid_before_utc
        == (before.not_valid_after_utc - before.not_valid_before_utc) * 2 / 3
    )
    assert isinstance(await now.central.call(wire.HEALTH, wire.Health), wire.Health)
    visits = asyncio.gather(*(now.central.call(wire.HEALTH, wire.Health) for _ in range(12)))
    assert await now.renewing.round()
    assert all(isinstance(answer, wire.Health) for answer in await visits)
    assert (now.certificate.public_key(), now.news) == (before.public_key(), 1)
    assert now.certificate.serial_number != before.serial_number
    assert isinstance(await now.central.call(wire.HEALTH, wire.Health), wire.Health)
    assert now.log.told[0][0] is Event.CERTIFICATE_RENEWED
    terminal = Terminal.objects.get(serial=enrolled.serial)
    hows = IssuedCertificate.objects.filter(terminal=terminal).order_by("pk").values_list("how", flat=True)
    assert list(hows) == ["enrolled", "renewed"]
    await now.central.close()


async def test_an_expired_one_is_renewed_with_the_same_key(enrolled: Village, monkeypatch: pytest.MonkeyPatch) -> None:
    expire(enrolled, monkeypatch)
    late = Terminals(enrolled)
    assert isinstance(await late.central.call(wire.HEALTH, wire.Health), Failure)
    assert await late.renewing.round()
    assert isinstance(await late.central.call(wire.HEALTH, wire.Health), wire.Health)
    assert late.log.told[0][1]["expired"] is True
    await late.central.close()


async def test_the_configuration_is_fetched_with_the_new_one(
    enrolled: Village, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a restart: else a terminal that runs on gets no configuration once the one it began with has ended."""
    expire(enrolled, monkeypatch)
    late = Terminals(enrolled)
    (enrolled.folder / identity.ROOT).write_bytes(b"{}")
    settings = Settings(
        terminal=TerminalSection(id="T-1", number=1, place="示例"),
        platform=PlatformSection(folder=str(enrolled.folder)),
        paths=PathsSection(ledger=str(tmp_path / "ledger.db")),
    )
    bench = Bench.of("INTL", tmp_path)
    journal = Journal(bench.open)
    await journal.open()
    shelf = Shelf(contents.packaged())
    configuring = configure(settings, late.mine, late.keys, journal, shelf, Signal(), clock.now)
    assert configuring is not None
    files = configuring._line.files
    assert files.whole(wire.HEALTH.path, 1000) is None
    courier = Courier("T-1", late.central, journal, lambda _receipt: False, clock.now)
    monkeypatch.setattr(late, "renewed", lambda: equipment.renewed(late.central, courier, configuring))
    late.renewing._on_renewed = late.renewed
    assert await late.renewing.round()
    await configuring.look()
    assert files.whole(wire.HEALTH.path, 1000)
    configuring._line.close()
    await late.central.close()
    await journal.close()


async def test_a_terminal_whose_clock_is_behind_renews_too(enrolled: Village, monkeypatch: pytest.MonkeyPatch) -> None:
    """It thinks that its certificate is good; the platform does not answer it."""
    expire(enrolled, monkeypatch)
    behind = Terminals(enrolled, days(-20))
    await behind.central.call(wire.HEALTH, wire.Health)
    assert await behind.renewing.round()
    assert isinstance(await behind.central.call(wire.HEALTH, wire.Health), wire.Health)
    await behind.central.close()


async def test_attack_27_a_revoked_certificate_opens_nothing(
    enrolled: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a connection that stands, on a new one, for a renewal in time and late: from the next request on."""
    mine = Terminals(enrolled, days(21))
    assert isinstance(await mine.central.call(wire.HEALTH, wire.Health), wire.Health)
    terminal = Terminal.objects.get(serial=enrolled.serial)
    run("revoke", "--state", str(enrolled.platform.folder), terminal.pk, "--reason", "被盗")
    assert isinstance(await mine.central.call(wire.HEALTH, wire.Health), Failure)
    assert not await mine.renewing.round()
    assert mine.log.told == [(Event.CERTIFICATE_NOT_RENEWED, mine.log.told[0][1])]
    assert not await mine.renewing.round()
    assert len(mine.log.told) == 1, "told once"
    await mine.central.close()
    expire(enrolled, monkeypatch)
    late = Terminals(enrolled)
    assert not await late.renewing.round()
    assert late.log.told[0][1]["reason"] == "HTTP 403"
    await late.central.close()
    listed = run("terminals", "--state", str(enrolled.platform.folder)).stdout
    assert f"{terminal.pk}  " in listed
    assert "被盗" in listed
    exported = msgspec.json.decode(run("terminals", "--state", str(enrolled.platform.folder), "--json").stdout)
    entry = next(one for one in exported if one["terminal"] == terminal.pk)
    assert entry["revoked_at"]
    assert entry["keys"][0]["log_key"] == terminal.log_key


async def test_only_the_key_that_is_registered(enrolled: Village) -> None:
    mine = Terminals(enrolled)
    other = ec.generate_private_key(ec.SECP256R1())
    request = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([])).sign(other, hashes.SHA256())
    for csr in (request.public_bytes(Encoding.DER), b"nonsense"):
        assert isinstance(await mine.central.call(wire.RENEW, Renewed, Renewal(csr=csr)), Failure)
    await mine.central.close()


def test_what_a_late_renewal_has_to_be(enrolled: Village) -> None:
    mine = identity.load(enrolled.folder)
    terminal, key, at = Terminal.objects.get(serial=enrolled.serial).pk, mine.tls(), clock.now()
    csr = x509.load_pem_x509_csr(mine.request.read_bytes()).public_bytes(Encoding.DER)

    def ask(**changes: Any) -> LateRenewal:
        plain = LateRenewal(terminal=terminal, nonce=certificates.nonce(at).nonce, csr=csr, signature=b"")
        plain = msgspec.structs.replace(plain, **changes)
        signature = key.sign(plain.signed_bytes(), ec.ECDSA(hashes.SHA256()))
        return msgspec.structs.replace(plain, signature=changes.get("signature", signature))

    assert certificates.renew_late(ask(), at).certificate.startswith("-----BEGIN")
    old = certificates.nonce(at - timedelta(seconds=limits.RENEW_NONCE + 2)).nonce
    for wrong in (
        {"nonce": ""}, {"nonce": "1.2.3"}, {"nonce": old}, {"nonce": "x.y.z"}, {"nonce": "é.1.2"},
        {"nonce": f"{'9' * 400}.1.2"}, {"nonce": f"{'9' * 9000}.1.2"},
        {"terminal": "NOBODY"}, {"terminal": "?"}, {"csr": b"x"}, {"signature": b"x"},
    ):  # fmt: skip
        with pytest.raises(RefusedError):
            certificates.renew_late(ask(**wrong), at)
    url = enrolled.platform.public_url
    assert post(url + agreed.LATE_PATH, b"{").status_code == 400


@pytest.mark.parametrize("fault", ["garbled", "deep", "other ca", "other key", "shorter", "nothing", "away"])
async def test_a_false_platform_renews_nothing(
    enrolled: Village, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, fault: str
) -> None:
    expire(enrolled, monkeypatch)
    mine = Terminals(enrolled)
    before = mine.mine.certificate.read_bytes()
    request = mine.mine.request.read_bytes()
    folder = enrolled.platform.folder
    if fault == "other ca":
        folder = tmp_path / "false"
        folder.mkdir()
        key, ca = authority.make_root()
        (folder / "ca.key").write_bytes(key)
        (folder / "ca.pem").write_bytes(ca)
    if fault == "other key":
        request = identity.create(tmp_path / "other", "T-0009").request.read_bytes()
    made = authority.sign_terminal(folder, mine.keys.terminal, request).decode()
    if fault == "shorter":
        monkeypatch.setattr(authority, "TERMINAL_DAYS", -20)
        monkeypatch.setattr(authority, "SKEW", timedelta(days=31))
        made = authority.sign_terminal(folder, mine.keys.terminal, request).decode()
    made = "nonsense" if fault == "nothing" else made

    async def answers(url: str, content: bytes) -> tuple[int, bytes]:
        if fault == "away":
            raise httpx.ConnectError("away")
        if fault == "garbled":
            return 200, b"{"
        if fault == "deep":
            return 200, b'{"more": ' + b"[" * 60_000
        answer = agreed.RenewNonce(nonce="n") if url.endswith("nonce") else Renewed(certificate=made)
        return 200, msgspec.json.encode(answer)

    monkeypatch.setattr("kiosk.renewing.post", answers)
    assert not await mine.renewing.round()
    assert mine.mine.certificate.read_bytes() == before
    assert mine.news == 0
    await mine.central.close()


async def test_it_looks_again_and_a_defect_does_not_end_it(
    enrolled: Village, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    mine = Terminals(enrolled)
    looks = 0

    async def round_() -> bool:
        nonlocal looks
        looks += 1
        if looks == 1:
            raise RuntimeError
        raise asyncio.CancelledError

    monkeypatch.setattr(mine.renewing, "round", round_)
    monkeypatch.setattr(limits, "CERTIFICATE_LOOK", 0.0)
    with pytest.raises(asyncio.CancelledError):
        await mine.renewing.run()
    assert looks == 2
    await mine.central.close()


def test_the_public_listener_gives_a_nonce_to_whoever_asks(platform: State) -> None:
    answer = post(platform.public_url + agreed.NONCE_PATH, b"{}")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
