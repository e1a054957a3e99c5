"""Under "Similar songs": a song that the catalogue does not have, described by its features."""

from __future__ import annotations

from typing import Any

import gradio as gr

from recsys.audio_features import AUDIO_FEATURES, AudioFeature
from recsys.handlers import Handlers
from recsys.new_song import new_song
from recsys.song_to_song import Options
from recsys.ui.errors import shows_errors
from recsys.ui.song_table import song_rows, song_table

_MS = 1000
# name: where the slider starts, and its ends where the feature's own range is wider than music's
_START = {"loudness": (-8, -30, 0), "tempo": (120, 40, 220), "popularity": (50, 0, 100), "duration_ms": (210, 30, 600)}


def build(handlers: Handlers) -> None:
    """Lay out the form; it answers with the song's cluster and its neighbours."""
    with gr.Accordion("A song that is not in the catalogue", open=False):
        gr.Markdown("Describe it by its audio features, as Spotify measures them.")
        with gr.Row():
            sliders = [_slider(feature) for feature in AUDIO_FEATURES]
        find = gr.Button("Find songs like this", variant="primary")
        said = gr.Markdown()
        table = song_table("new-song-results")

    @shows_errors
    def search(*values: float) -> tuple[str, str]:
        song = new_song(_features(values))
        loaded = handlers.loaded
        cluster = loaded.clusters.predict(song) if loaded.clusters else None
        ranked = loaded.need_songs().similar_to_song(song, 10, Options(), cluster=cluster.label if cluster else None)
        placed = f"It would fall in the cluster **{cluster.name}**. {cluster.profile}" if cluster else ""
        return placed, song_rows("Songs like the one described", ranked, ())

    find.click(search, sliders, [said, table], api_visibility="private")


def _slider(feature: AudioFeature) -> gr.Slider:
    start, low, high = _START.get(feature.name, (0.5, feature.low, feature.high))
    label = "Duration (seconds)" if feature.name == "duration_ms" else feature.label
    label = f"{label} ({feature.unit})" if feature.unit not in ("", "ms") else label
    step = 0.01 if high <= 1 and low >= 0 else 1
    return gr.Slider(low, high, value=start, step=step, label=label, min_width=200)


def _features(values: tuple[Any, ...]) -> dict[str, Any]:
    given = {feature.name: value for feature, value in zip(AUDIO_FEATURES, values, strict=True)}
    return given | {"duration_ms": given["duration_ms"] * _MS}
