"""Several sources as one catalogue: cleaned, united, ordered, with artists and versions grouped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from recsys.audio_features import AUDIO_FEATURES, FEATURE_NAMES
from recsys.catalogue import SCHEMA, Catalogue
from recsys.errors import SourceError
from recsys.text import fold
from train.ingest import cleaning as clean
from train.ingest.cleaning import Cleaning, NotKept, Reasons, SourceCount
from train.ingest.playlists import PlaylistEntries, join, playlists_of
from train.ingest.tracks import SourceTracks
from train.ingest.unite import unite
from train.version_groups import version_groups

_KNOWN_ENOUGH = 0.95
Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class Merged:
    """A catalogue, what became of the rows it was made from, and the features that models train on.

    Attributes:
        playlists: The columns of `playlists.PLAYLISTS`, or None where no source names a playlist.
        left_out: Each feature that models do not train on, and why.
    """

    catalogue: Catalogue
    playlists: pa.Table | None
    cleaning: Cleaning
    trained_on: tuple[str, ...]
    left_out: dict[str, str]


def merge(
    sources: Sequence[SourceTracks], lists: Sequence[PlaylistEntries] = (), progress: Progress = lambda *_: None
) -> Merged:
    """One catalogue of all ``sources``, and the playlists in them and in ``lists``.

    Raises:
        SourceError: no row can be kept.
    """
    rows = pa.concat_tables([source.rows for source in sources])
    progress("Cleaning", 0.3)
    reasons = clean.judge(rows)
    good = np.flatnonzero(reasons == clean.KEPT)
    progress("Uniting repeated tracks", 0.4)
    tracks, track_of_row = unite(rows.take(good))
    left_out = _left_out(sources, tracks)
    trained_on = tuple(name for name in FEATURE_NAMES if name not in left_out)
    complete = _complete(tracks, trained_on, reasons, good, track_of_row)
    report = _report(sources, reasons, _repeats(reasons, good, track_of_row))
    if not complete.any():
        raise SourceError(_nothing_left(report))
    progress("Grouping versions of one song", 0.5)
    table = _finish(tracks.filter(pa.array(complete)))
    progress("Joining playlists", 0.7)
    inline = [entries for source in sources if (entries := playlists_of(source)) is not None]
    named = [*inline, *lists]
    playlists, fates = join(named, table["track_id"].combine_chunks()) if named else (None, [])
    return Merged(Catalogue(table), playlists, replace(report, playlists=fates), trained_on, left_out)


def _left_out(sources: Sequence[SourceTracks], tracks: pa.Table) -> dict[str, str]:
    """The optional features that are not for training, as some source lacks them or too few tracks have them."""
    left_out = {}
    for name in (feature.name for feature in AUDIO_FEATURES if feature.optional):
        without = [source.file.name for source in sources if name not in source.features]
        share = tracks[name].is_valid().to_numpy().mean() if len(tracks) else 1.0
        if without:
            left_out[name] = f"not in {', '.join(without)}"
        elif share < _KNOWN_ENOUGH:
            left_out[name] = f"known for {share:.0%} of the tracks, {_KNOWN_ENOUGH:.0%} needed"
    return left_out


def _complete(
    tracks: pa.Table,
    trained_on: Sequence[str],
    reasons: Reasons,
    good: NDArray[np.int64],
    track_of_row: NDArray[np.int64],
) -> NDArray[np.bool_]:
    """Which tracks have every feature of ``trained_on``; writes into ``reasons`` why the others' rows go."""
    complete = np.ones(len(tracks), bool)
    for feature in AUDIO_FEATURES:
        if feature.optional and feature.name in trained_on:
            lacks = tracks[feature.name].is_null().to_numpy() & complete
            reasons[good[lacks[track_of_row]]] = clean.lacking(feature.name)
            complete &= ~lacks
    return complete


def _repeats(reasons: Reasons, good: NDArray[np.int64], track_of_row: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which rows repeat a track that is kept already."""
    first = np.zeros(len(good), bool)
    first[np.unique(track_of_row, return_index=True)[1]] = True
    repeats = np.zeros(len(reasons), bool)
    repeats[good[~first]] = True
    return repeats & (reasons == clean.KEPT)


def _report(sources: Sequence[SourceTracks], reasons: Reasons, repeats: NDArray[np.bool_]) -> Cleaning:
    counts, left_out, start = [], [], 0
    for source in sources:
        its = slice(start, start := start + len(source.rows))
        name, kept = source.file.name, int((reasons[its] == clean.KEPT).sum())
        n_rows = len(source.rows) + source.malformed
        counts.append(SourceCount(name, source.format.name, n_rows, kept, int(repeats[its].sum())))
        left_out += clean.not_kept(source.rows, reasons[its], name)
        if source.malformed:
            left_out.append(NotKept(clean.MALFORMED, name, source.malformed))
    kept, united = sum(c.kept for c in counts), sum(c.united for c in counts)
    return Cleaning(sum(c.rows for c in counts), kept, united, kept - united, counts, left_out)


def _nothing_left(report: Cleaning) -> str:
    names = ", ".join(count.source for count in report.sources)
    if not report.rows:
        return f"{names}: no rows below the header. Expected one row a track."
    reasons = Counter[str]()
    for record in report.not_kept:
        reasons[record.reason] += record.rows
    listed = [f"{n:,} × {reason}{_expected(report, reason)}" for reason, n in reasons.most_common(5)]
    return f"{names}: none of the {report.rows:,} rows can be kept. " + "; ".join(listed) + "."


def _expected(report: Cleaning, reason: str) -> str:
    """What was found and what was expected, where values were out of range."""
    found = next((record.found for record in report.not_kept if record.reason == reason), "")
    return f" (found {found}, expected {clean.expected_range(reason)})" if found else ""


def _finish(tracks: pa.Table) -> pa.Table:
    """The columns of SCHEMA, most popular first."""
    popularity = clean.values(tracks, "popularity")
    tracks = tracks.take(np.argsort(-popularity, kind="stable"))  # unknown ones, being NaN, come last
    keys = artist_keys(tracks["artist"])
    groups = version_groups(tracks["title"].to_pylist(), keys)
    columns = {name: tracks[name] for name in tracks.column_names} | {
        "artist_key": pa.array(keys),
        "version_group": pa.array(groups),
    }
    return pa.table([columns[field.name].cast(field.type) for field in SCHEMA], schema=SCHEMA)


def artist_keys(artists: pa.ChunkedArray) -> NDArray[np.int32]:
    """(n_tracks,): a code a main artist however the name is spelt, counting up in order of appearance."""
    coded = artists.combine_chunks().dictionary_encode()
    names = [fold(name) or name.casefold() for name in coded.dictionary.to_pylist()]  # "!!!" folds to nothing
    keys: dict[str, int] = {}
    return np.array([keys.setdefault(name, len(keys)) for name in names], np.int32)[coded.indices.to_numpy()]
