"""Two who give out configuration at the same time: no counter is given twice, and none is published after a higher."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec
import pytest
from django.db import connection

from central.configuration import releases
from central.configuration.repository import Repository
from central.models import ConfigTerminal
from contract.configuration import Assignment, device_target
from tests.central.test_configuration import Fleet, fleet, store  # noqa: F401
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
