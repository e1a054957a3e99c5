"""Why a track follows a history: the songs that speak for it, the engines that vote, what the towers rest on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from recsys.catalogue import Catalogue, Rows
from recsys.history_engines import TOWERS, Ranked
from recsys.results import PartReason, ScoredTrack
from recsys.score_fusion import ScoreFusion
from recsys.two_towers import TwoTowers

PHRASES = {
    "forward transition": "is often played after what you played",
    "window": "is often played around what you played",
    "next-item ridge": "follows from the order of what you played",
    "ItemKNN with recency": "is played by those who play what you played",
    "EASE": "goes together with what you played",
    "last played": "goes with your last song",
    "popularity": "is played a lot here",
    "personal popularity": "is one that you play again and again",
    TOWERS: "fits the course of your listening",
}
"""Engine → what its vote means."""
MODALITIES = {
    "audio": "how it sounds",
    "features": "its figures, such as energy and tempo",
    "lyrics": "its lyrics",
    "cover": "its cover",
    "id": "who plays it",
}
"""What an item embedding is made of → in words."""
_SPEAKS = 0.15  # of all influence, from which a song is worth a mention
_MOST_NAMED = 2
_MOST_RESTS = 2
_RESTS = 0.2


def explain(
    catalogue: Catalogue,
    towers: TwoTowers | None,
    fusion: ScoreFusion,
    ranked: Ranked,
    voters: Rows,
    speaking: NDArray[np.float32],
) -> list[ScoredTrack]:
    """The tracks as results, each with its reasons.

    Args:
        catalogue: Whose tracks.
        towers: To say what an item embedding rests on; None where there are none.
        fusion: The engines, in the order of ``ranked.parts``.
        ranked: The tracks.
        voters: (n_voters,) rows of songs in the history.
        speaking: (n, n_voters), how much each of them speaks for each track.
    """
    results = []
    for row, parts, votes in zip(ranked.rows.tolist(), ranked.parts, speaking, strict=True):
        rests = _rests(towers, row) if towers is not None else ""
        reasons = tuple(
            PartReason(name, float(part), _phrase(name, float(part), rests))
            for name, part in sorted(zip(fusion.engines, parts, strict=True), key=lambda pair: -abs(pair[1]))
            if part
        )
        why = _why(catalogue, voters, votes, reasons, rests)
        results.append(ScoredTrack(catalogue.track(row), float(parts.sum()), reasons, why))
    return results


def _phrase(name: str, part: float, rests: str) -> str:
    if part < 0:
        return f"{name} votes against it"
    return PHRASES.get(name, name) + (f", by {rests}" if name == TOWERS and rests else "")


def _rests(towers: TwoTowers, row: int) -> str:
    """What the track's embedding is made of, mostly: "its lyrics and how it sounds"."""
    shares = towers.shares[row].astype(np.float32)
    top = [i for i in np.argsort(-shares, kind="stable")[:_MOST_RESTS] if shares[i] >= _RESTS]
    return " and ".join(MODALITIES.get(towers.names[i], towers.names[i]) for i in top)


def _why(
    catalogue: Catalogue, voters: Rows, votes: NDArray[np.float32], reasons: Sequence[PartReason], rests: str
) -> str:
    """One sentence: the songs that speak for it, or else the engine that does."""
    whole = float(votes.sum())
    named = [i for i in np.argsort(-votes, kind="stable")[:_MOST_NAMED] if whole > 0 and votes[i] >= _SPEAKS * whole]
    strongest = max(reasons, key=lambda reason: reason.share, default=None)
    if not named:
        return (
            f"It {strongest.phrase}." if strongest is not None and strongest.share > 0 else "Nothing speaks against it."
        )
    songs = " and ".join(_called(catalogue, int(voters[i])) for i in named)
    by = f", by {rests}" if rests and strongest is not None and strongest.feature == TOWERS else ""
    return f"Because of {songs}{by}."


def _called(catalogue: Catalogue, row: int) -> str:
    track = catalogue.track(row)
    return f"“{track.title}” by {track.artist}"
