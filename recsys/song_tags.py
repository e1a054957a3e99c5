"""What the tagger said of the catalogue's own lyrics when the bundle was made: the words are not kept, so it is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recsys.bundle import Bundle

NAME = "song_tags"


@dataclass(frozen=True)
class SongTags:
    """The genres of some of the catalogue's tracks, by their lyrics.

    Attributes:
        rows: (n_tagged,) the tracks, ascending.
        probabilities: (n_tagged, n_genres), in the order of the tagger's genres.
        learnt: (n_tagged,) whether the tagger learnt from the track's lyric, which flatters what it says of it.
        left_out: How many other tracks have a lyric that was not tagged.
    """

    rows: NDArray[np.int32]
    probabilities: NDArray[np.float16]
    learnt: NDArray[np.bool_]
    left_out: int = 0

    @classmethod
    def load(cls, bundle: Bundle, folder: str, left_out: int) -> SongTags:
        """Open the file in ``folder``; raises BundleError where it is missing or damaged."""
        return cls(**bundle.tensors(f"{folder}/{NAME}.safetensors"), left_out=left_out)

    def check(self, n_tracks: int, n_genres: int) -> None:
        """Raises ValueError where this is not of a catalogue of so many tracks, and of so many genres."""
        if self.probabilities.shape != (len(self.rows), n_genres) or len(self.learnt) != len(self.rows):
            raise ValueError(f"tags of {len(self.rows)} songs have the shape {self.probabilities.shape}")
        if (np.diff(self.rows) <= 0).any() or self.rows.min(initial=0) < 0 or self.rows.max(initial=-1) >= n_tracks:
            raise ValueError(f"the tagged songs are not rows of a catalogue of {n_tracks:,}")

    def place(self, row: int) -> int | None:
        """Where the track at ``row`` stands in these arrays; None where it is not among them."""
        at = int(np.searchsorted(self.rows, row))
        return at if at < len(self.rows) and self.rows[at] == row else None
