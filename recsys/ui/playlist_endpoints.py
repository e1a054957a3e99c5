"""The typed functions around playlists and groups; `recsys.ui.endpoints` publishes them with the others."""

from __future__ import annotations

from typing import Any

import gradio as gr

from recsys import playlist_handlers as playlists
from recsys.handlers import Handlers
from recsys.playlist_schemas import DoctorRequest, ExportRequest, GroupRequest
from recsys.ui.errors import shows_errors

Json = dict[str, Any]


def publish_playlists(handlers: Handlers) -> None:
    """Add these endpoints to the `gr.Blocks` in whose context this is called."""

    def playlist_doctor(
        playlist: str | list[str],
        arc: str = "peak",
        k: int = 10,
        leave_out: list[str] | None = None,
        per_artist: int = 2,
        filters: Json | None = None,
    ) -> Json:
        """What does not fit a playlist, what is there twice, what is missing, and an order along an arc of energy.

        Give track ids or lines "artist – title" as a list, or the text of a playlist in any format.
        """
        request = DoctorRequest.model_validate(
            {
                "playlist": playlist,
                "arc": arc,
                "k": k,
                "leave_out": leave_out or [],
                "per_artist": per_artist,
                "filters": filters or {},
            }
        )
        return playlists.playlist_doctor(handlers.loaded, request).model_dump()

    def group_blend(
        listeners: list[Json],
        k: int = 10,
        way: str = "fair",
        new_only: bool = True,
        per_artist: int = 2,
        one_version: bool = True,
        exclude: list[str] | None = None,
        filters: Json | None = None,
    ) -> Json:
        """One list for two to five listeners, each `{"name": …, "history": […]}`, and each one's satisfaction."""
        request = GroupRequest.model_validate(
            {
                "listeners": listeners,
                "k": k,
                "way": way,
                "new_only": new_only,
                "per_artist": per_artist,
                "one_version": one_version,
                "exclude": exclude or [],
                "filters": filters or {},
            }
        )
        return playlists.group_blend(handlers.loaded, request).model_dump()

    def export_playlist(track_ids: list[str], format: str = "csv", title: str = "") -> Json:
        """A playlist as the text of a file: csv, m3u8, jspf or links (to Spotify)."""
        request = ExportRequest.model_validate({"track_ids": track_ids, "format": format, "title": title})
        return playlists.export_playlist(handlers.loaded, request).model_dump()

    for function in (playlist_doctor, group_blend, export_playlist):
        gr.api(shows_errors(function), api_name=function.__name__, queue=False)
