"""python-tuf's client as it is, with what its public surface leaves out: by which time it judges, and what it has come
to trust. The one place that knows its inside."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Final, cast

from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import Root, Snapshot, TargetFile, Targets, Timestamp
from tuf.ngclient import FetcherInterface, Updater, UpdaterConfig

from contract import limits
from contract.configuration import BIN_PREFIX, DEVICES
from contract.wire import CONFIG_METADATA, CONFIG_TARGETS

DELEGATIONS: Final = 16
"""targets, content, a county, devices and one bin, with room."""


class TrustingUpdater(Updater):
    """One look at the repository. Everything it verifies is python-tuf's own work (TUF 5.3 to 5.7)."""

    def __init__(self, folder: Path, fetcher: FetcherInterface, bootstrap: bytes, now: datetime) -> None:
        super().__init__(
            metadata_dir=str(folder),
            metadata_base_url=CONFIG_METADATA,
            target_base_url=CONFIG_TARGETS,
            fetcher=fetcher,
            config=UpdaterConfig(
                max_delegations=DELEGATIONS,
                root_max_length=limits.CONFIG_ROOT_BYTES,
                timestamp_max_length=limits.CONFIG_TIMESTAMP_BYTES,
                snapshot_max_length=limits.CONFIG_SNAPSHOT_BYTES,
                targets_max_length=limits.CONFIG_TARGETS_BYTES,
            ),
            bootstrap=bootstrap,
        )
        # "The expiration timestamp MUST be higher than the fixed update start time" (TUF 5.1): python-tuf fixes it to
        # the system clock, which may be lost; here it is the time that can be trusted.
        self._trusted_set.reference_time = now

    @property
    def root(self) -> Root:
        return self._trusted_set.root

    @property
    def timestamp(self) -> Timestamp:
        return self._trusted_set.timestamp

    @property
    def snapshot(self) -> Snapshot:
        return self._trusted_set.snapshot

    def find(self, target: str) -> TargetFile | None:
        """The target as the walk over the delegations finds it. Raises RepositoryError when one of the roles on the way
        delegates what is not its to delegate.

        python-tuf keeps what it trusts by the role's name alone: a county that delegates to a role of its own called
        ``content`` would have it taken for the real one in the next walk.
        """
        info = self.get_targetinfo(target)
        for signed in self._trusted_set:
            if not isinstance(signed, Targets) or signed.delegations is None or signed is self._trusted_set["targets"]:
                continue
            bins = signed.delegations.succinct_roles
            if signed is not self.role(DEVICES) or bins is None or bins.name_prefix != BIN_PREFIX:
                raise RepositoryError("a role delegates that may not")
        return info

    def role(self, name: str) -> Targets | None:
        """The targets metadata of *name*, where a walk has come by it."""
        return cast(Targets, self._trusted_set[name]) if name in self._trusted_set else None
