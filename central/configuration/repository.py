"""The repository: who signs what, drafts for the offline keys, publication, and what is signed online.

A terminal in the middle of a look sees one state: every file is written once (central.configuration.files), and
timestamp.json is replaced last.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from securesystemslib.signer import CryptoSigner, SSlibKey
from tuf.api.exceptions import LengthOrHashMismatchError, RepositoryError
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

from central.configuration import keys
from central.configuration.files import CeremonyError, Files, expiry
from central.state import write
from contract.configuration import (
    BIN_BITS,
    BIN_PREFIX,
    CONTENT,
    COUNTIES,
    COUNTY_CODE,
    DEVICES,
    MINIMUM,
    OBJECTS,
    SIGNED_AT,
    TIME_KEY,
    VERSION,
    county_role,
    device_target,
    named,
)

SPEC: Final = ".".join(SPECIFICATION_VERSION)
ONLINE_LIFE: Final = timedelta(days=14)
"""Of devices, bins and snapshot."""
TIMESTAMP_LIFE: Final = timedelta(days=3)
"""A terminal cut off for longer is STALE and goes on; a frozen one is noticed after this long."""
KEPT_VERSIONS: Final = 5
TOP: Final = ("root", "timestamp", "snapshot", "targets")
OFFLINE: Final = frozenset({"root", "targets", CONTENT})


class Repository(Files):
    """The files, and beside them the platform's own keys ``online.key``, ``time.key``."""

    # -- keys the platform holds itself --------------------------------------------------------------------------------

    def online(self) -> CryptoSigner:
        return keys.signer(self.folder / "online.key")

    # -- beginning ---------------------------------------------------------------------------------------------------

    def begin(self, offline: Mapping[str, Sequence[SSlibKey]], threshold: int, now: datetime) -> list[Path]:
        """Drafts of root, targets and content for the offline keys to sign; the online roles are signed here."""
        if self.waiting() or self.version("root"):
            raise CeremonyError("已经有了 the repository was begun already")
        for role in sorted(OFFLINE):
            if len({key.keyid for key in offline[role]}) < threshold:
                raise CeremonyError(f"{role}: 至少要 {threshold} 把不同的公钥 needs that many keys")
        for name in ("online", "time"):
            if not (self.folder / f"{name}.key").exists():
                keys.generate(self.folder, name)
        online = self.online().public_key
        root = Root(1, SPEC, now, {}, {name: Role([], 1) for name in TOP}, True)
        self._give_root(root, offline["root"], offline["targets"], threshold, online)
        targets = Targets(1, SPEC, now, {}, Delegations({}, {}))
        _delegate(targets, CONTENT, [f"{OBJECTS}/*"], offline[CONTENT], threshold)
        _delegate(targets, DEVICES, ["dev/*"], [online], 1)
        drafts = {"root": root, "targets": targets, CONTENT: Targets(1, SPEC, now)}
        return [self.keep_draft(role, Metadata(signed), now) for role, signed in drafts.items()]

    def new_root(
        self, root_keys: Sequence[SSlibKey], targets_keys: Sequence[SSlibKey], threshold: int, now: datetime
    ) -> list[Path]:
        """Draft of the next root: other holders, and the online and time keys that now lie in the folder. It is signed
        by the old holders and by the new ones (TUF 5.3.4). Where the online key is another one, or targets has other
        holders, a draft of targets goes with it: it hands ``devices`` to that key and is signed by those holders."""
        online = self.online().public_key
        draft, targets = self.draft("root"), self.draft("targets")
        holders = {key.keyid for key in targets_keys}
        made = []
        roles = targets.signed.delegations.roles
        assert roles is not None
        if roles[DEVICES].keyids != [online.keyid] or holders != set(draft.signed.roles["targets"].keyids):
            for keyid in list(roles[DEVICES].keyids):
                targets.signed.revoke_key(keyid, DEVICES)
            targets.signed.add_key(online, DEVICES)
            made.append(self.keep_draft("targets", targets, now))
        self._give_root(draft.signed, root_keys, targets_keys, threshold, online)
        return [self.keep_draft("root", draft, now), *made]

    def _give_root(
        self,
        root: Root,
        root_keys: Sequence[SSlibKey],
        targets_keys: Sequence[SSlibKey],
        threshold: int,
        online: SSlibKey,
    ) -> None:
        for role, holders, needed in (
            ("root", root_keys, threshold), ("targets", targets_keys, threshold),
            ("timestamp", [online], 1), ("snapshot", [online], 1),
        ):  # fmt: skip
            for keyid in list(root.roles[role].keyids):
                root.revoke_key(keyid, role)
            for key in holders:
                root.add_key(key, role)
            root.roles[role].threshold = needed
        time_key = keys.private_key(self.folder / "time.key").public_key()
        root.unrecognized_fields[TIME_KEY] = time_key.public_bytes_raw().hex()

    def county(self, code: str, holders: Sequence[SSlibKey], now: datetime) -> list[Path]:
        """Draft of targets with a narrow role for the county: any one of *holders* signs for it, so that a freeze does
        not wait for three. Called again, it replaces the county's keys."""
        if COUNTY_CODE.fullmatch(code) is None or not holders:
            raise CeremonyError("区划代码六位，至少一把公钥 a six-digit code and at least one key")
        targets, role = self.draft("targets"), county_role(code)
        roles = targets.signed.delegations.roles
        assert roles is not None
        for keyid in list(roles[role].keyids) if role in roles else ():
            targets.signed.revoke_key(keyid, role)
        _delegate(targets.signed, role, [f"{COUNTIES}/{code}/*"], holders, 1)
        made = [self.keep_draft("targets", targets, now)]
        if not self.version(role) and not self.draft_path(role).exists():
            made.append(self.keep_draft(role, Metadata(Targets(1, SPEC, now)), now))
        return made

    # -- objects -----------------------------------------------------------------------------------------------------

    def put(self, objects: Mapping[str, bytes], minimum: Mapping[str, int], now: datetime, county: str = "") -> Path:
        """Draft of content, or of the county's role, with the next version of each of *objects* (full name → bytes).
        *minimum*: name → the lowest version that terminals may still run from then on."""
        role = county_role(county) if county else CONTENT
        draft = self.draft(role)
        listed: dict[str, TargetFile] = draft.signed.targets
        for name, data in objects.items():
            version = 1 + max((found.version for t in listed if (found := named(t)) and found.name == name), default=0)
            target = f"{name}.v{version}"
            if named(target) is None:
                raise CeremonyError(f"{name}: 名字不对 not an object's name")
            file = TargetFile.from_data(target, data, ["sha256"])
            floor = max([minimum.get(name, 1), *(_minimum(f) for t, f in listed.items() if t.startswith(f"{name}.v"))])
            if floor > version:
                raise CeremonyError(f"{name}: 最低版本 {floor} 比新版本 {version} 还高 above the new version")
            file.unrecognized_fields["custom"] = {VERSION: version, MINIMUM: floor}
            listed[target] = file
            self._store(file, data)
        return self.keep_draft(role, draft, now)

    def next_version(self, name: str, county: str = "") -> int:
        """The version that ``put`` would give *name*."""
        listed = self.draft(county_role(county) if county else CONTENT).signed.targets
        return 1 + max((found.version for t in listed if (found := named(t)) and found.name == name), default=0)

    def newest(self) -> dict[str, tuple[int, int]]:
        """Every published object: name → newest version, minimum."""
        found: dict[str, tuple[int, int]] = {}
        for role in (CONTENT, *self.counties()):
            for target, file in self.read(role).signed.targets.items() if self.version(role) else ():
                which = named(target)
                if which is not None:
                    version, floor = found.get(which.name, (0, 1))
                    found[which.name] = max(version, which.version), max(floor, _minimum(file))
        return found

    def bytes_of(self, target: str) -> bytes | None:
        """A published object's bytes."""
        for role in (CONTENT, *self.counties()):
            file = self.read(role).signed.targets.get(target) if self.version(role) else None
            if file is not None:
                return self.target_path(file.get_prefixed_paths()[0]).read_bytes()
        return None

    def counties(self) -> list[str]:
        """Names of the counties' roles."""
        delegations = self.read("targets").signed.delegations if self.version("targets") else None
        return [name for name in (delegations.roles or {}) if name.startswith("county-")] if delegations else []

    # -- publishing --------------------------------------------------------------------------------------------------

    def publish(self, now: datetime) -> list[str]:
        """Put every draft that has its signatures in place, then sign snapshot and timestamp. Raises CeremonyError,
        having published nothing, when one lacks signatures or does not follow what is there."""
        drafts = {role: Metadata.from_bytes(self.draft_path(role).read_bytes()) for role in self.waiting()}
        for role, draft in drafts.items():
            if draft.signed.version != self.version(role) + 1 and not self._is_written(role, draft):
                raise CeremonyError(f"{role}: 版本 {draft.signed.version} 接不上 does not follow {self.version(role)}")
            for delegator in self._delegators(role, drafts):
                try:
                    delegator.verify_delegate(role, draft.signed_bytes, draft.signatures)
                except RepositoryError as error:
                    raise CeremonyError(f"{role}: 签名不够 {error}") from None
        if not self.version("root") and not drafts.keys() >= OFFLINE:
            raise CeremonyError("第一次要 root、targets、content 一起发布 the first publication wants all three")
        for role, draft in drafts.items():
            self._write(f"{draft.signed.version}.{role}.json", self.draft_path(role).read_bytes())
        if not self.version(DEVICES) or "root" in drafts or "targets" in drafts:
            self._sign_devices(now)
        self._sign_top(now)
        for role in drafts:
            self.draft_path(role).unlink()
        return list(drafts)

    def _is_written(self, role: str, draft: Metadata[Any]) -> bool:
        """Whether a publication that was cut off had put this very draft in place already."""
        path = self.metadata_path(f"{draft.signed.version}.{role}.json")
        return path.exists() and path.read_bytes() == self.draft_path(role).read_bytes()

    def _delegators(self, role: str, drafts: Mapping[str, Metadata[Any]]) -> list[Any]:
        if role == "root":
            return [drafts["root"].signed, *([self.read("root").signed] if self.version("root") else [])]
        over = "root" if role == "targets" else "targets"
        return [(drafts.get(over) or self.read(over)).signed]

    # -- signed online -----------------------------------------------------------------------------------------------

    def assign(self, assignments: Mapping[str, bytes], now: datetime) -> None:
        """Device → its encoded assignment. One new version of each bin concerned, then snapshot and timestamp."""
        online, succinct = self.online(), self.bins()
        bins: dict[str, dict[str, bytes]] = {}
        for device, data in assignments.items():
            bins.setdefault(succinct.get_role_for_target(device_target(device)), {})[device_target(device)] = data
        for name, given in bins.items():
            signed = self.read(name).signed if self.version(name) else Targets(1, SPEC, now)
            for target, data in given.items():
                file = TargetFile.from_data(target, data, ["sha256"])
                signed.targets[target] = file
                self._store(file, data)
            self._sign(name, signed, online, now, ONLINE_LIFE)
        self._sign_top(now)

    def assigned(self, devices: Iterable[str]) -> dict[str, bytes]:
        """Device → its assignment as it was last published; nothing for who never had one, nor for a file that was lost
        or spoilt since: the next one that is published is what mends that."""
        succinct, found = self.bins(), {}
        bins: dict[str, list[str]] = {}
        for device in devices:
            bins.setdefault(succinct.get_role_for_target(device_target(device)), []).append(device)
        for name, those in bins.items():
            listed: dict[str, TargetFile] = self.read(name).signed.targets if self.version(name) else {}
            for device in those:
                file = listed.get(device_target(device))
                if file is not None:
                    with contextlib.suppress(FileNotFoundError, LengthOrHashMismatchError):
                        data = self.target_path(file.get_prefixed_paths()[0]).read_bytes()
                        file.verify_length_and_hashes(data)
                        found[device] = data
        return found

    def renew(self, now: datetime, *, always: bool = False) -> bool:
        """Sign anew what is past half its life. Whether anything was."""
        timestamp = self.read("timestamp").signed
        late = [name for name in (DEVICES, *self.bins().get_roles()) if self._is_late(name, now, ONLINE_LIFE)]
        if not always and not late and timestamp.expires - now > TIMESTAMP_LIFE / 2:
            return False
        online = self.online()
        for name in late:
            self._sign(name, self.read(name).signed, online, now, ONLINE_LIFE)
        self._sign_top(now)
        return True

    def bins(self) -> SuccinctRoles:
        """The bins that ``devices`` delegates to."""
        return SuccinctRoles([self.online().public_key.keyid], 1, BIN_BITS, BIN_PREFIX)

    def _is_late(self, role: str, now: datetime, life: timedelta) -> bool:
        return bool(self.read(role).signed.expires - now < life / 2)

    def _sign_devices(self, now: datetime) -> None:
        """``devices`` and its bins under the online key as it is now; what the bins list stays."""
        online, succinct = self.online(), self.bins()
        devices = Targets(1, SPEC, now, {}, Delegations({}, None, succinct))
        devices.add_key(online.public_key)
        if self.version(DEVICES) and online.public_key.keyid in self.read(DEVICES).signatures:
            return
        self._sign(DEVICES, devices, online, now, ONLINE_LIFE)
        for name in succinct.get_roles():
            signed = self.read(name).signed if self.version(name) else Targets(1, SPEC, now)
            self._sign(name, signed, online, now, ONLINE_LIFE)

    def _sign_top(self, now: datetime) -> None:
        online = self.online()
        versions = self.versions()
        roles = ["targets", CONTENT, DEVICES, *self.counties(), *self.bins().get_roles()]
        meta = {f"{role}.json": MetaFile(versions[role]) for role in roles if role in versions}
        snapshot = Snapshot(1, SPEC, now, meta)
        self._sign("snapshot", snapshot, online, now, ONLINE_LIFE)
        before = self.read("timestamp").signed.version if self.exists else 0
        timestamp = Timestamp(before + 1, SPEC, expiry(now, TIMESTAMP_LIFE), MetaFile(snapshot.version))
        timestamp.unrecognized_fields[SIGNED_AT] = now.astimezone(UTC).isoformat(timespec="seconds")
        made: Metadata[Timestamp] = Metadata(timestamp)
        made.sign(online)
        self._write("timestamp.json", made.to_bytes(JSONSerializer(compact=True)))
        self._prune(self.versions())

    def _prune(self, versions: Mapping[str, int]) -> None:
        """Of what is signed online only the last few versions are asked for, by a terminal in the middle of a look.
        Roots, and what was signed offline, stay for ever."""
        for name in os.listdir(self.folder / "metadata"):
            number, _, rest = name.partition(".")
            role = rest.removesuffix(".json")
            online = role in {"snapshot", DEVICES} or role.startswith(f"{BIN_PREFIX}-")
            if number.isdigit() and online and int(number) <= versions[role] - KEPT_VERSIONS:
                self.metadata_path(name).unlink(missing_ok=True)

    def _sign(self, role: str, signed: Any, signer: CryptoSigner, now: datetime, life: timedelta) -> None:
        signed.version = self.version(role) + 1
        signed.expires = expiry(now, life)
        made: Metadata[Any] = Metadata(signed)
        made.sign(signer)
        self._write(f"{signed.version}.{role}.json", made.to_bytes(JSONSerializer(compact=True)))


def sign(path: Path, signer: CryptoSigner) -> int:
    """Add a signature to the draft in *path* (on the holder's own machine); how many it has now."""
    metadata: Metadata[Any] = Metadata.from_bytes(path.read_bytes())
    metadata.sign(signer, append=True)
    write(path, metadata.to_bytes(JSONSerializer(compact=False)))
    return len(metadata.signatures)


def _delegate(targets: Targets, name: str, paths: list[str], holders: Sequence[SSlibKey], threshold: int) -> None:
    """In order and terminating; ``devices`` stays the last."""
    assert targets.delegations is not None
    roles = targets.delegations.roles
    assert roles is not None
    last = roles.pop(DEVICES, None)
    roles[name] = DelegatedRole(name, [], threshold, True, paths)
    if last is not None:
        roles[DEVICES] = last
    for key in holders:
        targets.add_key(key, name)


def _minimum(file: TargetFile) -> int:
    return int((file.custom or {}).get(MINIMUM, 1))
