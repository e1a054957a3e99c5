"""A repository on the Hub as it stood when we looked, and one commit onto exactly that."""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from recsys.errors import HubError
from recsys.hub.failures import hub_failures

if TYPE_CHECKING:
    from huggingface_hub import CommitOperationAdd, CommitOperationDelete

Kind = Literal["model", "space"]


@dataclass(frozen=True)
class LocalFile:
    """A file to send, and its sha256, which its manifest told and somebody has checked."""

    path: Path
    sha256: str


Content = LocalFile | bytes


@dataclass(frozen=True)
class Stored:
    """What the Hub keeps under a name: git's id of the blob, and the sha256 of a large file (None for small ones)."""

    blob: str
    sha256: str | None = None

    def holds(self, content: Content) -> bool:
        """Whether it is ``content``."""
        if self.sha256 is not None:
            return self.sha256 == (
                hashlib.sha256(content).hexdigest() if isinstance(content, bytes) else content.sha256
            )
        data = content if isinstance(content, bytes) else content.path.read_bytes()
        return self.blob == hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()


@dataclass(frozen=True)
class Repository:
    """A repository as it stood.

    Attributes:
        name: OWNER/NAME.
        kind: "model" or "space".
        sha: The newest commit on "main".
        files: What that commit holds, by path.
        tags: The commit of each tag.
    """

    name: str
    kind: Kind
    sha: str
    files: Mapping[str, Stored]
    tags: Mapping[str, str]

    @property
    def url(self) -> str:
        """Its page on the Hub."""
        from huggingface_hub import constants

        return f"{constants.ENDPOINT}/{'spaces/' if self.kind == 'space' else ''}{self.name}"


@dataclass(frozen=True)
class Pushed:
    """What a commit did.

    Attributes:
        sha: The commit; the one before it where nothing had changed.
        url: The repository's page.
        sent, removed, unchanged: Paths of files.
    """

    sha: str
    url: str
    sent: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: tuple[str, ...]


def look(name: str, kind: Kind = "model") -> Repository | None:
    """The repository, or None where there is none that we may see.

    Raises:
        HubError: the Hub cannot be reached, does not take the token, or the name is malformed.
    """
    from huggingface_hub import HfApi, errors
    from huggingface_hub.hf_api import RepoFile

    api = HfApi()
    with hub_failures(f"looking at {name}", name, kind):
        try:
            sha = api.repo_info(name, repo_type=kind).sha
        except errors.RepositoryNotFoundError:
            return None
        rows = list(api.list_repo_tree(name, recursive=True, revision=sha, repo_type=kind))
        tags = {tag.name: tag.target_commit for tag in api.list_repo_refs(name, repo_type=kind).tags}
    files = {
        row.path: Stored(row.blob_id, row.lfs.sha256 if row.lfs else None) for row in rows if isinstance(row, RepoFile)
    }
    return Repository(name, kind, str(sha), files, tags)


def resolve(name: str, revision: str) -> tuple[str, bool]:
    """The commit that a branch, a tag or a commit's sha means now, and whether everybody may read it."""
    from huggingface_hub import HfApi

    with hub_failures(f"looking for revision {revision}", name):
        info = HfApi().repo_info(name, revision=revision)
    return str(info.sha), not (info.private or info.gated)


def read(name: str, path: str, sha: str) -> Path:
    """The file ``path`` of a commit, in the client's cache; it is not to be changed."""
    from huggingface_hub import hf_hub_download

    with hub_failures(f"downloading {path}", name):
        return Path(hf_hub_download(name, path, revision=sha))


def plan(repository: Repository | None, files: Mapping[str, Content], gone: Collection[str] = ()) -> Pushed:
    """What `commit` would do; ``sha`` is the commit that it would follow, or empty."""
    held = repository.files if repository else {}
    same = {path for path, content in files.items() if path in held and held[path].holds(content)}
    removed = sorted(path for path in gone if path in held and path not in files)
    return Pushed(
        repository.sha if repository else "",
        repository.url if repository else "",
        tuple(sorted(path for path in files if path not in same)),
        tuple(removed),
        tuple(sorted(same)),
    )


def commit(repository: Repository, files: Mapping[str, Content], gone: Collection[str], message: str) -> Pushed:
    """Send what is new or has changed in ``files`` and remove ``gone``, in one commit that follows ``repository.sha``.

    Large files go first, one by one; a second call does not send again those that have arrived. Nobody sees any of it
    before the commit, which is all or nothing.

    Raises:
        HubError: somebody else has committed since ``repository`` was looked at; or the Hub refused or broke off.
    """
    from huggingface_hub import CommitOperationAdd, CommitOperationDelete, HfApi

    planned = plan(repository, files, gone)
    if not planned.sent and not planned.removed:
        return planned
    _need_token()
    operations: list[CommitOperationAdd | CommitOperationDelete] = [
        *(CommitOperationAdd(path, _source(files[path])) for path in planned.sent),
        *(CommitOperationDelete(path, is_folder=False) for path in planned.removed),
    ]
    with hub_failures(f"publishing to {repository.name}", repository.name, repository.kind), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "It seems that you are about to commit a data file")
        made = HfApi().create_commit(
            repository.name,
            operations,
            repo_type=repository.kind,
            commit_message=message,
            parent_commit=repository.sha,
        )
    return Pushed(str(made.oid), repository.url, planned.sent, planned.removed, planned.unchanged)


def _source(content: Content) -> bytes | Path:
    return content if isinstance(content, bytes) else content.path


def create(name: str, kind: Kind = "model", *, private: bool = False, hardware: str | None = None) -> Repository:
    """The repository, created first where there is none; a Space on ``hardware``, such as "cpu-basic"."""
    from huggingface_hub import HfApi, SpaceHardware

    _need_token()
    with hub_failures(f"creating {name}", name, kind):
        HfApi().create_repo(
            name,
            repo_type=kind,
            private=private,
            exist_ok=True,
            space_sdk="gradio" if kind == "space" else None,
            space_hardware=SpaceHardware(hardware) if hardware else None,
        )
    made = look(name, kind)
    if made is None:
        raise HubError(f"{name} was created and cannot be found. Look at it on the Hub, then run again.")
    return made


def _need_token() -> None:
    """Without a token the Hub says no more than that it knows no such repository."""
    from huggingface_hub import get_token

    if get_token() is None:
        raise HubError("There is no token to write with: set HF_TOKEN to one that may write, or run `hf auth login`.")


def set_tag(repository: Repository, tag: str, sha: str) -> None:
    """Let ``tag`` name commit ``sha``.

    Raises:
        HubError: the tag is there already.
    """
    from huggingface_hub import HfApi

    with hub_failures(f"setting the tag {tag}", repository.name, repository.kind):
        HfApi().create_tag(repository.name, tag=tag, revision=sha, repo_type=repository.kind)
