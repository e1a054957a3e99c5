"""A linear model over the words, word pieces and style of a lyric: one logistic regression a genre.

The features are counted line by line, and no n-gram crosses a line, so what a lyric would be without one of its
lines is the counts of the others: exact and cheap. Training counts with the same function (`train.tagger.linear`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from recsys.lyric_style import style_of
from recsys.text import fold

LogOdds = NDArray[np.float32]

_WORDS = re.compile(r"\w+")
_PIECES = range(2, 6)  # lengths of the word pieces, in characters


@lru_cache(maxsize=65_536)
def _pieces(word: str) -> tuple[str, ...]:
    """The word's runs of 2 to 5 characters, with a blank for where it begins and ends."""
    padded = f" {word} "
    return tuple(padded[i : i + n] for n in _PIECES for i in range(len(padded) - n + 1))


def words_of(line: str) -> list[str]:
    """The words of ``line``, without case and accents."""
    return _WORDS.findall(fold(line))


def word_ngrams(line: str) -> list[str]:
    """Its words, and each two that follow one another."""
    words = words_of(line)
    return words + [f"{a} {b}" for a, b in pairwise(words)]


def piece_ngrams(line: str) -> list[str]:
    """All its words' pieces."""
    return [piece for word in words_of(line) for piece in _pieces(word)]


FAMILIES = (word_ngrams, piece_ngrams)


@dataclass(frozen=True)
class NGramModel:
    """The weights of what a lyric is made of.

    Attributes:
        terms: For each family of n-grams, those it knows; their columns follow one another.
        idf: (n_terms,) inverse document frequencies.
        weights: (n_terms, n_genres).
        bias: (n_genres,).
        style_mean: (n_style,) what `style_of` is centred on; ``style_scale`` what it is divided by then.
        style_weights: (n_style, n_genres); no rows for a model without style.
    """

    terms: tuple[Sequence[str], ...]
    idf: NDArray[np.float32]
    weights: NDArray[np.float32]
    bias: NDArray[np.float32]
    style_mean: NDArray[np.float32]
    style_scale: NDArray[np.float32]
    style_weights: NDArray[np.float32]

    @cached_property
    def _columns(self) -> list[dict[str, int]]:
        starts = np.cumsum([0, *(len(terms) for terms in self.terms)])
        return [
            {term: start + i for i, term in enumerate(terms)}
            for start, terms in zip(starts.tolist(), self.terms, strict=False)
        ]

    def log_odds(self, lines: Sequence[str]) -> LogOdds:
        """(n_genres,) for the lyric with these lines."""
        return self.log_odds_without(lines, [()])[0]

    def log_odds_without(self, lines: Sequence[str], left_out: Sequence[Collection[int]]) -> LogOdds:
        """(len(left_out), n_genres): each row for the lyric without the lines whose numbers it names."""
        total = np.tile(self.bias, (len(left_out), 1))
        for columns, ngrams in zip(self._columns, FAMILIES, strict=True):
            counts = [Counter(c for gram in ngrams(line) if (c := columns.get(gram)) is not None) for line in lines]
            total += self._part(counts, left_out)
        if len(self.style_weights):
            total += self._style(lines, left_out) @ self.style_weights
        return total

    def _style(self, lines: Sequence[str], left_out: Sequence[Collection[int]]) -> NDArray[np.float32]:
        rows = []
        for numbers in left_out:
            without = set(numbers)
            rows.append(style_of([line for i, line in enumerate(lines) if i not in without]))
        return scaled_style(np.stack(rows), self.style_mean, self.style_scale)

    def _part(self, counts: list[Counter[int]], left_out: Sequence[Collection[int]]) -> LogOdds:
        """What one family of n-grams adds: sublinear TF-IDF of unit length, times the weights."""
        used = sorted(set().union(*counts))
        place = {column: i for i, column in enumerate(used)}
        lines = [([place[column] for column in count], list(count.values())) for count in counts]
        whole = np.zeros(len(used), np.float32)
        for places, times in lines:
            whole[places] += times
        frequency = np.tile(whole, (len(left_out), 1))
        for row, numbers in zip(frequency, left_out, strict=True):
            for number in set(numbers):
                places, times = lines[number]
                row[places] -= times
        values = np.where(frequency > 0, 1 + np.log(np.maximum(frequency, 1)), 0) * self.idf[used]
        length = np.linalg.norm(values, axis=1, keepdims=True)
        share: LogOdds = (values / np.where(length > 0, length, 1)).astype(np.float32) @ self.weights[used]
        return share


def scaled_style(
    style: NDArray[np.float32], mean: NDArray[np.float32], scale: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Style in standard deviations, no more than three of them either way."""
    scaled: NDArray[np.float32] = np.clip((style - mean) / scale, -3, 3).astype(np.float32)
    return scaled
