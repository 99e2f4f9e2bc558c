"""Signed configuration: what the marks cost beside bare python-tuf, and what a new terminal has to fetch where there
are 30,000 of them beside one flat list. Interleaved, in one run; no network, so that nothing hides the difference."""

from __future__ import annotations

import contextlib
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote

import msgspec
from securesystemslib.signer import CryptoSigner
from tuf.api.exceptions import DownloadHTTPError
from tuf.api.metadata import Metadata, MetaFile, Snapshot, TargetFile, Targets, Timestamp
from tuf.api.serialization.json import JSONSerializer
from tuf.ngclient import FetcherInterface, Updater

from bench.report import Figure
from central.configuration import keys
from central.configuration.repository import SPEC, Repository, sign
from contract import catalogue
from contract.configuration import CONTENT, Assigned, Assignment, Named, device_target
from contract.wire import CONFIG_METADATA, CONFIG_TARGETS, ConfigState
from secure.config import marks
from secure.config.client import Client
from secure.config.fetch import BoundedFetcher, Budget
from secure.schema import LEDGER
from secure.sqlite import Database

DEVICES: Final = 30_000
DEVICE: Final = "XZ-1409-00001"
REFRESH_GOAL: Final = 1.25
COLD_GOAL: Final = 1 / 50


class Sparse(Repository):
    """Keeps the assignment of the one device that is measured; of the others only what the bins say."""

    def _store(self, file: TargetFile, data: bytes) -> None:
        if file.path == device_target(DEVICE) or file.path.startswith("obj/"):
            super()._store(file, data)


@dataclass
class Counting(FetcherInterface):
    """The repository's files, with a count of the bytes of metadata and assignment (objects are the same for both)."""

    folder: Path
    count: int = 0
    replaced: dict[str, bytes] = field(default_factory=dict)

    def _fetch(self, url: str) -> Iterator[bytes]:
        path = unquote(url.replace(CONFIG_METADATA, "metadata/").replace(CONFIG_TARGETS, "targets/"))
        try:
            data = self.replaced.get(path) or (self.folder / path).read_bytes()
        except FileNotFoundError:
            raise DownloadHTTPError("404", 404) from None
        if not path.startswith("targets/obj/"):
            self.count += len(data)
        yield data


class Scene:
    """A repository of 30,000 terminals and one of them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.now = datetime.now(UTC)
        self.repository = Sparse(folder / "repository")
        self.signers: dict[str, list[CryptoSigner]] = {}
        self._begin()

    def _begin(self) -> None:
        public = {}
        for role in ("root", "targets", CONTENT):
            made = [keys.generate(self.folder / "keys", f"{role}-{number}") for number in range(3)]
            public[role] = [keys.public(path) for path in made]
            self.signers[role] = [keys.signer(path.with_suffix(".key")) for path in made[:2]]
        self.repository.begin(public, 2, self.now)
        self._publish("root", "targets", CONTENT)
        items = {f"obj/item-{path.stem}": path.read_bytes() for path in sorted(catalogue.ITEMS.glob("*.toml"))}
        self.repository.put(items, {}, self.now)
        self._publish(CONTENT)
        self.objects = tuple(Assigned(name=name, version=1) for name in sorted(items))
        self.counter = 1
        devices = [DEVICE, *(f"XZ-1409-{number:05d}" for number in range(2, DEVICES + 1))]
        self.repository.assign({device: self._assignment(device) for device in devices}, self.now)

    def _publish(self, *roles: str) -> None:
        for role in roles:
            for signer in self.signers[role]:
                sign(self.repository.draft_path(role), signer)
        self.repository.publish(self.now)

    def _assignment(self, device: str) -> bytes:
        made = Assignment(device=device, counter=self.counter, release="r1", objects=self.objects)
        return msgspec.json.encode(made)

    def next(self) -> None:
        """Another assignment for the device: a new bin, snapshot and timestamp."""
        self.counter += 1
        self.repository.assign({DEVICE: self._assignment(DEVICE)}, self.now)

    def root(self) -> bytes:
        return self.repository.metadata_path("1.root.json").read_bytes()

    def fetcher(self) -> Counting:
        return Counting(self.repository.folder)


class Bare:
    """What a client does that is python-tuf and nothing else: refresh, look its assignment up, then each object."""

    def __init__(self, scene: Scene, folder: Path) -> None:
        self.scene, self.folder = scene, folder
        (folder / "targets").mkdir(parents=True)

    def look(self, fetcher: FetcherInterface) -> None:
        updater = Updater(
            str(self.folder / "metadata"), CONFIG_METADATA, str(self.folder / "targets"), CONFIG_TARGETS, fetcher,
            bootstrap=self.scene.root(),
        )  # fmt: skip
        updater.refresh()
        wanted = [device_target(DEVICE), *(Named(o.name, o.version).target for o in self.scene.objects)]
        for target in wanted:
            info = updater.get_targetinfo(target)
            assert info is not None
            if updater.find_cached_target(info) is None:
                updater.download_target(info)


class Marked:
    """The terminal's client, with its marks in SQLite: WAL, FULL, as the ledger opens it."""

    def __init__(self, scene: Scene, folder: Path) -> None:
        folder.mkdir(parents=True)
        self.database = sqlite3.connect(folder / "ledger.db", isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=FULL"):
            self.database.execute(f"PRAGMA {pragma}")
        LEDGER.apply(Database(self.database))
        self.client = Client(
            folder=folder / "configuration", device=DEVICE, county="", bootstrap=scene.root(),
            # Reading the objects as items and texts is no part of either: python-tuf hands out bytes.
            check=lambda objects: {}, ask=lambda key: None, clock=lambda: datetime.now(UTC),
        )  # fmt: skip

    def look(self, fetcher: FetcherInterface) -> None:
        outcome = self.client.refresh(BoundedFetcher(fetcher.fetch, Budget()), *marks.load(self.database))
        assert outcome.state is ConfigState.CURRENT, outcome
        self.database.execute("BEGIN IMMEDIATE")
        marks.save(self.database, outcome.marks, outcome.in_use)
        self.database.execute("COMMIT")


def flat(scene: Scene) -> dict[str, bytes]:
    """The same repository as one flat list: every device and object in the top-level targets, signed online."""
    repository = scene.repository
    online, expires = repository.online(), (scene.now + timedelta(days=7)).replace(microsecond=0)
    targets = Targets(repository.version("targets") + 1, SPEC, expires)
    for name in [*repository.bins().get_roles(), CONTENT]:
        targets.targets |= repository.read(name).signed.targets
    snapshot = Snapshot(repository.version("snapshot") + 1, SPEC, expires, {"targets.json": MetaFile(targets.version)})
    timestamp = Timestamp(
        repository.read("timestamp").signed.version + 1, SPEC, expires, MetaFile(snapshot.version)
    )  # fmt: skip
    made: dict[str, bytes] = {}
    for name, signed, signers in (
        (f"metadata/{targets.version}.targets.json", targets, scene.signers["targets"]),
        (f"metadata/{snapshot.version}.snapshot.json", snapshot, [online]),
        ("metadata/timestamp.json", timestamp, [online]),
    ):
        metadata: Metadata[Any] = Metadata(signed)
        for signer in signers:
            metadata.sign(signer, append=True)
        made[name] = metadata.to_bytes(JSONSerializer(compact=True))
    return made


def _timed(work: Callable[[], None]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def figures(rounds: int) -> list[Figure]:
    """Both figures, for ``scripts/bench secure``."""
    with tempfile.TemporaryDirectory(prefix="bench-config-") as folder:
        scene = Scene(Path(folder))
        bare, marked = Bare(scene, Path(folder) / "bare"), Marked(scene, Path(folder) / "marked")
        cold_bytes, flat_bytes = _cold(scene)
        for client in (bare, marked):
            client.look(scene.fetcher())
        seconds: dict[str, list[float]] = {name: [] for name in ("bare", "marked", "bare new", "marked new")}
        for turn in range(rounds * 4):
            pairs = [("bare", bare), ("marked", marked)]
            for name, client in pairs if turn % 2 else reversed(pairs):
                seconds[name].append(_timed(lambda client=client: client.look(scene.fetcher())))  # type: ignore[misc]
            scene.next()
            for name, client in pairs if turn % 2 else reversed(pairs):
                seconds[f"{name} new"].append(
                    _timed(lambda client=client: client.look(scene.fetcher()))  # type: ignore[misc]
                )
        with contextlib.closing(marked.database):
            pass
    peer = "bare python-tuf"
    return [
        Figure("config refresh, nothing new", seconds["marked"], "s", peer, seconds["bare"], REFRESH_GOAL),
        Figure("config refresh, new assignment", seconds["marked new"], "s", peer, seconds["bare new"], REFRESH_GOAL),
        Figure("config cold bytes", [float(cold_bytes)], "bytes", "flat targets", [float(flat_bytes)], COLD_GOAL),
    ]


def _cold(scene: Scene) -> tuple[int, int]:
    """Bytes of metadata and assignment for a terminal that has nothing, from our repository and from a flat one."""
    ours, theirs = scene.fetcher(), scene.fetcher()
    Marked(scene, scene.folder / "cold").look(ours)
    theirs.replaced = flat(scene)
    # python-tuf's own limit for targets is 5 MB, and the flat list is longer: read what it would have to.
    theirs.count = sum(len(data) for data in theirs.replaced.values()) + len(scene.root())
    theirs.count += len(scene.repository.target_path(_prefixed(scene)).read_bytes())
    return ours.count, theirs.count


def _prefixed(scene: Scene) -> str:
    name = scene.repository.bins().get_role_for_target(device_target(DEVICE))
    file: TargetFile = scene.repository.read(name).signed.targets[device_target(DEVICE)]
    return file.get_prefixed_paths()[0]
