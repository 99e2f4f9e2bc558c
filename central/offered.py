"""An item as a terminal has it. What was published changes forms, conditions and limits at the terminals; what comes
from one is held against the item that was shown there, and not against the one of this program."""

from __future__ import annotations

from central.configuration import shown
from central.models import MatterRecord, Terminal
from contract.answers import check_all
from contract.catalogue import Item
from contract.wire import Submission


def versions(number: int, terminal: Terminal) -> tuple[Item, ...]:
    """What *terminal* was given last, first; then what it had before: it may not have fetched the newer yet, and what
    it kept while the line was down is older still."""
    found: list[Item] = []
    for contents in shown.of_terminal(terminal):
        found += [item for item in contents.catalogue if item.number == number and item not in found]
    return tuple(found)


def find(number: int, terminal: Terminal) -> Item | None:
    """The item as *terminal* shows it now."""
    return next(iter(versions(number, terminal)), None)


def answered(submission: Submission, terminal: Terminal) -> Item | None:
    """The version whose form was filled in; the newest where none was."""
    known = versions(submission.item, terminal)
    return next((item for item in known if not check_all(item, submission.answers)), next(iter(known), None))


def of(matter: MatterRecord) -> Item | None:
    """The item of a matter that is under way: with the answers, as they fit; without, as its terminal has it."""
    known = versions(matter.item, matter.terminal)
    given = {key: tuple(value) if isinstance(value, list) else value for key, value in matter.answers.items()}
    return next((item for item in known if not check_all(item, given)), next(iter(known), None))
