"""Sounds through the real aplay into ALSA's own ``null`` and ``file`` outputs (there is no sound card here), and
through stand-ins for a player that will not end."""

from __future__ import annotations

import asyncio
import functools
import io
import sys
import wave
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract import limits
from contract.faults import Fault
from drivers import speaker as speaker_module
from drivers.device import Completion, DeviceEvent, Failure, State
from drivers.speaker import AlsaSpeaker, SpeakerSettings, seconds_of, tone

CARD = "00-00: Made-up Analog : Made-up Analog : playback 1 : capture 1\n"
HANGS = (sys.executable, "-c", "import time; time.sleep(600)")
Made = Callable[..., AbstractAsyncContextManager[AlsaSpeaker]]


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Made:
    monkeypatch.setattr(limits, "SPEAKER_POLL", 0.05)
    cards = tmp_path / "pcm"
    cards.write_text(CARD, encoding="utf-8")

    @asynccontextmanager
    async def speaker(device: str = "null", player: tuple[str, ...] = ("aplay",)) -> AsyncIterator[AlsaSpeaker]:
        driver = AlsaSpeaker(SpeakerSettings(device), cards=cards, player=player)
        events: asyncio.Queue[DeviceEvent] = asyncio.Queue()
        running = asyncio.create_task(driver.run(events))
        assert (await asyncio.wait_for(events.get(), 5)).state is State.ONLINE
        yield driver
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        assert driver.state is State.NO_DEVICE

    return speaker


async def test_real_aplay_every_sample_reaches_alsa(made: Made, tmp_path: Path) -> None:
    out, sound = tmp_path / "heard.raw", tone(seconds=0.3)
    async with made(f"file:'{out}',raw") as speaker:
        assert await speaker.play(sound) is None
    with wave.open(io.BytesIO(sound)) as wav:
        samples, heard = wav.readframes(wav.getnframes()), out.read_bytes()
    assert heard[: len(samples)] == samples
    assert not any(heard[len(samples) :]), "aplay fills its last period with silence"


async def test_real_aplay_plays_one_sound_after_the_other(made: Made) -> None:
    async with made() as speaker:
        for _ in range(3):
            assert await speaker.play(tone(seconds=0.05)) is None


async def test_real_aplay_a_device_that_alsa_does_not_know(made: Made) -> None:
    async with made("no-such-device") as speaker:
        failure = await speaker.play(tone(seconds=0.05))
        assert isinstance(failure, Failure)
        assert (failure.fault, failure.completion) == (Fault.SPEAKER_GONE, Completion.NOT_READY)


async def test_stop_is_silence_at_once_and_no_failure(made: Made) -> None:
    async with made(player=HANGS) as speaker:
        playing = asyncio.create_task(speaker.play(tone(seconds=9)))
        await asyncio.sleep(0.3)
        async with asyncio.timeout(2):
            await speaker.stop()
            assert await playing is None
        await speaker.stop()


async def test_a_new_sound_ends_the_one_that_plays(made: Made) -> None:
    async with made(player=HANGS) as speaker:
        first = asyncio.create_task(speaker.play(tone(seconds=9)))
        await asyncio.sleep(0.3)
        second = asyncio.create_task(speaker.play(tone(seconds=9)))
        async with asyncio.timeout(2):
            assert await first is None
        assert not second.done()
        second.cancel()
        await asyncio.gather(second, return_exceptions=True)
        assert second.cancelled()


async def test_a_sound_that_never_ends_is_ended(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SPEAKER_SLACK", 0.3)
    async with made(player=HANGS) as speaker:
        failure = await speaker.play(tone(seconds=0.1))
        assert isinstance(failure, Failure)
        assert failure.completion is Completion.TIMEOUT
        assert speaker.state is State.ONLINE


async def test_no_player_and_no_sound(made: Made) -> None:
    async with made(player=("no-such-player",)) as speaker:
        assert await speaker.play(tone(seconds=0.1)) == Failure(Fault.SPEAKER_GONE, "no player")
        assert await speaker.play(b"RIFF") == Failure(Fault.SPEAKER_GONE, "no sound")


async def test_without_a_sound_card_it_is_absent_without_fuss(tmp_path: Path) -> None:
    for content in (None, "", "00-00: Made-up : Made-up : capture 1\n"):
        cards = tmp_path / "pcm"
        if content is not None:
            cards.write_text(content, encoding="utf-8")
        driver, events = AlsaSpeaker(SpeakerSettings(), cards=cards), asyncio.Queue[DeviceEvent]()
        running = asyncio.create_task(driver.run(events))
        await asyncio.sleep(0.05)
        assert events.empty()
        assert await driver.play(tone(seconds=0.1)) == Failure(Fault.SPEAKER_GONE, "not there")
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_a_card_that_is_unplugged_and_comes_back(made: Made, tmp_path: Path) -> None:
    async with made() as speaker:
        (tmp_path / "pcm").unlink()
        async with asyncio.timeout(5):
            while speaker.state is not State.NO_DEVICE:
                await asyncio.sleep(0.02)
        (tmp_path / "pcm").write_text(CARD, encoding="utf-8")
        async with asyncio.timeout(5):
            while speaker.state is not State.ONLINE:
                await asyncio.sleep(0.02)


def test_how_long_a_sound_is() -> None:
    assert seconds_of(tone(seconds=0.5)) == 0.5
    assert seconds_of(tone()[:2000]) == pytest.approx(0.0625, abs=0.01), "no longer than what is there"


def wav(channels: int, width: int, rate: int) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as made:
        made.setparams((channels, width, rate, 0, "NONE", ""))
        made.writeframes(bytes(channels * width * 100))
    return out.getvalue()


@pytest.mark.parametrize(
    ("sound", "plays"),
    [(wav(2, 2, 44_100), True), (wav(1, 1, 8_000), False), (wav(3, 2, 8_000), False), (wav(1, 2, 96_000), False),
     (wav(1, 2, 16_000) + bytes(limits.SOUND_BYTES), False), (b"", False)],
    ids=["stereo", "8_bit", "three_channels", "96_khz", "too_long", "empty"],
)  # fmt: skip
def test_what_is_played(sound: bytes, plays: bool) -> None:
    assert (seconds_of(sound) is not None) is plays


@given(st.binary(max_size=200) | st.binary(max_size=60).map(lambda tail: tone(seconds=0.01)[:30] + tail))
def test_no_bytes_break_it(data: bytes) -> None:
    seconds_of(data)


@pytest.mark.parametrize(("player", "code", "words"), [("cat >/dev/null", 0, "放完了一声"), ("exit 3", 1, "player 3")])
async def test_a_tone_for_whoever_sets_it_up(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    player: str,
    code: int,
    words: str,
) -> None:
    (tmp_path / "pcm").write_text(CARD, encoding="utf-8")
    made = functools.partial(AlsaSpeaker, cards=tmp_path / "pcm", player=("/bin/sh", "-c", player))
    monkeypatch.setattr(speaker_module, "AlsaSpeaker", made)
    assert await speaker_module._try("null") == code
    assert words in "".join(capsys.readouterr())
