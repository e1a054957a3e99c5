"""Which tracks are versions of one song: live, remixed, remastered, edited, sung with a guest and so on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from recsys.song_titles import song_title

__all__ = ["song_title", "version_groups"]


def version_groups(titles: Sequence[str], artist_keys: NDArray[np.int32]) -> NDArray[np.int32]:
    """A code a track, equal for versions of one song by one main artist, counting up in order of appearance.

    Args:
        titles: (n_tracks,).
        artist_keys: (n_tracks,), equal for tracks of one main artist.
    """
    song_of: dict[str, str] = {}
    codes: dict[tuple[int, str], int] = {}
    groups = np.empty(len(titles), np.int32)
    for row, (title, artist) in enumerate(zip(titles, artist_keys.tolist(), strict=True)):
        song = song_of.get(title)
        if song is None:
            song = song_of[title] = song_title(title)
        groups[row] = codes.setdefault((artist, song), len(codes))
    return groups
