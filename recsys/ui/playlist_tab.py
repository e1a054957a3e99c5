"""The tab "Playlist": what does not fit a playlist, what is there twice, what is missing, and an order to play it in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
from recsys.playlist_order import ARCS
from recsys.song_to_song import Options
from recsys.ui import playlist_findings as findings
from recsys.ui.areas import area, notice
from recsys.ui.order_view import energy_lines, order_table, smoothness_table
from recsys.ui.playlist_edits import added, all_placed, chips_of, in_order, only_version, placed, songs_on, without
from recsys.ui.song_picker import song_picker
from recsys.ui.song_table import song_table
from recsys.ui.tab import Tab
from recsys.ui.text_file import text_file

DOCTOR: dict[str, Any] = {"concurrency_limit": 2, "concurrency_id": "playlist_doctor"}
"""The page and the API share two places: 500 songs keep a processor busy for seconds, and the other tabs want one."""

_ENDINGS = (".csv", ".m3u", ".m3u8", ".json", ".jspf", ".txt")
_PASTE_INFO = (
    f"Lines such as “artist – title”, Spotify links, or the text of a CSV, M3U8 or JSPF file; up to {MOST_SONGS} songs. "
    "It is read, answered and forgotten."
)
_ARCS = [(f"{name.capitalize()}: {what}", name) for name, what in ARCS.items()]
_CHANGED = "The playlist is no longer the one that was looked at. Check it again."
_K = 8
_EXAMPLE = 9  # songs, beside one that does not fit and a version


class Checked(NamedTuple):
    """What the tab shows the answer to.

    Attributes:
        songs: Track ids that were looked at.
        order: The same in the proposed order.
        places: Track id of each song to add → the song that comes before its best place, None where it is the first.
    """

    songs: tuple[str, ...] = ()
    order: tuple[str, ...] = ()
    places: dict[str, str | None] = {}


def build(handlers: Handlers, tray: gr.HTML | None = None) -> Tab:
    """Lay out the tab inside the current `gr.Tab`.

    ``tray`` holds the playlist's songs, as `song_picker` holds those picked; where there is none, the tab makes one.
    """
    problem = area("playlist-problem", visible=False)
    with gr.Column() as content:
        playlist = tray or song_picker(handlers, "Songs of the playlist, in order", "playlist-songs")
        with gr.Accordion("Paste or upload a playlist", open=False, elem_id="playlist-paste"):
            pasted = gr.Textbox(label="Playlist", info=_PASTE_INFO, lines=6, max_lines=12, elem_id="playlist-text")
            file = text_file("Choose a file…", "playlist-file", _ENDINGS)
            with gr.Row():
                replace = gr.Button("Use it as the playlist", variant="primary", min_width=200)
                append = gr.Button("Add it to the playlist", min_width=200)
        account = area("playlist-account")
        with gr.Row(elem_id="playlist-start"):
            check = gr.Button("Check this playlist", variant="primary", min_width=200)
            example = gr.Button("Try an example", min_width=160)
        state = area("playlist-state")
        summary = area("playlist-summary")
        with gr.Column(visible=False, elem_id="playlist-parts") as parts:
            misfits = song_table("playlist-misfits")
            repeats = song_table("playlist-repeats")
            gaps = song_table("playlist-gaps")
            add_all = gr.Button("Put all on the playlist", visible=False, size="sm", elem_id="playlist-add-all")
            area("playlist-order-head", _ORDER_HEAD)
            arc = gr.Radio(_ARCS, value="peak", label="What the energy does", elem_id="playlist-arc")
            with gr.Row():
                with gr.Column(scale=3, min_width=320):
                    picture = gr.Plot(show_label=False, elem_id="playlist-energy")
                with gr.Column(scale=2, min_width=320):
                    smoothness = area("playlist-smoothness")
                    use_order = gr.Button("Use this order", variant="primary", elem_id="playlist-use-order")
            order = area("playlist-order")
    checked = gr.State(Checked())
    shown = [checked, playlist, state, summary, parts, misfits, repeats, gaps, add_all, picture, smoothness, order]
    skipped = [gr.skip()] * (len(shown) - 4)

    def look(track_ids: Sequence[str], arc: str, progress: gr.Progress) -> list[Any]:
        """What to show of these songs, which become the playlist."""
        try:
            loaded = handlers.loaded
            chips = chips_of(loaded.catalogue, track_ids)
            if not track_ids:
                return [Checked(), chips, "", findings.too_few(), gr.update(visible=False), *skipped[1:]]
            progress(0.2, desc=f"Looking at {len(track_ids):,} songs")
            found = check_playlist(loaded.need_songs(), track_ids, DoctorOptions(arc=arc, k=_K))
            progress(0.9, desc="Writing it down")
            return [_checked(track_ids, found), chips, "", *show(loaded.catalogue, track_ids, found)]
        except RecsysError as error:
            wrong = notice(str(error), problem=True)
            return [Checked(), gr.skip(), "", wrong, gr.update(visible=False), *skipped[1:]]

    def run(value: object, arc: str, progress: gr.Progress = gr.Progress()) -> list[Any]:
        return look(songs_on(value), arc, progress)

    def arc_changed(was: Checked, value: object, arc: str, progress: gr.Progress = gr.Progress()) -> list[Any]:
        return look(songs_on(value), arc, progress) if was.songs else [gr.skip()] * len(shown)

    def act(was: Checked, value: object, arc: str, event: gr.EventData, progress: gr.Progress = gr.Progress()) -> Any:
        edited = _edited(handlers.loaded.catalogue, was, songs_on(value), str(event.action), str(event.track_id))
        return look(edited, arc, progress)

    def add_them(was: Checked, value: object, arc: str, progress: gr.Progress = gr.Progress()) -> list[Any]:
        return look(all_placed(songs_on(value), was.places), arc, progress)

    def reorder(was: Checked, value: object, arc: str, progress: gr.Progress = gr.Progress()) -> list[Any]:
        return look(in_order(songs_on(value), was.order), arc, progress)

    def take(keep: bool) -> Callable[..., list[Any]]:
        def taken(text: str, value: object, arc: str, progress: gr.Progress = gr.Progress()) -> list[Any]:
            try:
                loaded = handlers.loaded
                heard = read_heard(text, loaded.catalogue, loaded.joins, "playlist")
            except RecsysError as error:
                return [notice(str(error), problem=True), *[gr.skip()] * len(shown)]
            track_ids = added(songs_on(value) if keep else [], heard.track_ids[: len(heard.track_ids)])
            return [findings.account_of(heard), *look(track_ids[:MOST_SONGS], arc, progress)]

        return taken

    def try_one(arc: str, progress: gr.Progress = gr.Progress()) -> list[Any]:
        try:
            songs = example_playlist(handlers.loaded)
        except RecsysError as error:
            return ["", Checked(), gr.skip(), "", notice(str(error), problem=True), *skipped]
        return [_EXAMPLE_SAID, *look(songs, arc, progress)]

    def changed(was: Checked, value: object) -> list[Any]:
        """The playlist may be changed from anywhere on the page."""
        songs = tuple(songs_on(value))
        if songs == was.songs:
            return [gr.skip(), gr.skip(), gr.skip()]
        if not songs:
            return ["", findings.too_few(), gr.update(visible=False)]
        if was.songs:
            return [notice(_CHANGED), gr.skip(), gr.skip()]
        return ["", notice(_ready(len(songs))), gr.update(visible=False)]

    private: dict[str, Any] = {"api_visibility": "private"}
    slow: dict[str, Any] = private | DOCTOR | {"show_progress_on": summary}
    check.click(run, [playlist, arc], shown, **slow).then(None, js=_SHOW, **private)
    arc.input(arc_changed, [checked, playlist, arc], shown, trigger_mode="always_last", **slow)
    for table, name in ((misfits, "misfits"), (repeats, "repeats"), (gaps, "gaps")):
        table.select(act, [checked, playlist, arc], shown, **slow).then(None, js=_back_to(name), **private)
    add_all.click(add_them, [checked, playlist, arc], shown, **slow).then(None, js=_back_to("gaps"), **private)
    use_order.click(reorder, [checked, playlist, arc], shown, **slow)
    for button, keep in ((replace, False), (append, True)):
        button.click(take(keep), [pasted, playlist, arc], [account, *shown], **slow).then(None, js=_SHOW, **private)
    example.click(try_one, arc, [account, *shown], **slow).then(None, js=_SHOW, **private)
    file.select(_text_of, None, pasted, show_progress="hidden", **private)
    quiet: dict[str, Any] = private | {"show_progress": "hidden", "queue": False, "trigger_mode": "always_last"}
    playlist.change(changed, [checked, playlist], [state, summary, parts], **quiet)

    def fill(loaded: Capabilities) -> Sequence[Any]:
        if loaded.songs is None:
            missing = notice(loaded.problems["song_to_song"], title="Checking playlists is not available.")
            return [gr.update(value=missing, visible=True), gr.update(visible=False), gr.skip()]
        return [gr.skip(), gr.skip(), findings.too_few()]

    return Tab([problem, content, summary], fill)


_ORDER_HEAD = (
    '<h3 class="part">An order in which each song leads to the next</h3>'
    '<p class="fine">Small jumps in tempo, key, energy and sound, no artist twice in a row, '
    "and the energy as you choose.</p>"
)
_EXAMPLE_SAID = notice("Songs that are alike, and one that is not. Yours take their place when you paste a playlist.",
                       title="An example.")  # fmt: skip
_SHOW = "() => document.querySelector('#playlist-summary').scrollIntoView({block: 'nearest'})"


def _back_to(part: str) -> str:
    """The button that was pressed is gone with its row: who works by keyboard goes on at the part's heading."""
    return f"() => document.querySelector('#playlist-{part} h3')?.focus({{preventScroll: true}})"


def _text_of(event: gr.EventData) -> str:
    return str(event.text)


def _ready(number: int) -> str:
    return f"{findings.counted(number, 'song is', 'songs are')} on the playlist. Press “Check this playlist”."


def _checked(track_ids: Sequence[str], found: Checkup) -> Checked:
    places = {}
    for song in (*found.bridges, *found.additions):
        behind = findings.before(found, song)
        places[song.scored.track.track_id] = behind.track_id if behind else None
    return Checked(tuple(track_ids), tuple(step.track.track_id for step in found.order), places)


def _edited(catalogue: Catalogue, was: Checked, songs: Sequence[str], action: str, track_id: str) -> list[str]:
    """The songs after a button in a row was pressed."""
    if action == findings.ADD[0] and track_id in was.places:
        return placed(songs, track_id, was.places[track_id])
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
