"""Songs as a transformer reads them in training: one window of each song an epoch, another one the next time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch.utils.data import Dataset

from recsys.text_windows import Window, Windower
from train.tagger.quality import Labels

Item = dict[str, Any]


def cut(windower: Windower, texts: Sequence[str]) -> list[list[Window]]:
    """The windows of each text."""
    return [windower.windows(text.split("\n")) for text in texts]


class RandomWindows(Dataset[Item]):
    """Each time that a song is asked for, one of its windows at random."""

    def __init__(self, windower: Windower, songs: Sequence[Sequence[Window]], labels: Labels, seed: int) -> None:
        self._windower, self._songs, self._labels, self._seed = windower, songs, labels, seed
        self._asked = np.zeros(len(songs), np.int64)

    def __len__(self) -> int:
        return len(self._songs)

    def __getitem__(self, song: int) -> Item:
        windows = self._songs[song]
        chosen = np.random.default_rng((self._seed, song, self._asked[song])).integers(len(windows))
        self._asked[song] += 1
        return _item(self._windower.framed(windows[int(chosen)]), self._labels[song])


class AllWindows(Dataset[Item]):
    """Every window of every song, the longest first, so that a batch holds windows of about one length.

    Attributes:
        owner: (n_windows,) the song of each; ``tokens``: how many tokens of text it has.
    """

    def __init__(self, windower: Windower, songs: Sequence[Sequence[Window]], labels: Labels) -> None:
        pairs = [(song, window) for song, windows in enumerate(songs) for window in windows]
        pairs.sort(key=lambda pair: -len(pair[1].ids))
        self._items = [_item(windower.framed(window), labels[song]) for song, window in pairs]
        self._labels = labels
        self.owner = np.array([song for song, _ in pairs])
        self.tokens = np.array([len(window.ids) for _, window in pairs], np.float64)

    def __len__(self) -> int:
        return len(self._items)

    def __getitem__(self, index: int) -> Item:
        return self._items[index]

    def pooled(self, log_odds: NDArray[np.floating]) -> NDArray[np.floating]:
        """(n_windows, n_genres) -> (n_songs, n_genres), each window counting by its tokens."""
        weights = np.maximum(self.tokens, 1e-9)[:, None]
        total = np.zeros((len(self._labels), log_odds.shape[1]))
        weight = np.zeros((len(self._labels), 1))
        np.add.at(total, self.owner, log_odds * weights)
        np.add.at(weight, self.owner, weights)
        return total / weight


def _item(ids: list[int], labels: NDArray[np.bool_]) -> Item:
    return {"input_ids": ids, "attention_mask": [1] * len(ids), "labels": labels.astype(np.float32)}


def collate(padding: int) -> Any:
    """A function that makes one batch of items, padded with token ``padding``."""

    def batch(items: list[Item]) -> dict[str, torch.Tensor]:
        longest = max(len(item["input_ids"]) for item in items)

        def padded(name: str, value: int) -> torch.Tensor:
            return torch.tensor([item[name] + [value] * (longest - len(item[name])) for item in items])

        return {
            "input_ids": padded("input_ids", padding),
            "attention_mask": padded("attention_mask", 0),
            "labels": torch.from_numpy(np.stack([item["labels"] for item in items])),
        }

    return batch
