"""One space for words and sound: each track is a vector, and so is a vibe; their inner product is how well they fit.

The first dimensions hold what is said of the track (the embeddings of its two texts, added up and centred), the last
the standardised audio features. A query is the embedding of its words over the first, and a profile, where songs
for it should stand, over the last. So one search finds what fits in either way, and whatever fits in both comes first.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recsys.audio_features import FEATURE_INDEX, FEATURE_NAMES, Features
from recsys.index import Vectors, normalise
from recsys.spaces import Scaler

Embeddings = NDArray[np.floating]
N_FEATURES = len(FEATURE_NAMES)
SOUND_SCALE = 0.05
"""Of the features in a vector. It sets how much sound counts where tracks are compared with tracks."""
_MULTIPLE = 8
_MOST = 3


@dataclass(frozen=True)
class Weights:
    """How much each part of a score counts, chosen on playlist names (see the README).

    Attributes:
        spread: What the inner products of embeddings are divided by: their deviation over a catalogue.
        moods: Of the profile of the mood words.
        head: Of the profile that the learnt head infers, of unit length.
        words: Of BM25.
        lyrics: Of how much closer than usual a chunk of the lyrics is to the words.
        pull: Of the direction from the average track to the best found, or away from songs to be less like.
        likes: Of the direction to the songs to be like; chosen on names of playlists with songs of them.
    """

    spread: float = 0.09
    moods: float = 0.3
    head: float = 0.15
    words: float = 0.3
    lyrics: float = 0.6
    pull: float = 4.0
    likes: float = 12.0


def sound_of(scaler: Scaler, features: Features) -> Vectors:
    """(n, 11) features in standard deviations, at most three either way; 0 where unknown or not among the scaler's."""
    scaled = np.zeros((len(features), N_FEATURES), np.float32)
    scaled[:, [FEATURE_INDEX[name] for name in scaler.names]] = np.clip(scaler(features), -_MOST, _MOST)
    return scaled


def track_vectors(songs: Embeddings, kinds: Embeddings, mean: Vectors, scaled: Vectors) -> NDArray[np.float16]:
    """(n, dim) from the embeddings of both texts (n, text_dim), their mean (text_dim,) and the features (n, 11)."""
    n, text_dim = songs.shape
    vectors = np.zeros((n, -(-(text_dim + N_FEATURES) // _MULTIPLE) * _MULTIPLE), np.float16)
    vectors[:, :text_dim] = both_texts(songs, kinds) - mean
    vectors[:, text_dim : text_dim + N_FEATURES] = SOUND_SCALE * scaled
    return vectors


def both_texts(songs: Embeddings, kinds: Embeddings) -> Vectors:
    """What is said of the song counts twice as much as the kind of music."""
    together: Vectors = songs.astype(np.float32) + np.float32(0.5) * kinds.astype(np.float32)
    return together


def direction(vectors: NDArray[np.floating], shares: Vectors | None = None) -> Vectors:
    """(dim,), of unit length: from the average track to the mean of ``vectors`` (n, dim), weighted by ``shares``."""
    return normalise(np.average(vectors.astype(np.float32), axis=0, weights=shares))
