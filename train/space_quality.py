"""How good each space is, on playlists that no space has seen, and how uneven."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from recsys.blend_inputs import catalogue_tracks
from recsys.catalogue import Catalogue, Rows
from recsys.index import Vectors
from recsys.spaces import Space
from train.blend.fit import FittedBlend, fit_blend
from train.blend.hubness import measure_hubness
from train.same_playlist import same_playlist_precision, split_playlists

FEWEST_PLAYLISTS = 20
"""With fewer than this the figures would say little."""


def query_vectors(space: Space) -> Vectors:
    """(n_tracks, search_dim): every song of the catalogue as a query."""
    extra = space.search_vectors().shape[1] - space.embeddings.shape[1]
    return np.column_stack([space.embeddings, np.ones((len(space.embeddings), extra), np.float32)])


def ranking_of(blend: FittedBlend) -> tuple[Vectors, Vectors]:
    """Every song of a fitted blend as a query and as an item, ranked by inner product."""
    embeddings = blend.embeddings
    bias = blend.hubness if blend.embedder.unit else blend.hubness - np.square(embeddings).sum(axis=1) / 2
    return np.column_stack([embeddings, np.ones_like(bias)]), np.column_stack([embeddings, bias])


def precision_of_spaces(
    catalogue: Catalogue,
    spaces: Mapping[str, Space],
    trained_on: tuple[str, ...],
    playlists: list[Rows],
    seed: int,
) -> dict[str, float]:
    """Same-playlist precision at 10 of each space, of the plain blend, and of chance.

    The blend among ``spaces`` has seen every playlist, so that two more are fitted here: one to half of them, and one
    to none.
    """
    split = split_playlists(playlists, seed)
    tracks = catalogue_tracks(catalogue)
    chance = np.random.default_rng(seed).standard_normal((len(catalogue), 8)).astype(np.float32)
    judged = {"random": (chance, chance)}
    judged |= {name: (query_vectors(s), s.search_vectors()) for name, s in spaces.items() if name != "blend"}
    for name, groups in (("plain", []), ("blend", split.train)):
        judged[name] = ranking_of(fit_blend(tracks, trained_on, groups, seed, with_parts=False))
    found = {
        name: same_playlist_precision(queries, items, catalogue.artist_keys, split.test)
        for name, (queries, items) in judged.items()
    }
    return {name: round(precision, 4) for name, precision in found.items()}


def hubness_of_spaces(spaces: Mapping[str, Space]) -> dict[str, float]:
    """Skewness of how often each song is in another's top 10, by space."""
    skews = {}
    for name, space in spaces.items():
        dim = space.embeddings.shape[1]
        vectors = space.search_vectors()
        bias = vectors[:, dim:].sum(axis=1)
        skews[name] = round(measure_hubness(space.embeddings, bias), 3)
    return skews
