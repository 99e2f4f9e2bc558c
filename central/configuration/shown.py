"""What the platform shows to somebody who stands at no terminal: the contents that it published itself.

Of the releases it is the newest that every ring has and that was not halted, which is what a terminal gets that is
admitted today. A release in an earlier ring is still on trial at some terminals: its words are not told to everybody
who opens a page. One that was halted is told to nobody, also where terminals still have it until they are sent back.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from central.configuration import releases
from central.configuration.repository import Repository
from central.models import ConfigRelease, ConfigTerminal
from contract import contents
from contract.configuration import CONTENT, Named
from contract.contents import Contents

Version = tuple[str, int]
"""An object's name and which version of it."""


def published() -> Contents:
    """The packaged contents with that release's objects laid over, as a terminal lays them; without one, or where an
    object cannot be taken, what is packaged."""
    return _contents(releases.with_everybody())


def of_terminal(terminal: str) -> tuple[Contents, ...]:
    """What *terminal* runs: the release it was given last, the one before it, and what is packaged."""
    row = ConfigTerminal.objects.select_related("release", "before").filter(pk=terminal).first()
    given = [] if row is None else [one for one in (row.release, row.before) if one is not None]
    back = row is not None and row.release is None  # sent back to what is packaged: that comes first
    return tuple(_contents(one) for one in ((None, *given) if back else (*given, None)))


def _contents(release: ConfigRelease | None) -> Contents:
    """What *release* comes to. Asked with nearly every request: where there is none, nothing is looked for on the
    disk."""
    repository = Repository(settings.CENTRAL.configuration)
    objects = {} if release is None else release.objects_in_it
    wanted = tuple(sorted((name, version) for name, (version, _) in objects.items()))
    return _built(repository.folder, repository.version(CONTENT) if wanted else 0, wanted)


@lru_cache(maxsize=8)
def _built(folder: Path, version: int, wanted: tuple[Version, ...]) -> Contents:
    """Read once for each release and each published *version* of the content, which may raise minimum versions."""
    repository = Repository(folder)
    newest = repository.newest() if wanted and version else {}
    found = {
        name: repository.bytes_of(Named(name, which).target)
        for name, which in wanted
        if which >= newest.get(name, (0, 1))[1]
    }
    built, _ = contents.build({name: data for name, data in found.items() if data is not None})
    return built
