"""Publish a bundle on the Hub, once it is found to be no worse than the release before; and the Space that serves it.

python -m train.publish --bundle bundles/mine --repo OWNER/NAME --tag v1
python -m train.publish --space OWNER/SPACE --repo OWNER/NAME
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from recsys.bundle import MANIFEST, Bundle, sha256_of, write_manifest
from recsys.capabilities import load_capabilities
from recsys.errors import BundleError, HubError, ReleaseError, SourceError
from recsys.hub import Found, Source, fetch
from recsys.hub.push import changes, push
from recsys.hub.repository import Pushed, Repository, look, read, resolve
from recsys.hub.space import hardware_of, push_space, request_hardware, set_variables, variables_of
from train.common import parse_config, report_progress, run
from train.release.gate import Forced, Limits, compare, with_reasons
from train.release.space import HARDWARE, PIN, VARIABLES, Served, files_to_serve, space_files

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Config:
    bundle: Path | None = field(default=None, metadata={"help": "folder of the bundle to publish"})
    repo: str | None = field(default=None, metadata={"help": "where the bundle is published: OWNER/NAME"})
    tag: str | None = field(default=None, metadata={"help": "name for the release, such as v3"})
    private: bool = field(default=False, metadata={"help": "hide what is created now; what is there stays as it is"})
    tolerance: float = field(
        default=Limits.tolerance, metadata={"help": "share by which a figure may be worse than the published one"}
    )
    changed: float = field(default=Limits.changed, metadata={"help": "share of the golden answers that may change"})
    force: str = field(default="", metadata={"help": "publish all the same, and why; kept in the manifest"})
    dry_run: bool = field(default=False, metadata={"help": "compare, say what would be sent, and stop"})
    space: str | None = field(
        default=None, metadata={"help": "Space to create or update; it holds the app's files and nothing else"}
    )
    revision: str = field(
        default="main", metadata={"help": "which release the Space serves: commit, tag or branch, as it is now"}
    )
    hardware: str | None = field(
        default=None, metadata={"help": f"of the Space: {', '.join(HARDWARE)} (default: as it is, cpu-basic if new)"}
    )


def main(argv: Sequence[str] | None = None) -> None:
    config = parse_config(Config, argv, __doc__)
    if config.bundle is None and config.space is None:
        raise SourceError("Nothing to do: give --bundle DIR with --repo OWNER/NAME, or --space OWNER/NAME, or all.")
    if config.bundle is not None and config.repo is None:
        raise SourceError("Say where to publish the bundle: --repo OWNER/NAME.")
    if config.bundle is not None and config.revision != Config.revision:
        raise SourceError("--revision is for a Space alone; with --bundle it serves what is published now.")
    if config.hardware is not None and config.hardware not in HARDWARE:
        raise SourceError(f"--hardware {config.hardware} is not known; give one of {', '.join(HARDWARE)}.")
    for client in ("httpx", "httpx2"):
        logging.getLogger(client).setLevel(logging.WARNING)  # it tells every request
    revision = config.revision
    if config.bundle is not None and config.repo is not None:
        revision = publish(config, config.bundle, config.repo).sha
    if config.space is not None and not (config.bundle and config.dry_run):
        publish_space(config, config.space, revision)


def publish(config: Config, folder: Path, repo: str) -> Pushed:
    """Compare the bundle with the release before, then push it.

    Raises:
        ReleaseError: it is not to be published as it stands.
        BundleError: the app cannot open it.
        HubError: the Hub refused or broke off, or somebody published meanwhile.
    """
    report_progress(f"Publishing: looking at {repo}", 0.0)
    bundle, onto = Bundle.open(folder), look(repo)
    report_progress("Publishing: comparing with the release before", 0.1)
    published, unreadable = None, ""
    try:
        published = published_bundle(onto)
    except BundleError as error:
        unreadable = str(error)
    comparison = compare(published, bundle, Limits(config.tolerance, config.changed), unreadable=unreadable)
    log.info("\n%s\n", comparison)
    if comparison.refusals and not config.force:
        said = "\n".join(f"  - {refusal}" for refusal in comparison.refusals)
        raise ReleaseError(
            f'{folder} is not published to {repo}:\n{said}\nTrain again, or say why it should be: --force "the reason".'
        )
    if config.dry_run:
        return _described(changes(bundle, onto), "Would send", "would remove")
    forced = Forced(config.force, comparison.refusals, onto.sha if onto else "", datetime.now(UTC).date())
    before = published.manifest if published else None
    write_manifest(folder, with_reasons(bundle.manifest, before, forced if comparison.refusals else None))
    with_card(folder, repo)
    report_progress("Publishing: sending", 0.3)
    message = f"Release {config.tag}" if config.tag else f"Release of {bundle.manifest.name}"
    pushed = push(folder, repo, onto=onto, private=config.private, tag=config.tag, message=message)
    _described(pushed, "Sent", "removed")
    report_progress(f"Published at {pushed.sha}", 1.0)
    log.info("%s  RECSYS_REPO=%s RECSYS_REVISION=%s", pushed.url, repo, config.tag or pushed.sha)
    return pushed


def published_bundle(onto: Repository | None) -> Bundle | None:
    """The published release, downloaded; None where there is none.

    Raises:
        BundleError: what is published is no bundle that this app reads.
        HubError: it cannot be downloaded.
    """
    if onto is None or MANIFEST not in onto.files:
        return None
    fetched = fetch(Source(onto.name, onto.sha), Found(onto.sha, True), _in_tenths())
    if fetched.missing:
        raise HubError(f"The published release cannot be compared with: {' '.join(fetched.missing.values())}")
    return fetched.open()


def _in_tenths() -> Callable[[str, float], None]:
    """Progress for a log: a line each tenth, and not for each piece that arrives."""
    told: set[int] = set()

    def tell(step: str, fraction: float) -> None:
        if (tenth := int(10 * fraction)) not in told:
            told.add(tenth)
            report_progress(f"Publishing: {step[:1].lower()}{step[1:]}", 0.1 + 0.1 * fraction)

    return tell


def with_card(folder: Path, repo: str) -> Bundle:
    """Write the bundle's README.md for its repository."""
    from train.card import FIGURES, write_card  # it can draw, which a machine that updates a Space need not

    bundle = Bundle.open(folder)
    figures = sorted(name.removeprefix(f"{FIGURES}/") for name in bundle.manifest.files if name.startswith(FIGURES))
    return write_card(bundle, load_capabilities(bundle).clusters, figures, repo)


def _described(pushed: Pushed, sent: str, removed: str) -> Pushed:
    same = len(pushed.unchanged)
    log.info("%s %s; %s %s; %d unchanged", sent, _some(pushed.sent), removed, _some(pushed.removed), same)
    return pushed


def _some(names: Sequence[str]) -> str:
    shown = ", ".join(names[:5])
    return f"{len(names)} files ({shown}{', …' if len(names) > 5 else ''})" if names else "nothing"


def publish_space(config: Config, space: str, revision: str) -> Pushed:
    """Create or update the Space, then its variables: the app's files first, for new code reads old bundles.

    Raises:
        HubError: the Hub refused or broke off.
    """
    report_progress(f"Space: looking at {space}", 0.0)
    onto = look(space, "space")
    asked = HARDWARE[config.hardware] if config.hardware else None
    now = hardware_of(space) if onto else None
    hardware = asked or now or "cpu-basic"
    served = release_to_serve(config.repo, revision) if config.repo else None
    files = space_files(served, hardware)
    what = f"Serve {served.repo} at {served.sha}" if served else "Serve the demo world"
    if config.dry_run:
        log.info("%s: %s, %d files", space, what, len(files))
        return Pushed(onto.sha if onto else "", "", tuple(files), (), ())
    report_progress("Space: sending the app", 0.3)
    pushed = push_space(space, files, onto=onto, hardware=hardware, private=config.private, message=what)
    _described(pushed, "Sent", "removed")
    if onto and asked and asked != now:
        request_hardware(space, asked)
    wanted = served.variables if served else {}
    if any(variables_of(space).get(name) != wanted.get(name) for name in VARIABLES):
        # Without its pin first and last, so that it never stands beside a revision that it does not fit.
        set_variables(space, {PIN: None})
        set_variables(space, {name: wanted.get(name) for name in VARIABLES if name != PIN})
        set_variables(space, {PIN: wanted.get(PIN)})
    report_progress(f"Space: {what.lower()}", 1.0)
    log.info("%s", pushed.url)
    return pushed


def release_to_serve(repo: str, revision: str) -> Served:
    """The release at a commit, tag or branch, as it is now."""
    sha, public = resolve(repo, revision)
    manifest = read(repo, MANIFEST, sha)
    files = files_to_serve(Bundle.open(manifest.parent).manifest.files)
    if not public:
        log.info("%s is not public: give the Space a secret HF_TOKEN that may read it.", repo)
    return Served(repo, sha, sha256_of(manifest), files if public else ())


if __name__ == "__main__":
    run(main)
