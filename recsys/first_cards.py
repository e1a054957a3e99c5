"""The first questions to somebody unknown: a few well-known songs whose likes and dislikes tell the most about taste.

Taste is taken to be linear in a space of songs: a liking w·x with an unknown w, of which every answer tells something
(Bayesian linear regression). The next card is the one after whose answer the likings of all songs of the catalogue are
least uncertain on average (A-optimal design; Chaloner and Verdinelli, 1995, "Bayesian experimental design: a review"),
times the chance that it is known at all, for who does not know a song says nothing.
"""

from __future__ import annotations

import numpy as np

from recsys.catalogue import Catalogue, Rows
from recsys.errors import InvalidQueryError
from recsys.index import Vectors
from recsys.selection import pass_over

MOST_CARDS = 50
_KNOWN = 0.01
"""The share of a catalogue, best known first, that cards come from; at least and at most so many songs:"""
_FEWEST, _MOST = 200, 2_000
_LEAST_KNOWN = 0.5  # the chance that the last of them is known, where the first has 1
_SAMPLE = 50_000
_NOISE = 1.0  # of an answer, as a share of the mean squared length of a song's vector


def first_cards(catalogue: Catalogue, embeddings: Vectors, k: int = 10) -> Rows:
    """``k`` rows, the most telling first; fewer where the catalogue has fewer artists.

    One song an artist. Where popularity is unknown, the catalogue's first songs count as known. ``embeddings``:
    (n_tracks, dim), of any space in which taste is to be read.

    Raises:
        InvalidQueryError: ``k`` is no whole number from 1 to 50.
    """
    if isinstance(k, bool) or not isinstance(k, int) or not 1 <= k <= MOST_CARDS:
        raise InvalidQueryError(f"k is {k!r}; it must be a whole number from 1 to {MOST_CARDS}.")
    pool = _well_known(catalogue)
    if not len(pool):
        return pool
    every = embeddings[:: max(1, len(embeddings) // _SAMPLE)].astype(np.float64)
    mean = every.mean(axis=0)
    spread = (every - mean).T @ (every - mean) / len(every)  # (dim, dim)
    chances = np.linspace(1, _LEAST_KNOWN, len(pool))
    return pool[_most_telling(embeddings[pool] - mean, spread, chances, k)]


def _well_known(catalogue: Catalogue) -> Rows:
    """The best known song of each of the best known artists, best first."""
    wanted = int(np.clip(_KNOWN * len(catalogue), _FEWEST, _MOST))
    nothing = np.empty(0, np.int64)
    every = np.arange(len(catalogue))
    return pass_over(catalogue, every, wanted, per_artist=1, one_version=True, excluded=nothing)


def _most_telling(cards: Vectors, spread: np.ndarray, chances: np.ndarray, k: int) -> Rows:
    """Places of the best ``k`` of ``cards`` (n, dim), one after the other.

    ``spread``: (dim, dim), the catalogue's second moments. ``chances``: (n,), that a card is known.
    """
    noise = _NOISE * float(np.trace(spread)) or 1.0
    uncertain = np.eye(len(spread))  # the covariance of w
    left, chosen = np.ones(len(cards), np.bool_), []
    for _ in range(min(k, len(cards))):
        shared = cards @ uncertain  # (n, dim): how each answer goes with w
        variance = np.einsum("nd,nd->n", shared, cards) + noise
        gain = chances * np.einsum("nd,de,ne->n", shared, spread, shared, optimize=True) / variance
        best = int(np.argmax(np.where(left, gain, -1)))
        chosen.append(best)
        left[best] = False
        uncertain -= chances[best] * np.outer(shared[best], shared[best]) / variance[best]
    return np.array(chosen, dtype=np.int64)
