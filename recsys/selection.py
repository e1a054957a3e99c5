"""Which of a ranking's tracks are shown: none twice, not too many by one artist, one version of a song."""

from __future__ import annotations

from collections import Counter

import numpy as np

from recsys.catalogue import Catalogue, Rows


def pass_over(
    catalogue: Catalogue,
    ranked: Rows,
    k: int,
    *,
    per_artist: int,
    one_version: bool,
    excluded: Rows,
    shown: Rows | None = None,
) -> Rows:
    """The first ``k`` of ``ranked`` that may be shown.

    Args:
        catalogue: What the rows are of.
        ranked: Rows, best first.
        k: How many.
        per_artist: At most this many by one main artist; 0 for any number.
        one_version: At most one version of a song, and none of an excluded track.
        excluded: Rows that may not be shown.
        shown: Rows that are shown beside these already: they may not be shown again, and count among their artist's.
    """
    if shown is not None:
        excluded = np.concatenate([excluded, shown])
    artists, groups = catalogue.artist_keys, catalogue.version_groups
    out = set(excluded.tolist())
    versions = set(groups[excluded].tolist()) if one_version else set()
    of_artist: Counter[int] = Counter([] if shown is None else artists[shown].tolist())
    kept: list[int] = []
    for row, artist, version in zip(ranked.tolist(), artists[ranked].tolist(), groups[ranked].tolist(), strict=True):
        if row in out or (per_artist and of_artist[artist] >= per_artist):
            continue
        if one_version:
            if version in versions:
                continue
            versions.add(version)
        of_artist[artist] += 1
        kept.append(row)
        if len(kept) == k:
            break
    return np.array(kept, dtype=np.int64)
