"""The demo bundle: built once by a child process that trains, then cached."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import deque
from collections.abc import Callable
from pathlib import Path

from recsys.bundle import MANIFEST
from recsys.errors import BundleError

ROOT = Path(__file__).parents[1]
OnProgress = Callable[[str, float], None]
_SHOWN_LINES = 8


def demo_bundle(cache: Path, on_progress: OnProgress) -> Path:
    """Folder of the demo bundle, built first where ``cache`` does not hold it.

    Raises:
        BundleError: training failed, and the message ends with what it said last; or there is nothing to train with.
    """
    if not (ROOT / "train").is_dir():  # a Space or an image that serves a release
        raise BundleError(
            "This installation serves releases and has nothing to train the demo world with. "
            "Set RECSYS_REPO to a release on the Hub, or RECSYS_BUNDLE to a folder."
        )
    folder = cache / f"demo-{_recipe()}"
    if (folder / MANIFEST).is_file():
        return folder
    cache.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix="demo-", suffix="-unfinished", dir=cache))
    try:
        _train(temporary, on_progress)
        if not (folder / MANIFEST).is_file():  # another app may have been faster
            temporary.replace(folder)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return folder


def _recipe() -> str:
    """A key that changes with the code that makes the bundle, so that a stale one is never served."""
    digest = hashlib.sha256()
    sources = [
        *(ROOT / "train").rglob("*.py"),
        *(ROOT / "recsys").glob("[!u]*/*.py"),
        *(ROOT / "recsys").glob("*.py"),
        ROOT / "requirements.txt",
    ]
    for path in sorted(sources):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _train(out: Path, on_progress: OnProgress) -> None:
    """Run ``train.all --demo`` in a process of its own, so that this one never imports what it needs."""
    process = subprocess.Popen(
        [sys.executable, "-m", "train.all", "--demo", "--out", str(out)],
        cwd=ROOT,
        env=os.environ | {"RECSYS_PROGRESS": "json", "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    said: deque[str] = deque(maxlen=_SHOWN_LINES)
    assert process.stdout is not None
    with process.stdout as lines:
        for line in lines:
            try:
                progress = json.loads(line)
                on_progress(str(progress["step"]), float(progress["fraction"]))
            except (ValueError, TypeError, KeyError):
                said.append(line.rstrip())
    if process.wait():
        raise BundleError(
            f"Building the demo world failed (exit status {process.returncode}). Run `python -m train.all --demo "
            f"--out bundles/demo` to see why. It said last: {' / '.join(said)}"
        )
