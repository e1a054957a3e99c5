"""REST under /api/v1, its documentation at /docs, and /healthz: the same answers as the page gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any

from fastapi import FastAPI, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import HTMLResponse, JSONResponse
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from recsys.body_limit import MOST_BYTES
from recsys.errors import BundleError, NotReadyError, RecsysError, UnknownTrackError
from recsys.handlers import Handlers
from recsys.playlist_api import playlist_router
from recsys.schemas import (
    AboutOut,
    ClustersOut,
    ErrorOut,
    FeaturesRequest,
    HistoryOut,
    HistoryRequest,
    PlacementOut,
    PredictRequest,
    SimilarToFeaturesRequest,
    SimilarTracksOut,
    SimilarTracksRequest,
    StatusOut,
    TagOut,
    TrackOut,
    VibeOut,
    VibeRequest,
)

PREFIX = "/api/v1"
_PREDICT_ERRORS: dict[int | str, dict[str, Any]] = {
    413: {"model": ErrorOut, "description": f"The body has more than {MOST_BYTES:,} bytes."},
    422: {
        "model": ErrorOut,
        "description": "The one text cannot be tagged, or the request is malformed; `error` says why.",
    },
    503: {"model": ErrorOut, "description": "Still loading, or this bundle has no genre tagger."},
}


def routes(handlers: Handlers) -> list[BaseRoute]:
    """Routes to serve beside Gradio's own."""

    def health(_: Request) -> JSONResponse:
        status = handlers.status()
        return JSONResponse(status.model_dump(mode="json"), 200 if status.status == "ready" else 503)

    return [
        Route("/healthz", health),
        Mount("/docs/static", StaticFiles(directory=_swagger_files()), name="docs_static"),
        Route("/docs", _docs),
        Mount(PREFIX, _rest(handlers)),
    ]


def _swagger_files() -> Path:
    """Swagger UI's files come with a package, so that the page of documentation needs no other host."""
    spec = find_spec("fastapi_offline")
    assert spec is not None and spec.origin is not None
    return Path(spec.origin).parent / "static"


def _docs(_: Request) -> HTMLResponse:
    return get_swagger_ui_html(
        openapi_url=f".{PREFIX}/openapi.json",
        title="Music recommender API",
        swagger_js_url="./docs/static/swagger-ui-bundle.js",
        swagger_css_url="./docs/static/swagger-ui.css",
        swagger_favicon_url="./docs/static/favicon.png",
    )


def _rest(handlers: Handlers) -> FastAPI:
    app = FastAPI(title="Music recommender API", version="1", docs_url=None, redoc_url=None)
    app.add_exception_handler(RecsysError, _show_error)
    app.add_exception_handler(RequestValidationError, _show_invalid)
    app.add_exception_handler(HTTPException, _show_http_error)

    @app.get("/search_tracks", summary="Find songs by title and artist")
    def search_tracks(
        query: Annotated[str, Query(description="title, artist, or both, in any order", max_length=1000)],
        limit: Annotated[int, Query(description="how many, 1 to 100")] = 12,
    ) -> list[TrackOut]:
        return handlers.search_tracks(query, limit)

    @app.post("/similar_tracks", summary="Songs like these songs, with reasons")
    def similar_tracks(request: SimilarTracksRequest) -> SimilarTracksOut:
        return handlers.similar_tracks(request)

    @app.post("/similar_to_features", summary="Songs like one that the catalogue does not have")
    def similar_to_features(request: SimilarToFeaturesRequest) -> SimilarTracksOut:
        return handlers.similar_to_features(request)

    @app.get("/clusters", summary="The families of songs in this catalogue")
    def clusters() -> ClustersOut:
        return handlers.clusters()

    @app.get("/cluster_of/{track_id}", summary="Where a song falls among the clusters")
    def cluster_of(track_id: str) -> PlacementOut:
        return handlers.cluster_of(track_id)

    @app.post("/predict_cluster", summary="Where a song with these features would fall")
    def predict_cluster(request: FeaturesRequest) -> PlacementOut:
        return handlers.predict_cluster(request.features)

    @app.post("/predict", summary="The genres of a song by its lyrics, or of 1 to 64 songs", responses=_PREDICT_ERRORS)
    def predict(request: PredictRequest) -> TagOut | list[TagOut | ErrorOut]:
        """One text is answered with one object, or refused with status 422.

        A list is answered with a list of the same length and order. A text in it that cannot be tagged has
        `{"error": …}` in its place, and the others have their answers.
        """
        return handlers.predict(request)

    @app.post("/vibe", summary="Songs for a free text, with what was understood of it and reasons")
    def vibe(request: VibeRequest) -> VibeOut:
        return handlers.search_vibe(request)

    @app.post("/recommend_from_history", summary="Songs that follow a listening history, with reasons")
    def recommend_from_history(request: HistoryRequest) -> HistoryOut:
        """The history is read, answered and forgotten."""
        return handlers.recommend_from_history(request)

    @app.get("/about", summary="What is served and where it came from")
    def about() -> AboutOut:
        return handlers.about()

    @app.get("/status", summary="Which release is served, whether the Hub answered, and what is off")
    def status() -> StatusOut:
        return handlers.status()

    app.include_router(playlist_router(handlers))
    return app


def _show_error(_: Request, error: Exception) -> JSONResponse:
    """A RecsysError's own words; the status says whose move it is."""
    status = 422
    if isinstance(error, UnknownTrackError):
        status = 404
    elif isinstance(error, NotReadyError | BundleError):
        status = 503
    return JSONResponse({"error": str(error)}, status)


def _show_http_error(request: Request, error: Exception) -> JSONResponse:
    """An unknown route or method."""
    assert isinstance(error, HTTPException)
    asked = f"{request.method} {request.url.path}"
    return JSONResponse({"error": f"{asked}: {error.detail}. /docs lists what there is."}, error.status_code)


def _show_invalid(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    return JSONResponse({"error": validation_message(error.errors())}, 422)


_WHOLE_BODY = {
    "json_invalid": "The body is not JSON.",
    "model_attributes_type": "The body must be a JSON object, sent with the header Content-Type: application/json.",
}


def _in_words(error: Mapping[str, Any]) -> str:
    if error["type"] == "extra_forbidden":
        return "there is no such field"
    if error["type"] == "missing":
        return "missing"
    return f"{error['msg']} (given {error.get('input')!r:.80})"


def validation_message(errors: Sequence[Any]) -> str:
    """Pydantic's complaints in one line: where, what is wrong, and what was given."""
    said = []
    for error in errors:
        if error["type"] in _WHOLE_BODY:
            return f"{_WHOLE_BODY[error['type']]} {PREFIX}/openapi.json and /docs say what is expected."
        source, *path = error["loc"] or ("body",)
        where = ".".join(map(str, path if source in ("body", "query", "path") else error["loc"])) or "the body"
        said.append(f"{where}: {_in_words(error)}")
    return "; ".join(said) + f". {PREFIX}/openapi.json and /docs say what is expected."
