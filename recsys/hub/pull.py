"""A bundle from the Hub at one commit, in the Hub client's own cache.

The client hides outages and refused tokens behind its cache. Here the Hub is asked first, so that the page can say
whether it answered; what is downloaded after that is named by the commit, so it never mixes two releases.
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from recsys.bundle import MANIFEST, Bundle, opened_by_app, sha256_of
from recsys.errors import BundleError, HubError
from recsys.hub.failures import hub_error, hub_failures
from recsys.hub.parallel import Tally, run_all

log = logging.getLogger(__name__)
OnProgress = Callable[[str, float], None]
ASK_SECONDS = 10.0
_SHA = re.compile(r"[0-9a-f]{40}")


@dataclass(frozen=True)
class Source:
    """Which bundle to serve, from the settings.

    Attributes:
        repo: OWNER/NAME on the Hub.
        revision: A branch, a tag, or a commit's sha.
        manifest_sha256: What the manifest must hash to; None for no such pin.
        token: To read with; None for whatever the client finds. It is never shown.
    """

    repo: str
    revision: str = "main"
    manifest_sha256: str | None = None
    token: str | None = field(default=None, repr=False)

    @property
    def pinned(self) -> bool:
        """Whether the revision is a commit, which never changes."""
        return bool(_SHA.fullmatch(self.revision))


@dataclass(frozen=True)
class Found:
    """Which commit a revision is.

    Attributes:
        sha: The commit.
        answered: Whether the Hub said so; None where it did not need to be asked.
        why: Why it did not answer, if it did not; the commit is then the last one that was served.
    """

    sha: str
    answered: bool | None
    why: str = ""


@dataclass(frozen=True)
class Fetched:
    """A bundle in the cache.

    Attributes:
        source: What was asked for.
        found: Its commit, and whether the Hub answered.
        path: The bundle's folder.
        missing: Why a file could not be downloaded, by its name.
    """

    source: Source
    found: Found
    path: Path
    missing: Mapping[str, str]

    def open(self) -> Bundle:
        """The bundle. A file in it that is damaged is downloaded once more; see `Bundle.file`."""
        tried: set[str] = set()

        def mend(name: str) -> None:
            if name in self.missing:
                raise HubError(self.missing[name])
            if name not in tried:
                tried.add(name)
                log.warning("%s in the cache is not what the manifest says; downloading it again", name)
                _download(self.source, self.found.sha, name, force=True)

        return Bundle.open(self.path, mend)


def ask(source: Source) -> Found:
    """Ask the Hub which commit the revision is now.

    Raises:
        HubError: it did not answer in `ASK_SECONDS`, or refused.
    """
    from huggingface_hub import HfApi

    with hub_failures(f"looking up {source.revision}", source.repo):
        info = HfApi(token=source.token).model_info(source.repo, revision=source.revision, timeout=ASK_SECONDS)
    log.info("%s: %s is commit %s", source.repo, source.revision, info.sha)
    return Found(str(info.sha), True)


def find(source: Source) -> Found:
    """The revision's commit: without asking where it is in the cache for good, else by asking, else as served last.

    Raises:
        HubError: the Hub did not say, and nothing of this revision was ever served here.
    """
    if source.pinned and _cached(source, source.revision) is not None:
        return Found(source.revision, None)
    try:
        return ask(source)
    except HubError as error:
        last = served_last(source)
        if last is None:
            raise
        log.warning("%s Going on with %s from the cache", error, last)
        return Found(last, False, str(error))


def fetch(source: Source, found: Found, report: OnProgress) -> Fetched:
    """Bring the manifest and the files that the app opens, where the cache lacks them.

    A file that cannot be brought is noted in ``missing``: one capability may be off while the others work.

    Raises:
        HubError: there is no manifest to be had.
        BundleError: the manifest is not the one of the settings, or not one that this app reads.
    """
    report(f"Looking at {source.repo}", 0.0)
    manifest = _manifest(source, found.sha)
    files = Bundle.open(manifest.parent).manifest.files
    wanted = {name: files[name].size for name in files if opened_by_app(name)}
    lacking = [name for name in wanted if not (manifest.parent / name).is_file()]
    size = sum(wanted[name] for name in lacking)
    step = f"Downloading {source.repo} ({size / 1e6:,.0f} MB)"
    tally = Tally(size, lambda fraction: report(step, fraction))
    # The largest first, or the last one would be waited for alone.
    lacking.sort(key=lambda name: -wanted[name])
    failed = run_all(lacking, lambda name: _download(source, found.sha, name, tally=tally), tally)
    missing = {name: _why(error, name, source.repo) for name, error in failed.items()}
    return Fetched(source, found, manifest.parent, missing)


def served_last(source: Source) -> str | None:
    """The commit noted by `remember`, if its manifest is in the cache still."""
    path = _cached(source, source.revision)
    return path.parent.name if path else None


def remember(fetched: Fetched) -> None:
    """Note in the client's cache, in its own way, that the revision was this commit, and that it could be served."""
    if not fetched.source.pinned:
        ref = fetched.path.parents[1] / "refs" / fetched.source.revision
        try:
            ref.parent.mkdir(parents=True, exist_ok=True)
            temporary = ref.with_name(f"{ref.name}.{os.getpid()}.tmp")
            temporary.write_text(fetched.found.sha, "utf-8")
            temporary.replace(ref)
        except OSError as error:  # a cache that came with the image may be read-only
            log.warning("%s cannot be written: %s", ref, error)


def _cached(source: Source, revision: str) -> Path | None:
    """The manifest in the cache, of a commit or of the commit that is noted for a branch or tag."""
    from huggingface_hub import try_to_load_from_cache

    with hub_failures("looking into the cache", source.repo):
        found = try_to_load_from_cache(source.repo, MANIFEST, revision=revision)
    return Path(found) if isinstance(found, str) else None


def _manifest(source: Source, sha: str) -> Path:
    """The manifest's path, checked against its pin. One that is damaged in the cache is downloaded once more."""
    path = _download(source, sha, MANIFEST)
    try:
        _check(path, source)
    except BundleError as error:
        log.warning("%s Downloading it again", error)
        path = _download(source, sha, MANIFEST, force=True)
        _check(path, source)
    return path


def _check(path: Path, source: Source) -> None:
    if source.manifest_sha256 and (sha256 := sha256_of(path)) != source.manifest_sha256:
        raise BundleError(
            f"The manifest of {source.repo} at {source.revision} has sha256 {sha256}, but RECSYS_MANIFEST_SHA256 is "
            f"{source.manifest_sha256}. It is another release, or it was tampered with: look before you change the pin."
        )
    Bundle.open(path.parent)


def _download(source: Source, sha: str, name: str, *, force: bool = False, tally: Tally | None = None) -> Path:
    from huggingface_hub import hf_hub_download
    from tqdm.auto import tqdm

    class Counted(tqdm):  # type: ignore[misc]
        """Tells the tally instead of the terminal."""

        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs | {"disable": True})

        def update(self, n: float | None = 1) -> None:
            if tally is not None:
                tally.add(n or 0)

        def update_transfer(self, n: float | None = 1) -> None:
            """Xet counts what came over the wire beside what was put together; it is only a sign of life."""
            if tally is not None:
                tally.add(0)

        def set_transfer_postfix_str(self, *args: Any, **kwargs: Any) -> None:
            """There is no line to write it on."""

    with hub_failures(f"downloading {name}", source.repo):
        return Path(
            hf_hub_download(
                source.repo,
                name,
                revision=sha,
                token=source.token,
                force_download=force,
                etag_timeout=ASK_SECONDS,
                tqdm_class=Counted,
            )
        )


def _why(error: Exception, name: str, repo: str) -> str:
    return str(hub_error(error, f"downloading {name}", repo) or error)
