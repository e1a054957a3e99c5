"""Which tracks are versions of one song: live, remixed, remastered, edited, sung with a guest and so on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from recsys.song_titles import song_title, title_halves

__all__ = ["song_title", "version_groups"]


def version_groups(titles: Sequence[str], artist_keys: NDArray[np.int32]) -> NDArray[np.int32]:
    """A code a track, equal for versions of one song by one main artist, counting up in order of appearance.

    "One (Other)" and "Other (One)" by one artist are one song, too.

    Args:
        titles: (n_tracks,).
        artist_keys: (n_tracks,), equal for tracks of one main artist.
    """
    names_of: dict[str, tuple[str | tuple[str, ...], ...]] = {}  # what a song of this title may be known by
    codes: dict[tuple[int, str | tuple[str, ...]], int] = {}
    n_songs = 0
    groups = np.empty(len(titles), np.int32)
    for row, (title, artist) in enumerate(zip(titles, artist_keys.tolist(), strict=True)):
        names = names_of.get(title)
        if names is None:
            halves = title_halves(title)
            names = names_of[title] = (song_title(title), halves) if halves else (song_title(title),)
        code = next((codes[artist, name] for name in names if (artist, name) in codes), n_songs)
        n_songs = max(n_songs, code + 1)
        groups[row] = code
        for name in names:
            codes.setdefault((artist, name), code)
    return groups
