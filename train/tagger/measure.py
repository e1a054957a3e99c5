"""What the served model says of whole sets of songs, and the figures that follow."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from recsys.genre_tagger import Reader


def log_odds_of(reader: Reader, texts: Sequence[str], what: str) -> NDArray[np.float64]:
    """(n_songs, n_genres), each song read as the app reads it."""
    shown = tqdm(texts, desc=what, unit="song", disable=None)
    return np.array([reader.log_odds(text.split("\n")) for text in shown], np.float64)
