"""An item as a terminal has it. What was published changes forms, conditions and limits at the terminals; what comes
from one is held against the item that was shown there, and not against the one of this program."""

from __future__ import annotations

from central import clock
from central.configuration import shown
from central.models import MatterRecord, Session
from central.problems import RefusedError
from contract.answers import check_all
from contract.catalogue import Item, Kind, Proof
from contract.fields import Answers
from contract.wire import ProblemCode, Submission


def versions(number: int, terminal: str) -> tuple[Item, ...]:
    """What *terminal* was given last, first; then what it had before: it may not have fetched the newer yet, and what
    it kept while the line was down is older still."""
    found: list[Item] = []
    for contents in shown.of_terminal(terminal):
        found += [item for item in contents.catalogue if item.number == number and item not in found]
    return tuple(found)


def find(number: int, terminal: str) -> Item | None:
    """The item as *terminal* shows it now."""
    return next(iter(versions(number, terminal)), None)


def answered(submission: Submission, terminal: str) -> Item | None:
    """The version whose form was filled in; the newest where none was."""
    return _fitting(versions(submission.item, terminal), submission.answers)


def of(matter: MatterRecord) -> Item | None:
    """The item of a matter that is under way: with the answers, as they fit; without, as its terminal has it."""
    given = {key: tuple(value) if isinstance(value, list) else value for key, value in matter.answers.items()}
    return _fitting(versions(matter.item, matter.terminal_id), given)


def _fitting(known: tuple[Item, ...], answers: Answers) -> Item | None:
    """The first whose form takes *answers*, else the first."""
    return next((item for item in known if not check_all(item, answers)), next(iter(known), None))


def item_for(number: int, kind: Kind, session: Session) -> Item:
    """The item as the session's terminal has it, if there is one of this kind and *session* may use it."""
    item = find(number, session.terminal_id)
    if item is None or item.kind is not kind:
        raise RefusedError(ProblemCode.NOT_FOUND, f"没有这个事项：{number}")
    helped = item.proof is Proof.OPERATOR and session.helper is not None and session.helper.open_at(clock.now())
    if not helped and not Proof(session.proof).satisfies(item.proof):
        raise RefusedError(ProblemCode.NOT_ALLOWED, f"事项 {number} 需要先证明是本人")
    if item.both_cards and not session.both_cards:
        raise RefusedError(ProblemCode.BOTH_CARDS_NEEDED, f"事项 {number} 身份证和社保卡都要读")
    return item
