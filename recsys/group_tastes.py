"""What one listener of a group thinks of songs: from their history, or from how songs sound where no history model is.

Both say 0 of what is no better than the catalogue's average song, and name the listener's songs that speak for another.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from recsys.catalogue import Mask, Rows
from recsys.history_engines import latest
from recsys.index import Vectors
from recsys.playlist_fit import goes_with, support
from recsys.song_to_song import SongToSong
from recsys.user_history import VOTERS, UserHistory

_SAMPLE = 1_000
_LATEST = 200  # distinct songs of a history that are compared one by one
_SPACE = "blend"


class Taste(Protocol):
    """One listener, and what may come back."""

    history: Rows
    """(n_plays,) oldest first."""

    def candidates(self, depth: int) -> Rows:
        """About ``depth`` rows that the listener would like best, of those that may come back."""
        ...

    def scores(self, rows: Rows) -> Vectors:
        """(n_rows,): 0 for a song no better than average."""
        ...

    def speaker(self, rows: Rows) -> list[int | None]:
        """For each row the row of the history that speaks for it most; None where none does."""
        ...


class HistoryTaste:
    """By the fused engines of `recsys.user_history`."""

    def __init__(self, engine: UserHistory, history: Sequence[str], mask: Mask | None, new_only: bool) -> None:
        self._asked = engine.ask(history, mask, new_only=new_only)
        self.history = self._asked.heard.history

    def candidates(self, depth: int) -> Rows:
        return self._asked.candidates(depth)

    def scores(self, rows: Rows) -> Vectors:
        return self._asked.scores(rows)

    def speaker(self, rows: Rows) -> list[int | None]:
        voters, votes = self._asked.speakers(rows, VOTERS)
        best = votes.argmax(axis=1)
        return [int(voters[i]) if votes[n, i] > 0 else None for n, i in enumerate(best.tolist())]


class SoundTaste:
    """By how well a song goes with the two songs of the history that it is most like."""

    def __init__(self, songs: SongToSong, history: Sequence[str], mask: Mask | None, new_only: bool) -> None:
        self.history = songs.catalogue.rows(history)
        self._songs, self._space, self._mask, self._new_only = songs, songs.space(_SPACE), mask, new_only
        self._own = latest(self.history, _LATEST)
        n_tracks = len(songs.catalogue)
        sample = np.unique(np.random.default_rng(0).integers(0, n_tracks, _SAMPLE))
        self._usual = float(goes_with(support(self._space, sample, self._own)).mean())

    def candidates(self, depth: int) -> Rows:
        ids = self._songs.catalogue.track_ids
        near = [self._songs.ask([ids[row]], (), _SPACE, self._mask).candidates(depth) for row in self._own.tolist()]
        rows = np.unique(np.concatenate(near))
        if self._new_only:
            rows = rows[~np.isin(rows, self.history)]
        best: Rows = rows[np.argsort(-self.scores(rows), kind="stable")[:depth]] if len(rows) else rows
        return best

    def scores(self, rows: Rows) -> Vectors:
        return goes_with(support(self._space, rows, self._own)) - np.float32(self._usual)

    def speaker(self, rows: Rows) -> list[int | None]:
        found: list[int | None] = self._own[support(self._space, rows, self._own).argmax(axis=1)].tolist()
        return found
