"""Which release the page serves, and what is not as it should be with it."""

from __future__ import annotations

from html import escape

from recsys.releases import Release
from recsys.ui.areas import notice

API = '<a href="docs" target="_blank">REST API</a>: everything on this page, for programs'
NEWER = "A newer release is served since you opened this page. Load the page again to see it."


def foot(release: Release | None) -> str:
    """HTML of the page's foot."""
    said = f"<p>{escape(served_text(release))}</p>" if release else ""
    return said + API


def served_text(release: Release) -> str:
    """What is served, in a line: its name and commit, whether that is the newest, and whether the Hub answered."""
    if release.kind != "hub":
        return "Serving the demo world." if release.kind == "demo" else f"Serving the folder {release.name}."
    if release.sha == release.revision:
        state = "a fixed commit"
    else:
        newest = release.answered and not release.hub_note
        state = f"latest on {release.revision}" if newest else f"last good one of {release.revision}"
    if release.looked_up is None:
        hub = "from the cache, the Hub was not asked"
    else:
        answer = "answered" if release.answered else "did not confirm it"
        hub = f"the Hub {answer} at {release.looked_up:%Y-%m-%d %H:%M} UTC"
    return f"Serving {release.name} @ {release.sha[:7]}: {state}; {hub}."


def state_notices(release: Release) -> str:
    """HTML of what whoever runs or reads this should know first; "" where all is well."""
    shown = ""
    if release.note:
        shown += notice(release.note, title="These are not the songs that were asked for.", problem=True)
    if release.hub_note:
        title = "The newest release is not served." if release.answered else "The Hub did not say what is newest."
        shown += notice(release.hub_note, title=title, problem=True)
    return shown
