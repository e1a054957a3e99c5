"""How well playlist names find their playlists' tracks: each part of the search alone, and all together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from tqdm import tqdm

from recsys.errors import RecsysError
from recsys.index import Vectors
from recsys.metrics import ndcg_at_k, precision_at_k, recall_at_k
from recsys.text_encoder import TextEncoder
from recsys.vibe_search import VibeOptions, VibeSearch
from recsys.vibe_space import Weights
from train.vibe.queries import Named

_DEPTH = 100
_TOP = 10
_ALL_TRACKS = VibeOptions(per_artist=0, one_version=False)
_NONE = Weights(spread=float("inf"), moods=0, head=0, words=0, lyrics=0, pull=0)
_FULL = Weights()

ENGINES: dict[str, tuple[Weights, bool]] = {
    "words (BM25)": (replace(_NONE, words=1), False),
    "description": (replace(_NONE, spread=_FULL.spread), False),
    "mood words": (replace(_NONE, moods=_FULL.moods), False),
    "learnt head": (replace(_NONE, head=_FULL.head), True),
    "lyrics": (replace(_NONE, lyrics=_FULL.lyrics), False),
    "all, not drawn": (replace(_FULL, pull=0), True),
    "all without lyrics": (replace(_FULL, lyrics=0), True),
    "all without head": (_FULL, False),
    "all": (_FULL, True),
}
"""What is measured: the weights, and whether the head has a say."""


Figures = dict[str, float]


def measure(searching: Callable[[Weights, bool], VibeSearch], judged: Sequence[Named]) -> dict[str, Figures]:
    """For each engine its precision and NDCG at 10 and its recall at 100."""
    figures = {}
    for name, (weights, with_head) in ENGINES.items():
        figures[name] = figures_of(searching(weights, with_head), judged, name)
    return figures


def figures_of(search: VibeSearch, judged: Sequence[Named], what: str = "names") -> Figures:
    """How well ``search`` finds the tracks of the playlists by their names."""
    flags = [_flags(search, playlist) for playlist in tqdm(judged, desc=what, unit="name", disable=None)]
    return _figures(flags, judged)


def measure_plain(texts: Vectors, encoder: TextEncoder, judged: Sequence[Named]) -> Figures:
    """The same of the baseline: the cosine of the name as it stands with one text a track, (n_tracks, text_dim)."""
    flags = []
    for playlist in judged:
        scores = texts @ encoder.embed(playlist.name)
        flags.append(np.isin(np.argsort(-scores, kind="stable")[:_DEPTH], playlist.rows))
    return _figures(flags, judged)


def _figures(flags: Sequence[np.ndarray], judged: Sequence[Named]) -> Figures:
    found, relevant = np.stack(flags), np.array([len(playlist.rows) for playlist in judged])
    return {
        "precision@10": precision_at_k(found[:, :_TOP]),
        "ndcg@10": ndcg_at_k(found[:, :_TOP], relevant),
        "recall@100": recall_at_k(found, relevant),
    }


def _flags(search: VibeSearch, playlist: Named) -> np.ndarray:
    """(100,), whether each place holds a track of the playlist; a name that finds nothing has none."""
    flags = np.zeros(_DEPTH, np.bool_)
    try:
        found = search.search(playlist.name, _DEPTH, _ALL_TRACKS)
    except RecsysError:
        return flags
    rows = search.catalogue.rows([result.track.track_id for result in found])
    flags[: len(rows)] = np.isin(rows, playlist.rows)
    return flags
