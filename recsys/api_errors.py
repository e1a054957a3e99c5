"""Errors as JSON, the same wherever something is served: `{"error": …}` and a status that says whose move it is."""

from __future__ import annotations

from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.requests import Request

from recsys.errors import BundleError, BusyError, NoClipError, NotReadyError, UnknownTrackError

RETRY_SECONDS = "2"
"""Said only where trying again helps: while loading, and when too much waits."""


def show_error(_: Request, error: Exception) -> JSONResponse:
    """A RecsysError's own words."""
    status, later = 422, isinstance(error, NotReadyError | BusyError)
    if isinstance(error, UnknownTrackError | NoClipError):
        status = 404
    elif later or isinstance(error, BundleError):
        status = 503
    return JSONResponse({"error": str(error)}, status, {"Retry-After": RETRY_SECONDS} if later else None)


def show_http_error(request: Request, error: Exception) -> JSONResponse:
    """An unknown route or method."""
    assert isinstance(error, HTTPException)
    asked = f"{request.method} {request.url.path}"
    return JSONResponse({"error": f"{asked}: {error.detail}. /docs lists what there is."}, error.status_code)
