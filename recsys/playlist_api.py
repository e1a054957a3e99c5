"""The routes of REST around playlists and groups; `recsys.api` serves them with the others."""

from __future__ import annotations

from fastapi import APIRouter

from recsys import playlist_handlers as playlists
from recsys.handlers import Handlers
from recsys.playlist_schemas import (
    DoctorOut,
    DoctorRequest,
    ExportRequest,
    GroupOut,
    GroupRequest,
    PlaylistFileOut,
)


def playlist_router(handlers: Handlers) -> APIRouter:
    router = APIRouter()

    @router.post(
        "/playlist_doctor", summary="What does not fit a playlist, what is missing, and an order to play it in"
    )
    def playlist_doctor(request: DoctorRequest) -> DoctorOut:
        """The playlist is read, looked at and forgotten."""
        return playlists.playlist_doctor(handlers.loaded, request)

    @router.post("/group_blend", summary="One list for two to five listeners, and how content each may be with it")
    def group_blend(request: GroupRequest) -> GroupOut:
        """The histories are read, answered and forgotten."""
        return playlists.group_blend(handlers.loaded, request)

    @router.post("/export_playlist", summary="A playlist as the text of a file: CSV, M3U8, JSPF or Spotify links")
    def export_playlist(request: ExportRequest) -> PlaylistFileOut:
        return playlists.export_playlist(handlers.loaded, request)

    return router
