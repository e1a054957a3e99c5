"""The options of a search for similar songs, as components and back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import gradio as gr
from gradio.components import Component

from recsys.filters import Filters
from recsys.loading import Capabilities
from recsys.song_to_song import Options

SPACE_LABELS = {
    "blend": "Blend – the best match, all things considered",
    "audio": "Audio – all audio features",
    "mood": "Mood – how it feels",
    "latent": "Latent – learnt by an autoencoder",
}
_EXPLICIT = {"Any": None, "Clean only": False, "Explicit only": True}


@dataclass(frozen=True)
class OptionInputs:
    """The components, in the order in which `read` takes their values.

    Attributes:
        filled: The components whose choices depend on the catalogue.
    """

    components: Sequence[Component]
    filled: Sequence[Component]

    def read(self, values: Sequence[Any]) -> tuple[int, Options]:
        """K and the options, from the components' values."""
        space, k, same_cluster, one_version, per_artist, genres, explicit, *bounds = values
        names = [f"{name}_{end}" for name in ("year", "popularity", "duration", "tempo") for end in ("min", "max")]
        limits = dict(zip(names, bounds, strict=True))
        filters = Filters(**limits, explicit=_EXPLICIT[explicit], genres=tuple(genres or ()))
        options = Options(
            space=space,
            same_cluster=same_cluster,
            per_artist=int(per_artist),
            one_version=one_version,
            filters=filters,
        )
        return int(k), options

    def fill(self, loaded: Capabilities) -> list[Any]:
        """Updates for ``filled``."""
        spaces = list(loaded.songs.spaces) if loaded.songs else []
        choices = [(SPACE_LABELS[name], name) for name in spaces]
        genres = list(loaded.catalogue.rows_of_genre)
        return [
            gr.update(choices=choices, value=spaces[0] if spaces else None),
            gr.update(choices=genres, visible=bool(genres)),
        ]


def build_options() -> OptionInputs:
    """Lay out the options."""
    space = gr.Radio([], label="Compare by", elem_id="space")
    k = gr.Slider(1, 50, value=10, step=1, label="How many songs")
    same_cluster = gr.Checkbox(True, label="Stay in the same cluster", info="Keeps metal out of jazz")
    with gr.Accordion("More options and filters", open=False):
        one_version = gr.Checkbox(
            True, label="One version of each song", info="No live takes and remixes of the same song"
        )
        per_artist = gr.Slider(0, 10, value=2, step=1, label="Most songs by one artist", info="0: any number")
        genres = gr.Dropdown([], multiselect=True, label="Genres", info="Any of these; none for all")
        explicit = gr.Radio(list(_EXPLICIT), value="Any", label="Explicit lyrics")
        bounds = [
            bound
            for name in ("Year", "Popularity (0–100)", "Length (seconds)", "Tempo (BPM)")
            for bound in _range(name)
        ]
    filled = [space, genres]
    return OptionInputs([space, k, same_cluster, one_version, per_artist, genres, explicit, *bounds], filled)


def _range(name: str) -> tuple[Component, Component]:
    with gr.Row():
        low = gr.Number(None, label=f"{name}, from", minimum=0)
        high = gr.Number(None, label="to", minimum=0)
    return low, high
