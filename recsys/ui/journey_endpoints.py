"""The journeys' functions for `gradio_client`; see `recsys.ui.endpoints`."""

from __future__ import annotations

from typing import Any

import gradio as gr

from recsys.journey_handlers import JourneyHandlers
from recsys.journey_schemas import BlendEnginesRequest, PathRequest
from recsys.ui.errors import shows_errors

Json = dict[str, Any]


def publish_journeys(journeys: JourneyHandlers) -> None:
    """Add them to the `gr.Blocks` in whose context this is called."""

    def song_path(
        start: str,
        goal: str,
        steps: int = 10,
        space: str = "blend",
        energy: str = "any",
        seed: int = 0,
        per_artist: int = 1,
        one_version: bool = True,
        exclude: list[str] | None = None,
        filters: Json | None = None,
    ) -> Json:
        """The songs from one to another, each close to the one before, and what changes. `energy`: rising, falling."""
        request = PathRequest.model_validate(
            {
                "start": start,
                "goal": goal,
                "steps": steps,
                "space": space,
                "energy": energy,
                "seed": seed,
                "per_artist": per_artist,
                "one_version": one_version,
                "exclude": exclude or [],
                "filters": filters or {},
            }
        )
        return journeys.song_path(request).model_dump()

    def blend_engines(
        track_ids: list[str] | None = None,
        text: str = "",
        history: list[str] | None = None,
        k: int = 10,
        weights: Json | None = None,
        away: list[str] | None = None,
        per_artist: int = 2,
        one_version: bool = True,
        exclude: list[str] | None = None,
        filters: Json | None = None,
    ) -> Json:
        """Songs that audio, latent, vibe and history rank together by `weights` (0 to 1 each), with their votes."""
        request = BlendEnginesRequest.model_validate(
            {
                "track_ids": track_ids or [],
                "text": text,
                "history": history or [],
                "k": k,
                "weights": weights or {},
                "away": away or [],
                "per_artist": per_artist,
                "one_version": one_version,
                "exclude": exclude or [],
                "filters": filters or {},
            }
        )
        return journeys.blend_engines(request).model_dump()

    def first_cards(k: int = 10) -> Json:
        """Well-known songs whose likes and dislikes tell the most about taste, the most telling first."""
        return journeys.first_cards(k).model_dump()

    for function in (song_path, blend_engines, first_cards):
        gr.api(shows_errors(function), api_name=function.__name__, queue=False)
