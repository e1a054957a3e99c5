"""REST under /api/v1, its documentation at /docs, and /healthz: the same answers as the page gives."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any

from fastapi import FastAPI, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import HTMLResponse, JSONResponse, Response
from pydantic_core import to_json
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from recsys import journey_handlers
from recsys.api_errors import show_error, show_http_error
from recsys.batches import AT_A_TIME, MOST_QUERIES, SECONDS, Batches
from recsys.body_limit import MOST_BYTES
from recsys.errors import RecsysError
from recsys.first_cards import MOST_CARDS
from recsys.handlers import Handlers
from recsys.invalid import PREFIX, validation_message
from recsys.journey_schemas import CardsOut, CardsRequest
from recsys.media_routes import media_routes
from recsys.questions import QUESTIONS, Question
from recsys.schemas import (
    AboutOut,
    BatchRequest,
    ClustersOut,
    ErrorOut,
    PlacementOut,
    PredictRequest,
    StatusOut,
    TagOut,
    TrackOut,
    VibeOut,
    VibeRequest,
)

_ERRORS: dict[int | str, dict[str, Any]] = {
    404: {"model": ErrorOut, "description": "A song is not in the catalogue."},
    413: {"model": ErrorOut, "description": f"The body has more than {MOST_BYTES:,} bytes."},
    422: {"model": ErrorOut, "description": "The request cannot be answered as it is; `error` says why."},
    503: {"model": ErrorOut, "description": "Still loading, too busy, or the bundle lacks what it takes."},
}


def routes(handlers: Handlers, batches: Batches) -> list[BaseRoute]:
    """Routes to serve beside Gradio's own."""

    def health(_: Request) -> JSONResponse:
        status = handlers.status()
        return JSONResponse(status.model_dump(mode="json"), 200 if status.status == "ready" else 503)

    return [
        Route("/healthz", health),
        Mount("/docs/static", StaticFiles(directory=_swagger_files()), name="docs_static"),
        Route("/docs", _docs),
        Mount(PREFIX, _rest(handlers, batches)),
        media_routes(handlers),
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


def _rest(handlers: Handlers, batches: Batches) -> FastAPI:
    app = FastAPI(
        title="Music recommender API",
        version="1",
        docs_url=None,
        redoc_url=None,
        responses=_ERRORS,
        generate_unique_id_function=lambda route: route.name,
    )
    app.add_exception_handler(RecsysError, show_error)
    app.add_exception_handler(RequestValidationError, _show_invalid)
    app.add_exception_handler(HTTPException, show_http_error)
    _add_gets(app, handlers)
    for question in QUESTIONS:
        if question.post:
            _add_post(app, question, handlers)
    _add_older(app, handlers)
    for question in QUESTIONS:
        if question.batch:
            _add_batch(app, question, batches)
    return app


def _add_gets(app: FastAPI, handlers: Handlers) -> None:
    @app.get("/search_tracks", summary="Find songs by title and artist")
    def search_tracks(
        query: Annotated[str, Query(description="title, artist, or both, in any order", max_length=1000)],
        limit: Annotated[int, Query(description="how many, 1 to 100")] = 12,
    ) -> list[TrackOut]:
        return handlers.search_tracks(query, limit)

    @app.get("/clusters", summary="The families of songs in this catalogue")
    def clusters() -> ClustersOut:
        return handlers.clusters()

    @app.get("/cluster_of/{track_id}", summary="Where a song falls among the clusters")
    def cluster_of(track_id: str) -> PlacementOut:
        return handlers.cluster_of(track_id)

    @app.get("/first_cards", summary="Well-known songs whose likes and dislikes tell the most about taste")
    def first_cards(k: Annotated[int, Query(description=f"how many, 1 to {MOST_CARDS}")] = 10) -> CardsOut:
        return journey_handlers.first_cards(handlers.loaded, CardsRequest(k=k))

    @app.get("/about", summary="What is served and where it came from")
    def about() -> AboutOut:
        return handlers.about()

    @app.get("/status", summary="Which release is served, whether the Hub answered, and what is off")
    def status() -> StatusOut:
        return handlers.status()


def _add_post(app: FastAPI, question: Question, handlers: Handlers) -> None:
    def ask(request: Any) -> Any:
        return question.answer(handlers, request)

    ask.__annotations__["request"] = question.request
    summary, _, more = question.summary.partition(". ")
    app.post(
        f"/{question.name}",
        name=question.name,
        summary=summary.removesuffix("."),
        description=more,
        response_model=question.result,
    )(ask)


def _add_older(app: FastAPI, handlers: Handlers) -> None:
    """Names from before REST and `gr.api` had the same ones."""

    @app.post("/predict", summary="The genres of a song by its lyrics, or of 1 to 64 songs")
    def predict(request: PredictRequest) -> TagOut | list[TagOut | ErrorOut]:
        """One text is answered with one object, or refused with status 422.

        A list is answered with a list of the same length and order. A text in it that cannot be tagged has
        `{"error": …}` in its place, and the others have their answers.
        """
        return handlers.predict(request)

    @app.post("/vibe", summary="The older name of search_vibe")
    def vibe(request: VibeRequest) -> VibeOut:
        return handlers.search_vibe(request)


def _add_batch(app: FastAPI, question: Question, batches: Batches) -> None:
    """Add ``/NAME/batch`` beside ``/NAME``."""

    async def batch(request: Any) -> Response:
        written = await batches.answer(question, request.queries, to_json)
        return Response(b"[" + b",".join(written) + b"]", media_type="application/json")

    batch.__annotations__["request"] = BatchRequest[question.request]  # type: ignore[name-defined]
    app.post(
        f"/{question.name}/batch",
        summary=f"Up to {MOST_QUERIES} times {question.name}",
        description=f"Each query is what {question.name} takes, and each answer what it gives, in the same order. A "
        'query that cannot be answered has `{"error": …}` in its place, and so has one for which there was no time: '
        f"a batch gets {SECONDS:g} seconds. At most {AT_A_TIME} batches run at once.",
        name=f"{question.name}_batch",
        response_model=list[question.result | ErrorOut],  # type: ignore[name-defined]
    )(batch)


def _show_invalid(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    return JSONResponse({"error": validation_message(error.errors())}, 422)
