"""Playlists with a name, as queries with what they should find."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow.parquet as pq

from recsys.bundle import Bundle
from recsys.catalogue import Rows
from recsys.text import fold
from train.same_playlist import PLAYLISTS

_FEWEST_TRACKS = 10
_FEWEST_NAMES = 20


@dataclass(frozen=True)
class Named:
    """A playlist's name and the rows of its tracks, ascending; playlists of one name are one."""

    name: str
    rows: Rows


def read_named(bundle: Bundle) -> list[Named]:
    """The bundle's playlists with ten tracks or more, by name; none where there are too few to learn or judge."""
    if PLAYLISTS not in bundle.manifest.files:
        return []
    table = pq.read_table(bundle.file(PLAYLISTS), columns=["playlist_name", "row"])
    by_name: dict[str, tuple[str, set[int]]] = {}
    for name, row in zip(table["playlist_name"].to_pylist(), table["row"].to_pylist(), strict=True):
        by_name.setdefault(fold(name), (name, set()))[1].add(row)
    named = [
        Named(name, np.array(sorted(rows), np.int64))
        for folded, (name, rows) in sorted(by_name.items())
        if folded and len(rows) >= _FEWEST_TRACKS
    ]
    return named if len(named) >= _FEWEST_NAMES else []


def split_names(named: Sequence[Named], seed: int) -> tuple[list[Named], list[Named]]:
    """Half of the names to learn from, half to judge by."""
    order = np.random.default_rng(seed).permutation(len(named))
    half = len(named) // 2
    return [named[i] for i in order[:half]], [named[i] for i in order[half:]]
