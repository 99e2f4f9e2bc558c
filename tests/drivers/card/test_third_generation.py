"""Third-generation cards against the real pcscd, with a PSAM in the second slot: what opens them and what does not."""

from __future__ import annotations

import asyncio
import dataclasses
import os
import threading

import pytest

from contract.faults import Fault, load
from drivers.device import CardHolder, Completion, Failure, Happening
from drivers.emulated.card import CastMember, EmulatedCard, EmulatedPsam, Script, made_up_ring, read_keys
from drivers.emulated.card.card import AUTHENTICATIONS
from tests.drivers.card.bench import CAST, PsamBench, is_of, running, with_psam

pytestmark = pytest.mark.asyncio(loop_scope="session")

Cast = dict[str, CastMember]
EXTERNAL_AUTHENTICATE = 0x82
INTERNAL_AUTHENTICATE = 0x88


async def told(psam: PsamBench, card: EmulatedCard, fault: Fault, script: Script | None = None) -> Failure:
    """The card is read and that is what comes of it; the next card is read all the same."""
    await psam.bench.insert(card, script)
    outcome = await psam.bench.reader.read()
    assert isinstance(outcome, Failure)
    assert outcome.fault is fault, outcome
    assert card.person.name not in repr(outcome)
    assert card.person.id_number not in repr(outcome)
    await psam.bench.pull()
    return outcome


@pytest.mark.parametrize("internal", [True, False])
@pytest.mark.parametrize("algorithm", ["SM4", "3DES"])
async def test_the_psam_opens_the_card(pcscd, cast: Cast, algorithm: str, internal: bool):
    person = dataclasses.replace(cast["third_generation"], algorithm=algorithm)
    async with with_psam(pcscd, internal=internal) as psam:
        assert psam.bench.reader.capabilities.authenticator == "psam"
        card = EmulatedCard(person)
        await psam.bench.insert(card)
        holder = await psam.bench.reader.read()
        assert is_of(holder, person)
        assert isinstance(holder, CardHolder)
        assert holder.algorithm == algorithm
        assert (INTERNAL_AUTHENTICATE in card.seen) is internal
        assert card.seen.count(EXTERNAL_AUTHENTICATE) == 1
        assert await psam.bench.reader.verify_pin(person.pin) is None


async def test_older_cards_leave_the_psam_alone(pcscd, cast: Cast):
    async with with_psam(pcscd) as psam:
        await psam.bench.insert(EmulatedCard(cast["old_card"]))
        assert is_of(await psam.bench.reader.read(), cast["old_card"])
        assert psam.psam.count == 0
        await psam.bench.pull()
        await told(psam, EmulatedCard(cast["employee"]), Fault.CARD_NOT_AUTHORISED, Script(status_at={9: "6982"}))
        assert psam.psam.count == 0


async def test_every_dialect_of_a_third_generation_card(pcscd, cast: Cast):
    async with with_psam(pcscd) as psam:
        card = EmulatedCard(cast["third_generation"])
        await psam.bench.insert(card)
        for dialect in (Script(t0=True), Script(ef_p1=0), Script(by_tag=False), Script(t0=True, by_tag=False)):
            card.inserted(dialect)
            assert is_of(await psam.bench.reader.read(), cast["third_generation"]), dialect


async def test_a_card_of_elsewhere_is_found_out_before_it_counts(pcscd, cast: Cast):
    async with with_psam(pcscd) as psam:
        card = EmulatedCard(cast["other_keys"])
        await told(psam, card, Fault.CARD_KEYS_WRONG)
        assert EXTERNAL_AUTHENTICATE not in card.seen
        assert card.authentications == AUTHENTICATIONS


async def test_a_card_that_refused_these_keys_is_not_asked_again(pcscd, cast: Cast):
    async with with_psam(pcscd, internal=False) as psam:
        card = EmulatedCard(cast["other_keys"])
        first = await told(psam, card, Fault.CARD_KEYS_WRONG)
        assert "63C2" in first.detail
        for _ in range(4):
            again = await told(psam, card, Fault.CARD_KEYS_WRONG)
            assert "not asked again" in again.detail
        assert card.authentications == AUTHENTICATIONS - 1
        await psam.bench.insert(EmulatedCard(cast["third_generation"]))
        assert isinstance(await psam.bench.reader.read(), CardHolder)


async def test_a_card_whose_key_is_locked(pcscd, cast: Cast):
    async with with_psam(pcscd) as psam:
        card = EmulatedCard(cast["third_generation"])
        card.authentications = 0
        assert "6983" in (await told(psam, card, Fault.CARD_KEYS_WRONG)).detail


async def test_a_psam_with_other_keys(pcscd, cast: Cast):
    async with with_psam(pcscd, psam=EmulatedPsam(made_up_ring("wrong"))) as psam:
        await told(psam, EmulatedCard(cast["third_generation"]), Fault.CARD_KEYS_WRONG)


REFUSING = {
    "no SM4": (EmulatedPsam(read_keys(CAST) | {}), "6A82", {1: "6A82"}),
    "security status": (EmulatedPsam(read_keys(CAST)), "6982", {5: "6982"}),
    "conditions": (EmulatedPsam(read_keys(CAST)), "6985", {6: "6985"}),
    "no internal key": (EmulatedPsam(read_keys(CAST), internal_key=None), "6A88", {}),
    "other key ids": (EmulatedPsam(read_keys(CAST), external_key=0x55), "6A88", {}),
    "nonsense": (EmulatedPsam(read_keys(CAST)), "1234", {6: "1234"}),
}


@pytest.mark.parametrize("why", REFUSING)
async def test_a_psam_that_refuses(pcscd, cast: Cast, why: str):
    peer, status, script = REFUSING[why]
    async with with_psam(pcscd, psam=peer) as psam:
        await psam.psam_in(Script(status_at=dict(script)))
        card = EmulatedCard(cast["third_generation"])
        failure = await told(psam, card, Fault.PSAM_REFUSED)
        assert status in failure.detail
        assert EXTERNAL_AUTHENTICATE not in card.seen


async def test_a_psam_without_the_algorithm_of_the_card(pcscd, cast: Cast):
    only = {"3DES": read_keys(CAST)["3DES"]}
    async with with_psam(pcscd, psam=EmulatedPsam(only)) as psam:
        await told(psam, EmulatedCard(cast["third_generation"]), Fault.PSAM_REFUSED)
        await told(
            psam, EmulatedCard(dataclasses.replace(cast["third_generation"], algorithm="SSF33")), Fault.PSAM_REFUSED
        )


async def test_psam_missing_and_silent_and_back_again(pcscd, cast: Cast):
    person = cast["third_generation"]
    async with with_psam(pcscd) as psam:
        await psam.psam_out()
        failure = await told(psam, EmulatedCard(person), Fault.PSAM_MISSING)
        assert failure.completion is Completion.NOT_READY
        await psam.psam_in(Script(silent=True))
        await told(psam, EmulatedCard(person), Fault.PSAM_MISSING)
        await psam.psam_in()
        await psam.bench.insert(EmulatedCard(person))
        assert is_of(await psam.bench.reader.read(), person)


async def test_psam_noise(pcscd, cast: Cast):
    async with with_psam(pcscd) as psam:
        for start in range(1, 8):
            await psam.psam_in(Script(garbage_from=start))
            card = EmulatedCard(cast["third_generation"])
            await psam.bench.insert(card)
            outcome = await psam.bench.reader.read()
            assert isinstance(outcome, Failure)
            assert outcome.fault in {Fault.PSAM_REFUSED, Fault.CARD_KEYS_WRONG}
            assert card.authentications >= AUTHENTICATIONS - 1
            await psam.bench.pull()


async def test_cancelled_while_the_psam_thinks(pcscd, cast: Cast):
    person = cast["third_generation"]
    async with with_psam(pcscd) as psam:
        await psam.psam_in(Script(delay=0.3))
        await psam.bench.insert(EmulatedCard(person))
        task = asyncio.create_task(psam.bench.reader.read())
        async with asyncio.timeout(5.0):
            while psam.psam.count < 3:
                await asyncio.sleep(0.01)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert task.cancelled()
        psam.psam.script = Script()
        assert is_of(await psam.bench.reader.read(), person)


async def test_psam_work_leaves_no_handles(pcscd, cast: Cast):
    person = cast["third_generation"]
    async with with_psam(pcscd) as psam:
        await psam.bench.insert(EmulatedCard(person))
        await psam.bench.reader.read()
        before = len(os.listdir("/proc/self/fd")), threading.active_count()
        for _ in range(20):
            assert isinstance(await psam.bench.reader.read(), CardHolder)
        assert (len(os.listdir("/proc/self/fd")), threading.active_count()) == before


async def test_every_refusal_has_a_way_on_for_the_resident(pcscd, cast: Cast):
    sentences = load()
    for fault in (
        Fault.CARD_NOT_AUTHORISED,
        Fault.CARD_KEYS_WRONG,
        Fault.CARD_KEYS_AWAY,
        Fault.PSAM_MISSING,
        Fault.PSAM_REFUSED,
        Fault.PLATFORM_NO_CARD_KEYS,
    ):
        assert "卡没有坏" in sentences[fault].do
        assert sentences[fault].others or "再插一次" in sentences[fault].do
    async with running(pcscd) as bench:
        await bench.insert(EmulatedCard(cast["third_generation"]))
        outcome = await bench.reader.read()
        assert isinstance(outcome, Failure)
        assert outcome.fault is Fault.CARD_NOT_AUTHORISED
        assert bench.reader.capabilities.authenticator == "none"
        await bench.slot.pull()
        await bench.happens(Happening.REMOVED)
