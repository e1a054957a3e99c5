"""Drums, a room and the people in it: noise and thumps, made once for each rate and kept."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from recsys.demo_media.notes import Samples

KITS = {  # thump: start and end of its pitch in Hz, its decay in 1/s; snare and hat: how much of them is noise
    "acoustic": {"kick": (130, 55, 16), "snare": (190, 0.7), "hat": (5500, 32)},
    "rock": {"kick": (160, 62, 13), "snare": (180, 1.0), "hat": (4800, 18)},
    "machine": {"kick": (190, 48, 10), "snare": (230, 0.85), "hat": (6200, 40)},
    "eight-o-eight": {"kick": (150, 42, 5.5), "snare": (210, 0.9), "hat": (6400, 55)},
    "hands": {"kick": (210, 105, 20), "snare": (330, 0.35), "hat": (4200, 50)},
    "brushes": {"kick": (110, 60, 18), "snare": (170, 1.3), "hat": (5200, 14)},
}


@lru_cache(maxsize=64)
def drum(kit: str, name: str, rate: int) -> Samples:
    """A "kick", "snare", "hat" or "clap" of a kit; read only."""
    t = np.arange(int(0.3 * rate), dtype=np.float32) / rate
    noise = np.random.default_rng(len(kit) + 7 * len(name)).standard_normal(len(t), dtype=np.float32)
    if name == "kick":
        start, end, decay = KITS[kit]["kick"]
        glide = end * t + (start - end) / 30 * (1 - np.exp(-30 * t))
        sound = np.sin(2 * np.pi * glide) * np.exp(-decay * t) + 0.25 * noise * np.exp(-400 * t)
    elif name == "snare":
        pitch, wires = KITS[kit]["snare"]
        soft = 9 if kit == "brushes" else 22
        sound = np.sin(2 * np.pi * pitch * t) * np.exp(-28 * t) + wires * _above(noise, 900, rate) * np.exp(-soft * t)
    elif name == "hat":
        low, decay = KITS[kit]["hat"]
        sound = _above(noise, low, rate) * np.exp(-decay * t)
    else:
        bursts = sum(np.exp(-90 * np.abs(t - at)) * (t >= at - 0.002) for at in (0.004, 0.014, 0.027))
        sound = _above(noise, 1100, rate) * (bursts + 0.4 * np.exp(-20 * t))
    fade = int(0.03 * rate)
    sound[-fade:] *= np.linspace(1, 0, fade, dtype=np.float32)
    sound = (sound / np.abs(sound).max()).astype(np.float32)
    sound.setflags(write=False)
    return sound


def _above(noise: Samples, low: float, rate: int) -> Samples:
    """Noise without what lies below ``low`` Hz."""
    spectrum = np.fft.rfft(noise)
    frequency = np.fft.rfftfreq(len(noise), 1 / rate)
    spectrum *= 1 / (1 + (low / np.maximum(frequency, 1)) ** 6)
    return np.fft.irfft(spectrum, len(noise)).astype(np.float32)


@lru_cache(maxsize=8)
def hall(length: int, rate: int) -> np.ndarray:
    """What a hall adds to each frequency of a clip of ``length`` samples; (length // 2 + 1,) complex."""
    t = np.arange(min(length, int(1.1 * rate)), dtype=np.float32) / rate
    noise = np.random.default_rng(11).standard_normal(len(t), dtype=np.float32)
    echo = noise * np.exp(-5.0 * t) * (t > 0.012)
    echo /= np.sqrt((echo**2).sum())
    return np.fft.rfft(echo, length)


@lru_cache(maxsize=8)
def crowd(length: int, rate: int) -> Samples:
    """The murmur of many people, twice ``length`` long so that a clip may begin anywhere in it; read only."""
    rng = np.random.default_rng(12)
    noise = rng.standard_normal(2 * length, dtype=np.float32)
    frequency = np.fft.rfftfreq(2 * length, 1 / rate)
    shape = np.exp(-0.5 * (np.log2(np.maximum(frequency, 1) / 750) / 1.1) ** 2)
    murmur = np.fft.irfft(np.fft.rfft(noise) * shape, 2 * length)
    turns = np.arange(0, 2 * length + rate, rate // 8)  # eight a second
    swell = np.interp(np.arange(2 * length), turns, rng.uniform(0.5, 1.4, len(turns)))
    murmur *= swell / np.sqrt(np.mean(murmur**2))
    people = murmur.astype(np.float32)
    people.setflags(write=False)
    return people
