"""Ask a running app, from Python: the other side of the wire. It needs this package's schemas and nothing else.

    app = Client("http://127.0.0.1:7860")
    song, *_ = app.search_tracks("silver")
    app.similar_tracks(SimilarTracksRequest(track_ids=[song.track_id], k=5)).results

What ``X`` answers to one request, ``X_batch`` answers to each of up to 500, with an ErrorOut in the place of an answer
that there is not. While the app is loading, or is too busy for another batch, the client waits and tries again.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from http.client import HTTPException
from typing import Any, TypeVar
from urllib.error import HTTPError
from urllib.parse import quote, urlencode
from urllib.request import Request as HttpRequest
from urllib.request import urlopen

from pydantic import TypeAdapter, ValidationError

from recsys.errors import NotReadyError, RecsysError
from recsys.invalid import PREFIX
from recsys.schemas import (
    AboutOut,
    ClustersOut,
    ErrorOut,
    FeaturesRequest,
    HistoryOut,
    HistoryRequest,
    PlacementOut,
    Request,
    SearchRequest,
    SimilarToFeaturesRequest,
    SimilarTracksOut,
    SimilarTracksRequest,
    StatusOut,
    TagOut,
    TagRequest,
    TrackOut,
    TrackRequest,
    VibeOut,
    VibeRequest,
)

T = TypeVar("T")


class Client:
    """Every method raises a RecsysError with the app's own words where there is no answer."""

    def __init__(self, url: str = "http://127.0.0.1:7860", *, timeout: float = 120, patience: float = 300) -> None:
        """``timeout``: seconds to wait for an answer. ``patience``: seconds to wait for the app to be ready."""
        self._base, self._timeout, self._patience = url.rstrip("/") + PREFIX, timeout, patience

    def search_tracks(self, query: str, limit: int = 12) -> list[TrackOut]:
        return self._ask(f"search_tracks?{urlencode({'query': query, 'limit': limit})}", list[TrackOut])

    def search_tracks_batch(self, requests: Sequence[SearchRequest]) -> list[list[TrackOut] | ErrorOut]:
        return self._batch("search_tracks", requests, list[list[TrackOut] | ErrorOut])

    def similar_tracks(self, request: SimilarTracksRequest) -> SimilarTracksOut:
        return self._ask("similar_tracks", SimilarTracksOut, request)

    def similar_tracks_batch(self, requests: Sequence[SimilarTracksRequest]) -> list[SimilarTracksOut | ErrorOut]:
        return self._batch("similar_tracks", requests, list[SimilarTracksOut | ErrorOut])

    def similar_to_features(self, request: SimilarToFeaturesRequest) -> SimilarTracksOut:
        return self._ask("similar_to_features", SimilarTracksOut, request)

    def similar_to_features_batch(
        self, requests: Sequence[SimilarToFeaturesRequest]
    ) -> list[SimilarTracksOut | ErrorOut]:
        return self._batch("similar_to_features", requests, list[SimilarTracksOut | ErrorOut])

    def clusters(self) -> ClustersOut:
        return self._ask("clusters", ClustersOut)

    def cluster_of(self, track_id: str) -> PlacementOut:
        return self._ask(f"cluster_of/{quote(track_id, safe='')}", PlacementOut)

    def cluster_of_batch(self, requests: Sequence[TrackRequest]) -> list[PlacementOut | ErrorOut]:
        return self._batch("cluster_of", requests, list[PlacementOut | ErrorOut])

    def predict_cluster(self, request: FeaturesRequest) -> PlacementOut:
        return self._ask("predict_cluster", PlacementOut, request)

    def predict_cluster_batch(self, requests: Sequence[FeaturesRequest]) -> list[PlacementOut | ErrorOut]:
        return self._batch("predict_cluster", requests, list[PlacementOut | ErrorOut])

    def tag_lyrics(self, request: TagRequest) -> TagOut:
        return self._ask("tag_lyrics", TagOut, request)

    def tag_lyrics_batch(self, requests: Sequence[TagRequest]) -> list[TagOut | ErrorOut]:
        return self._batch("tag_lyrics", requests, list[TagOut | ErrorOut])

    def search_vibe(self, request: VibeRequest) -> VibeOut:
        return self._ask("search_vibe", VibeOut, request)

    def search_vibe_batch(self, requests: Sequence[VibeRequest]) -> list[VibeOut | ErrorOut]:
        return self._batch("search_vibe", requests, list[VibeOut | ErrorOut])

    def recommend_from_history(self, request: HistoryRequest) -> HistoryOut:
        return self._ask("recommend_from_history", HistoryOut, request)

    def recommend_from_history_batch(self, requests: Sequence[HistoryRequest]) -> list[HistoryOut | ErrorOut]:
        return self._batch("recommend_from_history", requests, list[HistoryOut | ErrorOut])

    def about(self) -> AboutOut:
        return self._ask("about", AboutOut)

    def status(self) -> StatusOut:
        return self._ask("status", StatusOut)

    def _batch(self, name: str, requests: Sequence[Request], result: type[T]) -> T:
        return self._ask(f"{name}/batch", result, {"queries": [one.model_dump(exclude_unset=True) for one in requests]})

    def _ask(self, path: str, result: type[T], body: Request | dict[str, Any] | None = None) -> T:
        given = body.model_dump(exclude_unset=True) if isinstance(body, Request) else body
        data = None if given is None else json.dumps(given).encode()
        asked = HttpRequest(f"{self._base}/{path}", data, {"Content-Type": "application/json"})
        end = time.monotonic() + self._patience
        while True:
            try:
                with urlopen(asked, timeout=self._timeout) as response:
                    return TypeAdapter(result).validate_json(response.read())
            except HTTPError as error:
                pause, words = error.headers.get("Retry-After"), _words(error)
                if error.code != 503 or pause is None or time.monotonic() + float(pause) > end:
                    raise (NotReadyError if pause else RecsysError)(words) from None
                time.sleep(float(pause))
            except (OSError, HTTPException) as error:
                raise RecsysError(f"{self._base} cannot be asked: {error}. Is the app running there?") from error
            except ValidationError as error:
                raise RecsysError(f"{self._base} answers as another version of the app would: {error}") from error


def _words(error: HTTPError) -> str:
    """What the app says is wrong."""
    with error:
        said = error.read()
    try:
        return str(json.loads(said)["error"])
    except (ValueError, KeyError, TypeError):
        return f"{error.url} answered {error.code} {error.reason}, and not as this app does. Is the address right?"
