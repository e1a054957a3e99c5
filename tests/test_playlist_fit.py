"""How well songs fit a playlist, beside sums by hand."""

from types import SimpleNamespace

import numpy as np
import pytest

from recsys import playlist_fit
from recsys.playlist_fit import better_fits, fit_distances, goes_with, mixed, outliers, support
from tests.planted_playlists import playlist_catalogue, playlist_songs

LINE = np.array([[0.0], [1.0], [3.0], [7.0], [20.0]], np.float32)


@pytest.fixture(scope="module")
def space():
    return playlist_songs(playlist_catalogue()).spaces["blend"]


@pytest.mark.parametrize(
    ("nearest", "expected"), [(1, [1, 1, 2, 4]), (2, [2, 1.5, 2.5, 5]), (9, [11 / 3, 3, 3, 17 / 3])]
)
def test_distances_by_hand(nearest, expected):
    playlist = np.arange(4)
    assert fit_distances(LINE, playlist, playlist, nearest) == pytest.approx(expected, abs=1e-3)


def test_a_song_that_is_not_in_the_playlist_is_held_to_all_of_it():
    assert fit_distances(LINE, np.array([4]), np.arange(3), 2) == pytest.approx([18], abs=1e-3)


def test_blocks_change_nothing(monkeypatch, space):
    rows, playlist = np.arange(100), np.arange(0, 60, 2)
    whole = fit_distances(space.embeddings, rows, playlist)
    monkeypatch.setattr(playlist_fit, "_BLOCK", 7 * len(playlist))
    assert fit_distances(space.embeddings, rows, playlist) == pytest.approx(whole, abs=1e-5)


def test_shares_are_of_the_songs_that_are_not_there(space):
    home = np.arange(0, 60, 3)
    shares = better_fits(space, np.append(home, 1))
    assert shares[:-1].max() < 0.3  # a third of the catalogue is of their kind
    assert shares[-1] > 0.3


def test_a_playlist_of_everything_has_no_misfit():
    songs = playlist_songs(playlist_catalogue())
    assert not better_fits(songs.spaces["blend"], np.arange(len(songs.catalogue))).any()


def test_support_and_the_best_of_it(space):
    found = support(space, np.array([3, 4]), np.array([0, 6, 1]))
    by_hand = space.embeddings[[3, 4]] @ space.embeddings[[0, 6, 1]].T - 0.5
    assert found == pytest.approx(by_hand, abs=1e-5)
    assert goes_with(found, 2) == pytest.approx(np.sort(by_hand, axis=1)[:, -2:].mean(axis=1), abs=1e-5)
    assert goes_with(found, 10) == pytest.approx(by_hand.mean(axis=1), abs=1e-5)


def test_an_outlier_is_far_by_both_measures(space):
    home = np.append(np.arange(0, 60, 3), 1)
    odd = outliers(space, home, better_fits(space, home))
    assert odd[-1] and odd.sum() <= 3
    away = fit_distances(space.embeddings, home, home)
    assert (away[odd] > np.median(away)).all()
    assert not outliers(space, home, np.zeros(len(home))).any()  # nothing fits better, whatever the others are


@pytest.mark.parametrize(("spread", "found"), [(0.1, [16, 17]), (2.0, [])])
def test_a_narrow_playlist_takes_less_to_be_odd_in_than_a_wide_one(spread, found):
    angle = np.linspace(0, 2 * np.pi, 16, endpoint=False)
    home = spread * np.column_stack([np.cos(angle), np.sin(angle)])
    space = SimpleNamespace(embeddings=np.vstack([home, [[0.0, 1.5], [1.5, 0.0]]]).astype(np.float32))
    better = np.array([0.02] * 16 + [0.1, 0.09])
    assert np.flatnonzero(outliers(space, np.arange(18), better)).tolist() == found


def test_songs_in_one_place_have_no_outlier():
    space = SimpleNamespace(embeddings=np.ones((6, 2), np.float32))
    assert not outliers(space, np.arange(6), np.full(6, 0.1)).any()


def test_where_most_would_fit_no_better_none_is_an_outlier(space):
    playlist = np.arange(12)
    better = np.array([0.9] * 7 + [0.0] * 5)
    assert mixed(better) and not outliers(space, playlist, better).any()
    assert not mixed(better[2:])
