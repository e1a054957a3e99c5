"""Under "Similar songs": a song that the catalogue does not have, described by its features."""

from __future__ import annotations

from typing import Any

import gradio as gr

from recsys.audio_features import AUDIO_FEATURES, AudioFeature
from recsys.errors import RecsysError
from recsys.handlers import Handlers
from recsys.loading import Capabilities
from recsys.new_song import NewSong, new_song
from recsys.song_to_song import Options
from recsys.ui.areas import notice
from recsys.ui.song_table import song_rows, song_table

_MS = 1000
# What a song is often like, and the slider's ends where the feature's own range is wider than music's.
_TYPICAL = {
    "danceability": 0.6,
    "energy": 0.6,
    "loudness": -8,
    "speechiness": 0.05,
    "acousticness": 0.2,
    "instrumentalness": 0,
    "liveness": 0.15,
    "valence": 0.5,
    "tempo": 120,
    "popularity": 50,
    "duration_ms": 210,
}
_ENDS = {"loudness": (-30, 0), "tempo": (40, 220), "duration_ms": (30, 600)}


def build(handlers: Handlers) -> None:
    """Lay out the form; it answers with the song's cluster and its neighbours."""
    with gr.Accordion("A song that is not in the catalogue", open=False):
        gr.Markdown("Describe it by its audio features, as Spotify measures them.")
        with gr.Row():
            sliders = [_slider(feature) for feature in AUDIO_FEATURES]
        find = gr.Button("Find songs like this", variant="primary")
        table = song_table("new-song-results")

    def search(*values: float) -> str:
        try:
            return find_like(handlers.loaded, new_song(_features(values)))
        except RecsysError as error:
            return notice(str(error), problem=True)

    find.click(search, sliders, table, api_visibility="private", show_progress="hidden")


def find_like(loaded: Capabilities, song: NewSong) -> str:
    """HTML of the song's cluster and its neighbours, in the bundle's first space."""
    songs = loaded.need_songs()
    cluster = loaded.clusters.predict(song) if loaded.clusters else None
    options = Options(space=next(iter(songs.spaces)))
    ranked = songs.similar_to_song(song, 10, options, cluster=cluster.label if cluster else None)
    placed = notice(cluster.profile, title=f"It would fall in {cluster.name}.") if cluster else ""
    return placed + song_rows("Songs like the one described", ranked, ())


def _slider(feature: AudioFeature) -> gr.Slider:
    low, high = _ENDS.get(feature.name, (feature.low, feature.high))
    label = "Duration (seconds)" if feature.name == "duration_ms" else feature.label
    label = f"{label} ({feature.unit})" if feature.unit not in ("", "ms") else label
    step = 0.01 if high <= 1 and low >= 0 else 1
    return gr.Slider(low, high, value=_TYPICAL[feature.name], step=step, label=label, min_width=260)


def _features(values: tuple[Any, ...]) -> dict[str, Any]:
    given = {feature.name: value for feature, value in zip(AUDIO_FEATURES, values, strict=True)}
    return given | {"duration_ms": given["duration_ms"] * _MS}
