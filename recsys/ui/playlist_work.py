"""What the tab "Playlist" answers to each button: the songs change, are looked at again, and shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import gradio as gr
import numpy as np

from recsys.audio_features import FEATURE_INDEX
from recsys.capabilities import Capabilities
from recsys.catalogue import Catalogue, Track, tracks_of
from recsys.errors import RecsysError
from recsys.first_cards import first_cards, well_known
from recsys.handlers import Handlers
from recsys.heard_songs import read_heard
from recsys.index import distances
from recsys.playlist_checkup import Checkup
from recsys.playlist_doctor import MOST_SONGS, DoctorOptions, check_playlist
from recsys.song_to_song import Options
from recsys.ui import playlist_findings as findings
from recsys.ui.areas import notice
from recsys.ui.order_view import energy_lines, order_table, smoothness_table
from recsys.ui.playlist_edits import added, all_placed, chips_of, in_order, only_version, placed, songs_on, without

_CHANGED = "The playlist is no longer the one that was looked at. Check it again."
_EXAMPLE_SAID = notice("Songs that are alike, one that is not, and one that is there twice.", title="An example.")
_K = 8
_EXAMPLE = 9  # songs, beside one that does not fit and a version
_PROGRESS = gr.Progress()  # Gradio knows by this default where to hand in the progress of the event
_SHOWN = 12
_SKIPPED = [gr.skip()] * 7


class Checked(NamedTuple):
    """What the tab shows the answer to.

    Attributes:
        songs: Track ids that were looked at.
        order: The same in the proposed order.
        places: (track id of a song to add, the song that comes before its best place or None where it is the first).
    """

    songs: tuple[str, ...] = ()
    order: tuple[str, ...] = ()
    places: tuple[tuple[str, str | None], ...] = ()


class PlaylistWork:
    """Answers to the tab's events.

    Each takes the values of components, and gives what was checked, the playlist, its state, the summary, whether there
    are parts, and the parts.
    """

    def __init__(self, handlers: Handlers) -> None:
        self._handlers = handlers

    def check(self, value: object, arc: str, progress: gr.Progress = _PROGRESS) -> list[Any]:
        """Look at the playlist."""
        return self._look(songs_on(value), arc, progress)

    def check_again(self, was: Checked, value: object, arc: str, progress: gr.Progress = _PROGRESS) -> list[Any]:
        """Look at the playlist with another arc, if it was looked at before."""
        return self._look(songs_on(value), arc, progress) if was.songs else [gr.skip()] * _SHOWN

    def act(
        self, was: Checked, value: object, arc: str, event: gr.EventData, progress: gr.Progress = _PROGRESS
    ) -> list[Any]:
        """A button in a row was pressed."""
        try:
            catalogue = self._handlers.loaded.catalogue
            songs = edited(catalogue, was, songs_on(value), str(event.action), str(event.track_id))
        except RecsysError as error:
            return _problem(error)
        return self._look(songs, arc, progress)

    def add_all(self, was: Checked, value: object, arc: str, progress: gr.Progress = _PROGRESS) -> list[Any]:
        """Put every song to add at its best place."""
        return self._look(all_placed(songs_on(value), dict(was.places)), arc, progress)

    def use_order(self, was: Checked, value: object, arc: str, progress: gr.Progress = _PROGRESS) -> list[Any]:
        """Put the songs in the proposed order."""
        return self._look(in_order(songs_on(value), was.order), arc, progress)

    def replace(self, text: str, value: object, arc: str, progress: gr.Progress = _PROGRESS) -> list[Any]:
        """A pasted text becomes the playlist; before the rest comes what was found of it."""
        return self._take(text, [], arc, progress)

    def append(self, text: str, value: object, arc: str, progress: gr.Progress = _PROGRESS) -> list[Any]:
        """A pasted text comes to the playlist; before the rest comes what was found of it."""
        return self._take(text, songs_on(value), arc, progress)

    def example(self, arc: str, progress: gr.Progress = _PROGRESS) -> list[Any]:
        """A playlist with something to mend; before the rest comes what it is."""
        try:
            songs = example_playlist(self._handlers.loaded)
        except RecsysError as error:
            return ["", *_problem(error)]
        return [_EXAMPLE_SAID, *self._look(songs, arc, progress)]

    def _take(self, text: str, songs: Sequence[str], arc: str, progress: gr.Progress) -> list[Any]:
        try:
            loaded = self._handlers.loaded
            heard = read_heard(text or "", loaded.catalogue, loaded.joins, "playlist")
        except RecsysError as error:
            return [notice(str(error), problem=True), *[gr.skip()] * _SHOWN]
        together = added(songs, heard.track_ids)
        return [findings.account_of(heard, len(together)), *self._look(together[:MOST_SONGS], arc, progress)]

    def _look(self, track_ids: Sequence[str], arc: str, progress: gr.Progress) -> list[Any]:
        try:
            loaded = self._handlers.loaded
            if not track_ids:
                return [Checked(), [], "", findings.too_few(), gr.update(visible=False), *_SKIPPED]
            progress(0.2, desc=f"Looking at {len(track_ids):,} songs")
            found = check_playlist(loaded.need_songs(), track_ids, DoctorOptions(arc=arc, k=_K))
            chips = chips_of(loaded.catalogue, track_ids)
        except RecsysError as error:
            return _problem(error)
        return [checked(track_ids, found), chips, "", *show(loaded.catalogue, track_ids, found)]


def changed(was: Checked, value: object) -> list[Any]:
    """What a change of the playlist, which anything on the page may make, shows: state, summary, parts, the example."""
    songs = tuple(songs_on(value))
    example = gr.update(visible=not songs)  # it would take the place of what is there
    if not songs:
        return ["", findings.too_few(), gr.update(visible=False), example]
    if songs == was.songs:
        return ["", gr.skip(), gr.skip(), example]
    if was.songs:
        return [notice(_CHANGED), gr.skip(), gr.skip(), example]
    return ["", notice(_ready(len(songs))), gr.update(visible=False), example]


def _problem(error: RecsysError) -> list[Any]:
    return [Checked(), gr.skip(), "", notice(str(error), problem=True), gr.update(visible=False), *_SKIPPED]


def _ready(number: int) -> str:
    return f"{findings.counted(number, 'song is', 'songs are')} on the playlist. Press “Check this playlist”."


def checked(track_ids: Sequence[str], found: Checkup) -> Checked:
    """What is remembered of an answer."""
    places = []
    for song in (*found.bridges, *found.additions):
        behind = findings.before(found, song)
        places.append((song.scored.track.track_id, behind.track_id if behind else None))
    return Checked(tuple(track_ids), tuple(step.track.track_id for step in found.order), tuple(places))


def edited(catalogue: Catalogue, was: Checked, songs: Sequence[str], action: str, track_id: str) -> list[str]:
    """The songs after a button in a row was pressed."""
    places = dict(was.places)
    if action == findings.ADD[0] and track_id in places:
        return placed(songs, track_id, places[track_id])
    if action == findings.KEEP[0] and track_id in songs:
        return only_version(catalogue, songs, track_id)
    return without(songs, track_id) if action == findings.TAKE_OUT[0] else list(songs)


def show(catalogue: Catalogue, track_ids: Sequence[str], found: Checkup) -> list[Any]:
    """What the doctor found, as the page shows it: from the summary to the new order."""
    new = [step.track.track_id for step in found.order]
    return [
        findings.summary(found),
        gr.update(visible=True),
        findings.misfits(found.misfits),
        findings.repeats(found.repeats),
        findings.gaps(found),
        gr.update(visible=bool(found.bridges or found.additions)),
        energy_lines(_energies(catalogue, track_ids), _energies(catalogue, new)),
        smoothness_table(found.smoothness),
        order_table(found.order),
    ]


def _energies(catalogue: Catalogue, track_ids: Sequence[str]) -> list[tuple[Track, float]]:
    rows = catalogue.rows(track_ids)
    return list(
        zip(tracks_of(catalogue, rows), catalogue.features[rows, FEATURE_INDEX["energy"]].tolist(), strict=True)
    )


def example_playlist(loaded: Capabilities) -> list[str]:
    """Songs like a well-known one, in the midst of them one that is far from it, and another version of one of them."""
    songs, catalogue = loaded.need_songs(), loaded.catalogue
    embeddings, groups = songs.space("blend").embeddings, catalogue.version_groups
    start = int(well_known(catalogue)[0])
    like = songs.similar_tracks([catalogue.track_ids[start]], _EXAMPLE, Options(same_cluster=False))
    rows = [start, *(catalogue.row(one.track.track_id) for one in like)]
    versions = np.flatnonzero(np.isin(groups, groups[rows]) & ~np.isin(np.arange(len(groups)), rows))
    cards = first_cards(catalogue, embeddings)
    stranger = cards[distances(embeddings[cards], embeddings[[start]]).argmax()]
    middle = len(rows) // 2
    return [catalogue.track_ids[row] for row in (*rows[:middle], int(stranger), *rows[middle:], *versions[:1].tolist())]
