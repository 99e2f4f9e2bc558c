"""A repository in memory, in the manner of python-tuf's own RepositorySimulator: changed by hand, signed when fetched,
served by a fetcher without network. Roots, and only they, are published explicitly."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import unquote

import msgspec
from Crypto.PublicKey import ECC
from Crypto.Signature import eddsa
from securesystemslib.signer import CryptoSigner
from tuf.api.exceptions import DownloadHTTPError
from tuf.api.metadata import (
    SPECIFICATION_VERSION,
    DelegatedRole,
    Delegations,
    Metadata,
    MetaFile,
    Role,
    Root,
    Snapshot,
    SuccinctRoles,
    TargetFile,
    Targets,
    Timestamp,
)
from tuf.api.serialization.json import JSONSerializer
from tuf.ngclient import FetcherInterface

from contract.configuration import (
    BIN_BITS,
    BIN_PREFIX,
    CONTENT,
    DEVICES,
    MINIMUM,
    SIGNED_AT,
    TIME_KEY,
    Assigned,
    Assignment,
    county_role,
    device_target,
)
from contract.wire import CONFIG_METADATA, CONFIG_TARGETS

SPEC = ".".join(SPECIFICATION_VERSION)
START = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
ONLINE_DAYS, OFFLINE_DAYS = 7, 365
COUNTY = "140902"


class Simulator(FetcherInterface):
    """The whole repository and its keys. ``now`` is its clock; what it signs expires counted from there."""

    def __init__(self) -> None:
        self.now = START
        self.time = ECC.generate(curve="Ed25519")
        self.signers: dict[str, list[CryptoSigner]] = {
            "root": [CryptoSigner.generate_ed25519() for _ in range(3)],
            "targets": [CryptoSigner.generate_ed25519() for _ in range(3)],
            CONTENT: [CryptoSigner.generate_ed25519() for _ in range(3)],
            county_role(COUNTY): [CryptoSigner.generate_ed25519()],
        }
        self.online = CryptoSigner.generate_ed25519()
        for role in ("timestamp", "snapshot", DEVICES):
            self.signers[role] = [self.online]
        self.succinct = SuccinctRoles([self.online.public_key.keyid], 1, BIN_BITS, BIN_PREFIX)
        self.roles: dict[str, Targets] = {}
        self.files: dict[str, bytes] = {}
        self.roots: list[bytes] = []
        self.fetched: list[str] = []
        self.counters: dict[str, int] = {}
        self.frozen: dict[str, bytes] = {}
        """URL → what a mirror serves in its place."""
        self._make()

    # -- a repository ------------------------------------------------------------------------------------------------

    def _make(self) -> None:
        off, on = self.expiry(OFFLINE_DAYS), self.expiry(ONLINE_DAYS)
        root = Root(
            1, SPEC, off, {}, {name: Role([], 1) for name in ("root", "timestamp", "snapshot", "targets")}, True
        )
        root.unrecognized_fields[TIME_KEY] = self.time.public_key().export_key(format="raw").hex()
        for role in ("root", "timestamp", "snapshot", "targets"):
            for signer in self.signers[role]:
                root.add_key(signer.public_key, role)
            root.roles[role].threshold = 2 if len(self.signers[role]) > 1 else 1
        self.root = root
        targets = Targets(1, SPEC, off, {}, Delegations({}, {}))
        for name, paths in (
            (CONTENT, ["obj/*"]), (county_role(COUNTY), [f"county/{COUNTY}/*"]), (DEVICES, ["dev/*"]),
        ):  # fmt: skip
            assert targets.delegations is not None
            assert targets.delegations.roles is not None
            threshold = 2 if len(self.signers[name]) > 1 else 1
            targets.delegations.roles[name] = DelegatedRole(name, [], threshold, True, paths)
            for signer in self.signers[name]:
                targets.add_key(signer.public_key, name)
        devices = Targets(1, SPEC, on, {}, Delegations({}, None, self.succinct))
        devices.add_key(self.online.public_key)
        self.roles = {"targets": targets, DEVICES: devices}
        self.roles |= {name: Targets(1, SPEC, off) for name in (CONTENT, county_role(COUNTY))}
        for name in self.succinct.get_roles():
            self.roles[name] = Targets(1, SPEC, on)
            self.signers[name] = [self.online]
        self.snapshot = Snapshot(1, SPEC, on, {f"{name}.json": MetaFile(1) for name in self.roles})
        self.timestamp = Timestamp(1, SPEC, on, MetaFile(1), {SIGNED_AT: self.now.isoformat()})
        self.publish_root()

    def expiry(self, days: int) -> datetime:
        return (self.now + timedelta(days=days)).replace(microsecond=0)

    def publish_root(self, *signers: CryptoSigner) -> None:
        """Sign the root as it stands, by default with two of three, and append it."""
        self.roots.append(self.signed(self.root, list(signers or self.signers["root"][:2])))

    def publish(self, *changed: str) -> None:
        """New snapshot and timestamp, with new versions of the roles in *changed*."""
        on = self.expiry(ONLINE_DAYS)
        for name in changed:
            self.roles[name].version += 1
            if name.startswith(BIN_PREFIX) or name == DEVICES:
                self.roles[name].expires = on
        for name, role in self.roles.items():
            self.snapshot.meta[f"{name}.json"] = MetaFile(role.version)
        self.snapshot.version += 1
        self.snapshot.expires = on
        self.timestamp.version += 1
        self.timestamp.expires = on
        self.timestamp.snapshot_meta = MetaFile(self.snapshot.version)
        self.timestamp.unrecognized_fields[SIGNED_AT] = self.now.isoformat()

    def copy(self) -> Simulator:
        """The repository as it is now, keys and all: what somebody kept who rolls it back later."""
        other = copy.copy(self)
        for name in ("root", "snapshot", "timestamp", "roles", "files", "roots", "counters", "signers", "frozen"):
            value = getattr(self, name)
            setattr(other, name, dict(value) if name == "signers" else copy.deepcopy(value))
        other.signers = {role: list(signers) for role, signers in self.signers.items()}
        other.fetched = []
        return other

    # -- what it holds -----------------------------------------------------------------------------------------------

    def put(self, target: str, data: bytes, *, role: str = CONTENT, minimum: int = 1) -> None:
        """An object, signed by *role* from the next publication on."""
        file = TargetFile.from_data(target, data, ["sha256"])
        file.unrecognized_fields["custom"] = {MINIMUM: minimum}
        self.roles[role].targets[target] = file
        self.files[target] = data

    def bin_of(self, device: str) -> str:
        return self.succinct.get_role_for_target(device_target(device))

    def assign(self, device: str, *objects: tuple[str, int] | Assigned, counter: int = 0, names: str = "") -> str:
        """What *device* runs, with the next counter; the bin that has to be published. *names*: the device that the
        assignment itself speaks of."""
        self.counters[device] = counter or self.counters.get(device, 0) + 1
        entries = tuple(
            entry if isinstance(entry, Assigned) else Assigned(name=entry[0], version=entry[1]) for entry in objects
        )
        made = Assignment(device=names or device, counter=self.counters[device], release="r", objects=entries)
        target, data = device_target(device), msgspec.json.encode(made)
        name = self.bin_of(device)
        self.roles[name].targets[target] = TargetFile.from_data(target, data, ["sha256"])
        self.files[target] = data
        return name

    # -- serving -----------------------------------------------------------------------------------------------------

    def signed(self, part: Root | Timestamp | Snapshot | Targets, signers: list[CryptoSigner]) -> bytes:
        metadata: Metadata[Root | Timestamp | Snapshot | Targets] = Metadata(part)
        for signer in signers:
            metadata.sign(signer, append=True)
        return metadata.to_bytes(JSONSerializer())

    def _fetch(self, url: str) -> Iterator[bytes]:
        self.fetched.append(url)
        if url in self.frozen:
            yield self.frozen[url]
            return
        if url.startswith(CONFIG_TARGETS):
            folder, _, name = url.removeprefix(CONFIG_TARGETS).rpartition("/")
            yield self.files[f"{folder}/{name.partition('.')[2]}"]
            return
        version, _, role = unquote(url.removeprefix(CONFIG_METADATA)).removesuffix(".json").rpartition(".")
        yield self.metadata(role, int(version or 0))

    def metadata(self, role: str, version: int = 0) -> bytes:
        if role == "root":
            if version > len(self.roots):
                raise DownloadHTTPError("no such root", 404)
            return self.roots[version - 1]
        parts: dict[str, Timestamp | Snapshot | Targets] = {"timestamp": self.timestamp, "snapshot": self.snapshot}
        part = parts.get(role) or self.roles.get(role)
        if part is None or (version and part.version != version):
            raise DownloadHTTPError(f"no such file: {role} {version}", 404)
        return self.signed(part, self.signers[role][:2])

    def time_answer(self, nonce: str, at: datetime) -> bytes:
        """What the platform's time route answers."""
        message = f"time1|{nonce}|{at.isoformat()}".encode()
        signature = eddsa.new(self.time, "rfc8032").sign(message)
        return msgspec.json.encode({"nonce": nonce, "at": at.isoformat(), "signature": signature})
