"""Which bundle is served: a folder, a release on the Hub, or the demo world where neither is set or can be had."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from recsys.bundle import Bundle
from recsys.capabilities import Capabilities, load_capabilities
from recsys.demo import demo_bundle
from recsys.errors import BundleError, HubError, RecsysError
from recsys.hub import Found, Source, fetch, find, remember, served_last
from recsys.settings import Settings

log = logging.getLogger(__name__)
OnProgress = Callable[[str, float], None]
_LOADING = ("Loading the models", 0.98)


@dataclass(frozen=True)
class Release:
    """What is served, and how it came here.

    Attributes:
        kind: "hub", "folder" or "demo".
        name: OWNER/NAME on the Hub, the folder's own name, or "Demo world".
        revision: The branch, tag or commit that was asked for.
        sha: The commit that is served.
        answered: Whether the Hub answered when it was asked last; None where it did not need to be asked.
        looked_up: When it was asked last.
        incomplete: Whether some file could not be downloaded.
        note: Why this is not what was asked for; "" where it is.
        hub_note: What went wrong when the Hub was asked last, or with what it offered then.
    """

    kind: str
    name: str
    revision: str = ""
    sha: str = ""
    answered: bool | None = None
    looked_up: datetime | None = None
    incomplete: bool = False
    note: str = ""
    hub_note: str = ""

    @property
    def notes(self) -> tuple[str, ...]:
        """What whoever runs this should know."""
        return tuple(note for note in (self.note, self.hub_note) if note)


@dataclass(frozen=True)
class Served:
    """A release and its models: one thing, so that they change together."""

    capabilities: Capabilities
    release: Release


def source_of(settings: Settings) -> Source | None:
    """What to fetch from the Hub; None where nothing is to be."""
    if settings.repo is None:
        return None
    token = settings.hf_token.get_secret_value() if settings.hf_token else None
    return Source(settings.repo, settings.revision, settings.manifest_sha256, token)


def open_release(settings: Settings, report: OnProgress) -> Served:
    """Open what the settings ask for; the demo world with a note, where that cannot be served.

    Raises:
        RecsysError: not even the demo world can.
    """
    source = source_of(settings)
    why = ""
    try:
        if source is not None:
            return open_from_hub(source, report)
        if settings.bundle is not None:
            report(*_LOADING)
            return Served(
                load_capabilities(Bundle.open(settings.bundle)), Release("folder", settings.bundle.resolve().name)
            )
    except RecsysError as error:
        log.error("%s Falling back to the demo world", error)
        why = str(error)
    return _open_demo(settings, report, why)


def open_from_hub(source: Source, report: OnProgress) -> Served:
    """Open the revision; the commit that was served last, where the newest of a branch or tag cannot be.

    Raises:
        RecsysError: neither can be fetched or opened.
    """
    found = find(source)
    try:
        served = open_commit(source, found, report)
    except RecsysError as error:
        last = None if source.pinned else served_last(source)
        if last in (None, found.sha):
            raise
        log.error("%s Going on with commit %s", error, last)
        note = f"{source.revision} is at {found.sha[:7]}, which cannot be served: {error}"
        return open_commit(source, Found(str(last), found.answered, note), report)
    return served


def open_commit(source: Source, found: Found, report: OnProgress) -> Served:
    """Fetch one commit and load it; note it as the last good one of its branch or tag.

    Raises:
        RecsysError: it cannot be fetched or opened.
    """
    fetched = fetch(source, found, report)
    report(*_LOADING)
    try:
        capabilities = load_capabilities(fetched.open())
    except BundleError as error:
        if isinstance(error.__cause__, HubError):  # the release may be sound: what failed is bringing it here
            raise HubError(str(error)) from error
        raise
    release = Release(
        kind="hub",
        name=source.repo,
        revision=source.revision,
        sha=found.sha,
        answered=found.answered,
        looked_up=None if found.answered is None else datetime.now(UTC),
        incomplete=bool(fetched.missing),
        hub_note=found.why,
    )
    if not capabilities.damaged:
        remember(fetched)
    return Served(capabilities, release)


def _open_demo(settings: Settings, report: OnProgress, why: str) -> Served:
    """``why``: what keeps us from serving what was asked for; "" where nothing was."""
    source = source_of(settings)
    aside = " (the demo world, for what was asked for cannot be served)" if why else ""
    try:
        path = demo_bundle(settings.cache, lambda step, part: report(f"{step}{aside}", part))
        report(*_LOADING)
        capabilities = load_capabilities(Bundle.open(path))
    except RecsysError as error:
        raise BundleError(f"{why} {error}".strip()) from error
    instead = "What was asked for cannot be served, so these are the invented songs of the demo world."
    return Served(
        capabilities,
        Release(
            "demo",
            "Demo world",
            answered=False if source else None,
            looked_up=datetime.now(UTC) if source else None,
            note=f"{instead} {why}" if why else "",
        ),
    )
