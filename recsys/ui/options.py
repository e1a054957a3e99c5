"""The options of a search for similar songs, as components and back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import gradio as gr
import numpy as np
from gradio.components import Component

from recsys.errors import InvalidQueryError
from recsys.filters import Filters
from recsys.loading import Capabilities
from recsys.song_to_song import Options

SPACE_LABELS = {
    "blend": "Blend – what people play together, learnt from playlists",
    "audio": "Audio – all audio features",
    "mood": "Mood – how it feels",
    "latent": "Latent – learnt by an autoencoder",
}
# field of Filters: what the page calls it, and an example
_RANGES = {
    "year": ("Years", "1990-1999"),
    "popularity": ("Popularity (0-100)", "60-"),
    "duration": ("Length (seconds)", "-240"),
    "tempo": ("Tempo (BPM)", "110-130"),
}
_RANGE = re.compile(r"(\d+(?:\.\d+)?)?\s*[-–]\s*(\d+(?:\.\d+)?)?")
_DECADE = re.compile(r"(\d{3})0'?s")
_EXPLICIT = {"Any": None, "Clean only": False, "Explicit only": True}


_K, _PER_ARTIST = 10, 2


@dataclass(frozen=True)
class OptionInputs:
    """The components, in the order in which `read` takes their values.

    Attributes:
        filled: The components whose choices depend on the catalogue.
        changes: The events at which a person has changed an option.
    """

    components: Sequence[Component]
    filled: Sequence[Component]
    changes: Sequence[Any]

    def read(self, values: Sequence[Any]) -> tuple[int, Options]:
        """K and the options, from the components' values."""
        space, k, same_cluster, one_version, per_artist, genres, explicit, *ranges = values
        limits: dict[str, Any] = {}
        for name, text in zip(_RANGES, ranges, strict=True):
            limits[f"{name}_min"], limits[f"{name}_max"] = read_range(_RANGES[name][0], text)
        filters = Filters(**limits, explicit=_EXPLICIT[explicit], genres=tuple(genres or ()))
        options = Options(
            space=space,
            same_cluster=same_cluster,
            per_artist=int(per_artist),
            one_version=one_version,
            filters=filters,
        )
        return int(k), options

    def defaults(self, loaded: Capabilities) -> list[Any]:
        """What the components hold before anybody changes them."""
        space = next(iter(loaded.songs.spaces), None) if loaded.songs else None
        return [space, _K, True, True, _PER_ARTIST, [], "Any", *[""] * len(_RANGES)]

    def fill(self, loaded: Capabilities) -> list[Any]:
        """Updates for ``filled``."""
        choices = space_choices(loaded)
        known = np.isfinite(loaded.catalogue.numbers("explicit")).any()
        genres = list(loaded.catalogue.rows_of_genre)
        return [
            gr.update(choices=choices, value=choices[0][1] if choices else None),
            gr.update(choices=genres, visible=bool(genres)),
            gr.update(visible=bool(known)),
        ]


def space_choices(loaded: Capabilities) -> list[tuple[str, str]]:
    """What each space of the bundle is called, and its name; the one to begin with first."""
    labels = dict(SPACE_LABELS)
    if loaded.songs and not getattr(loaded.songs.spaces.get("blend"), "learnt", True):
        labels["blend"] = "Blend – sound, release year and artist (no playlists here to learn from)"
    return [(labels.get(name, name), name) for name in (loaded.songs.spaces if loaded.songs else ())]


def build_options() -> OptionInputs:
    """Lay out the options."""
    space = gr.Radio([], label="Compare by", elem_id="space")
    with gr.Row():
        k = gr.Slider(1, 50, value=_K, step=1, label="How many songs", min_width=240, elem_id="songs")
        per_artist = gr.Slider(
            0,
            10,
            value=_PER_ARTIST,
            step=1,
            label="Most songs by one artist (0: any number)",
            min_width=240,
            elem_id="per-artist",
        )
    with gr.Row():
        same_cluster = gr.Checkbox(
            True, label="Stay in the same cluster", info="Only the same family of sound", elem_id="same-cluster"
        )
        one_version = gr.Checkbox(
            True,
            label="One version of each song",
            info="No live takes and remixes of the same song",
            elem_id="one-version",
        )
    with gr.Row():
        genres = gr.Dropdown(
            [], multiselect=True, label="Genres (any of these; none for all)", min_width=240, elem_id="genres"
        )
        explicit = gr.Radio(list(_EXPLICIT), value="Any", label="Explicit lyrics", min_width=240, elem_id="explicit")
    with gr.Row():
        # Not `gr.Number`: inside an accordion it shows, and sends, 0 where nothing has been entered (Gradio 6.31).
        ranges = [
            gr.Textbox(label=label, placeholder=like, min_width=150, elem_id=name)
            for name, (label, like) in _RANGES.items()
        ]
    filled = [space, genres, explicit]
    changes = [part.input for part in (space, k, per_artist, same_cluster, one_version, genres, explicit)]
    # A year is half typed most of the time: a range counts once it is left or entered.
    changes += [event for text in ranges for event in (text.submit, text.blur)]
    return OptionInputs([space, k, same_cluster, one_version, per_artist, genres, explicit, *ranges], filled, changes)


def read_range(label: str, text: str | None) -> tuple[float | None, float | None]:
    """The ends of "1990-1999", "1990-", "-1999", "1990" or "1990s"; both None where nothing is written."""
    written = _DECADE.sub(r"\g<1>0-\g<1>9", (text or "").strip())
    if not written:
        return None, None
    found = _RANGE.fullmatch(written if "-" in written or "–" in written else f"{written}-{written}")
    if found is None or found.groups() == (None, None):
        raise InvalidQueryError(f"{label}: {written[:40]!r} is not a range. Write 10-20, 10- or -20.")
    low, high = (float(end) if end else None for end in found.groups())
    return low, high
