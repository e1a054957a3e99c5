"""What can be done to the songs of a playlist: lists of track ids in, lists of track ids out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from recsys.catalogue import Catalogue, tracks_of
from recsys.playlist_doctor import MOST_SONGS
from recsys.ui.song_picker import chip


def songs_on(value: object) -> list[str]:
    """The track ids of a playlist on the page, each once; what else is in it is passed over, for it may be anybody's.

    One song more than may be looked at is read, so that the doctor can say that there are too many.
    """
    songs = value if isinstance(value, list) else []
    ids = [song.get("track_id") for song in songs if isinstance(song, dict)]
    return list(dict.fromkeys(one for one in ids if isinstance(one, str)))[: MOST_SONGS + 1]


def chips_of(catalogue: Catalogue, track_ids: Sequence[str]) -> list[dict[str, str]]:
    """How the page holds these songs, each once."""
    rows = catalogue.rows(dict.fromkeys(track_ids))
    return [chip(track) for track in tracks_of(catalogue, rows)]


def added(track_ids: Sequence[str], more: Sequence[str]) -> list[str]:
    """The songs, then those of ``more`` that are not there yet."""
    return list(dict.fromkeys([*track_ids, *more]))


def without(track_ids: Sequence[str], track_id: str) -> list[str]:
    """The songs but one."""
    return [one for one in track_ids if one != track_id]


def only_version(catalogue: Catalogue, track_ids: Sequence[str], track_id: str) -> list[str]:
    """The songs without other versions of ``track_id``."""
    rows = catalogue.rows(track_ids)
    others = catalogue.version_groups[rows] == catalogue.version_groups[catalogue.row(track_id)]
    return [one for one, other in zip(track_ids, others.tolist(), strict=True) if not other or one == track_id]


def placed(track_ids: Sequence[str], track_id: str, behind: str | None) -> list[str]:
    """The songs with ``track_id`` right after ``behind``: first where that is None, last where it is not there.

    >>> placed(["a", "b"], "x", "a"), placed(["a", "b"], "x", None), placed(["a", "b"], "x", "gone")
    (['a', 'x', 'b'], ['x', 'a', 'b'], ['a', 'b', 'x'])
    """
    others = without(track_ids, track_id)
    at = 0 if behind is None else others.index(behind) + 1 if behind in others else len(others)
    return [*others[:at], track_id, *others[at:]]


def all_placed(track_ids: Sequence[str], places: Mapping[str, str | None]) -> list[str]:
    """The songs with every song of ``places`` after the one named there, the first named nearest to it."""
    for track_id, behind in reversed(list(places.items())):
        track_ids = placed(track_ids, track_id, behind)
    return list(track_ids)


def in_order(track_ids: Sequence[str], order: Sequence[str]) -> list[str]:
    """The songs as they come in ``order``, then those that it does not know."""
    known = set(track_ids)
    return added([one for one in order if one in known], track_ids)
