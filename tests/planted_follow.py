"""Songs that follow each other by a known rule: listeners, engines made by hand or fitted, towers, and files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recsys.audio_features import FEATURE_NAMES
from recsys.catalogue import Catalogue
from recsys.fast_index import FastIndex, fit_codes
from recsys.history_engines import TOWERS, HistoryEngines
from recsys.item_to_item import ItemToItem
from recsys.score_fusion import ScoreFusion
from recsys.towers.pair import TowerPair
from recsys.two_towers import TwoTowers
from recsys.user_history import UserHistory
from tests.contract import make_catalogue
from train.history.interactions import Interactions
from train.history.linear import fit_linear
from train.two_tower.config import TwoTowerConfig
from train.two_tower.export import export_user_tower
from train.two_tower.model import TwoTower

SONGS = 400
KINDS = ("folk", "metal", "disco", "jazz")
EACH = SONGS // len(KINDS)
PER_ARTIST = 10
TINY = TwoTowerConfig(dim=16, blocks=1, max_length=12, dropout=0.1, lr=1e-2, batch=64, epochs=4)
NEW = ScoreFusion(
    {"forward transition": 1.0, "EASE": 0.4, "ItemKNN with recency": 0.5, "popularity": 0.05, TOWERS: 0.8}
)
EVERYTHING = ScoreFusion({"forward transition": 1.0, "personal popularity": 1.0, TOWERS: 0.3})


def follow_catalogue(n: int = SONGS) -> Catalogue:
    """The first ``n`` songs. Song ``i`` is of kind ``i % 4``; ``i + 4`` follows it, and the last of a kind the first.

    An artist keeps to one kind and has ten songs, none next to another; song ``i + 200`` is a live version of ``i``.
    """
    row = np.arange(SONGS)
    kind, nth = row % len(KINDS), row // len(KINDS)
    artist = kind + len(KINDS) * (nth % (EACH // PER_ARTIST))
    rng = np.random.default_rng(0)
    features = {name: 0.2 + 0.15 * kind + rng.uniform(0, 0.05, SONGS) for name in FEATURE_NAMES}
    columns: dict[str, Any] = {
        "track_id": [f"f{i}" for i in row],
        "title": [f"Tune {i % (SONGS // 2)}{' - Live' if i >= SONGS // 2 else ''}" for i in row],
        "artist": [f"Band {a}" for a in artist],
        "artist_key": artist,
        "version_group": row % (SONGS // 2),
        "year": 1970 + (7 * row) % 50,
        "genres": [[KINDS[k]] for k in kind],
    } | {name: values.astype(np.float32) for name, values in features.items()}
    return make_catalogue(n, **{name: values[:n] for name, values in columns.items()})


def next_of(row: int) -> int:
    """The song that follows."""
    return (row + len(KINDS)) % SONGS


def histories(n_users: int = 300, length: int = 14, seed: int = 0, n_songs: int = SONGS) -> list[NDArray[np.int64]]:
    """Listeners who keep to one kind and play on from song to song, leaving one out now and then."""
    rng = np.random.default_rng(seed)
    each = n_songs // len(KINDS)
    kinds = rng.integers(0, len(KINDS), n_users)
    steps = rng.choice([1, 2], p=[0.9, 0.1], size=(n_users, length))
    nth = (rng.integers(0, each, (n_users, 1)) + np.cumsum(steps, axis=1)) % each
    return list(nth * len(KINDS) + kinds[:, None])


def interactions(given: Sequence[NDArray[np.int64]], n_items: int = SONGS) -> Interactions:
    """``given`` as arrays."""
    starts = np.cumsum([0, *map(len, given)]).astype(np.int64)
    return Interactions([f"u{i}" for i in range(len(given))], starts, np.concatenate(given), None, n_items)


def write_histories(path: Path, given: Sequence[NDArray[np.int64]], timed: bool = True) -> Path:
    """A table user_id, timestamp, track_id, or lines of "user item"."""
    lines = ["user_id,timestamp,track_id"] if timed else []
    for user, history in enumerate(given):
        for play, row in enumerate(history.tolist()):
            at = 1_600_000_000 + 86_400 * play + 60 * user
            lines.append(f"u{user},{at},f{row}" if timed else f"{user} {row}")
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def links(pairs: dict[int, dict[int, float]], n_items: int = SONGS, **how: Any) -> ItemToItem:
    """Item → where it leads → gain."""
    counts = [len(pairs.get(item, {})) for item in range(n_items)]
    flat = [pair for item in range(n_items) for pair in sorted(pairs.get(item, {}).items())]
    return ItemToItem(
        np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        np.array([to for to, _ in flat], np.int32),
        np.array([gain for _, gain in flat], np.float32),
        **how,
    )


def chain_links() -> ItemToItem:
    """Each song to the three that follow it."""
    far = {}
    for row in range(SONGS):
        first, second = next_of(row), next_of(next_of(row))
        far[row] = {first: 1.0, second: 0.5, next_of(second): 0.25}
    return links(far, decay=0.9)


def by_hand(catalogue: Catalogue) -> UserHistory:
    """One engine of known links, and what was played again and again."""
    own = links({row: {row: 1.0} for row in range(SONGS)}, decay=0.99)
    engines = HistoryEngines({"forward transition": chain_links(), "personal popularity": own}, None, SONGS)
    new = ScoreFusion({"forward transition": 1.0, "personal popularity": 0.0})
    return UserHistory(catalogue, engines, new, ScoreFusion({"forward transition": 0.2, "personal popularity": 1.0}))


def served(model: TwoTower, folder: Path) -> TwoTowers:
    """The towers as the app has them."""
    model.export_user_tower(folder / "user_tower.onnx")
    return as_served(model.embeddings, model.config.max_length, folder / "user_tower.onnx")


def as_served(embeddings: NDArray[np.float32], max_length: int, user_tower: Path) -> TwoTowers:
    width = embeddings.shape[1]
    vectors = np.pad(embeddings, ((0, 0), (0, -width % 8))).astype(np.float16)
    shares = np.ones((len(vectors), 1), np.float16)
    return TwoTowers(user_tower, FastIndex(vectors, *fit_codes(vectors, 0)), width, max_length, ("id",), shares)


def random_towers(n_items: int, folder: Path, dim: int = 16, max_length: int = 12) -> TwoTowers:
    """Embeddings drawn at random, and a user tower that has learnt nothing."""
    import torch

    torch.manual_seed(0)
    config = TwoTowerConfig(dim=dim, blocks=1, max_length=max_length)
    pair = TowerPair(config.item_shape(n_items, ()), config.user_shape()).eval()
    export_user_tower(pair, dim, folder / "user_tower.onnx")
    embeddings = np.random.default_rng(0).normal(0.3, 1, (n_items, dim)).astype(np.float32)
    return as_served(embeddings, max_length, folder / "user_tower.onnx")


def random_engines(n_items: int, towers: TwoTowers | None, seed: int = 0) -> HistoryEngines:
    """Three engines of random links, as different as those that are trained: sparse, signed, with a prior."""
    rng = np.random.default_rng(seed)

    def drawn(per_item: int, low: float, **how: Any) -> ItemToItem:
        items = np.concatenate([np.sort(rng.choice(n_items, per_item, replace=False)) for _ in range(n_items)])
        gains = np.maximum(rng.exponential(1, len(items)), 1e-3) + low
        return ItemToItem(np.arange(n_items + 1) * per_item, items.astype(np.int32), gains.astype(np.float32), **how)

    made = {
        "forward transition": drawn(8, 0, decay=0.8),
        "EASE": drawn(40, -0.7, decay=0.95, distinct=True),
        "last played": drawn(30, 0, reach=1),
        "popularity": links({}, n_items, prior=rng.pareto(1.5, n_items).astype(np.float32)),
    }
    return HistoryEngines(made, towers, n_items)


def fitted(catalogue: Catalogue, folder: Path) -> UserHistory:
    """All engines, learnt from 300 listeners, and small towers."""
    given = interactions(histories())
    engines = HistoryEngines(fit_linear(given), served(TwoTower.fit(given, None, TINY, hold_out=0), folder), SONGS)
    return UserHistory(catalogue, engines, NEW, EVERYTHING, {"Ann": ["f0", "f4"]})
