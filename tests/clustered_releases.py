"""A bundle that trains in a second and that the app opens: songs drawn at random, and their clusters."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from recsys.bundle import Bundle, write_manifest
from tests.contract import random_catalogue, write_bundle
from train import clusters


def small_release(path: Path, seed: int = 0, songs: int = 120, **manifest: Any) -> Bundle:
    """Train it at ``path``; ``manifest`` says what else its manifest holds."""
    write_bundle(path, random_catalogue(songs, seed))
    clusters.main(["--out", str(path), "--k", "3", "--seed", str(seed)])
    return changed(path, **manifest)


def changed(path: Path, **manifest: Any) -> Bundle:
    """The bundle at ``path`` with other values in its manifest."""
    write_manifest(path, replace(Bundle.open(path).manifest, **manifest))
    return Bundle.open(path)


def with_metric(bundle: Bundle, capability: str, **figures: float) -> Bundle:
    """The bundle with other figures for one capability."""
    metrics = bundle.manifest.metrics
    return changed(bundle.path, metrics=metrics | {capability: metrics[capability] | figures})
