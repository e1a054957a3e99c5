"""What a Space consists of: the app's files, and a front matter and requirements made for it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from recsys.bundle import MANIFEST, opened_by_app
from recsys.errors import SourceError
from train.markdown import front_matter

ROOT = Path(__file__).parents[2]
ZERO_GPU = "zero-a10g"
HARDWARE = {"cpu-basic": "cpu-basic", "zero-gpu": ZERO_GPU, ZERO_GPU: ZERO_GPU}
"""What --hardware may be → the Hub's name for it."""
SPACES_PACKAGE = "spaces==0.51.3"
TRAINING_MARK = "# Training:"
"""Begins the part of requirements.txt that only training needs."""
_AS_THEY_ARE = ("app.py", "packages.txt", ".gitattributes", "LICENSE")
_LONGEST_SHORT_DESCRIPTION = 60


@dataclass(frozen=True)
class Served:
    """The release that a Space shows.

    Attributes:
        repo: OWNER/NAME of the bundle.
        sha: The commit.
        manifest_sha256: Of its manifest.json.
        files: The files to have at hand before the app starts; none where a Space cannot read them while it is built,
            since it has no token then.
    """

    repo: str
    sha: str
    manifest_sha256: str
    files: tuple[str, ...]

    @property
    def variables(self) -> dict[str, str]:
        """The environment that makes the app serve it."""
        return {"RECSYS_REPO": self.repo, "RECSYS_REVISION": self.sha, PIN: self.manifest_sha256}


PIN = "RECSYS_MANIFEST_SHA256"
VARIABLES = ("RECSYS_REPO", "RECSYS_REVISION", PIN)


def space_files(served: Served | None, hardware: str, root: Path = ROOT) -> dict[str, bytes]:
    """Everything that the Space holds, by path.

    With a release to serve that is the serving half of the project: no training, and so no demo world to fall back
    on; the release is in the image from the start, whether or not the Hub answers later. Without one the Space trains
    the demo world, and gets everything.

    Args:
        served: The release; None for the demo world.
        hardware: The Hub's name of it.
        root: The project.
    """
    folders = ["recsys"] if served else ["recsys", "train"]
    paths = [*(root / name for name in _AS_THEY_ARE), *(p for folder in folders for p in _sources(root / folder))]
    files = {path.relative_to(root).as_posix(): path.read_bytes() for path in paths}
    requirements = (root / "requirements.txt").read_text("utf-8")
    wanted = space_requirements(requirements, serving_only=served is not None, zero_gpu=hardware == ZERO_GPU)
    readme = space_readme((root / "README.md").read_text("utf-8"), requirements, served, hardware)
    return files | {"requirements.txt": wanted.encode(), "README.md": readme.encode()}


def _sources(folder: Path) -> Iterable[Path]:
    """Source files and their data, without what tools leave beside them."""
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        hidden = any(part.startswith(".") or part == "__pycache__" for part in parts)
        if path.is_file() and not hidden and path.suffix != ".pyi":
            yield path


def space_requirements(requirements: str, *, serving_only: bool, zero_gpu: bool) -> str:
    """requirements.txt for a Space; raises SourceError where it has no part for training."""
    serving, mark, _ = requirements.partition(TRAINING_MARK)
    if not mark:
        raise SourceError(f"requirements.txt has no line that begins with {TRAINING_MARK!r}: what is for serving?")
    kept = serving.rstrip() + "\n" if serving_only else requirements
    return kept + (f"\n# ZeroGPU\n{SPACES_PACKAGE}\n" if zero_gpu else "")


def space_readme(readme: str, requirements: str, served: Served | None, hardware: str) -> str:
    """The Space's README.md: the project's front matter, made right for what is pinned and served."""
    about = project_front_matter(readme)
    about["sdk_version"] = pinned(requirements, "gradio")
    about["python_version"] = "3.12" if hardware == ZERO_GPU else "3.11"  # ZeroGPU has no 3.11
    about["suggested_hardware"] = hardware
    if served:
        about["models"] = [served.repo]
    if served and served.files:
        about["preload_from_hub"] = [f"{served.repo} {','.join(served.files)} {served.sha}"]
    what = (
        f"Serves [{served.repo}](https://huggingface.co/{served.repo}) at `{served.sha}`."
        if served
        else ("Serves the demo world: invented songs, made and trained here when the Space starts.")
    )
    return "\n\n".join([front_matter(about), f"# {about['title']}", what, _MADE_BY]) + "\n"


_MADE_BY = "These files are made by `python -m train.publish --space`; what is changed here is overwritten."


def project_front_matter(readme: str) -> dict[str, Any]:
    """The front matter of the project's own README.md."""
    import yaml

    match = re.match(r"---\n(.*?)\n---\n", readme, re.DOTALL)
    about = yaml.safe_load(match[1]) if match else None
    if not isinstance(about, dict) or "title" not in about:
        raise SourceError("README.md does not begin with a front matter that has a title.")
    if len(about.get("short_description", "")) > _LONGEST_SHORT_DESCRIPTION:
        raise SourceError(f"README.md: the Hub takes up to {_LONGEST_SHORT_DESCRIPTION} letters of short_description.")
    return about


def pinned(requirements: str, package: str) -> str:
    """The version that requirements.txt pins."""
    match = re.search(rf"^{re.escape(package)}==([^\s;#]+)", requirements, re.MULTILINE)
    if match is None:
        raise SourceError(f"requirements.txt does not pin {package}. Write {package}==VERSION.")
    return match[1]


def files_to_serve(names: Iterable[str]) -> tuple[str, ...]:
    """What the app opens of a bundle's files."""
    return (MANIFEST, *sorted(name for name in names if opened_by_app(name)))
