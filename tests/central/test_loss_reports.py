"""A loss report that lapsed is lapsed everywhere: whoever asks, whenever they ask, they hear the same."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from central import clock, living, rules, sessions
from central.items import social_card
from central.models import Resident, SocialCard
from central.models.people import CardState
from central.problems import RefusedError
from central.rules import cards
from contract.catalogue import load

from .lives import resident_of, somebody

REPORTED = st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 31), timezones=st.just(UTC))
WEEK = timedelta(days=7)
EDGES = st.sampled_from([-WEEK, -timedelta(microseconds=1), timedelta(), timedelta(microseconds=1), timedelta(days=1)])
ANY = st.timedeltas(-WEEK, timedelta(days=400))


@pytest.fixture(scope="module")
def person(platform: object) -> Resident:
    del platform
    return resident_of(somebody())


def heard(who: Resident, card: SocialCard, at: datetime, monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether it is lost, as each place says that is asked at *at*."""
    item = load()[40]
    lift = rules.look(item, living.life_of(who, at), living.asked(clock.day_of(at), {"act": "lift"}))
    report = rules.look(item, living.life_of(who, at), living.asked(clock.day_of(at), {"act": "temporary"}))
    with monkeypatch.context() as now:
        now.setattr(clock, "now", lambda: at)
        page = social_card.state(who, load()[39], "", clock.day_of(at))
        try:
            usable = bool(sessions.valid_card(who.id_number, card.card_number, card.card_id_code))
        except RefusedError:
            usable = False
    by_words = "挂失" in str(page.facts[0].value)
    announced = any(fact.label == "自己解开" for fact in page.facts)
    assert announced is (by_words and card.lost_until is not None)
    return [card.state_at(at) is CardState.LOST, lift.allowed, not report.allowed, by_words, not usable]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(reported=REPORTED, apart=EDGES | ANY, temporary=st.booleans())
def test_a_lapsed_loss_report_is_lapsed_everywhere(
    person: Resident, monkeypatch: pytest.MonkeyPatch, reported: datetime, apart: timedelta, temporary: bool
) -> None:
    """*apart*: how long after the moment it lapses somebody asks; a formal report is a report for good."""
    lapses = cards.lapses(reported, living.known_figures())
    assert lapses - reported == WEEK
    until = lapses if temporary else None
    SocialCard.objects.filter(resident=person).update(state=CardState.LOST.value, lost_until=until)
    card = SocialCard.objects.get(resident=person)
    said = heard(person, card, lapses + apart, monkeypatch)
    assert said == [not temporary or apart < timedelta()] * len(said)
