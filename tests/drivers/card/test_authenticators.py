"""The authenticators without a reader: ATRs, made-up answers of card, PSAM, platform. Nothing crashes or hangs, nothing
opens a card that was not opened, and EXTERNAL AUTHENTICATE goes out once at most."""

from __future__ import annotations

import concurrent.futures
import contextlib
import dataclasses
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from central.hsm import EmulatedHsm, HsmKeys
from contract import limits, wire
from contract.faults import Fault
from drivers.card_reader import InTurn, PlatformAuthenticator, Preface, PsamAuthenticator, PsamSettings, atr
from drivers.card_reader.authenticator import (
    REMEMBERED,
    AbandonedError,
    Authenticator,
    CardLeftError,
    NoKeys,
    Refusals,
    Unhurried,
)
from drivers.card_reader.dialogue import read_holder
from drivers.card_reader.pcsc import PcscError
from drivers.device import CardHolder, Failure
from drivers.emulated.card import CastMember, EmulatedCard, EmulatedPsam, Script, read_keys
from drivers.emulated.card.card import AUTHENTICATIONS
from drivers.emulated.card.psam import EXTERNAL_KEY, INTERNAL_KEY
from tests.drivers.card.bench import CAST, TODAY
from tests.drivers.card.test_protocol import play, whole

Cast = dict[str, CastMember]
EXTERNAL_AUTHENTICATE = 0x82
SETTINGS = PsamSettings("PSAM", EXTERNAL_KEY, INTERNAL_KEY)
RING = read_keys(CAST)
HSM = EmulatedHsm({name: HsmKeys(internal=k.internal.hex(), external=k.external.hex()) for name, k in RING.items()})


def with_psam(answer_of: Callable[[bytes], bytes]) -> PsamAuthenticator:
    @contextlib.contextmanager
    def slot() -> Iterator[Callable[[bytes], bytes]]:
        yield answer_of

    return PsamAuthenticator(SETTINGS, slot)


def with_platform(answer_of: Callable[[wire.CardAuthAsk], wire.CardAuth | Failure]) -> PlatformAuthenticator:
    def exchange(ask: wire.CardAuthAsk) -> concurrent.futures.Future[wire.CardAuth | Failure]:
        future: concurrent.futures.Future[wire.CardAuth | Failure] = concurrent.futures.Future()
        future.set_result(answer_of(ask))
        return future

    return PlatformAuthenticator(exchange)


def both() -> tuple[Authenticator, ...]:
    return with_psam(EmulatedPsam(RING).answer), with_platform(HSM.cryptograms)


def read(card: EmulatedCard, keys: Authenticator) -> CardHolder | Failure:
    card.inserted(Script())
    return play(read_holder(TODAY, keys, lambda: card.atr), card.answer)


# -- what works ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("algorithm", ["3DES", "SM4"])
def test_card_psam_and_hsm_agree(cast: Cast, algorithm: str):
    """The emulated card and PSAM share one implementation of the keys, the platform's HSM has its own."""
    for keys in both():
        card = EmulatedCard(dataclasses.replace(cast["third_generation"], algorithm=algorithm))
        assert isinstance(read(card, keys), CardHolder)
        assert card.seen.count(EXTERNAL_AUTHENTICATE) == 1


def test_only_the_third_generation_is_asked(cast: Cast):
    person = cast["third_generation"]
    for version, opened in (("1.00", False), ("2.00", False), ("3.00", True), ("3.01", True)):
        card = EmulatedCard(dataclasses.replace(person, version=version, algorithm="SM4"))
        for keys in both():
            outcome = read(card, keys)
            assert isinstance(outcome, CardHolder) is opened
            assert opened or (isinstance(outcome, Failure) and outcome.fault is Fault.CARD_NOT_AUTHORISED)


def test_the_platform_comes_after_a_psam_that_cannot(cast: Cast):
    def missing(_command: bytes) -> bytes:
        raise PcscError("SCardConnect", 0x8010000C)

    card = EmulatedCard(cast["third_generation"])
    assert isinstance(read(card, InTurn(with_psam(missing), with_platform(HSM.cryptograms))), CardHolder)
    assert isinstance(
        read(card, InTurn(with_psam(EmulatedPsam({}).answer), with_platform(HSM.cryptograms))), CardHolder
    )
    other = EmulatedCard(cast["other_keys"])
    asked: list[wire.CardAuthAsk] = []
    outcome = read(other, InTurn(with_psam(EmulatedPsam(RING).answer), with_platform(asked.append)))  # type: ignore[arg-type]
    assert isinstance(outcome, Failure)
    assert outcome.fault is Fault.CARD_KEYS_WRONG
    assert not asked, "a card that the PSAM does not know is not tried twice"


# -- what the platform says ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", [f for f in Fault if f.value.startswith("platform.")])
def test_every_no_of_the_platform(cast: Cast, fault: Fault):
    outcome = read(EmulatedCard(cast["third_generation"]), with_platform(lambda _ask: Failure(fault)))
    assert isinstance(outcome, Failure)
    assert outcome.fault in {Fault.CARD_KEYS_AWAY, Fault.PLATFORM_NO_CARD_KEYS}
    away = {Fault.PLATFORM_AWAY, Fault.PLATFORM_SLOW, Fault.PLATFORM_GARBLED, Fault.PLATFORM_BUSY}
    assert (outcome.fault is Fault.CARD_KEYS_AWAY) is (fault in away)


@given(internal=st.binary(max_size=20), external=st.binary(max_size=20))
def test_made_up_cryptograms_of_the_platform_open_nothing(cast: Cast, internal: bytes, external: bytes):
    card = EmulatedCard(cast["third_generation"])
    outcome = read(card, with_platform(lambda _ask: wire.CardAuth(internal=internal, external=external)))
    assert isinstance(outcome, Failure)
    assert card.authentications == AUTHENTICATIONS, "the card's own cryptogram is checked first"


@given(st.binary(min_size=8, max_size=8))
def test_a_wrong_cryptogram_costs_one_try_and_no_more(cast: Cast, wrong: bytes):
    card = EmulatedCard(cast["third_generation"])
    keys = with_platform(lambda ask: wire.CardAuth(internal=HSM.cryptograms(ask).internal, external=wrong))
    for _ in range(3):
        outcome = read(card, keys)
        assert isinstance(outcome, Failure)
        assert outcome.fault is Fault.CARD_KEYS_WRONG
    assert card.authentications == AUTHENTICATIONS - 1


class Impatient:
    """Gives up at once."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def check(self) -> None:
        raise self.error


@pytest.mark.parametrize("error", [AbandonedError("stopped"), CardLeftError()])
def test_who_stops_waiting_is_let_go_and_the_question_withdrawn(cast: Cast, error: Exception):
    futures: list[concurrent.futures.Future[wire.CardAuth | Failure]] = []

    def never(_ask: wire.CardAuthAsk) -> concurrent.futures.Future[wire.CardAuth | Failure]:
        futures.append(concurrent.futures.Future())
        return futures[-1]

    card = EmulatedCard(cast["third_generation"])
    for keys in (PlatformAuthenticator(never), with_psam(EmulatedPsam(RING).answer)):
        card.inserted(Script())
        with pytest.raises(type(error)):
            play(read_holder(TODAY, keys, lambda: card.atr, Impatient(error)), card.answer)
    assert futures[0].cancelled()


def test_a_platform_that_never_answers(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(limits, "CARD_KEYS", 0.1)
    keys = PlatformAuthenticator(lambda _ask: concurrent.futures.Future())
    outcome = read(EmulatedCard(cast["third_generation"]), keys)
    assert isinstance(outcome, Failure)
    assert (outcome.fault, outcome.timed_out) == (Fault.CARD_KEYS_AWAY, True)


def test_a_line_that_is_closed(cast: Cast):
    def closed(_ask: wire.CardAuthAsk) -> concurrent.futures.Future[wire.CardAuth | Failure]:
        future: concurrent.futures.Future[wire.CardAuth | Failure] = concurrent.futures.Future()
        future.cancel()
        return future

    outcome = read(EmulatedCard(cast["third_generation"]), PlatformAuthenticator(closed))
    assert isinstance(outcome, Failure)
    assert outcome.fault is Fault.CARD_KEYS_AWAY


# -- any answers -----------------------------------------------------------------------------------------------------

ANSWERS = st.dictionaries(
    st.integers(0, 24), st.one_of(st.binary(max_size=24), st.sampled_from([b"\x90\x00", b"\x61\x08", b"\x6c\x08"])),
    max_size=4,
)  # fmt: skip


@given(of_card=ANSWERS, of_psam=ANSWERS, platform=st.booleans())
def test_any_answers_of_card_and_psam(cast: Cast, of_card: dict[int, bytes], of_psam: dict[int, bytes], platform: bool):
    card, psam = EmulatedCard(cast["third_generation"]), EmulatedPsam(RING)
    sent: list[int] = []
    card.inserted(Script())

    def card_answers(command: bytes) -> bytes:
        sent.append(command[1])
        usual = card.answer(command)
        return of_card.get(len(sent) - 1, usual)

    def psam_answers(command: bytes) -> bytes:
        usual = psam.answer(command)
        return of_psam.get(psam.count - 1, usual)

    keys: Authenticator = with_platform(HSM.cryptograms) if platform else with_psam(psam_answers)
    outcome = play(read_holder(TODAY, keys, lambda: card.atr), card_answers)
    assert isinstance(outcome, CardHolder) or outcome.fault.value.split(".")[0] in {"card", "psam"}
    assert not isinstance(outcome, CardHolder) or whole(outcome)
    assert sent.count(EXTERNAL_AUTHENTICATE) <= 1


@given(st.lists(st.binary(max_size=40), min_size=1, max_size=40), st.lists(st.binary(max_size=40), min_size=1))
def test_nothing_but_noise(cast: Cast, of_card: list[bytes], of_psam: list[bytes]):
    preface = Preface(bytes(16), b"3.00", "SM4", EmulatedCard(cast["third_generation"]).atr)
    noise = iter(of_psam * 500)
    answers = iter(of_card * 500)
    for keys in (with_psam(lambda _command: next(noise)), with_platform(HSM.cryptograms)):
        for card in (
            preface,
            dataclasses.replace(preface, atr=b"\x3b"),
            dataclasses.replace(preface, card_id_code=b""),
        ):
            outcome = play(keys.authenticate(card, Unhurried()), lambda _command: next(answers))
            assert outcome is None or isinstance(outcome, Failure)


@given(st.lists(st.binary(max_size=40), max_size=30))
def test_emulated_card_and_psam_answer_anything(cast: Cast, commands: list[bytes]):
    for chip in (EmulatedCard(cast["third_generation"]), EmulatedPsam(RING)):
        for command in commands:
            assert len(chip.answer(command)) >= 2


# -- ATR -------------------------------------------------------------------------------------------------------------


@given(st.binary(max_size=40))
def test_any_atr(data: bytes):
    for raw in (data, b"\x3b" + data, b"\x3b\x8d\x80\x01" + data):
        found = atr.historical(raw)
        assert found is None or found in raw
        for contactless in (True, False):
            eight = atr.diversifier(raw, contactless=contactless)
            assert eight is None or len(eight) == 8


@given(st.binary(min_size=13, max_size=13))
def test_the_same_historical_bytes_in_both_atrs(historical: bytes):
    contact = bytes.fromhex("3B6D0000") + historical
    built = bytes.fromhex("8D8001") + historical
    check = 0
    for byte in built:
        check ^= byte
    contactless = b"\x3b" + built + bytes((check,))
    assert atr.historical(contact) == atr.historical(contactless) == historical == contact[4:]
    assert atr.diversifier(contact, contactless=False) == atr.diversifier(contactless, contactless=True) == contact[-8:]
    assert atr.historical(contactless[:-1] + bytes((check ^ 1,))) is None
    assert contactless[-8:] != contact[-8:], "the last bytes of a built ATR are not the card's"


def test_an_antenna_with_another_kind_of_card():
    memory_card = bytes.fromhex("3B8F8001804F0CA000000306030001000000006A")
    assert atr.historical(memory_card) is not None
    assert atr.diversifier(memory_card, contactless=True) is None


def test_no_diversifier_no_try(cast: Cast):
    card = EmulatedCard(cast["third_generation"])
    for keys in both():
        card.inserted(Script())
        outcome = play(read_holder(TODAY, keys, lambda: bytes.fromhex("3B040011223344"), contactless=True), card.answer)
        assert isinstance(outcome, Failure)
        assert outcome.fault is Fault.CARD_NOT_AUTHORISED
        assert EXTERNAL_AUTHENTICATE not in card.seen


# -- what is remembered ----------------------------------------------------------------------------------------------


def test_refusals_are_bounded_and_say_nothing():
    refusals = Refusals()
    cards = [Preface(n.to_bytes(16, "big"), b"3.00", "SM4", b"") for n in range(REMEMBERED + 5)]
    for card in cards:
        refusals.add(card)
    assert cards[-1] in refusals
    assert cards[0] not in refusals
    assert len(refusals._cards) == REMEMBERED
    assert cards[-1].card_id_code.hex() not in repr(refusals.__dict__)


def test_keys_and_cards_have_no_repr(cast: Cast):
    person = cast["third_generation"]
    said = repr(EmulatedPsam(RING)) + repr(RING) + repr(person) + repr(Preface(b"\x12" * 16, b"3.00", "SM4", b"\x3b"))
    for keys in RING.values():
        assert keys.external.hex() not in said
        assert repr(keys.external) not in said
    assert repr(b"\x12" * 16) not in said
    assert NoKeys().kind == "none"
