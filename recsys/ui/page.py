"""The page: header, one tab a capability, and a notice while the models are on their way."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

import gradio as gr

from recsys.batches import Batches
from recsys.bundle import INVENTED_PART, Manifest
from recsys.handlers import Handlers
from recsys.loading import Capabilities, Loader, Progress
from recsys.ui import clusters, endpoints, lyric_genres, new_song_form, similar_songs, user_history, vibe_search
from recsys.ui.areas import area, notice
from recsys.ui.served import NEWER, foot, state_notices

TITLE = "Music recommender"
_POLL_SECONDS = 0.5
_LOOK_SECONDS = 30


def build_page(handlers: Handlers, loader: Loader, batches: Batches) -> gr.Blocks:
    """The whole page, with its public endpoints. It can be shown before anything is loaded."""
    with gr.Blocks(title=TITLE, analytics_enabled=False) as page:
        header = area("page-head", head())
        status = area("status")
        with gr.Column(visible=False) as content, gr.Tabs():
            with gr.Tab("Similar songs"):
                similar, seeds = similar_songs.build(handlers)
                new_song_form.build(handlers)
            with gr.Tab("Clusters"):
                families = clusters.build(handlers, seeds)
            with gr.Tab("Lyric genres"):
                lyrics = lyric_genres.build(handlers)
            with gr.Tab("Vibe search"):
                vibes = vibe_search.build(handlers, seeds)
            with gr.Tab("For you"):
                histories = user_history.build(handlers, seeds)
        tabs = [similar, families, lyrics, vibes, histories]
        bottom = area("page-foot", foot(None))
        opened_on = gr.State("")
        endpoints.publish(handlers, batches)
        timer = gr.Timer(_POLL_SECONDS)
        outputs = [
            header,
            status,
            content,
            timer,
            bottom,
            opened_on,
            *(output for tab in tabs for output in tab.outputs),
        ]

        def refresh() -> list[Any]:
            """What to show now: progress, or everything once it is loaded."""
            if not loader.done:
                return [gr.skip(), show_progress(loader.progress), *[gr.skip()] * (len(outputs) - 2)]
            if loader.progress.error:
                later = gr.Timer(_LOOK_SECONDS) if loader.retries else gr.Timer(active=False)
                return [gr.skip(), show_progress(loader.progress), gr.skip(), later, *[gr.skip()] * (len(outputs) - 4)]
            served = loader.served()
            notices = state_notices(served.release)
            return [
                head(badge(served.capabilities)),
                gr.update(value=notices, visible=bool(notices)),
                gr.update(visible=True),
                gr.Timer(active=False),
                foot(served.release),
                served.release.sha,
                *(update for tab in tabs for update in tab.fill(served.capabilities)),
            ]

        def look(opened_on: str) -> list[Any]:
            """The state of what is served now, and whether it is still what the page was opened on."""
            release = loader.release
            if release is None:
                return [gr.skip(), gr.skip()]
            notices = state_notices(release)
            if release.sha != opened_on:
                notices = notice(NEWER) + notices
            return [gr.update(value=notices, visible=bool(notices)), foot(release)]

        quiet: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden", "queue": False}
        gr.on([page.load, timer.tick], refresh, None, outputs, **quiet)
        if loader.refreshes:
            gr.Timer(_LOOK_SECONDS).tick(look, opened_on, [status, bottom], **quiet)
    return page


def head(about: str = "") -> str:
    """HTML of the page's title and what is served."""
    return f'<div class="head"><h1>{TITLE}</h1>{about}</div>'


def show_progress(progress: Progress) -> str:
    """HTML of how far loading is, or of why it stopped."""
    if progress.error:
        return notice(progress.error, title="The app cannot start.", problem=True)
    percent = round(100 * progress.fraction)
    return (
        f'<div class="notice" role="status"><strong>Getting ready: {percent}%.</strong> {escape(progress.step)}. '
        "The page fills in by itself."
        f'<div class="progress" role="progressbar" aria-label="Loading" aria-valuenow="{percent}" aria-valuemin="0" '
        f'aria-valuemax="100"><div style="width:{percent}%"></div></div></div>'
    )


def badge(loaded: Capabilities) -> str:
    """HTML of which catalogue is served: its name, size, whether it is real, its licences and its fingerprint."""
    manifest = loaded.bundle.manifest
    sources = "".join(f"<li>{escape(source_text(source))}</li>" for source in manifest.provenance)
    parts = [
        f"<span><strong>{escape(manifest.name)}</strong></span>",
        f"<span>{len(loaded.catalogue):,} songs</span>",
        kind_text(manifest),
        f"<span>Catalogue {escape(loaded.catalogue.fingerprint[:8])}</span>",
        f"<details><summary>Sources and licences</summary><ul>{sources}</ul></details>",
    ]
    return f'<div class="badge" role="group" aria-label="Catalogue">{"".join(parts)}</div>'


def kind_text(manifest: Manifest) -> str:
    """HTML of whether the songs are real."""
    if not manifest.synthetic:
        return "<span>Real songs</span>"
    return (
        f'<span class="invented">{"Invented songs (demo)" if manifest.wholly_synthetic else "Partly invented"}</span>'
    )


def source_text(source: Mapping[str, str]) -> str:
    """One source of the catalogue in a sentence."""
    name, kind, licence = (source.get(key, "unknown") for key in ("source", "format", "licence"))
    invented = f" Invented: {source[INVENTED_PART]}." if INVENTED_PART in source else ""
    return f"{name}, read as {kind}. Licence: {licence}{invented}"
