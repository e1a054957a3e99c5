"""The file that comes out: one row a playlist's song, as `train.ingest.formats` knows it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from recsys.audio_features import AUDIO_FEATURES
from recsys.errors import SourceError
from train.ingest.spotify.songs import Entry, Song

ENDINGS = (".csv", ".csv.gz", ".parquet")
_FEATURES = [feature.name for feature in AUDIO_FEATURES if not feature.optional]
ROWS = pa.schema(
    [
        *((name, pa.string()) for name in ("track_id", "spotify_id", "title", "artist", "artists", "album")),
        ("release_date", pa.string()),
        ("explicit", pa.bool_()),
        ("genres", pa.string()),
        ("popularity", pa.float64()),
        ("duration_ms", pa.float64()),
        *((name, pa.float64()) for name in _FEATURES),
        ("key", pa.int64()),
        ("mode", pa.int64()),
        ("source", pa.string()),
        ("playlist_id", pa.string()),
        ("playlist_name", pa.string()),
        ("position", pa.int64()),
    ]
)
"""``source`` says where the row's audio features come from: "spotify", a data set, or "demo", which is invented."""
LEFT_OUT = pa.schema(
    [
        ("playlist_id", pa.string()),
        ("playlist_name", pa.string()),
        ("position", pa.int64()),
        *((name, pa.string()) for name in ("track_id", "song", "why")),
    ]
)


@dataclass(frozen=True)
class Described:
    """What is known of a song beside its names: ``values`` are the nine features and what else there is."""

    source: str
    values: Mapping[str, Any]


def row_of(entry: Entry, song: Song, described: Described, genres: Sequence[str]) -> dict[str, Any]:
    """One row of the file. What Spotify says of popularity and genres goes before what others say."""
    values = described.values
    popularity = values.get("popularity") if song.popularity is None else song.popularity
    return {
        "track_id": song.track_id,
        "spotify_id": song.track_id,
        "title": song.title,
        "artist": song.artists[0],
        "artists": "; ".join(song.artists),
        "album": song.album,
        "release_date": song.release_date,
        "explicit": song.explicit,
        "genres": "; ".join(genres or values.get("genres") or []) or None,
        "popularity": popularity,
        "duration_ms": song.duration_ms,
        **{name: values[name] for name in (*_FEATURES, "key", "mode")},
        "source": described.source,
        "playlist_id": entry.playlist_id,
        "playlist_name": entry.playlist_name,
        "position": entry.position,
    }


def left_out_row(entry: Entry) -> dict[str, Any]:
    """One row of the list of what was left out."""
    return {
        "playlist_id": entry.playlist_id,
        "playlist_name": entry.playlist_name,
        "position": entry.position,
        "track_id": entry.song.track_id if entry.song else None,
        "song": entry.name,
        "why": entry.why,
    }


def check_ending(path: Path) -> None:
    """Raise a SourceError unless `write` knows what to make of the name."""
    if not path.name.endswith(ENDINGS):
        raise SourceError(f"--out is {path.name}: end it in {', '.join(ENDINGS[:-1])} or {ENDINGS[-1]}.")
    if path.is_dir():
        raise SourceError(f"--out is {path}, a folder: name a file in it.")


def list_path(out: Path) -> Path:
    """Where what was left out of ``out`` is listed."""
    ending = next(ending for ending in ENDINGS[::-1] if out.name.endswith(ending))
    return out.with_name(out.name.removesuffix(ending) + ".left_out.csv")


def write(rows: Iterable[Mapping[str, Any]], schema: pa.Schema, path: Path) -> None:
    """Write ``rows`` to ``path``, whole or not at all."""
    table = pa.Table.from_pylist(list(rows), schema)
    unfinished = path.with_name(f".{path.name}.unfinished")
    if path.suffix == ".parquet":
        pq.write_table(table, unfinished, compression="zstd")
    else:
        with pa.output_stream(str(unfinished), compression="gzip" if path.suffix == ".gz" else None) as stream:
            pa_csv.write_csv(table, stream)
    unfinished.replace(path)
