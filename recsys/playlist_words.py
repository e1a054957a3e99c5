"""What the playlist doctor says of songs, in words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from recsys.audio_features import AUDIO_FEATURES, FEATURE_INDEX, format_value
from recsys.catalogue import Catalogue
from recsys.explanations import Norms
from recsys.index import Vectors
from recsys.phrases import DIFFERENT, SAME, counted_double
from recsys.playlist_jumps import key_gap, wheel
from recsys.results import Reason

_WORDS = 3


def what_sets_apart(reasons: Sequence[Reason] | Sequence[object]) -> str:
    """What pulls a song away from the others most, in words.

    >>> what_sets_apart([Reason("tempo", -0.2, 90, 170, 2.0), Reason("energy", 0.1, 0.5, 0.6, 0.4)])
    'faster (90 BPM → 170 BPM)'
    """
    measured = [r for r in reasons if isinstance(r, Reason)]
    apart = [r for r in measured if r.share < 0 and (_differs(r) or (r.value is None and r.feature == "artist"))]
    if not apart:
        apart = sorted((r for r in measured if r.comparable), key=lambda r: -abs(r.difference))[:1]
    return ", ".join(r.phrase for r in sorted(apart, key=lambda r: r.share)[:_WORDS])


def _differs(reason: Reason) -> bool:
    return reason.comparable and abs(reason.difference) >= DIFFERENT


def transition(catalogue: Catalogue, before: int, after: int) -> str:
    """How one song leads to the next, in words: "tempo 120 → 122 BPM, keys go together"."""
    tempo = catalogue.features[[before, after], FEATURE_INDEX["tempo"]]
    said = []
    if np.isfinite(tempo).all():
        beat = ", half or double" if counted_double(*tempo.tolist()) else ""
        said.append(f"tempo {tempo[0]:.0f} → {tempo[1]:.0f} BPM{beat}")
    keys = wheel(catalogue)[[before, after]]
    if np.isfinite(keys).all():
        steps = float(key_gap(keys[0], keys[1]))
        said.append("same key" if steps == 0 else "keys go together" if steps <= 1 else f"keys {steps:.0f} steps apart")
    return "; ".join(said)


def leanings(features: Vectors, usual: Norms) -> tuple[str, ...]:
    """What songs have more or less of than the catalogue, on average, the most marked first.

    Args:
        features: (n_songs, 11) in natural units.
        usual: Of the catalogue.
    """
    found = []
    for column, feature in enumerate(AUDIO_FEATURES):
        known = features[np.isfinite(features[:, column]), column]
        if not len(known):
            continue
        mean, middle = float(known.mean()), usual.mean[column]
        steps = usual.steps(column, middle, mean)
        if abs(steps) > SAME:
            word = feature.more if steps > 0 else feature.less
            values = f"{format_value(feature.name, mean)}, there {format_value(feature.name, middle)}"
            found.append((abs(steps), f"{word} than the catalogue ({feature.label.lower()} {values})"))
    return tuple(text for _, text in sorted(found, key=lambda pair: -pair[0]))
