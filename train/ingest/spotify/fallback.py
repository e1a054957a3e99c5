"""Audio features from elsewhere, asked for by --fallback: a data set in which songs are found, or the demo world."""

from __future__ import annotations

import math
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from recsys.audio_features import AUDIO_FEATURES
from recsys.errors import SourceError
from recsys.listening.join import WAYS, SongJoin
from train.ingest.formats import INVENTED
from train.ingest.merge import merge
from train.ingest.spotify.songs import Song
from train.ingest.tracks import read_tracks

_FEATURES = [feature.name for feature in AUDIO_FEATURES if not feature.optional]
# Longer or shorter by more than this is another recording: a live one, a remix, a radio edit.
_SAME_LENGTH_MS = 3_000
_WORLD = {"songs": 1_000, "artists": 100, "listeners": 1}


@dataclass(frozen=True)
class Fallback:
    """Where features come from that Spotify does not give.

    Attributes:
        source: What the rows' column ``source`` says of it.
        features_of: The nine features, key and mode of a song, with popularity and genres if they are known; None
            where the source does not know the song.
    """

    source: str
    licence: str
    features_of: Callable[[Song], dict[str, Any] | None]


def open_fallback(given: str) -> Fallback:
    """The demo world for INVENTED, else the data set at a local path or ``hf://datasets/…`` address.

    Raises:
        SourceError: it cannot be read, or holds rows that are invented themselves.
    """
    return _demo_world() if given == INVENTED else _data_set(given)


def _data_set(given: str) -> Fallback:
    source = read_tracks(given)
    if source.synthetic:
        raise SourceError(
            f"{given} cannot stand in for Spotify: {source.invented} in it is invented. Give a data set of real songs, "
            f"or --fallback {INVENTED} to have features invented, and marked so."
        )
    catalogue = merge([source]).catalogue
    join = SongJoin(catalogue, best_known=False)  # the very recording, not the one that most people play
    columns = ["track_id", *_FEATURES, "key", "mode", "popularity", "genres", "duration_ms"]
    table = catalogue.table.select(columns)

    def features_of(song: Song) -> dict[str, Any] | None:
        row, way = join.exactly(song.track_id, "; ".join(song.artists), song.title)
        if row < 0:
            return None
        found: dict[str, Any] = table.slice(row, 1).to_pylist()[0]
        if WAYS[way] == "another version" and not _same_length(song.duration_ms, found["duration_ms"]):
            return None
        return {name: found[name] for name in columns if name not in ("track_id", "duration_ms")}

    return Fallback(source.file.name, source.format.licence, features_of)


def _same_length(one: float | None, other: float | None) -> bool:
    return one is not None and other is not None and math.isclose(one, other, abs_tol=_SAME_LENGTH_MS)


def _demo_world() -> Fallback:
    from train import demo_world  # pandas and a second's work: not for those who do not ask for it

    world = demo_world.build_demo_world(demo_world.Config(**_WORLD)).tracks
    invented = world[[*_FEATURES, "key", "mode"]].to_dict("records")

    def features_of(song: Song) -> dict[str, Any]:
        """Those of an invented song, the same one every time."""
        return dict(invented[zlib.crc32(song.track_id.encode()) % len(invented)])

    return Fallback(INVENTED, "CC0-1.0: invented.", features_of)
