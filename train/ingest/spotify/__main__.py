"""Collect the songs of public Spotify playlists into a file that `python -m train.all --tracks` reads.

python -m train.ingest.spotify --playlist https://open.spotify.com/playlist/ID --out songs.csv
python -m train.ingest.spotify --playlist ID ID --out songs.csv.gz --fallback hf://datasets/OWNER/NAME/FILE@REVISION

Credentials are SPOTIPY_CLIENT_ID and SPOTIPY_CLIENT_SECRET, in the environment or in a file .env. Spotify gives audio
features to no app registered since November 2024: --fallback says where to take them from instead. An interrupted run
goes on when the same command is given again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from tqdm.contrib.logging import logging_redirect_tqdm

from recsys.errors import SourceError
from train.common import log, parse_config, run
from train.ingest.formats import INVENTED
from train.ingest.spotify.client import SpotifyClient, connect
from train.ingest.spotify.collect import collect_entries, collect_features, collect_genres
from train.ingest.spotify.fallback import Fallback, open_fallback
from train.ingest.spotify.report import as_text
from train.ingest.spotify.settings import SpotifySettings
from train.ingest.spotify.songs import Entry, Song, playlist_id_of
from train.ingest.spotify.store import Store, open_store
from train.ingest.spotify.table import LEFT_OUT, ROWS, Described, check_ending, left_out_row, list_path, row_of, write

POLICY = "Note: Spotify's developer policy forbids training models on its content. Whether you may is yours to settle."
SPOTIFY = "spotify"


@dataclass(frozen=True)
class Config:
    """The flags."""

    playlist: tuple[str, ...] = field(metadata={"help": "addresses of public playlists, or their ids"})
    out: Path = field(metadata={"help": "the file to write: .csv, .csv.gz or .parquet"})
    fallback: str | None = field(
        default=None,
        metadata={
            "help": "where to take audio features that Spotify does not give: a file of tracks, "
            "hf://datasets/OWNER/NAME/FILE@REVISION, or 'demo' to have them invented"
        },
    )
    patience: float = field(default=600, metadata={"help": "the most seconds to wait when Spotify asks to"})


def main(argv: Sequence[str] | None = None) -> None:
    config = parse_config(Config, argv, __doc__)
    log.info(POLICY)
    check_ending(config.out)
    playlist_ids = list(dict.fromkeys(map(playlist_id_of, config.playlist)))
    kept = config.out.with_name(config.out.name + ".partial")
    with (
        logging_redirect_tqdm(),
        connect(SpotifySettings(), config.patience) as client,
        open_store(kept) as store,
    ):
        try:
            collect(client, store, playlist_ids, config)
        except KeyboardInterrupt:
            raise SourceError("Interrupted. What was collected is kept: run the same command again to go on.") from None
    kept.unlink()
    log.info("Saved: %s", config.out)


def collect(client: SpotifyClient, store: Store, playlist_ids: Sequence[str], config: Config) -> None:
    """Get everything, tell what became of it, and write the file.

    Raises:
        SourceError: Spotify does not give what is needed and nothing stands in for it, or no song is left.
    """
    entries = collect_entries(client, store, playlist_ids)
    songs = {entry.song.track_id: entry.song for entry in entries if entry.song}
    described = describe(client, store, songs, config.fallback)
    artists = dict.fromkeys(i for song in songs.values() if song.track_id in described for i in song.artist_ids)
    genres = collect_genres(client, store, list(artists))
    rows, left_out = [], []
    for entry in entries:
        song = entry.song
        if song is None:
            left_out.append(entry)
        elif song.track_id not in described:
            left_out.append(replace(entry, why="no audio features"))
        else:
            its_genres = dict.fromkeys(genre for artist in song.artist_ids for genre in genres.get(artist, []))
            rows.append(row_of(entry, song, described[song.track_id], list(its_genres)))
    sources = {track_id: about.source for track_id, about in described.items()}
    log.info("\n%s\n", as_text(entries, sources, left_out))
    if not rows:
        raise SourceError("No song is left to write. Give other playlists, or another --fallback.")
    _write_left_out(left_out, config.out)
    write(rows, ROWS, config.out)


def describe(
    client: SpotifyClient, store: Store, songs: Mapping[str, Song], fallback: str | None
) -> dict[str, Described]:
    """Audio features by track: Spotify's, and for what it does not give the fallback's, if there is one."""
    features, refusal = collect_features(client, store, list(songs))
    if refusal is not None:
        log.warning("%s It gives audio features to no app registered since November 2024.", refusal)
        if fallback is None:
            raise SourceError(
                f"Spotify gives this app no audio features ({refusal.status}), and without them nothing can be "
                "trained. What was collected is kept. Run the same command with --fallback and a file of tracks or "
                "hf://datasets/OWNER/NAME/FILE@REVISION to take them from there, or with "
                f"--fallback {INVENTED} to have them invented."
            )
    described = {track_id: Described(SPOTIFY, values) for track_id, values in features.items()}
    missing = [song for track_id, song in songs.items() if track_id not in described]
    if missing and fallback:
        described |= _from(open_fallback(fallback), missing)
    return described


def _from(fallback: Fallback, songs: Sequence[Song]) -> dict[str, Described]:
    """The songs that the fallback knows; says how many it does not."""
    found = {song.track_id: fallback.features_of(song) for song in songs}
    known = {i: Described(fallback.source, values) for i, values in found.items() if values is not None}
    if fallback.source == INVENTED:
        log.warning(
            "The audio features of %s songs are INVENTED by the demo world, and marked “%s” in the column source. "
            "A bundle made from this file is marked as partly invented.",
            f"{len(known):,}",
            INVENTED,
        )
    else:
        log.info(
            "%s of %s songs without audio features were found in %s, %s were not. Its licence: %s",
            f"{len(known):,}",
            f"{len(found):,}",
            fallback.source,
            f"{len(found) - len(known):,}",
            fallback.licence,
        )
    return known


def _write_left_out(left_out: Sequence[Entry], out: Path) -> None:
    """List beside ``out`` what is not in it; an older list goes."""
    path = list_path(out)
    path.unlink(missing_ok=True)
    if left_out:
        write(map(left_out_row, left_out), LEFT_OUT, path)
        log.info("What was left out is listed in %s.", path)


if __name__ == "__main__":
    run(main)
