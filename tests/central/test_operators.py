"""Two who give out configuration at the same time: no counter is given twice, and none is published after a higher."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec
import pytest
from django.db import OperationalError, connection

from central.configuration import keys, releases, repository
from central.configuration.repository import Repository
from central.models import ConfigTerminal
from contract.configuration import Assignment, county_role, device_target
from tests.central.test_configuration import NOW, Fleet, fleet, sign, store  # noqa: F401
from tests.kiosk.ceremony import COUNTY


@pytest.fixture
def village(fleet: Fleet) -> str:  # noqa: F811
    """A terminal of a county, whose notices do not wait for rings."""
    name = fleet.ids[0]
    ConfigTerminal.objects.filter(pk=name).update(county=COUNTY)
    releases.make(fleet.store, "r1", {})
    return name


def published(store: Repository, name: str) -> int:  # noqa: F811
    target = device_target(name)
    listed = store.read(store.bins().get_role_for_target(target)).signed.targets[target]
    data = store.target_path(listed.get_prefixed_paths()[0]).read_bytes()
    return msgspec.json.decode(data, type=Assignment).counter


def test_no_counter_is_given_twice(
    fleet: Fleet, village: str, monkeypatch: pytest.MonkeyPatch  # noqa: F811
) -> None:  # fmt: skip
    whose, errors = releases.place, []

    def push() -> None:
        try:
            releases.push_county(fleet.store, COUNTY)
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    county = threading.Thread(target=push)

    def meanwhile(release: str, device: str) -> float:
        """The county pushes when the rollout has read its rows; it may have to wait."""
        if county.ident is None:
            county.start()
            county.join(1)
        return whose(release, device)

    monkeypatch.setattr(releases, "place", meanwhile)
    releases.rollout(fleet.store, "r1", 100)
    county.join(30)
    assert not errors
    row = ConfigTerminal.objects.get(pk=village)
    assert (row.counter, row.published, published(fleet.store, village)) == (2, 2, 2)


def with_a_notice(store: Repository, words: str) -> None:  # noqa: F811
    """The county signs for itself."""
    held = store.folder.parent / "keys"
    if not (held / "county.pub").exists():
        store.county(COUNTY, [keys.public(keys.generate(held, "county"))], NOW)
        sign(store, "targets", 0, 1)
    else:
        store.put({f"county/{COUNTY}/notices": words.encode()}, {}, NOW, COUNTY)
    repository.sign(store.draft_path(county_role(COUNTY)), keys.signer(held / "county.key"))
    store.publish(NOW)


def test_what_was_published_and_not_written_down_is_not_said_otherwise_under_its_counter(
    fleet: Fleet, village: str, monkeypatch: pytest.MonkeyPatch  # noqa: F811
) -> None:  # fmt: skip
    with_a_notice(fleet.store, "")

    def full(*_: object, **__: object) -> None:
        raise OperationalError("database or disk is full")

    with monkeypatch.context() as disk:
        disk.setattr(ConfigTerminal.objects, "bulk_update", full)
        with pytest.raises(OperationalError):
            releases.push_county(fleet.store, COUNTY)
    releases.publish_pending(fleet.store)
    assert published(fleet.store, village) == 1, "the same again is the same"
    ConfigTerminal.objects.filter(pk=village).update(published=0)
    with_a_notice(fleet.store, "made up")
    releases.publish_pending(fleet.store)
    row = ConfigTerminal.objects.get(pk=village)
    assert (row.counter, row.published, published(fleet.store, village)) == (2, 2, 2)


def test_tables_put_back_from_a_backup_count_on_from_what_terminals_have(
    fleet: Fleet, village: str  # noqa: F811
) -> None:  # fmt: skip
    for _ in range(3):
        releases.push_county(fleet.store, COUNTY)
    ConfigTerminal.objects.filter(pk=village).update(counter=1, published=1)
    releases.push_county(fleet.store, COUNTY)
    row = ConfigTerminal.objects.get(pk=village)
    assert (row.counter, row.published, published(fleet.store, village)) == (4, 4, 4)


def test_none_is_published_after_a_higher_one(
    fleet: Fleet, village: str, monkeypatch: pytest.MonkeyPatch  # noqa: F811
) -> None:  # fmt: skip
    alone, waited = Repository.alone, []

    @contextmanager
    def after_another(store: Repository) -> Iterator[None]:  # noqa: F811
        """Somebody else had the repository first."""
        if not waited:
            waited.append(True)
            releases.push_county(store, COUNTY)
        with alone(store):
            yield

    monkeypatch.setattr(Repository, "alone", after_another)
    releases.rollout(fleet.store, "r1", 100)
    row = ConfigTerminal.objects.get(pk=village)
    assert (row.counter, row.published, published(fleet.store, village)) == (2, 2, 2)


@pytest.mark.parametrize("left", [None, b"", b"{"])
def test_an_assignment_that_was_lost_is_published_anew(
    fleet: Fleet, village: str, left: bytes | None  # noqa: F811
) -> None:  # fmt: skip
    """A file that is gone from the repository, or spoilt, keeps nobody's next one from being published."""
    releases.push_county(fleet.store, COUNTY)
    target = device_target(village)
    listed = fleet.store.read(fleet.store.bins().get_role_for_target(target)).signed.targets[target]
    before = published(fleet.store, village)
    path = fleet.store.target_path(listed.get_prefixed_paths()[0])
    path.unlink()
    if left is not None:
        path.write_bytes(left)
    releases.push_county(fleet.store, COUNTY)
    assert published(fleet.store, village) == before + 1
