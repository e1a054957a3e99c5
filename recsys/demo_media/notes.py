"""Single notes of invented instruments: sums of partials, made once for each pitch and kept."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]
"""Sound, (n_samples,)."""
LONGEST = 1.3  # seconds


@dataclass(frozen=True, slots=True)
class Instrument:
    """How an instrument's partials behave.

    Attributes:
        slope: Partial n is as strong as n to the power of minus this.
        odd: How strong even partials are, beside odd ones.
        fade: Decay of the first partial, in 1/s; 0 holds the note.
        damping: How much faster each higher partial decays, in 1/s.
        attack: Seconds until the note is there.
        spread: Detuning of two further voices, as a share of the frequency; 0 for one voice.
        vibrato: Depth, as a share of the frequency.
        stretch: How far partials lie above the harmonics, as in stiff strings and bells.
        formants: Resonances in Hz, for voices.
        breath: Noise, beside the tone.
        fifth: Whether a fifth sounds along, through an overdriven amplifier.
    """

    slope: float = 1.0
    odd: float = 1.0
    fade: float = 0.0
    damping: float = 0.0
    attack: float = 0.004
    spread: float = 0.0
    vibrato: float = 0.0
    stretch: float = 0.0
    formants: tuple[float, ...] = ()
    breath: float = 0.0
    fifth: bool = False


INSTRUMENTS = {
    "piano": Instrument(1.25, fade=1.5, damping=0.55, stretch=0.0004),
    "nylon guitar": Instrument(1.05, fade=2.2, damping=0.9, attack=0.003),
    "steel guitar": Instrument(0.8, odd=0.8, fade=1.9, damping=0.5, attack=0.002),
    "banjo": Instrument(0.45, fade=6.0, damping=0.7, attack=0.001),
    "harp": Instrument(1.5, fade=1.8, damping=1.2, attack=0.003),
    "strings": Instrument(1.1, attack=0.09, spread=0.004, vibrato=0.004),
    "organ": Instrument(0.9, odd=1.6, attack=0.008),
    "saw": Instrument(1.0, attack=0.006, spread=0.006),
    "square": Instrument(1.0, odd=0.0, attack=0.004, vibrato=0.002),
    "pluck synth": Instrument(0.7, fade=5.0, damping=1.6, attack=0.002, spread=0.004),
    "electric piano": Instrument(2.0, odd=0.6, fade=1.6, damping=1.4, attack=0.004, vibrato=0.001),
    "power guitar": Instrument(0.7, fade=0.6, attack=0.003, spread=0.002, fifth=True),
    "brass": Instrument(0.85, attack=0.03, spread=0.002, vibrato=0.002),
    "flute": Instrument(2.2, attack=0.05, vibrato=0.005, breath=0.06),
    "accordion": Instrument(0.75, odd=0.7, attack=0.02, spread=0.009),
    "bell": Instrument(1.3, fade=2.2, damping=0.8, attack=0.001, stretch=0.09),
    "marimba": Instrument(2.2, odd=0.25, fade=6.5, damping=3.0, attack=0.001, stretch=0.05),
    "upright bass": Instrument(1.5, fade=3.0, damping=1.2, attack=0.008),
    "bass guitar": Instrument(1.1, fade=1.6, damping=0.8, attack=0.004),
    "synth bass": Instrument(0.9, fade=1.2, damping=0.9, attack=0.003),
    "sub bass": Instrument(3.0, fade=0.9, damping=1.0, attack=0.005),
    "voice ah": Instrument(0.9, attack=0.04, vibrato=0.008, formants=(730, 1090, 2440)),
    "voice oh": Instrument(0.9, attack=0.05, vibrato=0.008, formants=(500, 850, 2500)),
    "voice ee": Instrument(0.8, attack=0.04, vibrato=0.008, formants=(320, 2250, 2950)),
    "choir": Instrument(1.0, attack=0.12, spread=0.007, vibrato=0.006, formants=(650, 1080, 2650)),
}


@lru_cache(maxsize=1024)
def note(instrument: str, pitch: int, rate: int) -> Samples:
    """A note of an instrument, LONGEST at most, as loud as every other one; read only.

    ``pitch`` is as MIDI counts, 69 for 440 Hz and 12 for an octave; ``rate`` in samples a second.
    """
    kind = INSTRUMENTS[instrument]
    length = min(LONGEST, 5.5 / kind.fade) if kind.fade else LONGEST
    t = np.arange(int(length * rate), dtype=np.float32) / np.float32(rate)
    frequency = 440.0 * 2 ** ((pitch - 69) / 12)
    sound = _tone(kind, frequency, t, rate, pitch)
    if kind.fifth:
        sound = np.tanh(2.2 * (sound + 0.9 * _tone(kind, 1.4983 * frequency, t, rate, pitch)))
    if kind.breath:
        sound += kind.breath * np.random.default_rng(pitch).standard_normal(len(t), dtype=np.float32)
    sound *= np.minimum(1.0, t / kind.attack)
    fade = int(0.02 * rate)
    sound[-fade:] *= np.linspace(1, 0, fade, dtype=np.float32)
    sound *= 0.2 / np.sqrt(np.mean(np.square(sound[: int(0.25 * rate)])))
    sound.setflags(write=False)
    return sound


def _tone(kind: Instrument, frequency: float, t: Samples, rate: int, seed: int) -> Samples:
    """The partials of a note together, detuned voices included, no louder than about 1."""
    most = max(1, min(22, int(0.45 * rate / (frequency * (1 + kind.spread)))))
    n = np.arange(1, most + 1, dtype=np.float32)
    strength = n**-kind.slope * np.where(n % 2 == 0, kind.odd, 1.0)
    at = frequency * n * np.sqrt(1 + kind.stretch * n**2) / np.sqrt(1 + kind.stretch)
    if kind.formants:
        near = [np.exp(-0.5 * ((at - f) / (90 + 0.06 * f)) ** 2) / (1 + i) for i, f in enumerate(kind.formants)]
        strength = strength * 0.05 + np.sum(near, axis=0) * n**-0.3
    heard = (at < 0.46 * rate) & (strength > 1e-3)
    phases = np.random.default_rng(seed).uniform(0, 2 * np.pi, (3, most))
    turning = t
    if kind.vibrato:  # 5.5 times a second, and only once the note has begun
        turning = t + kind.vibrato / (2 * np.pi * 5.5) * np.sin(2 * np.pi * 5.5 * t) * np.minimum(1, t / 0.3)
    sound = np.zeros(len(t), dtype=np.float32)
    for voice, off in enumerate((0.0, kind.spread, -kind.spread) if kind.spread else (0.0,)):
        for partial in np.flatnonzero(heard):
            angle = np.float32(2 * np.pi * at[partial] * (1 + off)) * turning
            wave = np.sin(angle + np.float32(phases[voice, partial]))
            loss = kind.fade + kind.damping * partial
            sound += np.float32(strength[partial]) * (wave * np.exp(np.float32(-loss) * t) if loss else wave)
    return sound


@lru_cache(maxsize=128)
def syllable(vowel: int, pitch: int, rate: int) -> Samples:
    """A spoken syllable: a hiss or a stop, then a vowel whose pitch falls; read only.

    ``vowel`` is from 0 to 4, ``pitch`` as MIDI counts.
    """
    formants = ((730, 1090, 2440), (530, 1840, 2480), (300, 2250, 2950), (500, 850, 2400), (330, 900, 2250))[vowel]
    t = np.arange(int(0.17 * rate), dtype=np.float32) / np.float32(rate)
    frequency = 440.0 * 2 ** ((pitch - 69) / 12)
    sound = np.zeros(len(t), dtype=np.float32)
    for n in range(1, 32):
        at = frequency * n
        strength = sum(np.exp(-0.5 * ((at - f) / (80 + 0.05 * f)) ** 2) / (1 + i) for i, f in enumerate(formants))
        sound += np.float32(strength + 0.03 / n) * np.sin(np.float32(2 * np.pi * at) * (t - 0.5 * t**2))
    sound *= np.minimum(1, np.maximum(0, (t - 0.03) / 0.02)) * np.minimum(1, (0.17 - t) / 0.05)
    hiss = np.diff(np.random.default_rng(vowel).standard_normal(len(t) + 1, dtype=np.float32))
    sound += hiss * np.exp(-(((t - 0.02) / 0.014) ** 2)) * (0.9 if vowel % 2 else 0.35)
    sound *= 0.2 / np.sqrt(np.mean(sound**2))
    sound.setflags(write=False)
    return sound
