"""The first questions to somebody unknown: a few well-known songs, chosen so that every song has one of them near it.

Who likes or dislikes a card says something of the songs around it. The next card is the one that brings the songs of
the catalogue nearer to a card by most, on average, times the chance that it is known at all, for who does not know a
song says nothing. (Facility location; so chosen, cards come within 1 - 1/e of the best: Nemhauser, Wolsey and Fisher,
1978.) Answers to such cards predict taste much better than those to the best-known songs, and about as well as those to
songs that are merely as far apart as can be: see benchmarks/first_cards.py.
"""

from __future__ import annotations

import numpy as np

from recsys.catalogue import Catalogue, Rows
from recsys.errors import InvalidQueryError
from recsys.index import Vectors, distances
from recsys.selection import pass_over

MOST_CARDS = 50
_KNOWN = 0.01
"""The share of a catalogue, best known first, that cards come from; at least and at most so many songs:"""
_FEWEST, _MOST = 200, 1_000
_LEAST_KNOWN = 0.5  # the chance that the last of them is known, where the first has 1
_SAMPLE = 4_000
_TIMES = 20  # so many songs are read for each that may be a card, at first


def first_cards(catalogue: Catalogue, embeddings: Vectors, k: int = 10) -> Rows:
    """``k`` rows, the most telling first; fewer where the catalogue has fewer artists.

    One song an artist. Where popularity is unknown, the catalogue's first songs count as known. ``embeddings``:
    (n_tracks, dim), of any space in which taste is to be read.

    Raises:
        InvalidQueryError: ``k`` is no whole number from 1 to 50.
    """
    if isinstance(k, bool) or not isinstance(k, int) or not 1 <= k <= MOST_CARDS:
        raise InvalidQueryError(f"k is {k!r}; it must be a whole number from 1 to {MOST_CARDS}.")
    pool = well_known(catalogue)
    if not len(pool):
        return pool
    sample = embeddings[:: max(1, len(embeddings) // _SAMPLE)]
    chances = np.linspace(1, _LEAST_KNOWN, len(pool), dtype=np.float32)
    return pool[_nearest_to_all(distances(embeddings[pool], sample), chances, k)]


def well_known(catalogue: Catalogue) -> Rows:
    """The songs that may be cards: the best known one of each of the best known artists, best first."""
    wanted = int(np.clip(_KNOWN * len(catalogue), _FEWEST, _MOST))
    nothing, read = np.empty(0, np.int64), _TIMES * wanted
    while True:
        every = np.arange(min(read, len(catalogue)))
        found = pass_over(catalogue, every, wanted, per_artist=1, one_version=True, excluded=nothing)
        if len(found) == wanted or read >= len(catalogue):
            return found
        read *= 8


def _nearest_to_all(apart: Vectors, chances: Vectors, k: int) -> Rows:
    """Places of the best ``k`` cards, one after the other.

    ``apart``: (n_cards, n_songs), distances. ``chances``: (n_cards,), that a card is known.
    """
    nearest = np.full(apart.shape[1], apart.max(), np.float32)
    left, chosen = np.ones(len(apart), np.bool_), []
    for _ in range(min(k, len(apart))):
        gain = chances * np.maximum(nearest - apart, 0).sum(axis=1)
        best = int(np.argmax(np.where(left, gain, -1)))
        chosen.append(best)
        left[best] = False
        nearest = np.minimum(nearest, apart[best])
    return np.array(chosen, dtype=np.int64)
