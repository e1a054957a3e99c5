"""What a demo world is made from, and where its chance comes from."""

from __future__ import annotations

import random
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np

from recsys.errors import RecsysError
from train.demo_world.genres import GENRES

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Config:
    """How big a world, and which."""

    songs: int = field(default=5_000, metadata={"help": "songs, versions of the same song included"})
    artists: int = field(default=400, metadata={"help": "artists, at least one a genre"})
    listeners: int = field(default=2_000, metadata={"help": "listeners, each with 20 to 150 plays"})
    seed: int = field(default=0, metadata={"help": "another seed is another world"})

    def __post_init__(self) -> None:
        if self.artists < len(GENRES):
            raise RecsysError(f"{self.artists} artists for {len(GENRES)} genres: ask for {len(GENRES)} or more.")
        if self.songs < 5 * self.artists:
            raise RecsysError(
                f"{self.songs} songs for {self.artists} artists: ask for {5 * self.artists} songs or more."
            )
        if self.listeners < 1:
            raise RecsysError(f"{self.listeners} listeners: ask for 1 or more.")


def numbers(seed: int, purpose: str) -> np.random.Generator:
    """A stream of its own for each purpose, so that a change in one leaves the others as they were."""
    return np.random.default_rng([seed, zlib.crc32(purpose.encode())])


def words(seed: int, purpose: str) -> random.Random:
    """The same for the choice of words, where one draw at a time is wanted."""
    return random.Random(f"{seed} {purpose}")


def phrases(text: str) -> list[str]:
    """The phrases of a vocabulary, which keeps them between bars."""
    return [phrase.strip() for phrase in text.split("|")]


def pick(choice: random.Random, options: Sequence[T]) -> T:
    """One of ``options``; twice as fast as ``random.choice``, and a world makes a million."""
    return options[int(choice.random() * len(options))]
