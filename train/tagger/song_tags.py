"""Tagging the catalogue's own lyrics once, with the tagger as it is served: a bundle keeps no words to do it later."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import numpy as np
from tqdm import tqdm

from recsys.bundle import MANIFEST, TRACKS, Bundle
from recsys.genre_tagger import GenreTagger
from recsys.lyrics import Lyrics
from recsys.song_tags import SongTags
from train.common import report_progress
from train.ingest.lyrics import LabelledLyrics
from train.ingest.track_lyrics import read_track_lyrics, rows_by_name, rows_of

log = logging.getLogger(__name__)
_STEPS_SAID = 10


def tag_catalogue(
    tagger: GenreTagger, out: Path, files: Sequence[str], songs: LabelledLyrics, most: int
) -> SongTags | None:
    """Tag the lyrics in ``files`` that are of songs of the bundle at ``out``.

    Args:
        tagger: As it will be served.
        out: The bundle.
        files: Of lyrics, as they were given to train on.
        songs: What the tagger learnt from.
        most: How many lyrics to read at most; those of the most popular songs.

    Returns:
        None where the bundle has no catalogue, no lyric is of a song in it, or ``most`` is 0.
    """
    if not most or not (out / MANIFEST).exists() or TRACKS not in (bundle := Bundle.open(out)).manifest.files:
        return None
    catalogue = bundle.load_catalogue()
    report_progress("Genre tagger: finding the catalogue's own lyrics", 0.0)
    lyrics = read_track_lyrics(catalogue, files)
    log.info("%s", lyrics.as_text())
    names = rows_by_name(catalogue)
    learnt = {row for name in zip(songs.artists, songs.titles, strict=True) for row in rows_of(names, *name)}
    return tag_tracks(tagger, lyrics.lines, learnt, most) if lyrics.lines else None


def tag_tracks(
    tagger: GenreTagger, lines: Mapping[int, tuple[str, ...]], learnt: Collection[int], most: int
) -> SongTags:
    """The tags of the tracks with the ``most`` first lyrics; rows are in order of popularity, and versions share words.

    Args:
        tagger: Reads them.
        lines: Row of a track → its lyric, at least one.
        learnt: Rows of tracks whose lyrics the tagger learnt from.
        most: How many different lyrics to read at most.
    """
    tracks: dict[tuple[str, ...], list[int]] = {}
    for row in sorted(lines):
        tracks.setdefault(lines[row], []).append(row)
    chosen = list(tracks.items())[:most]
    found: dict[int, list[float]] = {}
    for i, (lyric, rows) in enumerate(tqdm(chosen, desc="Tagging the catalogue", unit="song", disable=None)):
        if i % max(len(chosen) // _STEPS_SAID, 1) == 0:
            report_progress(f"Genre tagger: tagged {i:,} of the catalogue's {len(chosen):,} lyrics", i / len(chosen))
        of_genre = {score.genre: score.probability for score in tagger.tag(Lyrics(lyric, ()), lines=0)}
        found |= {row: [of_genre[genre] for genre in tagger.genres] for row in rows}
    left_out = len(lines) - len(found)
    log.info("Tagged %s songs of the catalogue by their lyrics.", f"{len(found):,}")
    if left_out:
        log.info(
            "Left out %s less popular songs that have lyrics too: --catalogue-songs says how many.", f"{left_out:,}"
        )
    ordered = sorted(found)
    return SongTags(
        np.array(ordered, np.int32),
        np.array([found[row] for row in ordered], np.float16),
        np.array([row in learnt for row in ordered], np.bool_),
        left_out,
    )
