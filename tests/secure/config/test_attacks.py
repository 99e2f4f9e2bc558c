"""Attacks 14 to 22 and 36 of docs/security.md, each against the real client and marks in SQLite."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import DelegatedRole, Delegations, MetaFile, TargetFile, Targets
from tuf.ngclient import FetcherInterface

from contract import limits
from contract.configuration import CONTENT, DEVICES, Assigned, county_role, device_target
from contract.wire import CONFIG_METADATA, ConfigState
from secure.config.fetch import Budget
from tests.secure.config.simulator import COUNTY, SPEC, Simulator
from tests.secure.config.village import DEVICE, OTHER, ROSTER, WORDS, Village, roster

COUNTY_ROLE = county_role(COUNTY)


def newer(village: Village) -> Simulator:
    """Publish a second text and have the terminal take it; returns the repository as it was before."""
    before = village.sim.copy()
    village.sim.put("obj/texts.v2", '"ok" = "行"'.encode())
    village.sim.publish(CONTENT, village.sim.assign(DEVICE, ("obj/texts", 2), (ROSTER, 1)))
    assert village.refresh().state is ConfigState.CURRENT
    assert village.runs() == {"obj/texts": 2, ROSTER: 1}
    return before


def kept(village: Village, **wanted: int) -> None:
    assert village.runs() == {"obj/texts": wanted.get("texts", 1), ROSTER: wanted.get("roster", 1)}


def test_14_configuration_rolled_back(village: Village) -> None:
    """The online key, stolen, signs an older assignment's objects as a newer repository: the counter went back."""
    newer(village)
    village.sim.publish(village.sim.assign(DEVICE, ("obj/texts", 1), (ROSTER, 1), counter=1))
    outcome = village.refresh()
    assert (outcome.state, outcome.reason) == (ConfigState.REFUSED, "rollback")
    kept(village, texts=2)


def test_14_the_whole_repository_rolled_back(village: Village) -> None:
    village.source = newer(village)
    assert village.refresh().state is ConfigState.REFUSED
    kept(village, texts=2)


def test_15_rolled_back_with_timestamp_and_snapshot_emptied(village: Village) -> None:
    """python-tuf alone takes this (its files are all it remembers); the marks do not."""
    village.source = newer(village)
    village.cut("timestamp", "snapshot")
    outcome = village.refresh()
    assert (outcome.state, outcome.reason, outcome.role) == (ConfigState.REFUSED, "rollback", "timestamp")
    kept(village, texts=2)


def test_15_the_snapshot_alone_rolled_back(village: Village) -> None:
    """The stolen online key signs a newer timestamp over the old snapshot."""
    before = newer(village)
    village.cut("timestamp", "snapshot")
    before.timestamp.version = village.sim.timestamp.version + 1
    village.source = before
    outcome = village.refresh()
    assert (outcome.state, outcome.reason, outcome.role) == (ConfigState.REFUSED, "rollback", "snapshot")
    kept(village, texts=2)


def test_16_frozen_is_stale_and_the_old_is_kept(village: Village) -> None:
    """A mirror goes on serving what was true once."""
    village.at += timedelta(days=8)
    outcome = village.refresh()
    assert (outcome.state, outcome.reason) == (ConfigState.STALE, "expired")
    kept(village)
    assert village.bytes_of("obj/texts") == WORDS


def test_16_out_of_reach_for_too_long_is_stale_too(village: Village) -> None:
    class Silent(FetcherInterface):
        def _fetch(self, url: str) -> Iterator[bytes]:
            raise OSError("no route to host")

    village.source = Silent()
    assert village.refresh().state is ConfigState.UNREACHABLE
    village.at += timedelta(days=8)
    assert village.refresh().state is ConfigState.STALE
    kept(village)


def _frozen_under_a_clock_ten_years_back(village: Village) -> None:
    """What is served has expired; by the terminal's clock it has not been signed yet."""
    village.sim.now += timedelta(days=8)
    village.sim.put("obj/texts.v2", '"ok" = "行"'.encode())
    frozen = village.sim.copy()
    frozen.now -= timedelta(days=7, hours=23)  # signed within the life of what the terminal has, and expired since
    frozen.publish(CONTENT, frozen.assign(DEVICE, ("obj/texts", 2), (ROSTER, 1)))
    village.source = frozen
    village.at -= timedelta(days=3652)


def test_17_frozen_under_a_clock_ten_years_back(village: Village) -> None:
    """python-tuf alone takes this; below the time floor nothing is looked at."""
    _frozen_under_a_clock_ten_years_back(village)
    outcome = village.refresh()
    assert (outcome.state, outcome.reason) == (ConfigState.CLOCK_LOST, "clock_lost")
    kept(village)


def test_17_with_the_platforms_time_it_is_seen_to_be_stale(village: Village) -> None:
    _frozen_under_a_clock_ten_years_back(village)
    village.honest_time()
    outcome = village.refresh()
    assert (outcome.state, outcome.reason) == (ConfigState.STALE, "expired")
    kept(village)


def test_17_a_false_or_repeated_time_answer_is_none(village: Village) -> None:
    _frozen_under_a_clock_ten_years_back(village)
    stranger = Simulator()
    village.answer = lambda nonce: stranger.time_answer(nonce, village.sim.now)
    assert village.refresh().state is ConfigState.CLOCK_LOST
    village.answer = lambda nonce: village.sim.time_answer("00" * 16, village.sim.now)
    assert village.refresh().state is ConfigState.CLOCK_LOST
    village.answer = lambda nonce: b'{"more": ' + b"[" * 60_000
    assert village.refresh().state is ConfigState.CLOCK_LOST
    kept(village)


def test_18_an_old_bin_under_a_new_snapshot(village: Village) -> None:
    """The stolen online key lists the old bin in a newer snapshot; a power cut made python-tuf forget the old one."""
    before = newer(village)
    name = village.sim.bin_of(DEVICE)
    village.sim.publish()
    village.sim.roles[name] = before.roles[name]
    village.sim.files[device_target(DEVICE)] = before.files[device_target(DEVICE)]
    village.sim.snapshot.meta[f"{name}.json"] = MetaFile(before.roles[name].version)
    village.cut("timestamp", "snapshot", name)
    outcome = village.refresh()
    assert (outcome.state, outcome.reason, outcome.role) == (ConfigState.REFUSED, "rollback", device_target(DEVICE))
    kept(village, texts=2)


def test_18_another_assignment_under_the_same_counter(village: Village) -> None:
    village.sim.put("obj/texts.v2", '"ok" = "行"'.encode())
    village.sim.publish(CONTENT, village.sim.assign(DEVICE, ("obj/texts", 2), (ROSTER, 1), counter=1))
    outcome = village.refresh()
    assert (outcome.state, outcome.reason) == (ConfigState.REFUSED, "counter_reused")
    kept(village)


@pytest.mark.parametrize("target", ["obj/texts.v9", f"{ROSTER}.v9", "county/140999/roster-x.v1"])
def test_19_the_online_key_assigns_an_object_nobody_signed(village: Village, target: str) -> None:
    """It lists the object in the only roles it can sign: the bin and ``devices``."""
    name, _, version = target.rpartition(".v")
    device_bin = village.sim.assign(DEVICE, (name, int(version)))
    for role in (device_bin, DEVICES):
        village.sim.put(target, b'"ok" = "evil"', role=role)
    village.sim.publish(device_bin, DEVICES)
    outcome = village.refresh()
    assert (outcome.state, outcome.reason, outcome.role) == (ConfigState.REFUSED, "not_signed", name)
    kept(village)


def test_19_even_where_targets_delegates_more_than_it_should(village: Village) -> None:
    """Its holders let the online key in before ``content``: python-tuf takes its word for the object, the terminal does
    not."""
    delegations = village.sim.roles["targets"].delegations
    assert delegations is not None
    assert delegations.roles is not None
    devices = delegations.roles.pop(DEVICES)
    devices.paths = ["dev/*", "obj/*"]
    delegations.roles = {DEVICES: devices, **delegations.roles}
    device_bin = village.sim.assign(DEVICE, ("obj/texts", 9), (ROSTER, 1))
    for role in (device_bin, DEVICES):
        village.sim.put("obj/texts.v9", b'"ok" = "evil"', role=role)
    village.sim.publish("targets", device_bin, DEVICES)
    outcome = village.refresh()
    assert (outcome.state, outcome.reason, outcome.role) == (ConfigState.REFUSED, "not_signed", "obj/texts")
    kept(village)


def test_19_targets_lists_an_object_itself(village: Village) -> None:
    """Who signs ``targets`` says who signs what, and no more."""
    village.sim.put("obj/texts.v2", b'"ok" = "evil"', role="targets")
    village.sim.publish("targets", village.sim.assign(DEVICE, ("obj/texts", 2), (ROSTER, 1)))
    outcome = village.refresh()
    assert (outcome.state, outcome.reason, outcome.role) == (ConfigState.REFUSED, "not_signed", "obj/texts")
    kept(village)


def test_19_an_object_of_another_county(village: Village) -> None:
    """Properly signed, by a county that is not this village's."""
    role, signer = county_role("140921"), CryptoSigner.generate_ed25519()
    delegations = village.sim.roles["targets"].delegations
    assert delegations is not None
    assert delegations.roles is not None
    delegations.roles[role] = DelegatedRole(role, [], 1, True, ["county/140921/*"])
    village.sim.roles["targets"].add_key(signer.public_key, role)
    village.sim.signers[role] = [signer]
    village.sim.roles[role] = Targets(1, SPEC, village.sim.expiry(30))
    village.sim.put("county/140921/notices.v1", b"", role=role)
    device_bin = village.sim.assign(DEVICE, ("county/140921/notices", 1))
    village.sim.publish("targets", role, device_bin)
    outcome = village.refresh()
    assert (outcome.state, outcome.reason) == (ConfigState.REFUSED, "not_signed")
    kept(village)


def test_19_a_county_delegates_to_a_role_called_content(village: Village) -> None:
    """python-tuf keeps trusted roles by name alone: the county's ``content`` would take the real one's place."""
    sim = village.sim
    false = CryptoSigner.generate_ed25519()
    county = sim.roles[COUNTY_ROLE]
    county.delegations = Delegations({}, {CONTENT: DelegatedRole(CONTENT, [], 1, True, ["*/*", "*/*/*"])})
    county.add_key(false.public_key, CONTENT)
    forged = Targets(sim.roles[CONTENT].version, SPEC, sim.expiry(30))
    forged.targets["obj/limits.v1"] = TargetFile.from_data("obj/limits.v1", b"FAREWELL = 10", ["sha256"])
    sim.files["obj/limits.v1"] = b"FAREWELL = 10"
    device_bin = sim.assign(DEVICE, ("obj/texts", 1), (f"county/{COUNTY}/nothing", 1), ("obj/limits", 1))
    sim.publish(COUNTY_ROLE, device_bin)
    # The terminal has the real content already; whoever asks for it again is served the forged one.
    url = f"{CONFIG_METADATA}{forged.version}.{CONTENT}.json"

    class Mirror(FetcherInterface):
        def _fetch(self, asked: str) -> Iterator[bytes]:
            return iter([sim.signed(forged, [false])]) if asked == url else sim.fetch(asked)

    village.source = Mirror()
    outcome = village.refresh()
    assert (outcome.state, outcome.reason) == (ConfigState.REFUSED, "RepositoryError")
    kept(village)


def test_20_one_of_three_root_keys_signs_a_new_root(village: Village) -> None:
    thief = CryptoSigner.generate_ed25519()
    false = village.sim.copy()
    false.root.version = 2
    for role in ("timestamp", "snapshot", "targets"):
        false.root.roles[role].keyids = []
        false.root.add_key(thief.public_key, role)
        false.root.roles[role].threshold = 1
        false.signers[role] = [thief]
    false.publish_root(false.signers["root"][0], thief)
    false.put("obj/texts.v2", b'"ok" = "evil"')
    false.publish(CONTENT, false.assign(DEVICE, ("obj/texts", 2), (ROSTER, 1)))
    village.source = false
    outcome = village.refresh()
    assert (outcome.state, outcome.reason) == (ConfigState.REFUSED, "UnsignedMetadataError")
    kept(village)


def test_21_another_devices_assignment_under_this_ones_name(village: Village) -> None:
    village.sim.put("obj/texts.v2", '"ok" = "行"'.encode())
    village.sim.publish(CONTENT, village.sim.assign(DEVICE, ("obj/texts", 2), (ROSTER, 1), names=OTHER))
    outcome = village.refresh()
    assert (outcome.state, outcome.reason) == (ConfigState.REFUSED, "other_device")
    kept(village)


def test_21_another_devices_file_served_in_its_place(village: Village) -> None:
    village.sim.put("obj/texts.v2", '"ok" = "行"'.encode())
    bins = {village.sim.assign(OTHER, ("obj/texts", 2)), village.sim.assign(DEVICE, ("obj/texts", 1), (ROSTER, 1))}
    village.sim.publish(CONTENT, *bins)
    village.sim.files[device_target(DEVICE)] = village.sim.files[device_target(OTHER)]
    assert village.refresh().state is ConfigState.REFUSED
    kept(village)


class Endless(FetcherInterface):
    """Serves the repository, except that one file never ends."""

    def __init__(self, sim: Simulator, which: str, piece: bytes, ticks: list[int]) -> None:
        self.sim, self.which, self.piece, self.ticks = sim, which, piece, ticks

    def _fetch(self, url: str) -> Iterator[bytes]:
        if self.which not in url:
            yield from self.sim.fetch(url)
            return
        while True:
            self.ticks[0] += 1
            assert self.ticks[0] < 1_000_000, "nothing stopped it"
            yield self.piece


@pytest.mark.parametrize("which", ["timestamp", "snapshot", "targets", "2.root", "bin-", "content", "texts.v2", "dev/"])
def test_22_oversized_files_are_cut_off(village: Village, which: str) -> None:
    village.sim.put("obj/texts.v2", '"ok" = "行"'.encode())
    village.sim.publish("targets", CONTENT, village.sim.assign(DEVICE, ("obj/texts", 2), (ROSTER, 1)))
    ticks = [0]
    village.source = Endless(village.sim, which, b" " * 4096, ticks)
    outcome = village.refresh()
    assert (outcome.state, outcome.reason) == (ConfigState.REFUSED, "too_large")
    assert ticks[0] * 4096 <= limits.CONFIG_TARGETS_BYTES + 4096
    kept(village)


def test_22_an_endless_trickle_ends_with_the_look(village: Village) -> None:
    """One byte at a time, always in time for the next read: each file's length would be bounded, the hours not."""
    ticks = [0]
    village.source = Endless(village.sim, "timestamp", b" ", ticks)
    village.budget = lambda: Budget(uptime=lambda: float(ticks[0]))
    outcome = village.refresh()
    assert (outcome.state, outcome.reason) == (ConfigState.UNREACHABLE, "limits.CONFIG_REFRESH is over")
    assert ticks[0] <= limits.CONFIG_REFRESH + 2
    kept(village)


def test_22_many_large_files_end_with_the_sum(village: Village, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "CONFIG_TOTAL_BYTES", 60_000)
    names = [f"media-{number}" for number in range(12)]
    for number, name in enumerate(names):
        village.sim.put(f"obj/{name}.v1", bytes([number]) * 10_000)
    village.sim.publish(CONTENT, village.sim.assign(DEVICE, *((f"obj/{name}", 1) for name in names)))
    outcome = village.refresh()
    assert (outcome.state, outcome.reason) == (ConfigState.UNREACHABLE, "limits.CONFIG_TOTAL_BYTES is used up")
    kept(village)


@pytest.mark.parametrize("role", ["timestamp", "snapshot"])
def test_22_a_version_that_no_table_holds_is_refused(village: Village, role: str) -> None:
    """The stolen online key counts on to where nothing can be written down any more."""
    getattr(village.sim, role).version = 2**70
    village.sim.publish()
    outcome = village.refresh()
    assert (outcome.state, outcome.reason, outcome.role) == (ConfigState.REFUSED, "too_large", role)
    kept(village)


def test_36_an_old_roster_that_was_once_properly_signed(village: Village) -> None:
    """The county froze somebody out: its second roster says that there is no way back. The first is still listed."""
    sim = village.sim
    sim.put(f"{ROSTER}.v2", roster("two"), role=COUNTY_ROLE, minimum=2)
    sim.publish(COUNTY_ROLE, sim.assign(DEVICE, ("obj/texts", 1), (ROSTER, 2)))
    assert village.refresh().state is ConfigState.CURRENT
    kept(village, roster=2)
    sim.publish(sim.assign(DEVICE, ("obj/texts", 1), (ROSTER, 1)))
    outcome = village.refresh()
    assert (outcome.state, outcome.reason, outcome.role) == (ConfigState.REFUSED, "below_minimum", ROSTER)
    kept(village, roster=2)


def test_36_also_at_a_terminal_that_never_saw_the_newer_one(village: Village) -> None:
    sim = village.sim
    sim.put(f"{ROSTER}.v2", roster("two"), role=COUNTY_ROLE, minimum=2)
    sim.publish(COUNTY_ROLE, sim.assign(DEVICE, ("obj/texts", 1), (ROSTER, 1)))
    assert village.refresh().reason == "below_minimum"


def test_36_an_old_item_below_the_minimum_of_an_earlier_assignment(village: Village) -> None:
    sim = village.sim
    sim.put("obj/texts.v2", '"ok" = "行"'.encode())
    sim.publish(CONTENT, sim.assign(DEVICE, Assigned(name="obj/texts", version=2, minimum=2), (ROSTER, 1)))
    assert village.refresh().state is ConfigState.CURRENT
    sim.publish(sim.assign(DEVICE, ("obj/texts", 1), (ROSTER, 1)))
    outcome = village.refresh()
    assert (outcome.state, outcome.reason, outcome.role) == (ConfigState.REFUSED, "below_minimum", "obj/texts")
    kept(village, texts=2)
