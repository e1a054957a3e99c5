"""Ask a running app, from Python: the other side of the wire.

    app = Client("http://127.0.0.1:7860")
    song, *_ = app.search_tracks("silver")
    app.similar_tracks(SimilarTracksRequest(track_ids=[song.track_id], k=5)).results
    app.each(app.cluster_of, [song.track_id, "another"])

While the app is loading, or is too busy for another batch, the client waits and tries again.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from http.client import HTTPException
from typing import Any, TypeVar, get_type_hints
from urllib.error import HTTPError
from urllib.parse import quote, urlencode
from urllib.request import Request as HttpRequest
from urllib.request import urlopen

from pydantic import TypeAdapter, ValidationError

from recsys import journey_schemas as journeys
from recsys import playlist_schemas as playlists
from recsys import schemas
from recsys.errors import NotReadyError, RecsysError
from recsys.invalid import PREFIX

R = TypeVar("R")
T = TypeVar("T")
_WORD = {
    "search_tracks": "query",
    "cluster_of": "track_id",
    "track_tags": "track_id",
}  # what a text stands for in a batch


class Client:
    """Every method raises a RecsysError with the app's own words where there is no answer."""

    def __init__(self, url: str = "http://127.0.0.1:7860", *, timeout: float = 120, patience: float = 300) -> None:
        """``timeout``: seconds to wait for an answer. ``patience``: seconds to wait for the app to be ready."""
        self._base, self._timeout, self._patience = url.rstrip("/") + PREFIX, timeout, patience

    def each(self, ask: Callable[[R], T], requests: Sequence[R | schemas.Request]) -> list[T | schemas.ErrorOut]:
        """What ``ask``, a method of this client, says to each of up to 500, in one call and in their order.

        An ErrorOut stands in the place of an answer that there is not.
        """
        name, result = ask.__name__, get_type_hints(ask)["return"]
        queries = [
            one.model_dump(exclude_unset=True) if isinstance(one, schemas.Request) else {_WORD[name]: one}
            for one in requests
        ]
        return self._ask(f"{name}/batch", list[result | schemas.ErrorOut], {"queries": queries})  # type: ignore[valid-type]

    def search_tracks(self, query: str, limit: int = 12) -> list[schemas.TrackOut]:
        return self._ask(f"search_tracks?{urlencode({'query': query, 'limit': limit})}", list[schemas.TrackOut])

    def similar_tracks(self, request: schemas.SimilarTracksRequest) -> schemas.SimilarTracksOut:
        return self._ask("similar_tracks", schemas.SimilarTracksOut, request)

    def similar_to_features(self, request: schemas.SimilarToFeaturesRequest) -> schemas.SimilarTracksOut:
        return self._ask("similar_to_features", schemas.SimilarTracksOut, request)

    def clusters(self) -> schemas.ClustersOut:
        return self._ask("clusters", schemas.ClustersOut)

    def cluster_of(self, track_id: str) -> schemas.PlacementOut:
        return self._ask(f"cluster_of/{quote(track_id, safe='')}", schemas.PlacementOut)

    def predict_cluster(self, request: schemas.FeaturesRequest) -> schemas.PlacementOut:
        return self._ask("predict_cluster", schemas.PlacementOut, request)

    def tag_lyrics(self, request: schemas.TagRequest) -> schemas.TagOut:
        return self._ask("tag_lyrics", schemas.TagOut, request)

    def track_tags(self, track_id: str, k: int = 5) -> journeys.TrackTagsOut:
        return self._ask(f"track_tags/{quote(track_id, safe='')}?{urlencode({'k': k})}", journeys.TrackTagsOut)

    def search_vibe(self, request: schemas.VibeRequest) -> schemas.VibeOut:
        return self._ask("search_vibe", schemas.VibeOut, request)

    def recommend_from_history(self, request: schemas.HistoryRequest) -> schemas.HistoryOut:
        return self._ask("recommend_from_history", schemas.HistoryOut, request)

    def song_path(self, request: journeys.PathRequest) -> journeys.PathOut:
        return self._ask("song_path", journeys.PathOut, request)

    def blend_engines(self, request: journeys.BlendEnginesRequest) -> journeys.BlendEnginesOut:
        return self._ask("blend_engines", journeys.BlendEnginesOut, request)

    def first_cards(self, k: int = 10) -> journeys.CardsOut:
        return self._ask(f"first_cards?{urlencode({'k': k})}", journeys.CardsOut)

    def playlist_doctor(self, request: playlists.DoctorRequest) -> playlists.DoctorOut:
        return self._ask("playlist_doctor", playlists.DoctorOut, request)

    def group_blend(self, request: playlists.GroupRequest) -> playlists.GroupOut:
        return self._ask("group_blend", playlists.GroupOut, request)

    def export_playlist(self, request: playlists.ExportRequest) -> playlists.PlaylistFileOut:
        return self._ask("export_playlist", playlists.PlaylistFileOut, request)

    def about(self) -> schemas.AboutOut:
        return self._ask("about", schemas.AboutOut)

    def status(self) -> schemas.StatusOut:
        return self._ask("status", schemas.StatusOut)

    def _ask(self, path: str, result: type[T], body: schemas.Request | dict[str, Any] | None = None) -> T:
        given = body.model_dump(exclude_unset=True) if isinstance(body, schemas.Request) else body
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
