"""What honest days bring: newer objects, going back, one that cannot be taken, power cuts, clocks, keys exchanged."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from securesystemslib.signer import CryptoSigner

from contract import contents, waits
from contract.configuration import CONTENT, DEVICES, Assigned, named, signer_of
from contract.waits import Wait, Waits
from contract.wire import ConfigState
from secure.config.client import Client
from secure.config.files import Files
from secure.config.marks import Marks
from tests.secure.config.simulator import COUNTY
from tests.secure.config.village import DEVICE, ROSTER, WORDS, Village


def publish(village: Village, *objects: tuple[str, int] | Assigned, **files: bytes) -> None:
    for target, data in files.items():
        village.sim.put(f"obj/{target.replace('_', '.')}", data)
    village.sim.publish(CONTENT, village.sim.assign(DEVICE, *objects))


def test_going_back_is_a_higher_counter_naming_an_older_object(village: Village) -> None:
    publish(village, ("obj/texts", 2), texts_v2='"ok" = "行"'.encode())
    assert village.refresh().state is ConfigState.CURRENT
    publish(village, ("obj/texts", 1))
    outcome = village.refresh()
    assert outcome.state is ConfigState.CURRENT
    assert village.runs() == {"obj/texts": 1}
    assert village.marks.counter == 3


def test_one_object_that_does_not_parse_is_named_and_the_rest_stands(village: Village) -> None:
    publish(village, ("obj/texts", 2), ("obj/limits", 1), texts_v2=b"no toml", limits_v1=b"FAREWELL = 5")
    for _ in range(2):  # also when it is looked at again
        assert village.refresh().state is ConfigState.PARTLY
        assert village.runs() == {"obj/limits": 1, "obj/texts": 1}
        assert list(village.in_use.refused) == ["obj/texts"]
    assert village.bytes_of("obj/texts") == WORDS
    publish(village, ("obj/texts", 3), ("obj/limits", 1), texts_v3=WORDS)
    assert village.refresh().state is ConfigState.CURRENT
    assert village.runs() == {"obj/limits": 1, "obj/texts": 3}


def test_a_last_good_version_below_the_minimum_is_not_kept(village: Village) -> None:
    village.sim.put("obj/texts.v2", b"no toml", minimum=2)
    publish(village, ("obj/texts", 2))
    assert village.refresh().state is ConfigState.PARTLY
    assert village.runs() == {}


def test_a_damaged_object_is_fetched_again(village: Village) -> None:
    held = village.in_use.by_name()["obj/texts"]
    Files(village.folder / "config").path(held.sha256).write_bytes(b"")
    assert village.bytes_of("obj/texts") is None
    assert village.refresh().state is ConfigState.CURRENT
    assert village.bytes_of("obj/texts") == WORDS


def test_all_of_pythontufs_files_lost_is_no_harm(village: Village) -> None:
    for path in (village.folder / "config" / "metadata").rglob("*.json"):
        path.unlink()
    assert village.refresh().state is ConfigState.CURRENT


def test_a_clock_that_runs_ahead_is_put_right_by_the_platforms_time(village: Village) -> None:
    village.at += timedelta(days=3652)
    assert village.refresh().state is ConfigState.STALE
    village.honest_time()
    assert village.refresh().state is ConfigState.CURRENT


def test_a_lost_clock_comes_back_by_itself(village: Village) -> None:
    publish(village, ("obj/texts", 2), texts_v2='"ok" = "行"'.encode())
    village.at -= timedelta(days=3652)
    assert village.refresh().state is ConfigState.CLOCK_LOST
    village.honest_time()
    assert village.refresh().state is ConfigState.CURRENT
    assert village.runs() == {"obj/texts": 2}


def test_the_floor_rises_with_signed_time_and_with_the_witness(village: Village) -> None:
    floor = village.sim.now
    assert village.marks.server_time == floor
    village.at = floor - timedelta(minutes=6)
    assert village.refresh().state is ConfigState.CLOCK_LOST
    village.at = floor + timedelta(minutes=1)
    assert village.refresh().state is ConfigState.CURRENT
    village.cosigned = floor + timedelta(hours=1)
    assert village.refresh().state is ConfigState.CLOCK_LOST


def test_new_online_keys_are_not_bound_by_what_the_stolen_one_claimed(village: Village) -> None:
    """Fast-forward (TUF 5.3.11): the thief leaves huge numbers behind; two of three give the roles to another key."""
    sim = village.sim
    sim.timestamp.version = sim.snapshot.version = 2**40
    sim.publish(sim.assign(DEVICE, Assigned(name="obj/texts", version=1, minimum=1), (ROSTER, 1), counter=2**50))
    assert village.refresh().state is ConfigState.CURRENT
    new = CryptoSigner.generate_ed25519()
    for role in ("timestamp", "snapshot"):
        sim.root.revoke_key(sim.online.public_key.keyid, role)
        sim.root.add_key(new.public_key, role)
    sim.root.version += 1
    sim.publish_root()
    targets = sim.roles["targets"].delegations
    devices = sim.roles[DEVICES].delegations
    assert targets is not None
    assert devices is not None
    assert targets.roles is not None
    assert devices.succinct_roles is not None
    for role in ("timestamp", "snapshot", DEVICES, *devices.succinct_roles.get_roles()):
        sim.signers[role] = [new]
    targets.roles[DEVICES].keyids = []
    sim.roles["targets"].add_key(new.public_key, DEVICES)
    devices.succinct_roles.keyids = []
    sim.roles[DEVICES].add_key(new.public_key)
    sim.timestamp.version = sim.snapshot.version = 10
    sim.publish("targets", DEVICES, sim.assign(DEVICE, ("obj/texts", 1), (ROSTER, 1), counter=5))
    assert village.refresh().state is ConfigState.CURRENT
    assert (village.marks.root, village.marks.counter) == (2, 5)


def test_marks_only_rise(village: Village) -> None:
    before = village.marks
    outcome = village.refresh()
    assert outcome.in_use is None
    assert village.marks == before
    assert Marks().under("a") == Marks(online="a")


def test_a_terminal_of_no_county_takes_no_countys_objects(village: Village, tmp_path: Path) -> None:
    client = village.client()
    homeless = Client(tmp_path / "x", DEVICE, "", client.bootstrap, client.check, client.ask, client.clock)
    outcome = homeless.refresh(village.sim, Marks(), village.in_use)
    assert outcome.reason == "not_signed"


def test_who_may_sign_what() -> None:
    assert signer_of("obj/texts", COUNTY) == CONTENT
    assert signer_of(f"county/{COUNTY}/notices", COUNTY) == f"county-{COUNTY}"
    for name in ("dev/texts", f"county/{COUNTY}x/notices", "obj/../x", "county//x", "obj/texts.v1", "obj/Texts"):
        assert signer_of(name, COUNTY) is None
    assert named("obj/texts.v0") is None


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("obj/limits", b"FAREWELL = 1", "FAREWELL"),
        ("obj/limits", b"DISK_RESERVE_BYTES = 1", "DISK_RESERVE_BYTES"),
        ("obj/texts", b'"pin.wrong" = "{tries.__class__}"', "空位"),
        ("obj/texts", b'"pin.wrong" = "{tries!r}"', "空位"),
        ("obj/texts", b'"ok" = "{"', "空位"),
        ("obj/texts", b'"no.such" = "x"', "没有这个键"),
        ("obj/item-41", b"number = 40", "required"),
        ("obj/item-25", b"", ""),
        ("obj/media-x", b"GIF89a", "PNG"),
        ("obj/program", b"import os", "没有这一类"),
        ("county/140902/texts", b"", "没有这一类"),
        (
            "obj/faults",
            '["card.silent"]\nwhat="十六个字以上的标题不能放到屏幕上来看"\ndo="x"\nstaff="x"'.encode(),
            "16",
        ),
    ],
)
def test_what_is_not_taken(name: str, data: bytes, why: str) -> None:
    _, refused = contents.build({name: data})
    assert why in refused[name]


def test_the_packaged_words_could_be_sent_as_they_are() -> None:
    """Whatever the rules for words are, they take what the release itself says."""
    folder = contents.catalogue.ITEMS.parent
    laid, refused = contents.build(
        {
            "obj/texts": (folder / "texts.toml").read_bytes(),
            "obj/faults": (folder / "faults.toml").read_bytes(),
            **{f"obj/item-{path.stem}": path.read_bytes() for path in (folder / "items").glob("*.toml")},
            **{f"obj/codes-{path.stem}": path.read_bytes() for path in (folder / "codes").glob("*.toml")},
        }
    )
    assert refused == {}
    assert len(laid.catalogue) == len(contents.packaged().catalogue)


def test_an_item_may_not_ask_for_less_proof() -> None:
    raw = contents.catalogue.ITEMS / "25.toml"
    lowered = raw.read_bytes().replace(b'proof = "proved"', b'proof = "shown"')
    assert lowered != raw.read_bytes()
    _, refused = contents.build({"obj/item-25": lowered})
    assert "obj/item-25" in refused


def test_a_code_table_goes_into_the_fields_that_ask_for_it() -> None:
    table = b'title="x"\nstandard="x"\nsource="x"\nrows=[{code="a",label="A"},{code="b",label="B"}]'
    laid, refused = contents.build({"obj/codes-counties": table})
    assert refused == {}
    county = next(field for field in laid.catalogue[3].fields if field.key == "county")
    assert [option.code for option in county.options] == ["a", "b"]


def test_waits_stay_within_their_bounds() -> None:
    assert Waits(waits.checked({"IDLE_LIMIT": 120}))[Wait.IDLE_LIMIT] == 120.0
    with pytest.raises(ValueError, match="IDLE_LIMIT"):
        waits.checked({"IDLE_LIMIT": float("nan")})
