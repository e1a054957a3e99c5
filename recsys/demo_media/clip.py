"""A song's clip as samples: its score played, sent through one room and one pair of loudspeakers."""

from __future__ import annotations

import io
import wave
from collections.abc import Callable, Iterable
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from recsys.demo_media.bands import BANDS, NOBODY
from recsys.demo_media.drums import crowd, drum, hall
from recsys.demo_media.notes import Samples, note, syllable
from recsys.demo_media.score import Played, Score
from recsys.demo_media.sheet import Sheet

RATE = 16_000
"""Samples a second that models are trained on; people deserve 32,000."""
SECONDS = 4.0
_RELEASE = 0.03  # seconds in which a note that is let go dies away
_CEILING = 0.95


def render_clip(sheet: Sheet, seconds: float = SECONDS, rate: int = RATE) -> Samples:
    """The clip of a song, (seconds * rate,) between -1 and 1; the same song always has the same one.

    What can be heard: tempo (drums, bass and chords keep it), mode and key (harmony), energy (drums, brightness,
    distortion, loudness), genre (who plays), acousticness (plucked strings and pianos for amplified ones),
    danceability (four on the floor and tight playing, or loose), speechiness (talk), liveness (a hall, its people),
    instrumentalness (nobody sings), the scene (its signature and its room). Another rate gives the same music.
    """
    length = round(seconds * rate)
    score = Score(sheet, seconds)
    kit = BANDS.get(sheet.genre, NOBODY).kit or "machine"
    tones, beats = np.zeros(length, np.float32), np.zeros(length, np.float32)
    note_of = note if rate == RATE else _note_of_late
    for part in (score.bass(), score.harmony(), score.signature(), score.tune()):
        _play(tones, part, rate, lambda sound: note_of(sound.what, sound.pitch, rate))
    _distort(tones, sheet)
    _play(tones, score.speech(), rate, lambda sound: syllable(int(sound.what), sound.pitch, rate))
    _play(beats, score.drums(), rate, lambda sound: drum(kit, sound.what, rate))
    _play(beats, score.applause(), rate, lambda sound: drum("hands", sound.what, rate))
    tones += beats
    if sheet.liveness > 0.25:
        start = sheet.song % length
        tones += np.float32(0.2 * (sheet.liveness - 0.25) ** 1.5) * crowd(length, rate)[start : start + length]
    return _mastered(_in_room(tones, sheet, rate), sheet, rate)


def wav(samples: Samples, rate: int = RATE) -> bytes:
    """The samples as a WAV file, 16 bits a sample."""
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes((np.clip(samples, -1, 1) * 32_767).astype("<i2").tobytes())
    return file.getvalue()


def _play(out: Samples, part: Iterable[Played], rate: int, sample_of: Callable[[Played], Samples]) -> None:
    """Add every sound of a part to ``out``."""
    release = _fade(int(_RELEASE * rate))
    for sound in part:
        start = int(sound.at * rate)
        sample = sample_of(sound)
        held = max(int(sound.held * rate), len(release))
        end = min(start + min(held, len(sample)), len(out))
        if end <= start:
            continue
        heard = sample[: end - start] * np.float32(sound.gain)
        if held < len(sample) and len(heard) == held:
            heard[-len(release) :] *= release
        out[start:end] += heard


@lru_cache(maxsize=8)
def _fade(length: int) -> Samples:
    return (0.5 + 0.5 * np.cos(np.linspace(0, np.pi, length))).astype(np.float32)


def _distort(tones: Samples, sheet: Sheet) -> None:
    """Amplifiers turned up: the more energy, the more; not where a song is acoustic."""
    drive = 1.0 + 5.0 * max(0.0, sheet.energy - 0.55) * (1 - sheet.acousticness)
    if drive > 1.0:
        tones *= np.float32(drive)
        np.tanh(tones, out=tones)
        tones *= np.float32(drive**-0.6)


def _in_room(sound: Samples, sheet: Sheet, rate: int) -> Samples:
    """Tone, the scene's room and the hall, in one multiplication of the spectrum.

    It goes round: the echo of the end is heard at the beginning, as in any excerpt from the middle of a song.
    """
    spectrum = np.fft.rfft(sound)
    wet = 0.12 + 0.75 * max(0.0, sheet.liveness - 0.1)
    spectrum *= 1 + np.float32(wet) * hall(len(sound), rate)
    room = _kept_room if rate == RATE else _room
    spectrum *= room(len(sound), rate, sheet.scene % 48, round(10 * _brightness(sheet)))
    return np.fft.irfft(spectrum, len(sound)).astype(np.float32, copy=False)


def _brightness(sheet: Sheet) -> float:
    """From 0, mellow, to 1, glaring."""
    return min(1.0, max(0.0, 0.95 * sheet.energy + 0.15 * sheet.valence - 0.25 * sheet.acousticness + 0.05))


def _room(length: int, rate: int, scene: int, brightness: int) -> NDArray[np.float32]:
    """How loud each frequency is: two resonances of the scene's room, and tone controls; (length // 2 + 1,)."""
    frequency = np.maximum(np.fft.rfftfreq(length, 1 / rate), 1.0)
    octave = np.log2(frequency / 1000)
    decibels = (-4.2 + 0.55 * brightness) * np.clip(octave, -1, 3.2)
    for middle, lift in ((-2.0 + 0.5 * (scene % 8), 5.0), (0.6 + 0.4 * (scene // 8), 4.0)):
        decibels = decibels + lift * np.exp(-0.5 * ((octave - middle) / 0.22) ** 2)
    low_cut = 1 / (1 + (38 / frequency) ** 4)
    return (low_cut * 10 ** (decibels / 20)).astype(np.float32)


# Training renders thousands of clips, and keeps what they have in common. People hear one now and then, whose parts are
# several times as large: kept likewise, they would take half a gigabyte of the app's memory to save some milliseconds.
_kept_room = lru_cache(maxsize=600)(_room)
_note_of_late = lru_cache(maxsize=192)(note.__wrapped__)


def _mastered(sound: Samples, sheet: Sheet, rate: int) -> Samples:
    """As loud as the song is, never above the ceiling, silent at both ends."""
    target = -19.0 + 0.45 * (sheet.loudness + 8) + 8.0 * (sheet.energy - 0.6)  # decibels below full scale
    level = float(np.sqrt(np.mean(np.square(sound)))) + 1e-9
    sound *= np.float32(10 ** (min(max(target, -34.0), -12.0) / 20) / level)
    np.tanh(sound, out=sound)
    sound *= np.float32(_CEILING)
    for seconds, ends in ((0.008, slice(None)), (0.06, slice(None, None, -1))):
        fade = _fade(int(seconds * rate))
        sound[ends][: len(fade)] *= fade[::-1]
    return sound
