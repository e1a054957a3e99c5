"""How two songs compare in one input, in words."""

from __future__ import annotations

import math

from recsys.audio_features import AUDIO_FEATURES, FEATURE_INDEX, format_value

SAME = 0.35
"""Up to this many standard deviations apart, two songs count as alike in a feature."""
DIFFERENT = 0.8
"""From this many on, a difference is worth a word."""

_OCTAVE_SLACK = math.log2(1.04)

AVERAGE = "average"
"""The score of the catalogue's average song, as a reason."""

# Inputs that are not numbers: in words where they bring songs together, and where they set them apart.
_NAMED = {
    "artist": ("an artist of a like kind", "an artist of another kind"),
    "words": ("related titles", "unrelated titles"),
    "hubness": ("not near everything", "near many songs anyway"),
    AVERAGE: ("what any song here has", "what any song here has"),
}


def name_phrase(name: str, *, together: bool, same_artist: bool = False) -> str:
    """An input that is not a number: "an artist of a like kind"."""
    if name == "artist" and same_artist:
        return "same artist"
    if name in _NAMED:
        return _NAMED[name][0 if together else 1]
    label = AUDIO_FEATURES[FEATURE_INDEX[name]].label.lower() if name in FEATURE_INDEX else name
    return f"{label} unknown"


def counted_double(before: float, after: float) -> bool:
    """Whether one tempo is double the other, give or take 4%: that is the same beat, counted in another way.

    Estimates of tempo are often off by a factor of two (Gouyon et al. 2006, "An experimental comparison of audio tempo
    induction algorithms"), so that neither song need be the faster one.

    >>> counted_double(71, 143), counted_double(143, 71), counted_double(135, 79)
    (True, True, False)
    """
    return before > 0 < after and abs(abs(math.log2(after / before)) - 1) <= _OCTAVE_SLACK


def compare(name: str, before: float, after: float, difference: float) -> str:
    """``after`` against ``before``: "same tempo (120 and 122 BPM)", "more acoustic (0.10 → 0.65)".

    ``difference`` is how many standard deviations of the catalogue ``after`` lies above ``before``.
    """
    if name == "year":
        unit, more, less, alike, old, new = "", "newer", "older", "same years", f"{before:.0f}", f"{after:.0f}"
    else:
        feature = AUDIO_FEATURES[FEATURE_INDEX[name]]
        unit, more, less, alike = feature.unit, feature.more, feature.less, feature.alike
        old, new = format_value(name, before), format_value(name, after)
    if name == "tempo" and counted_double(before, after):
        return f"same beat counted {'double' if after > before else 'half'} ({old} → {new})"
    if abs(difference) <= SAME:
        return f"{alike} ({old})" if old == new else f"{alike} ({old.removesuffix(f' {unit}')} and {new})"
    degree = "" if abs(difference) >= DIFFERENT else "a little "
    return f"{degree}{more if difference > 0 else less} ({old} → {new})"
