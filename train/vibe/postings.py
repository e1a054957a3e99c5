"""Counting the words of all tracks into a `LexicalIndex`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from recsys.lexical_index import LexicalIndex

_K1, _B = 1.2, 0.5
"""How soon a word said again adds nothing, and how much a long text is held against it."""
_TOO_COMMON, _FEW = 0.1, 1_000
"""A word of a larger share of the tracks tells too little for its postings; in small catalogues every word counts."""


def count_words(documents: Sequence[Sequence[str]]) -> LexicalIndex:
    """``documents``: the words of each track."""
    numbers: dict[str, int] = {}
    words, rows, times = [], [], []
    for row, document in enumerate(documents):
        for word, n in Counter(document).items():
            words.append(numbers.setdefault(word, len(numbers)))
            rows.append(row)
            times.append(n)
    word_of, row_of, n_times = np.array(words, np.int64), np.array(rows, np.int64), np.array(times, np.float32)
    n_rows = len(documents)
    telling = np.bincount(word_of, minlength=len(numbers))[word_of] <= max(_TOO_COMMON * n_rows, _FEW)
    word_of, row_of, n_times = word_of[telling], row_of[telling], n_times[telling]
    found_in = np.bincount(word_of, minlength=len(numbers))
    rarity = np.log1p((n_rows - found_in + 0.5) / (found_in + 0.5))
    lengths = np.array([len(document) for document in documents], np.float32)
    norm = _K1 * (1 - _B + _B * lengths / max(lengths.mean(), 1e-6))
    gains = rarity[word_of] * n_times * (_K1 + 1) / (n_times + norm[row_of])
    order = np.lexsort((row_of, word_of))
    return LexicalIndex(
        words=list(numbers),
        starts=np.concatenate([[0], np.cumsum(found_in)]).astype(np.int64),
        rows=row_of[order].astype(np.int32),
        gains=gains[order].astype(np.float16),
        n_rows=n_rows,
    )
