"""The split: no artist in two parts, shares as asked, the same for the same seed."""

from dataclasses import asdict

import numpy as np
import pytest

from recsys.errors import SourceError
from train.tagger.split import split_by_group


def groups_of_size(sizes, seed=0):
    groups = np.repeat(np.arange(len(sizes)), sizes).astype(np.int32)
    return np.random.default_rng(seed).permutation(groups)


MANY = groups_of_size(np.random.default_rng(3).integers(1, 9, size=400))


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("groups", [MANY, groups_of_size([5, 1, 40]), groups_of_size([1, 1, 1]), MANY + 1000])
def test_every_song_is_in_one_part_and_every_group_too(groups, seed):
    split = split_by_group(groups, 0.12, 0.12, seed)
    parts = [rows.tolist() for rows in asdict(split).values()]
    assert sorted(row for rows in parts for row in rows) == list(range(len(groups)))
    held = [set(groups[rows].tolist()) for rows in parts]
    assert all(held) and sum(map(len, held)) == len(set(groups.tolist()))


@pytest.mark.parametrize(("validation", "test"), [(0.12, 0.12), (0.3, 0.1), (0.05, 0.4)])
def test_parts_have_their_shares(validation, test):
    split = split_by_group(MANY, validation, test, seed=1)
    biggest = 8 / len(MANY)
    assert len(split.test) / len(MANY) == pytest.approx(test, abs=biggest)
    assert len(split.validation) / len(MANY) == pytest.approx(validation, abs=2 * biggest)


@pytest.mark.parametrize(("validation", "test"), [(0.0, 0.0), (0.9, 0.9), (0.0, 1.0)])
def test_no_part_is_ever_empty(validation, test):
    split = split_by_group(MANY, validation, test, seed=1)
    assert len(split.train) and len(split.validation) and len(split.test)


def test_the_same_seed_gives_the_same_split_and_another_one_another():
    first, again, other = (split_by_group(MANY, 0.2, 0.2, seed) for seed in (4, 4, 5))
    np.testing.assert_array_equal(first.test, again.test)
    np.testing.assert_array_equal(first.validation, again.validation)
    assert first.test.tolist() != other.test.tolist()


@pytest.mark.parametrize(("sizes", "said"), [([9], "1 artist;"), ([9, 3], "2 artists;")])
def test_too_few_artists_are_counted(sizes, said):
    with pytest.raises(SourceError, match=f"by {said} learning, choosing and testing .* takes at least 3"):
        split_by_group(groups_of_size(sizes), 0.1, 0.1, seed=0)
