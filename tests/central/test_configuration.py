"""The platform's half of signed configuration: signatures, rings, errors that stop a release, what is served."""

from __future__ import annotations

import json
import ssl
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import httpx
import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import Metadata

from central import state_calendar
from central.configuration import keys, releases, repository
from central.configuration.files import CeremonyError
from central.configuration.repository import Repository
from central.models import ConfigRelease, ConfigTerminal
from central.models import Terminal as Row
from contract import limits, wire
from contract.configuration import CONTENT, DEVICES, TIME_KEY, Assignment, device_target
from contract.wire import ConfigReport, ConfigState
from tests.central.conftest import Terminal, admit
from tests.kiosk.ceremony import COUNTY, Ceremony

NOW = datetime.now(UTC)


@pytest.fixture
def store(tmp_path: Path) -> Repository:
    """A repository begun by its own keys, with nothing published."""
    made = Repository(tmp_path / "store")
    public = {}
    for role in ("root", "targets", CONTENT):
        public[role] = [keys.public(keys.generate(tmp_path / "keys", f"{role}-{number}")) for number in range(3)]
    made.begin(public, 2, NOW)
    return made


def sign(store: Repository, role: str, *numbers: int, by: str = "") -> None:
    for number in numbers:
        path = store.folder.parent / "keys" / f"{by or role}-{number}.key"
        repository.sign(store.draft_path(role), keys.signer(path))


def first(store: Repository) -> None:
    for role in ("root", "targets", CONTENT):
        sign(store, role, 0, 2)
    store.publish(NOW)


def test_one_signature_of_two_publishes_nothing(store: Repository) -> None:
    sign(store, "root", 0, 1)
    sign(store, "targets", 0, 1)
    sign(store, CONTENT, 0)
    with pytest.raises(CeremonyError, match="content"):
        store.publish(NOW)
    assert not store.exists
    assert store.versions() == {}
    sign(store, CONTENT, 0, by="targets")  # somebody else's signature does not count
    with pytest.raises(CeremonyError, match="content"):
        store.publish(NOW)
    sign(store, CONTENT, 1)
    assert store.publish(NOW) == ["root", "targets", CONTENT]


def test_changing_a_draft_takes_its_signatures_away(store: Repository) -> None:
    first(store)
    store.put({"obj/texts": b""}, {}, NOW)
    sign(store, CONTENT, 0, 1)
    store.put({"obj/limits": b""}, {}, NOW)
    with pytest.raises(CeremonyError):
        store.publish(NOW)


def test_minimum_versions_stay_with_the_object(store: Repository) -> None:
    first(store)
    for minimum in ({}, {"obj/texts": 2}, {}):
        store.put({"obj/texts": b"x"}, minimum, NOW)
        sign(store, CONTENT, 0, 1)
        store.publish(NOW)
    assert store.newest() == {"obj/texts": (3, 2)}
    with pytest.raises(CeremonyError):
        store.put({"obj/texts": b"x"}, {"obj/texts": 9}, NOW)


def test_a_published_calendar_is_what_the_platform_counts_by(store: Repository) -> None:
    """Signed by two and published, and not before: then a date beyond the packaged years is certain."""
    first(store)
    filed, before = date(2026, 12, 18), state_calendar.counted(store.folder, store.version(CONTENT))
    assert before.due(filed, 10) == (date(2027, 1, 4), True)
    for holidays in ("2027-01-01", "2027-01-01, 2027-01-04"):  # the newest version is the one that counts
        store.put({"obj/calendar-2027": f"year = 2027\nholidays = [{holidays}]".encode()}, {}, NOW)
        assert state_calendar.counted(store.folder, store.version(CONTENT)).due(filed, 10).day < date(2027, 1, 5)
        sign(store, CONTENT, 0, 2)
        store.publish(NOW)
    after = state_calendar.counted(store.folder, store.version(CONTENT))
    assert after.due(filed, 10) == (date(2027, 1, 5), False)


def test_the_online_key_is_exchanged(store: Repository) -> None:
    first(store)
    store.assign({"T-1": b"{}"}, NOW)
    for name in ("online.key", "online.pub"):
        (store.folder / name).unlink()
    keys.generate(store.folder, "online")
    held = store.folder.parent / "keys"
    public = {role: [keys.public(held / f"{role}-{n}.pub") for n in range(3)] for role in ("root", "targets")}
    store.new_root(public["root"], public["targets"], 2, NOW)
    sign(store, "root", 1, 2)
    sign(store, "targets", 1, 2)
    assert store.publish(NOW) == ["root", "targets"]
    online: CryptoSigner = store.online()
    for role in ("timestamp", "snapshot", DEVICES, store.bins().get_role_for_target(device_target("T-1"))):
        assert list(store.read(role).signatures) == [online.public_key.keyid]
    targets: Metadata = store.read("targets")
    targets.verify_delegate(DEVICES, store.read(DEVICES))
    held_bin = store.read(store.bins().get_role_for_target(device_target("T-1")))
    assert device_target("T-1") in held_bin.signed.targets


def test_what_is_signed_online_is_renewed_at_half_its_life_and_old_versions_go(store: Repository) -> None:
    first(store)
    assert not store.renew(NOW + timedelta(hours=1))
    assert store.renew(NOW + timedelta(days=2))
    for day in range(8, 80, 8):
        store.renew(NOW + timedelta(days=day))
    metadata = [path.name for path in (store.folder / "metadata").iterdir() if path.name.endswith(".snapshot.json")]
    assert len(metadata) == repository.KEPT_VERSIONS


def test_a_key_file_is_made_once_and_opens_with_its_passphrase(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(keys.PASSPHRASE, "made up")
    keys.generate(tmp_path, "a")
    with pytest.raises(keys.KeyFileError):
        keys.generate(tmp_path, "a")
    assert keys.signer(tmp_path / "a.key").public_key.keyid == keys.public(tmp_path / "a.pub").keyid
    monkeypatch.delenv(keys.PASSPHRASE)
    with pytest.raises(keys.KeyFileError, match=keys.PASSPHRASE):
        keys.signer(tmp_path / "a.key")
    with pytest.raises(keys.KeyFileError):
        keys.public(tmp_path / "a.key")


def test_rings_by_hmac_nest_and_are_as_large_as_they_say() -> None:
    devices = [f"XZ-{number:05d}" for number in range(20_000)]
    places = [releases.place("r1", device) for device in devices]
    for ring in releases.RINGS:
        share = 100 * sum(place < ring for place in places) / len(places)
        assert abs(share - ring) < 1
    other = [releases.place("r2", device) for device in devices]
    both = sum(a < 10 and b < 10 for a, b in zip(places, other, strict=True)) / len(devices)
    assert both < 0.02  # not the same villages every time


class Fleet:
    """Fifty terminals in the platform's tables that report what a test says."""

    def __init__(self, store: Repository, platform: object) -> None:
        del platform
        self.store = store
        self.ids = [f"FLEET-{number:03d}" for number in range(50)]
        for name in self.ids:
            Row.objects.get_or_create(pk=name, defaults={"log_key": "", "tls_key": name, "admitted_at": NOW})
            ConfigTerminal.objects.update_or_create(pk=name, defaults={"release": None, "counter": 0, "published": 0})

    def report(self, release: str, state: ConfigState) -> None:
        for row in ConfigTerminal.objects.filter(release=release):
            self.one(row.terminal_id, state)

    @staticmethod
    def one(name: str, state: ConfigState) -> None:
        call = releases.Call(
            ask=ConfigReport(state=state), terminal=Row.objects.get(pk=name), session=None, at=datetime.now(UTC)
        )
        releases.report(call)

    def close(self) -> None:
        ConfigTerminal.objects.filter(pk__in=self.ids).delete()
        Row.objects.filter(pk__in=self.ids).delete()


@pytest.fixture
def fleet(store: Repository, platform: object):  # type: ignore[no-untyped-def]
    first(store)
    store.put({"obj/texts": b""}, {}, NOW)
    sign(store, CONTENT, 0, 1)
    store.publish(NOW)
    made = Fleet(store, platform)
    yield made
    made.close()
    ConfigTerminal.objects.update(release=None, before=None, counter=0, published=0)  # they were in another repository
    ConfigRelease.objects.all().delete()


def test_a_ring_waits_for_reports_and_errors_stop_the_release(fleet: Fleet) -> None:
    releases.make(fleet.store, "r1", {})
    in_ten = [name for name in fleet.ids if releases.place("r1", name) < 10]
    assert in_ten
    releases.rollout(fleet.store, "r1", 10)
    data = fleet.store.target_path("dev")
    assert len([path for path in data.iterdir() if "FLEET" in path.name]) == len(in_ten)
    with pytest.raises(CeremonyError, match="reported"):
        releases.rollout(fleet.store, "r1", 50)
    with pytest.raises(CeremonyError, match="grow"):
        releases.rollout(fleet.store, "r1", 1)
    fleet.report("r1", ConfigState.CURRENT)
    releases.rollout(fleet.store, "r1", 50)
    fleet.report("r1", ConfigState.CURRENT)
    assert releases.find("r1").halted_at is None
    fleet.one(in_ten[0], ConfigState.PARTLY)
    assert releases.find("r1").halted_at is not None
    with pytest.raises(CeremonyError, match="halted"):
        releases.rollout(fleet.store, "r1", 100)
    releases.resume("r1")
    releases.rollout(fleet.store, "r1", 100)


def test_going_back_names_what_was_before_under_a_higher_counter(fleet: Fleet) -> None:
    releases.make(fleet.store, "r1", {})
    releases.make(fleet.store, "r2", {"obj/texts": 0})
    for name in ("r1", "r2"):
        for ring in releases.RINGS:
            releases.rollout(fleet.store, name, ring)
            fleet.report(name, ConfigState.CURRENT)
    row = ConfigTerminal.objects.get(pk=fleet.ids[0])
    assert (row.release_id, row.counter, row.published) == ("r2", 2, 2)
    assert releases.halt(fleet.store, "r2", "made up", back=True) >= len(fleet.ids)
    row.refresh_from_db()
    assert (row.release_id, row.counter, row.published) == ("r1", 3, 3)
    held = fleet.store.read(fleet.store.bins().get_role_for_target(device_target(row.terminal_id))).signed
    path = fleet.store.target_path(held.targets[device_target(row.terminal_id)].get_prefixed_paths()[0])
    made = msgspec.json.decode(path.read_bytes(), type=Assignment)
    assert (made.counter, made.release, [o.name for o in made.objects]) == (3, "r1", ["obj/texts"])


def test_a_crash_between_counter_and_publication_is_made_good(fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
    releases.make(fleet.store, "r1", {})

    def cut(*_: object) -> None:
        raise OSError("power")

    with monkeypatch.context() as broken:
        broken.setattr(Repository, "assign", cut)
        with pytest.raises(OSError, match="power"):
            releases.rollout(fleet.store, "r1", 100)
    assert ConfigTerminal.objects.get(pk=fleet.ids[0]).published == 0
    releases.rollout(fleet.store, "r1", 100)
    assert ConfigTerminal.objects.get(pk=fleet.ids[0]).published == 1


def test_what_is_served_and_to_whom(  # type: ignore[no-untyped-def]
    platform, terminal: Terminal, other_terminal: Terminal, ceremony: Ceremony, tmp_path: Path
) -> None:
    client = terminal.client
    assert client.get(f"{wire.CONFIG_METADATA}timestamp.json").status_code == 200
    assert client.get(f"{wire.CONFIG_METADATA}2.root.json").status_code == 404
    for name in ("..%2fonline.key", "online.key", "1.root.json%00", "%2e%2e/online.key"):
        assert client.get(f"{wire.CONFIG_METADATA}{name}").status_code == 404
    store = Repository(platform.configuration)
    mine, theirs = (
        store.read(store.bins().get_role_for_target(device_target(who.id))).signed.targets[device_target(who.id)]
        for who in (terminal, other_terminal)
    )
    assert client.get(f"{wire.CONFIG_TARGETS}{mine.get_prefixed_paths()[0]}").status_code == 200
    assert client.get(f"{wire.CONFIG_TARGETS}{theirs.get_prefixed_paths()[0]}").status_code == 404
    for name in ("../online.key", "dev/../../online.key", "obj/x"):
        assert client.get(f"{wire.CONFIG_TARGETS}{name}").status_code == 404
    # The time, for everybody, on the other listener and without a certificate.
    nonce = "0f" * 16
    tls = ssl.create_default_context(cafile=str(terminal.folder / "ca.pem"))
    with httpx.Client(base_url=platform.public_url, verify=tls, trust_env=False) as public:
        answer = msgspec.json.decode(public.get(f"{wire.CONFIG_TIME}{nonce}").content, type=wire.TimeAnswer)
        assert public.get(f"{wire.CONFIG_TIME}xyz").status_code == 404
        assert public.get(f"{wire.CONFIG_METADATA}timestamp.json").status_code == 404
    key = store.read("root").signed.unrecognized_fields[TIME_KEY]
    Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(answer.signature, answer.signed_bytes())
    assert answer.nonce == nonce
    # Newly admitted: the root of trust, the county, an assignment.
    late = admit(tmp_path / "late", "TEST-0077")
    assert json.loads((late.folder / "root.json").read_bytes())["signed"]["version"] == 1
    assert ConfigTerminal.objects.get(pk="TEST-0077").published == 1
    assert terminal.send(wire.CONFIG_REPORT, ConfigReport(state=ConfigState.CURRENT, counter=1)).status_code == 200
    assert "current" in ceremony.command("status").stdout
    assert "TEST-0077" in ceremony.command("status").stdout
    assert ceremony.command("verify").returncode == 0
    ceremony.put({"texts.toml": '"ok" = "好"'.encode()})
    assert "obj/texts.v1" in ceremony.command("show").stdout
    wrong = ceremony.folder / "item-41.toml"
    wrong.write_bytes(b"number = 40")
    refused = ceremony.command("put", str(wrong), check=False)
    assert (refused.returncode, "item-41" in refused.stderr) == (1, True)
    # A file of the repository that was changed on the platform's disk does not verify.
    (published,) = store.folder.joinpath("targets", "obj").iterdir()
    published.write_bytes(b"other")
    assert ceremony.command("verify", check=False).returncode == 1
    assert COUNTY in ceremony.command("show", "--json").stdout
    assert limits.CONFIG_ERROR_PERCENT < limits.CONFIG_REPORTED_PERCENT
