"""Repositories with their whole history, and who may read and write them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field

from tests.hub_double.messages import RefusedError, no_revision

OWNER = "someone"
OWNER_TOKEN = "hf_owner_of_someone"
STRANGER_TOKEN = "hf_stranger"
USERS = {OWNER_TOKEN: OWNER, STRANGER_TOKEN: "stranger"}


@dataclass(frozen=True)
class Entry:
    """One file of a commit: small ones carry their content, large ones the sha256 (and Xet hash) it is stored under."""

    oid: str
    size: int
    content: bytes | None = None
    sha256: str | None = None
    xet: str | None = None


@dataclass(frozen=True)
class Commit:
    sha: str
    title: str
    description: str
    files: dict[str, Entry]


@dataclass
class Repo:
    """A repository; ``branches`` and ``tags`` map names to shas."""

    kind: str
    name: str
    private: bool = False
    gated: bool = False
    sdk: str | None = None
    hardware: str | None = None
    commits: dict[str, Commit] = field(default_factory=dict)
    branches: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)

    def commit(self, files: dict[str, Entry], title: str, description: str = "", branch: str = "main") -> Commit:
        """Add a commit that holds ``files`` and nothing else, and move the branch to it."""
        parent = self.branches.get(branch, "")
        contents = sorted((path, entry.oid) for path, entry in files.items())
        key = json.dumps([self.kind, self.name, parent, title, len(self.commits), contents])
        made = Commit(hashlib.sha1(key.encode()).hexdigest(), title, description, files)
        self.commits[made.sha] = made
        self.branches[branch] = made.sha
        return made

    def at(self, revision: str) -> Commit:
        """The commit of a branch, a tag or a sha."""
        sha = self.branches.get(revision) or self.tags.get(revision) or revision
        if sha not in self.commits:
            raise no_revision(revision)
        return self.commits[sha]

    @property
    def main(self) -> Commit:
        return self.at("main")

    def show_to(self, token: str | None) -> Repo:
        """The repository itself, or the Hub's answer to somebody who may not see it."""
        if self.private and USERS.get(token or "") != OWNER:
            raise no_repository(token)
        return self

    def read_by(self, token: str | None) -> Repo:
        """As `show_to`, for its files: those of a gated one are for whom the owner let in."""
        self.show_to(token)
        if self.gated and USERS.get(token or "") != OWNER:
            message = f"Access to {self.kind} {self.name} is restricted. You must be authenticated to access it."
            raise RefusedError(403 if token else 401, "GatedRepo", message)
        return self

    def written_by(self, token: str | None) -> Repo:
        """As `show_to`, for changes."""
        self.show_to(token)
        if token is None:
            raise RefusedError(401, "", "Invalid username or password.")
        if USERS.get(token) != self.name.split("/")[0]:
            raise RefusedError(403, "", f"You don't have the rights to change {self.name}")
        return self


def no_repository(token: str | None) -> RefusedError:
    """What the Hub says of a repository that is not there, or that this token may not see."""
    return RefusedError(404 if token else 401, "RepoNotFound", "Repository not found")


def blob_oid(content: bytes) -> str:
    """Git's name of a blob."""
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()


def pointer_oid(sha256: str, size: int) -> str:
    """Git's name of the pointer that stands for a large file."""
    return blob_oid(f"version https://git-lfs.github.com/spec/v1\noid sha256:{sha256}\nsize {size}\n".encode())
