"""Asking for playlists, audio features and genres, each once: what the store holds is not asked for again."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from tqdm import tqdm

from recsys.errors import SourceError
from train.ingest.spotify.client import BATCH, FEATURES_BATCH, PAGE, REFUSALS, Refused, SpotifyClient
from train.ingest.spotify.songs import Entry, read_entry
from train.ingest.spotify.store import Store

log = logging.getLogger(__name__)
_FEATURE_KEYS = "danceability energy loudness speechiness acousticness instrumentalness liveness valence tempo".split()
_ALL_KEYS = [*_FEATURE_KEYS, "key", "mode"]


def collect_entries(client: SpotifyClient, store: Store, playlist_ids: Sequence[str]) -> list[Entry]:
    """Everything that stands in the playlists, in their order.

    Raises:
        SourceError: there is no such playlist, it is private, or Spotify cannot be reached.
    """
    return [entry for playlist_id in playlist_ids for entry in _playlist(client, store, playlist_id)]


def _playlist(client: SpotifyClient, store: Store, playlist_id: str) -> list[Entry]:
    try:
        about = client.playlist(playlist_id)
        name = about.get("name") or playlist_id
        # A playlist that was changed since an interrupted run is another one: its pages would not fit together.
        kept = f"items/{playlist_id}/{about.get('snapshot_id')}"
        entries = list(_pages(client, store, playlist_id, name, kept))
    except Refused as refused:
        raise SourceError(f"{refused} {_ADVICE.get(refused.status, 'Check the address.')}") from refused
    if not entries:
        log.warning("Playlist “%s” (%s) is empty.", name, playlist_id)
    return entries


_ADVICE = {
    401: "Check the credentials of your app.",
    403: "Since February 2026 an app in development mode is given only playlists of whoever has logged in to it, and "
    "nobody logs in here: it takes an app with extended quota. See developer.spotify.com.",
    404: "There is no such playlist, or it is private, or it is one of Spotify's own, which apps are not given. "
    "Make it public, or copy its songs to a public playlist of yours.",
}


def _pages(client: SpotifyClient, store: Store, playlist_id: str, name: str, kept: str) -> Iterator[Entry]:
    offset = total = 0
    with tqdm(desc=name[:40], unit="song", disable=None) as bar:
        while offset == 0 or offset < total:
            if (page := store.get(f"{kept}/{offset}")) is None:
                answer = client.playlist_page(playlist_id, offset)
                items = enumerate(answer.get("items") or [], offset)
                entries = [read_entry(playlist_id, name, position, item).as_json() for position, item in items]
                page = {"total": answer.get("total") or 0, "entries": entries}
                store.put({f"{kept}/{offset}": page})
            total = bar.total = page["total"]
            yield from map(Entry.from_json, page["entries"])
            bar.update(len(page["entries"]))
            offset += PAGE


def collect_features(
    client: SpotifyClient, store: Store, track_ids: Sequence[str]
) -> tuple[dict[str, dict[str, Any]], Refused | None]:
    """Audio features by track, of those of which Spotify has all nine, and its refusal if it gives none any more."""
    missing = [track_id for track_id in track_ids if f"features/{track_id}" not in store]
    refusal = None
    try:
        for ids in _batches(missing, FEATURES_BATCH, "Audio features", "song"):
            given = {record["id"]: record for record in client.audio_features(ids) if record}
            store.put({f"features/{i}": _numbers(given.get(i)) for i in ids})
    except Refused as refused:
        if refused.status not in REFUSALS:
            raise
        refusal = refused
    found = {track_id: store.get(f"features/{track_id}") for track_id in track_ids}
    return {track_id: features for track_id, features in found.items() if features}, refusal


def _numbers(record: dict[str, Any] | None) -> dict[str, Any]:
    """The features of one record, or nothing where one of the nine is missing."""
    if not record or any(record.get(key) is None for key in _FEATURE_KEYS):
        return {}
    return {key: record.get(key) for key in _ALL_KEYS}


def collect_genres(client: SpotifyClient, store: Store, artist_ids: Sequence[str]) -> dict[str, list[str]]:
    """Genres by artist, of those of whom Spotify says any. Songs can do without: a refusal is only reported."""
    missing = [artist_id for artist_id in artist_ids if f"genres/{artist_id}" not in store]
    try:
        try:
            for ids in _batches(missing, BATCH, "Genres", "artist"):
                _keep_genres(store, ids, client.artists(ids))
        except Refused as refused:
            if refused.status not in REFUSALS:
                raise
            log.info("Spotify gives this app one artist at a time.")
            for (artist_id,) in _batches([i for i in missing if f"genres/{i}" not in store], 1, "Genres", "artist"):
                _keep_genres(store, [artist_id], [_artist(client, artist_id)])
    except Refused as refused:
        if refused.status not in REFUSALS:
            raise
        log.warning("%s Songs whose artists were not asked for have no genre from Spotify.", refused)
    found = {artist_id: store.get(f"genres/{artist_id}") for artist_id in artist_ids}
    return {artist_id: genres for artist_id, genres in found.items() if genres}


def _artist(client: SpotifyClient, artist_id: str) -> dict[str, Any] | None:
    """One artist, or None for one that is no longer there."""
    try:
        return client.artist(artist_id)
    except Refused as refused:
        if refused.status != 404:
            raise
        return None


def _keep_genres(store: Store, artist_ids: Iterable[str], records: Iterable[dict[str, Any] | None]) -> None:
    given = {record["id"]: record.get("genres") or [] for record in records if record}
    store.put({f"genres/{artist_id}": given.get(artist_id, []) for artist_id in artist_ids})


def _batches(ids: Sequence[str], size: int, what: str, unit: str) -> Iterator[Sequence[str]]:
    """``ids`` in parts, with a progress bar."""
    with tqdm(total=len(ids), desc=what, unit=unit, disable=None if ids else True) as bar:
        for start in range(0, len(ids), size):
            yield ids[start : start + size]
            bar.update(len(ids[start : start + size]))
