"""Why a track fits a vibe: which part of the search speaks for it, and in what words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from recsys.audio_features import AUDIO_FEATURES
from recsys.catalogue import Catalogue, Rows
from recsys.index import Vectors
from recsys.lexical_index import LexicalIndex
from recsys.phrases import SAME
from recsys.results import PartReason, ScoredTrack

PARTS = ("description", "sound", "likes", "best matches", "words", "lyrics")
"""What a score is made of, in the order of its columns."""
_SPECIAL = ("sound", "words", "lyrics", "likes")
_TELLING = 0.1  # of the positive parts, from which a part is worth a mention
_MOST_FEATURES = 3


@dataclass(frozen=True)
class Explainer:
    """Puts the parts of scores into words, for one query.

    Attributes:
        words: The query's, folded.
        profile: (11,) of its mood words.
        themes: Row of a track → what the part of its lyrics speaks of that is closest to the query, "" for unknown.
        named: (11,), how the songs sound that were named, in standard deviations; 0 for none.
    """

    lexical: LexicalIndex
    words: Sequence[str]
    profile: Vectors
    themes: Mapping[int, str]
    named: Vectors

    def reasons(self, rows: Rows, parts: Vectors, scaled: Vectors) -> list[tuple[PartReason, ...]]:
        """For each row its reasons, the largest first. ``parts``: (n, 6); ``scaled``: (n, 11)."""
        words = [(word, np.isin(rows, self.lexical.rows_of(word))) for word in self.words] if parts[:, 4].any() else []
        found = []
        for i, (shares, sound) in enumerate(zip(parts.tolist(), scaled, strict=True)):
            phrases = (
                "its title, artist or genre is close to the words" if shares[0] > 0 else "described in other words",
                self._sound(self.profile, sound) or "sounds like songs with such names"
                if shares[1] > 0
                else "sounds a little different",
                self._like(sound) if shares[2] > 0 else "unlike what was named",
                "like the other songs found" if shares[3] > 0 else "unlike the other songs found",
                _has_words([word for word, theirs in words if theirs[i]]),
                self._sung(int(rows[i])),
            )
            made = [PartReason(*given) for given in zip(PARTS, shares, phrases, strict=True) if given[1]]
            found.append(tuple(sorted(made, key=lambda reason: -abs(reason.share))))
        return found

    def _sung(self, row: int) -> str:
        theme = self.themes.get(row)
        return f"its lyrics speak of {theme}" if theme else "a part of its lyrics is close to the words"

    def _like(self, scaled: Vectors) -> str:
        shared = self._sound(self.named, scaled)
        return f"like what was named: {shared}" if shared else "like what was named"

    def _sound(self, wanted: Vectors, scaled: Vectors) -> str:
        """What of the wanted sound the track has: "calmer and more acoustic than most"; "" where nothing stands out."""
        fit = wanted * scaled
        telling = [i for i in np.argsort(-fit) if fit[i] > 0 and abs(scaled[i]) >= SAME][:_MOST_FEATURES]
        said = [AUDIO_FEATURES[i].more if scaled[i] > 0 else AUDIO_FEATURES[i].less for i in telling]
        return f"{_list(said)} than most" if said else ""


def scored_tracks(
    catalogue: Catalogue, rows: Rows, parts: Vectors, reasons: Sequence[tuple[PartReason, ...]]
) -> list[ScoredTrack]:
    """The tracks as results, each with a sentence of the parts that say most."""
    return [
        ScoredTrack(catalogue.track(row), score, given, sentence(given))
        for row, score, given in zip(rows.tolist(), parts.sum(axis=1).tolist(), reasons, strict=True)
    ]


def sentence(reasons: Sequence[PartReason]) -> str:
    """What speaks for a track, in one sentence: what is special about it, or else what all that was found has."""
    total = sum(reason.share for reason in reasons if reason.share > 0)
    telling = [reason for reason in reasons if reason.share > _TELLING * total > 0]
    said = [reason.phrase for reason in telling if reason.feature in _SPECIAL] or [r.phrase for r in telling[:1]]
    if not said:
        return "One of the best-known songs that meet the conditions."
    text = "; ".join(said)
    return f"{text[0].upper()}{text[1:]}."


def _has_words(words: Sequence[str]) -> str:
    return f"has the word{'s' * (len(words) > 1)} " + ", ".join(f"“{word}”" for word in words)


def _list(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
