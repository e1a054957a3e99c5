"""New releases: the last albums of artists who are still at it, all out on the last day of the histories.

Nobody plays them before, so they are the cold items: a model has to place them by what they are. On the day itself
some listeners end their histories with one; those plays are what a prediction for cold items is measured against.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from train.demo_world.artists import Rows
from train.demo_world.config import Config

SHARE = 0.05
RELEASE_DAY = "2025-12-31"
SINCE = "2003-01-01"  # who has been silent for longer makes no new album


@dataclass(frozen=True)
class Split:
    """Rows of the songs."""

    known: Rows
    new: Rows


def release(config: Config, songs: pd.DataFrame) -> pd.DataFrame:
    """The songs with the chosen albums, about SHARE of all songs, dated RELEASE_DAY; their versions with them.

    Every artist's last album may be chosen, if it is not too old; each scene brings its latest in turn, so that
    there is something new for most listeners.
    """
    last = songs["album"] == songs.groupby("artist")["album"].transform("max")
    albums = songs[last].groupby("album").agg(date=("date", "max"), scene=("scene", "first"), size=("album", "size"))
    albums = albums[albums["date"] >= np.datetime64(SINCE)].sort_values("date", ascending=False, kind="stable")
    turn = albums.groupby("scene").cumcount().sort_values(kind="stable").index
    chosen = turn[albums.loc[turn, "size"].cumsum() <= SHARE * config.songs]
    new = songs["album"].isin(chosen)
    return songs.assign(
        date=songs["date"].where(~new, np.datetime64(RELEASE_DAY)), year=songs["year"].where(~new, int(RELEASE_DAY[:4]))
    )


def split(songs: pd.DataFrame) -> Split:
    """Which songs are new and which were there before."""
    new = (songs["date"] >= np.datetime64(RELEASE_DAY)).to_numpy()
    return Split(known=np.flatnonzero(~new), new=np.flatnonzero(new))


def new_releases(tracks: pd.DataFrame) -> list[str]:
    """The ids of the new releases in a world's ``tracks``, in their order."""
    ids: list[str] = tracks.loc[tracks["release_date"] >= RELEASE_DAY, "track_id"].tolist()
    return ids
