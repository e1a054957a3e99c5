"""The typed functions that `gradio_client` calls. They answer as REST does; see `recsys.api`."""

from __future__ import annotations

from typing import Any

import gradio as gr

from recsys.handlers import Handlers
from recsys.schemas import (
    FeaturesRequest,
    HistoryRequest,
    SimilarToFeaturesRequest,
    SimilarTracksRequest,
    TagOptions,
    VibeRequest,
)
from recsys.ui.errors import shows_errors
from recsys.ui.lyric_genres import TAGGING
from recsys.ui.playlist_endpoints import publish_playlists

Json = dict[str, Any]


def publish(handlers: Handlers) -> None:
    """Add the public endpoints to the `gr.Blocks` in whose context this is called."""

    def search_tracks(query: str, limit: int = 12) -> list[Json]:
        """Find songs by title, artist, or both in any order; accents and typing errors are forgiven."""
        return [track.model_dump() for track in handlers.search_tracks(query, limit)]

    def similar_tracks(
        track_ids: list[str],
        k: int = 10,
        space: str = "blend",
        same_cluster: bool = True,
        per_artist: int = 2,
        one_version: bool = True,
        away: list[str] | None = None,
        exclude: list[str] | None = None,
        filters: Json | None = None,
    ) -> Json:
        """Songs like the ones given, best first, each with reasons. `filters` as in POST /api/v1/similar_tracks."""
        request = SimilarTracksRequest.model_validate(
            {
                "track_ids": track_ids,
                "k": k,
                "space": space,
                "same_cluster": same_cluster,
                "per_artist": per_artist,
                "one_version": one_version,
                "away": away or [],
                "exclude": exclude or [],
                "filters": filters or {},
            }
        )
        return handlers.similar_tracks(request).model_dump()

    def similar_to_features(
        features: Json,
        k: int = 10,
        space: str = "blend",
        same_cluster: bool = True,
        per_artist: int = 2,
        year: float | None = None,
        artist: str = "",
        filters: Json | None = None,
    ) -> Json:
        """Songs like one that the catalogue does not have, given by its audio features."""
        request = SimilarToFeaturesRequest.model_validate(
            {
                "features": features,
                "k": k,
                "space": space,
                "same_cluster": same_cluster,
                "per_artist": per_artist,
                "year": year,
                "artist": artist,
                "filters": filters or {},
            }
        )
        return handlers.similar_to_features(request).model_dump()

    def clusters() -> Json:
        """The families of songs in this catalogue."""
        return handlers.clusters().model_dump()

    def cluster_of(track_id: str) -> Json:
        """Where a song falls among the clusters, and what Naive Bayes thinks of it."""
        return handlers.cluster_of(track_id).model_dump()

    def predict_cluster(features: Json) -> Json:
        """Where a song with these audio features would fall."""
        return handlers.predict_cluster(FeaturesRequest.model_validate({"features": features}).features).model_dump()

    def tag_lyrics(lyrics: str, lines: int = 3, k: int = 5) -> Json:
        """The genres of one lyric, up to `lines` lines that speak for each, and `k` songs here that share them."""
        options = TagOptions.model_validate({"lines": lines, "k": k})
        return handlers.tag_lyrics(lyrics, options).model_dump()

    def search_vibe(
        text: str,
        k: int = 10,
        dropped: list[str] | None = None,
        more: list[str] | None = None,
        less: list[str] | None = None,
        per_artist: int = 2,
        one_version: bool = True,
        exclude: list[str] | None = None,
        filters: Json | None = None,
    ) -> Json:
        """Songs for a free text in English or Spanish, what was understood of it, and why each song."""
        request = VibeRequest.model_validate(
            {
                "text": text,
                "k": k,
                "dropped": dropped or [],
                "more": more or [],
                "less": less or [],
                "per_artist": per_artist,
                "one_version": one_version,
                "exclude": exclude or [],
                "filters": filters or {},
            }
        )
        return handlers.search_vibe(request).model_dump()

    def recommend_from_history(
        history: list[str],
        k: int = 10,
        familiar: float = 0.0,
        liked: list[str] | None = None,
        disliked: list[str] | None = None,
        per_artist: int = 2,
        one_version: bool = True,
        exclude: list[str] | None = None,
        filters: Json | None = None,
    ) -> Json:
        """Songs that follow a history, oldest play first: track ids, or lines such as "artist – title"."""
        request = HistoryRequest.model_validate(
            {
                "history": history,
                "k": k,
                "familiar": familiar,
                "liked": liked or [],
                "disliked": disliked or [],
                "per_artist": per_artist,
                "one_version": one_version,
                "exclude": exclude or [],
                "filters": filters or {},
            }
        )
        return handlers.recommend_from_history(request).model_dump()

    def about() -> Json:
        """What is served and where it came from."""
        return handlers.about().model_dump()

    quick = (
        search_tracks,
        similar_tracks,
        similar_to_features,
        clusters,
        cluster_of,
        predict_cluster,
        search_vibe,
        recommend_from_history,
        about,
    )
    for function in quick:
        gr.api(shows_errors(function), api_name=function.__name__, queue=False)
    gr.api(shows_errors(tag_lyrics), api_name="tag_lyrics", **TAGGING)
    publish_playlists(handlers)
