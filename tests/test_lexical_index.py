"""BM25: the scores of its definition, and words that nobody has."""

import math

import numpy as np
import pytest

from train.vibe.postings import count_words

DOCUMENTS = [["rain", "song"], ["rain", "rain", "sun", "moon"], ["song"], [], ["sun", "song", "by", "the", "sea"]]


@pytest.fixture(scope="module")
def index():
    return count_words(DOCUMENTS)


def bm25(word, document):
    """The definition, one document at a time."""
    n, found = len(DOCUMENTS), sum(word in other for other in DOCUMENTS)
    rarity = math.log(1 + (n - found + 0.5) / (found + 0.5))
    times = document.count(word)
    mean = sum(map(len, DOCUMENTS)) / n
    return rarity * times * 2.2 / (times + 1.2 * (0.5 + 0.5 * len(document) / mean))


@pytest.mark.parametrize("words", [["rain"], ["sun", "song"], ["rain", "moon", "sea"]])
def test_scores_are_those_of_the_definition(index, words):
    expected = [sum(bm25(word, document) for word in words) for document in DOCUMENTS]
    np.testing.assert_allclose(index.scores(words), expected, rtol=2e-3)


def test_a_word_asked_for_twice_counts_once(index):
    np.testing.assert_array_equal(index.scores(["rain", "rain"]), index.scores(["rain"]))


def test_a_word_that_nobody_has_says_nothing(index):
    assert not index.scores(["snow", ""]).any() and not len(index.rows_of("snow"))


def test_rows_of_a_word(index):
    assert index.rows_of("rain").tolist() == [0, 1] and index.rows_of("song").tolist() == [0, 2, 4]


def test_no_words_at_all():
    empty = count_words([[], []])
    assert empty.scores(["a"]).tolist() == [0, 0]
