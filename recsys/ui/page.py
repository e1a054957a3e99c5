"""The page: header, tabs, the tray with the playlist, and a notice while the models are on their way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape
from typing import Any

import gradio as gr

from recsys.batches import Batches
from recsys.bundle import INVENTED_PART, Manifest
from recsys.handlers import Handlers
from recsys.loading import Capabilities, Loader, Progress
from recsys.media import has_clips
from recsys.ui import (
    blend,
    clusters,
    endpoints,
    group,
    lyric_genres,
    path,
    playlist_tab,
    similar_songs,
    user_history,
    vibe_search,
)
from recsys.ui.areas import area, notice
from recsys.ui.kept import brought_back, keep
from recsys.ui.served import NEWER, foot, state_notices
from recsys.ui.tab import Tab
from recsys.ui.tray import build_tray

TITLE = "Music recommender"
_SKELETON = '<div class="skeleton" role="status" aria-label="Loading"></div>'
_LOGO = (
    '<svg viewBox="0 0 32 32" aria-hidden="true"><rect width="32" height="32" rx="9" fill="#4f46e5"/>'
    '<path d="M8 13v6M13 8v16M18 11v10M23 14v4" stroke="#fff" stroke-width="3" stroke-linecap="round"/></svg>'
)
_SKIP = '<button type="button" class="skip plain-button" data-do="tray">To your playlist</button>'
_POLL_SECONDS = 0.5
_LOOK_SECONDS = 30


# Name in the page's address: what the tab is called, and who lays it out.
TABS: dict[str, tuple[str, Callable[[Handlers], Tab]]] = {
    "similar": ("Similar songs", similar_songs.build),
    "clusters": ("Clusters", clusters.build),
    "lyrics": ("Lyric genres", lyric_genres.build),
    "vibe": ("Vibe search", vibe_search.build),
    "you": ("For you", user_history.build),
    "path": ("Path", path.build),
    "blend": ("Blend", blend.build),
    "group": ("Group", group.build),
}


def build_page(handlers: Handlers, loader: Loader, batches: Batches) -> gr.Blocks:
    """The whole page, with its public endpoints. It can be shown before anything is loaded."""
    with gr.Blocks(title=TITLE, analytics_enabled=False) as page:
        header = area("page-head", head())
        status = area("status", _SKELETON)
        tray = build_tray(handlers)
        builders = TABS | {"playlist": ("Playlist", lambda handlers: playlist_tab.build(handlers, tray))}
        with gr.Column(visible=False) as content:
            with gr.Tabs(overflow_behavior="wrap"):
                tabs = [_tab(name, label, build, handlers) for name, (label, build) in builders.items()]
            tray.render()  # type: ignore[no-untyped-call]
        bottom = area("page-foot", foot(None))
        opened_on = gr.State("")
        endpoints.publish(handlers, batches)
        timer = gr.Timer(_POLL_SECONDS)
        filled = [output for tab in tabs for output in tab.outputs]
        options = [option for tab in tabs for option in tab.kept]
        filled += [option for option in options if option not in filled]
        outputs = [header, status, content, timer, bottom, opened_on, *filled]
        keep(options)

        def fill(loaded: Capabilities, address: Mapping[str, str]) -> list[Any]:
            """Updates for ``filled``: what depends on the catalogue, and options as the address has them."""
            updates = dict.fromkeys(filled, gr.skip())
            for tab in tabs:
                updates |= zip(tab.outputs, tab.fill(loaded), strict=True)
            updates |= {option: brought_back(option, updates[option], address) for option in options}
            return list(updates.values())

        def refresh(request: gr.Request) -> list[Any]:
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
                *fill(served.capabilities, request.query_params),
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


def _tab(name: str, label: str, build: Callable[[Handlers], Tab], handlers: Handlers) -> Tab:
    with gr.Tab(label, id=name, elem_id=f"tab-{name}"):
        return build(handlers)


def head(about: str = "") -> str:
    """HTML of the page's title and what is served."""
    return f'{_SKIP}<div class="head"><h1>{_LOGO}{TITLE}</h1>{about}</div>'


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
    plays = " plays-clips" if has_clips(loaded) else ""
    return f'<div class="badge{plays}" role="group" aria-label="Catalogue">{"".join(parts)}</div>'


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
