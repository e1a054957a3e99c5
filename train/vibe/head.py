"""From the words of a playlist's name to how its songs sound: a ridge regression on embeddings."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from recsys.index import Vectors
from recsys.moods import in_english
from recsys.text_encoder import TextEncoder
from train.vibe.queries import Named

_PENALTY = 10.0


def fit_head(named: Sequence[Named], encoder: TextEncoder, sound: Vectors) -> Vectors | None:
    """(text_dim, 11), without names None. ``sound``: (n_tracks, 11), the features in standard deviations."""
    if not named:
        return None
    texts = np.stack([encoder.embed(in_english(playlist.name)) for playlist in named])
    means = np.stack([sound[playlist.rows].mean(axis=0) for playlist in named])
    gram = texts.T @ texts + np.float32(_PENALTY) * np.eye(texts.shape[1], dtype=np.float32)
    head: Vectors = np.linalg.solve(gram, texts.T @ (means - means.mean(axis=0))).astype(np.float32)
    return head
