"""Publishing a bundle: one commit, all or nothing, of what has changed."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from pathlib import Path

from recsys.bundle import MANIFEST, Bundle, sha256_of
from recsys.errors import BundleError, HubError
from recsys.hub.repository import LocalFile, Pushed, Repository, commit, create, plan, read, set_tag

log = logging.getLogger(__name__)
CARD = "README.md"


def push(
    folder: Path,
    repo: str,
    *,
    onto: Repository | None = None,
    private: bool = False,
    tag: str | None = None,
    message: str = "Release",
) -> Pushed:
    """Publish the bundle at ``folder`` as the newest commit of ``repo``.

    Files that the Hub has already are not sent; those of the release before that this one does not have are removed.
    Until the commit is made everybody sees the old release, and so they do for good where this breaks off; another run
    sends what is missing.

    Args:
        folder: The bundle. What its manifest does not name is not sent.
        repo: OWNER/NAME; created where it is missing.
        onto: What `look` found, when the bundle was compared with it; None where it found nothing.
        private: Whether to hide a repository that is created now.
        tag: Name for the commit, set once it is made.
        message: The commit's.

    Raises:
        BundleError: a file is not what the manifest says, or is one that should stay at home.
        HubError: the tag is taken, somebody published meanwhile, or the Hub refused or broke off.
    """
    files = files_of(Bundle.open(folder))
    repository = onto or _create(repo, private)
    gone = _named(repository) - set(files)
    if tag is not None:
        _check_tag(repository, tag, plan(repository, files, gone))
    pushed = commit(repository, files, gone, message)
    if tag is not None and tag not in repository.tags:
        try:
            set_tag(repository, tag, pushed.sha)
        except HubError as error:
            raise HubError(f"{repo} is published at {pushed.sha}, without the tag {tag}. {error}") from error
    return pushed


def files_of(bundle: Bundle) -> dict[str, LocalFile]:
    """The files to publish, by path in the repository, each found to be what the manifest says.

    Raises:
        BundleError: one is damaged, missing or hidden, or there is no README.md.
    """
    from tqdm import tqdm  # comes with the Hub's client

    names = sorted(bundle.manifest.files)
    if hidden := [name for name in names if any(part.startswith(".") for part in name.split("/"))]:
        raise BundleError(f"The manifest of {bundle.path} names {hidden[0]}, a hidden file. Remove it and train again.")
    if CARD not in names:
        raise BundleError(f"{bundle.path} has no {CARD}. Run python -m train.card --out {bundle.path}")
    files = {
        name: LocalFile(bundle.file(name), bundle.manifest.files[name].sha256)
        for name in tqdm(names, desc="Checking files", unit="file", leave=False, disable=None)
    }
    return files | {MANIFEST: LocalFile(bundle.path / MANIFEST, sha256_of(bundle.path / MANIFEST))}


def changes(bundle: Bundle, onto: Repository | None) -> Pushed:
    """What `push` would do."""
    files = files_of(bundle)
    return plan(onto, files, _named(onto) - set(files) if onto else ())


def _create(repo: str, private: bool) -> Repository:
    made = create(repo, private=private)
    if MANIFEST in made.files:
        raise HubError(f"Somebody published to {repo} meanwhile. Run again, to compare with their release.")
    return made


def _named(repository: Repository) -> set[str]:
    """The files of the published release; other files in the repository are not ours to remove."""
    if MANIFEST not in repository.files:
        return set()
    path = read(repository.name, MANIFEST, repository.sha)
    try:
        named: Mapping[str, object] = json.loads(path.read_text("utf-8"))["files"]
        return {str(name) for name in named}
    except (ValueError, KeyError, TypeError) as error:
        log.warning("The published manifest cannot be read (%s): no file is removed.", error)
        return set()


def _check_tag(repository: Repository, tag: str, planned: Pushed) -> None:
    taken = repository.tags.get(tag)
    if taken is None or (taken == repository.sha and not planned.sent and not planned.removed):
        return
    raise HubError(
        f"{repository.name} has a tag {tag} already, on commit {taken}. Nothing was sent. Choose another tag; "
        f"it has {', '.join(sorted(repository.tags))}."
    )
