"""Golden queries: fixed questions that both releases answer, and how many of the answers are still the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from recsys.capabilities import Capabilities
from recsys.errors import NoMatchError
from recsys.results import ScoredTrack
from train.release.golden_queries import LYRICS, VIBES
from train.release.table import Line

K = 10
_SEEDS = 100
_HISTORIES = 50
_HISTORY_LENGTH = 5
_DEEP = 50
"""How many are asked for where the catalogues differ, so that ten are left of the songs that both hold."""
_CHANGED_BELOW = 0.5

Answer = tuple[str, ...]
Answers = list[Answer]


@dataclass(frozen=True)
class Shared:
    """What two releases can both be asked about.

    Attributes:
        ids: Track ids that both catalogues hold, sorted.
        same: Whether they hold nothing else.
    """

    ids: Sequence[str]
    same: bool


def shared_songs(one: Capabilities, other: Capabilities) -> Shared:
    """The songs of both catalogues."""
    ids = sorted(set(one.catalogue.track_ids) & set(other.catalogue.track_ids))
    return Shared(ids, one.catalogue.fingerprint == other.catalogue.fingerprint)


def golden_answers(loaded: Capabilities, shared: Shared, seed: int = 0) -> dict[str, Answers]:
    """What ``loaded`` answers, by capability that it has: track ids, genres, or the name of a cluster.

    The same ``shared`` and ``seed`` give the same questions.
    """
    draw = np.random.default_rng(seed)
    n = len(shared.ids)
    seeds = [shared.ids[i] for i in draw.choice(n, min(_SEEDS, n), replace=False)]
    length = min(_HISTORY_LENGTH, n)
    histories = [[shared.ids[i] for i in draw.choice(n, length, replace=False)] for _ in range(_HISTORIES)]
    k, known = (K, None) if shared.same else (_DEEP, set(shared.ids))

    def songs(ask: Callable[[], list[ScoredTrack]]) -> Answer:
        try:
            found = [result.track.track_id for result in ask()]
        except NoMatchError:  # its filters leave nothing here
            return ()
        return tuple(track for track in found if known is None or track in known)[:K]

    answers: dict[str, Answers] = {}
    if (similar := loaded.songs) is not None:
        answers["song_to_song"] = [songs(lambda s=s: similar.similar_tracks([s], k)) for s in seeds]  # type: ignore[misc]
    if (clusters := loaded.clusters) is not None:
        answers["clusters"] = [(clusters.cluster_of(s).name,) for s in seeds]
    if (tagger := loaded.tagger) is not None:
        answers["genre_tagger"] = [tuple(g.genre for g in tagger.tag(text, lines=0) if g.chosen) for text in LYRICS]
    if (vibe := loaded.vibe) is not None:
        answers["vibe_search"] = [songs(lambda t=t: vibe.search(t, k)) for t in VIBES]  # type: ignore[misc]
    if (history := loaded.history) is not None:
        answers["user_history"] = [songs(lambda h=h: history.recommend(h, k)) for h in histories]  # type: ignore[misc]
    return answers


def overlap(one: Answer, other: Answer) -> float:
    """The share of two answers that is in both, in [0, 1]; two empty answers are the same."""
    longest = max(len(one), len(other))
    return len(set(one) & set(other)) / longest if longest else 1.0


def compare_answers(published: Mapping[str, Answers], new: Mapping[str, Answers], limit: float) -> list[Line]:
    """How far the answers agree, for each capability that both have.

    Args:
        published: From `golden_answers`.
        new: The same questions, answered by the new release.
        limit: The share of changed answers beyond which a release is refused. An answer is changed where less than
            half of it is still there.
    """
    return [_line(name, published[name], new[name], limit) for name in published if name in new]


def _line(capability: str, published: Answers, new: Answers, limit: float) -> Line:
    overlaps = [overlap(one, other) for one, other in zip(published, new, strict=True)]
    changed = _share(value < _CHANGED_BELOW for value in overlaps)
    refusal = None
    if changed > limit:
        refusal = f"{capability}: {changed:.0%} of {len(overlaps)} golden answers changed; {limit:.0%} may."
    return Line(
        capability,
        f"{len(overlaps)} golden answers",
        new=f"overlap {np.mean(overlaps):.2f}",
        change=f"{changed:.0%} changed",
        verdict="CHANGED" if refusal else "kept",
        refusal=refusal,
    )


def _share(flags: Iterable[bool]) -> float:
    return float(np.mean(list(flags)))
