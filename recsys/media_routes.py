"""Covers at /media/cover/TRACK_ID.svg and clips at /media/clip/TRACK_ID.wav, for browsers."""

from __future__ import annotations

import asyncio
import re
from hashlib import blake2b

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route

from recsys.api_errors import show_error, show_http_error
from recsys.errors import RecsysError
from recsys.handlers import Handlers
from recsys.media import Clips, clip_sheet, cover

# A day, so that a cover that a later version draws otherwise is not shown as it was for ever.
_CACHED = "public, max-age=86400"
# Opened by itself, a picture must not run anything either, though there is nothing in it that could.
_SAFE = {"Content-Security-Policy": "default-src 'none'; sandbox", "X-Content-Type-Options": "nosniff"}
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)


def media_routes(handlers: Handlers) -> BaseRoute:
    """Routes to serve beside those of `recsys.api`."""
    clips = Clips()

    def show_cover(request: Request) -> Response:
        drawing = cover(handlers.loaded, request.path_params["track_id"])
        return _answer(request, drawing.encode(), "image/svg+xml")

    async def play_clip(request: Request) -> Response:
        sheet = await run_in_threadpool(clip_sheet, handlers.loaded, request.path_params["track_id"])
        # Shielded: one listener who leaves does not take the clip from another who waits for it.
        clip = await asyncio.shield(asyncio.wrap_future(clips.clip(sheet)))
        return _answer(request, clip, "audio/wav")

    served = Starlette(
        routes=[Route("/cover/{track_id:path}.svg", show_cover), Route("/clip/{track_id:path}.wav", play_clip)],
        exception_handlers={RecsysError: show_error, HTTPException: show_http_error},
    )
    return Mount("/media", served)


def _answer(request: Request, body: bytes, media_type: str) -> Response:
    """All of it, the part that was asked for, or that the browser has it already."""
    tag = f'"{blake2b(body, digest_size=12).hexdigest()}"'
    headers = {"Cache-Control": _CACHED, "ETag": tag, "Accept-Ranges": "bytes"} | _SAFE
    if _names(request.headers.get("if-none-match", ""), tag):
        return Response(status_code=304, headers=headers)
    part = None
    if request.headers.get("if-range", tag) == tag:
        part = part_of(request.headers.get("range", ""), len(body))
    if part is None:
        return Response(body, 200, headers, media_type)
    if not part:
        return Response(status_code=416, headers={"Content-Range": f"bytes */{len(body)}"})
    headers["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{len(body)}"
    return Response(body[part.start : part.stop], 206, headers, media_type)


def _names(given: str, tag: str) -> bool:
    """Whether the header If-None-Match names the tag."""
    return given.strip() == "*" or tag in (name.strip().removeprefix("W/") for name in given.split(","))


def part_of(given: str, size: int) -> range | None:
    """The bytes that the header Range asks for, of ``size``.

    None: all of them, as for whatever is not one range of bytes (RFC 9110, 14.2, lets a server ignore it). An empty
    range: it asks for none that are there.
    """
    match = _RANGE.fullmatch(given.strip())
    if match is None or match[0] == "bytes=-":
        return None
    if not match[1]:
        return range(max(0, size - int(match[2])), size)
    first, last = int(match[1]), int(match[2] or size)
    return None if last < first and match[2] else range(first, min(last + 1, size))
