"""Fit the blend to a catalogue: learnt from groups of songs where there are any, else the best space without."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from recsys.blend import BlendSpace, Embedder, Parts
from recsys.blend_inputs import BlendTables, BlendTracks, Words, hash_words, sound_of, weigh_words
from recsys.blend_network import LearntBlend, Network
from recsys.catalogue import Catalogue, Rows
from recsys.index import Vectors
from train.blend.batches import MIN_GROUP, Songs
from train.blend.contrastive import Settings, settings_for, train_network, turn_network
from train.blend.hubness import hubness_correction, measure_hubness
from train.blend.plain import fit_plain
from train.blend.tables import CHUNK, MOST_SONGS, fit_tables

_PARTS_CHUNK = 4_096
_TURNED_BY = 20_000
FEWEST_GROUPS = 8
"""With fewer groups than this the network would learn them by heart."""


@dataclass(frozen=True)
class FittedBlend:
    """A blend and its catalogue in it.

    Attributes:
        embedder: Embeds songs, those of the catalogue and others.
        tensors: All its arrays, for the bundle.
        kind: "learnt", or "plain" where there were no groups.
        embeddings: (n, dim).
        parts: What each input adds to each embedding; None where nobody will ask for reasons.
        hubness: (n,), what is added to each song's score.
        hubness_skew: Before and after that correction.
        losses: One a step; none for a plain blend.
    """

    embedder: Embedder
    tensors: dict[str, np.ndarray]
    kind: Literal["learnt", "plain"]
    embeddings: Vectors
    parts: Parts | None
    hubness: Vectors
    hubness_skew: tuple[float, float]
    losses: list[float]

    def space(self, catalogue: Catalogue) -> BlendSpace:
        """The space as it is served."""
        assert self.parts is not None, "fitted without parts"
        return BlendSpace(catalogue, self.embedder, self.embeddings, self.hubness, self.parts)

    def arrays(self) -> dict[str, np.ndarray]:
        """What the bundle stores beside the embeddings and the tensors."""
        assert self.parts is not None, "fitted without parts"
        return {"hubness": self.hubness, "parts": self.parts.values, "part_scale": self.parts.scale}


def usable_groups(groups: Sequence[Rows]) -> list[Rows]:
    """Groups with enough songs to learn from, without repeats; none where they are too few to learn from."""
    unique = [np.unique(group) for group in groups]
    large = [group for group in unique if len(group) >= MIN_GROUP]
    return large if len(large) >= FEWEST_GROUPS else []


def fit_blend(
    tracks: BlendTracks,
    trained_on: tuple[str, ...],
    groups: Sequence[Rows],
    seed: int,
    settings: Settings | None = None,
    *,
    with_parts: bool = True,
) -> FittedBlend:
    """Fit the blend to ``tracks``, learning from ``groups`` of rows where `usable_groups` finds enough of them.

    ``settings`` are those of the network; by default `settings_for` the groups. ``with_parts`` are needed for reasons.
    """
    words = hash_words(tracks)
    tables = fit_tables(tracks, words, trained_on, seed)
    usable = usable_groups(groups)
    losses: list[float] = []
    embedder: Embedder
    if usable:
        network, losses = _learn(tracks, words, tables, usable, settings or settings_for(usable), seed)
        embedder, own = LearntBlend(tables, network), network.tensors()
    else:
        embedder = plain = fit_plain(_some(tracks, seed, MOST_SONGS), tables)
        own = {"plain.mean": plain.mean, "plain.axes": plain.axes}
    embeddings = np.concatenate([embedder.embed(_take(tracks, rows)) for rows in _chunks(len(tracks))])
    bias = np.zeros(len(tracks), np.float32) if embedder.unit else -np.square(embeddings).sum(axis=1) / 2
    hubness = hubness_correction(embeddings, bias, seed)
    skew = measure_hubness(embeddings, bias), measure_hubness(embeddings, bias + hubness)
    return FittedBlend(
        embedder=embedder,
        tensors=tables.tensors() | own,
        kind="learnt" if usable else "plain",
        embeddings=embeddings,
        parts=_parts(embedder, tracks) if with_parts else None,
        hubness=hubness,
        hubness_skew=skew,
        losses=losses,
    )


def _parts(embedder: Embedder, tracks: BlendTracks) -> Parts:
    pieces = [Parts.of(embedder.parts(_take(tracks, rows))) for rows in _chunks(len(tracks), _PARTS_CHUNK)]
    values, scales = np.concatenate([p.values for p in pieces]), np.concatenate([p.scale for p in pieces])
    return Parts(values, scales)


def _learn(
    tracks: BlendTracks, words: Words, tables: BlendTables, groups: Sequence[Rows], settings: Settings, seed: int
) -> tuple[Network, list[float]]:
    sound = np.concatenate([sound_of(_take(tracks, rows), tables).astype(np.float16) for rows in _chunks(len(tracks))])
    songs = Songs(sound, tracks.artist_keys, weigh_words(words, tables), tables)
    network, losses = train_network(songs, groups, settings, seed)
    sample = LearntBlend(tables, network).embed(_some(tracks, seed, _TURNED_BY))
    return turn_network(network, sample, settings.kept_dim), losses


def _chunks(n: int, size: int = CHUNK) -> list[Rows]:
    return [np.arange(start, min(start + size, n)) for start in range(0, n, size)]


def _some(tracks: BlendTracks, seed: int, most: int) -> BlendTracks:
    if len(tracks) <= most:
        return tracks
    return _take(tracks, np.sort(np.random.default_rng(seed).permutation(len(tracks))[:most]))


def _take(tracks: BlendTracks, rows: Rows) -> BlendTracks:
    texts = ([column[i] for i in rows] for column in (tracks.artists, tracks.titles, tracks.albums))
    return BlendTracks(tracks.values[rows], tracks.artist_keys[rows], *texts)
