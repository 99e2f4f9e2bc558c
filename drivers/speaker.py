"""The speaker: plays a WAV through ALSA by alsa-utils' ``aplay``, a program of its own that can be ended at any moment.

aplay and not a library: it is maintained with ALSA itself, mixes and converts as the sound card wants, holds no lock of
Python's while it waits for the card, and a card that hangs is a process to kill. The sound goes through a pipe; nothing
is written to a file.

``python -m drivers.speaker [DEVICE]`` plays a test tone, for whoever sets a terminal up.
"""

from __future__ import annotations

import array
import asyncio
import contextlib
import io
import math
import sys
import wave
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from contract import limits
from contract.faults import Fault
from drivers.device import Capabilities, DeviceClass, DeviceEvent, Failure, State, Status, happenings

CARDS: Final = Path("/proc/asound/pcm")
"""One line for each way in and out of each sound card: ``00-00: ALC897 Analog : : playback 1 : capture 1`` (kernel,
Documentation/sound/designs/procfile.rst)."""
PLAYER: Final = ("aplay",)
RATES: Final = range(8_000, 48_001)
TONE_HZ: Final = 440
TONE_SECONDS: Final = 1.0
TONE_RATE: Final = 16_000


@dataclass(frozen=True, slots=True)
class SpeakerSettings:
    device: str = "default"
    """ALSA's name of it: ``default``, ``plughw:CARD=PCH,DEV=0`` (``aplay -L`` lists them)."""


def seconds_of(sound: bytes) -> float | None:
    """How long a WAV plays; None when it is none that is played here: 16 bit PCM, one or two channels, 8 to 48 kHz, not
    longer than limits.SOUND_SECONDS."""
    if len(sound) > limits.SOUND_BYTES:
        return None
    try:
        with wave.open(io.BytesIO(sound)) as heard:
            frames, rate = heard.getnframes(), heard.getframerate()
            plain = heard.getsampwidth() == 2 and heard.getnchannels() in (1, 2) and rate in RATES
            # A header may promise more than there is.
            frames = min(frames, len(sound) // (2 * max(1, heard.getnchannels())))
    except (wave.Error, EOFError, ValueError, RuntimeError):
        return None
    return frames / rate if plain and frames / rate <= limits.SOUND_SECONDS else None


def tone(hertz: float = TONE_HZ, seconds: float = TONE_SECONDS) -> bytes:
    """A sine as a WAV, rising and falling softly."""
    total = int(seconds * TONE_RATE)
    ramp = max(1, total // 10)
    samples = array.array(
        "h",
        (
            int(12_000 * min(1.0, i / ramp, (total - i) / ramp) * math.sin(2 * math.pi * hertz * i / TONE_RATE))
            for i in range(total)
        ),
    )
    if sys.byteorder == "big":
        samples.byteswap()
    out = io.BytesIO()
    with wave.open(out, "wb") as made:
        made.setnchannels(1)
        made.setsampwidth(2)
        made.setframerate(TONE_RATE)
        made.writeframes(samples.tobytes())
    return out.getvalue()


class AlsaSpeaker:
    """Implements drivers.device.Speaker. A new sound ends the one that plays."""

    def __init__(
        self,
        settings: SpeakerSettings,
        name: str = "speaker",
        *,
        cards: Path = CARDS,
        player: tuple[str, ...] = PLAYER,
    ) -> None:
        self.name = name
        self._command = (*player, "-q", "-t", "wav", "-D", settings.device, "-")
        self._cards = cards
        self._state = State.NO_DEVICE
        self._playing: asyncio.Task[Failure | None] | None = None
        self._beginning = asyncio.Lock()
        """Held from ending one sound to beginning the next: of several that are wanted at once, one plays."""

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(
            device_class=DeviceClass.SPEAKER,
            deadlines={
                "play": limits.SOUND_SECONDS + limits.SPEAKER_SLACK + limits.SPEAKER_END,
                "stop": limits.SPEAKER_END,
            },
        )

    @property
    def seen(self) -> Status:
        return Status(self._state)

    @property
    def state(self) -> State:
        return self._state

    async def play(self, sound: bytes) -> Failure | None:
        """Deadline: the sound's own length and limits.SPEAKER_SLACK. SPEAKER_GONE without a sound card, for what is no
        sound, when it cannot be played, and when it does not end. Cancelling this stops it."""
        seconds = seconds_of(sound)
        async with self._beginning:
            await self.stop()
            if self._state is not State.ONLINE or seconds is None:
                return Failure(Fault.SPEAKER_GONE, "no sound" if seconds is None else "not there")
            playing = self._playing = asyncio.create_task(self._play(sound, seconds), name=self.name)
        try:
            return await asyncio.shield(playing)
        except asyncio.CancelledError:
            if not playing.cancelled():
                await _ended(playing)
                raise
            return None  # stopped, or another sound was wanted
        finally:
            if self._playing is playing:
                self._playing = None

    async def stop(self) -> None:
        """Silence at once; nothing when nothing plays."""
        if self._playing is not None:
            await _ended(self._playing)

    async def run(self, events: asyncio.Queue[DeviceEvent]) -> None:
        try:
            while True:
                now = State.ONLINE if self._has_card() else State.NO_DEVICE
                before, self._state = self._state, now
                for happening in happenings(before, now):
                    events.put_nowait(DeviceEvent(self.name, happening, now))
                await asyncio.sleep(limits.SPEAKER_POLL)
        finally:
            self._state = State.NO_DEVICE
            await self.stop()

    def _has_card(self) -> bool:
        try:
            return "playback" in self._cards.read_text(encoding="utf-8", errors="replace")
        except OSError:
            return False

    async def _play(self, sound: bytes, seconds: float) -> Failure | None:
        try:
            process = await asyncio.create_subprocess_exec(
                *self._command,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.DEVNULL,
            )
        except OSError:
            return Failure(Fault.SPEAKER_GONE, "no player")
        try:
            async with asyncio.timeout(seconds + limits.SPEAKER_SLACK):
                await process.communicate(sound)
        except TimeoutError:
            return Failure(Fault.SPEAKER_GONE, "no end", timed_out=True)
        finally:
            if process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    process.kill()  # at once: what is in the card's buffer is dropped with it
                await process.wait()
        return None if process.returncode == 0 else Failure(Fault.SPEAKER_GONE, f"player {process.returncode}")


async def _ended(task: asyncio.Task[Failure | None]) -> None:
    task.cancel()
    await asyncio.wait({task}, timeout=limits.SPEAKER_END)


async def _try(device: str) -> int:
    speaker = AlsaSpeaker(SpeakerSettings(device))
    running = asyncio.create_task(speaker.run(asyncio.Queue()))
    await asyncio.sleep(0)
    failure = await speaker.play(tone())
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    if failure is not None:
        print(f"没有声音 no sound: {failure.detail}", file=sys.stderr)
        return 1
    print("放完了一声，听到了吗？ A tone was played: was it heard?")
    return 0


if __name__ == "__main__":
    sys.exit(asyncio.run(_try(sys.argv[1] if len(sys.argv) > 1 else "default")))
