"""Audio files as log-mel spectrograms: decoded by soundfile, filtered by transformers' audio_utils."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray
from transformers.audio_utils import mel_filter_bank, spectrogram, window_function

SUFFIXES = (".ogg", ".oga", ".opus", ".flac", ".wav", ".mp3", ".aiff", ".aif")
_WINDOW = 1_024


@dataclass(frozen=True)
class SoundShape:
    """What is made of a clip.

    Attributes:
        rate: Samples a second that it is brought to.
        bands: Mel bands.
        frames: Columns of the spectrogram; of a longer clip the middle is taken, a shorter one is repeated.
        hop: Samples between frames.
    """

    rate: int = 16_000
    bands: int = 64
    frames: int = 256
    hop: int = 512


def log_mel(path: Path, shape: SoundShape) -> NDArray[np.float16]:
    """(bands, frames) of the clip at ``path``, in units of 20 dB, mean near 0.

    Raises:
        OSError, RuntimeError: it cannot be decoded.
        ValueError: it holds no sound.
    """
    with soundfile.SoundFile(path) as file:
        needed = int((shape.frames * shape.hop + _WINDOW) / shape.rate * file.samplerate) + 1
        if file.frames > needed:
            file.seek((file.frames - needed) // 2)
        samples = file.read(needed, dtype="float32", always_2d=True).mean(axis=1)
        samples = resample(samples, file.samplerate, shape.rate)
    if len(samples) < shape.hop or not np.isfinite(samples).all() or not np.abs(samples).max() > 0:
        raise ValueError(f"{path} holds no sound.")
    wanted = shape.frames * shape.hop
    samples = np.resize(samples, wanted)  # repeats what is short
    loud = spectrogram(
        samples.astype(np.float64),
        _hann(),
        frame_length=_WINDOW,
        hop_length=shape.hop,
        power=2.0,
        mel_filters=_filters(shape.rate, shape.bands),
        log_mel="dB",
        reference=1.0,
        db_range=80.0,
    )
    return ((loud[:, : shape.frames] + 20) / 20).astype(np.float16)


def resample(samples: NDArray[np.float32], rate: int, wanted: int) -> NDArray[np.float32]:
    """``samples`` at ``wanted`` a second: averaged where there are too many, so that what is high does not fold down.

    Linear between samples: good enough for bands a hundred hertz wide.
    """
    if rate == wanted or not len(samples):
        return samples
    if rate > wanted:
        width = round(rate / wanted)
        samples = np.convolve(samples, np.ones(width, np.float32) / width, mode="same").astype(np.float32)
    places = np.arange(int(len(samples) * wanted / rate)) * (rate / wanted)
    return np.interp(places, np.arange(len(samples)), samples).astype(np.float32)


@cache
def _filters(rate: int, bands: int) -> NDArray[np.float64]:
    filters: NDArray[np.float64] = mel_filter_bank(
        num_frequency_bins=_WINDOW // 2 + 1,
        num_mel_filters=bands,
        min_frequency=30.0,
        max_frequency=rate / 2,
        sampling_rate=rate,
        norm="slaney",
        mel_scale="slaney",
    )
    return filters


@cache
def _hann() -> NDArray[np.float64]:
    window: NDArray[np.float64] = window_function(_WINDOW, "hann")
    return window
