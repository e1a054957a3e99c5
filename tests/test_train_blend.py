from dataclasses import replace

import numpy as np
import pytest

from recsys.audio_features import FEATURE_NAMES
from recsys.blend_inputs import INPUTS, BlendTables, BlendTracks, catalogue_tracks, hash_words
from recsys.blend_network import LearntBlend, Network
from recsys.bundle import Bundle
from recsys.catalogue import Rows
from recsys.metrics import hubness_skew
from recsys.new_song import NewSong
from train.blend.batches import Batch, Batches, Dropout, Songs
from train.blend.contrastive import Settings, Weights, _contrast, _gradients, _initial, settings_for, turn_network
from train.blend.fit import FEWEST_GROUPS, fit_blend, usable_groups
from train.blend.hubness import hubness_correction, measure_hubness
from train.blend.tables import quantile_grid, word_weights
from train.same_playlist import read_playlists, same_playlist_precision, split_playlists
from train.space_quality import precision_of_spaces, query_vectors

TRAINED_ON = FEATURE_NAMES
QUICK = Settings(steps=120, groups_per_step=12)
NO_DROPOUT = Dropout(inputs=0, words=0, artist=0, hidden=0)


@pytest.fixture(scope="module")
def planted():
    """800 songs by 200 artists in 20 circles. Circles share playlists; features say nothing of them."""
    rng = np.random.default_rng(0)
    artists = np.repeat(np.arange(200), 4)
    values = np.column_stack([rng.random((800, 11)), rng.integers(1970, 2020, 800)]).astype(np.float32)
    names = [f"artist {key}" for key in artists]
    tracks = BlendTracks(values, artists, names, [f"song {i}" for i in range(800)], [""] * 800)
    circles = artists % 20
    playlists = [
        rng.choice(np.flatnonzero(circles == circle), 20, replace=False) for circle in range(20) for _ in range(6)
    ]
    return tracks, playlists


def tables_of(fitted):
    return BlendTables.from_tensors(fitted.tensors)


def precision(tracks, fitted, playlists):
    items = np.column_stack([fitted.embeddings, fitted.hubness])
    queries = np.column_stack([fitted.embeddings, np.ones(len(items), np.float32)])
    return same_playlist_precision(queries, items, tracks.artist_keys, playlists)


def test_what_playlists_share_is_learnt_and_holds_on_playlists_not_seen(planted):
    tracks, playlists = planted
    split = split_playlists(playlists, 0)
    learnt = fit_blend(tracks, TRAINED_ON, split.train, 0, QUICK)
    plain = fit_blend(tracks, TRAINED_ON, [], 0)
    assert learnt.kind == "learnt"
    assert plain.kind == "plain"
    assert precision(tracks, learnt, split.test) > 3 * precision(tracks, plain, split.test)


def test_nothing_is_learnt_from_shuffled_playlists(planted):
    tracks, playlists = planted
    split = split_playlists(playlists, 0)
    rng = np.random.default_rng(1)
    shuffled = [rng.choice(800, len(playlist), replace=False) for playlist in split.train]
    noise = fit_blend(tracks, TRAINED_ON, shuffled, 0, QUICK)
    chance = rng.standard_normal((800, 8)).astype(np.float32)
    by_chance = same_playlist_precision(chance, chance, tracks.artist_keys, split.test)
    assert precision(tracks, noise, split.test) < 1.5 * by_chance


def test_same_seed_same_blend_and_another_seed_another(planted):
    tracks, playlists = planted
    first, again, other = (fit_blend(tracks, TRAINED_ON, playlists, seed, QUICK) for seed in (0, 0, 1))
    np.testing.assert_array_equal(first.embeddings, again.embeddings)
    assert not np.allclose(first.embeddings, other.embeddings)
    assert first.losses[-1] < first.losses[0]


def test_too_few_playlists_give_the_plain_blend(planted):
    tracks, playlists = planted
    assert usable_groups(playlists[: FEWEST_GROUPS - 1]) == []
    assert usable_groups([np.arange(5)] * 30) == []
    assert fit_blend(tracks, TRAINED_ON, playlists[: FEWEST_GROUPS - 1], 0).kind == "plain"


def test_columns_that_a_catalogue_lacks_do_no_harm(planted):
    tracks, playlists = planted
    lacking = tracks.values.copy()
    lacking[:, -2:] = np.nan
    bare = replace(tracks, values=lacking, titles=[""] * 800, artists=[""] * 800)
    without: list[Rows] = []
    for groups in (playlists, without):
        fitted = fit_blend(bare, TRAINED_ON[:-1], groups, 0, QUICK)
        assert np.isfinite(fitted.embeddings).all()
        assert np.isfinite(fitted.hubness).all()


def test_gradients_are_those_of_the_loss(planted):
    tracks, playlists = planted
    fitted = fit_blend(tracks, TRAINED_ON, playlists, 0, replace(QUICK, steps=1))
    tables = tables_of(fitted)
    rng = np.random.default_rng(0)
    songs = Songs(rng.standard_normal((800, 112)).astype(np.float16), tracks.artist_keys, hash_words(tracks), tables)
    settings = Settings(dim=8, hidden=16, dropout=NO_DROPOUT)
    batch = Batches(songs, playlists, NO_DROPOUT, rng).draw(4, 6)
    weights = _initial(settings, rng)
    batch = Batch(batch.dense.astype(np.float64), batch.words, batch.columns, batch.positive, batch.allowed)
    weights = Weights({k: v.astype(np.float64) for k, v in weights.dense.items()}, weights.words, weights.word_squares)
    gradients, _, _ = _gradients(weights, batch, settings, rng)
    step = 1e-5
    for name in ("w1", "b1", "w2", "skip"):
        at = tuple(size // 2 for size in weights.dense[name].shape)
        ends = []
        for sign in (1, -1):
            weights.dense[name][at] += sign * step
            ends.append(_gradients(weights, batch, settings, rng)[2])
            weights.dense[name][at] -= sign * step
        assert gradients[name][at] == pytest.approx((ends[0] - ends[1]) / (2 * step), rel=1e-2, abs=1e-5), name


def test_contrast_is_lowest_when_those_that_belong_together_lie_together():
    together = np.array([[1, 0], [1, 0], [0, 1], [0, 1]], np.float32)
    apart = together[[0, 2, 1, 3]]
    allowed = ~np.eye(4, dtype=bool)
    positive = np.array([[0, 1, 0, 0], [1, 0, 0, 0], [0, 0, 0, 1], [0, 0, 1, 0]], np.float32)
    assert _contrast(together, positive, allowed, 0.1)[1] < 0.01 < _contrast(apart, positive, allowed, 0.1)[1]


def test_songs_by_one_artist_are_neither_alike_nor_unlike(planted):
    tracks, playlists = planted
    tables = tables_of(fit_blend(tracks, TRAINED_ON, [], 0))
    songs = Songs(np.zeros((800, 112), np.float16), tracks.artist_keys, hash_words(tracks), tables)
    batch = Batches(songs, playlists, NO_DROPOUT, np.random.default_rng(0)).draw(3, 20)
    assert not batch.allowed.diagonal().any()
    assert not batch.positive[~batch.allowed].any()
    np.testing.assert_allclose(batch.positive.sum(axis=1), 1, rtol=1e-5)


def test_turning_the_network_keeps_what_it_says(planted):
    tracks, playlists = planted
    fitted = fit_blend(tracks, TRAINED_ON, playlists, 0, replace(QUICK, dim=16, kept_dim=16))
    network = turn_network(Network.from_tensors(fitted.tensors), fitted.embeddings, 16)
    again = LearntBlend(tables_of(fitted), network).embed(tracks)
    np.testing.assert_allclose(again[:50] @ again[:50].T, fitted.embeddings[:50] @ fitted.embeddings[:50].T, atol=1e-4)


def test_fewer_songs_in_playlists_take_fewer_steps():
    assert settings_for([np.arange(10)] * 10).steps == 200
    assert settings_for([np.arange(100)] * 1_000).steps == Settings.steps


def test_hubness_correction_evens_out_a_planted_hub():
    rng = np.random.default_rng(0)
    centre = np.ones(8)
    songs = rng.standard_normal((400, 8)) + centre
    songs[:10] = centre + 0.05 * rng.standard_normal((10, 8))  # ten songs in the middle of all
    unit = (songs / np.linalg.norm(songs, axis=1, keepdims=True)).astype(np.float32)
    none = np.zeros(400, np.float32)
    corrected = hubness_correction(unit, none, 0)
    assert measure_hubness(unit, corrected) < 0.6 * measure_hubness(unit, none)


def test_grid_ranks_equal_values_alike_and_passes_over_the_unknown():
    grid, ranks = quantile_grid(np.array([3, 1, 1, np.nan, 2], np.float32))
    np.testing.assert_array_equal(grid[:3], [1, 2, 3])
    np.testing.assert_allclose(ranks[:3], [0.25, 0.625, 0.875])
    assert np.isinf(grid[3:]).all()


def test_a_word_of_one_song_weighs_nothing_and_a_rare_one_more_than_a_common_one(planted):
    tracks, _ = planted
    titles = ["rare", "rare", *["common"] * 700, *["once"], *[""] * 97]
    words = hash_words(replace(tracks, titles=titles, artists=[""] * 800))
    weights = word_weights(words)
    rare, common, once = (weights[words.buckets[words.start[i]]] for i in (0, 2, 702))
    assert once == 0 < common < rare


@pytest.mark.parametrize("groups", ["playlists", "none"])
def test_a_song_of_the_catalogue_given_as_new_lands_where_it_lies(catalogue, groups):
    tracks = catalogue_tracks(catalogue)
    playlists = [np.arange(12)] * FEWEST_GROUPS if groups == "playlists" else []
    fitted = fit_blend(tracks, TRAINED_ON, playlists, 0, replace(QUICK, steps=5))
    space = fitted.space(catalogue)
    track = catalogue.track(3)
    song = NewSong(catalogue.features[3], catalogue.years[3], track.artist, track.title, track.album or "")
    np.testing.assert_allclose(space.embed(song), space.embeddings[3], atol=1e-5)
    stranger = replace(song, artist="Nobody Known", year=float("nan"))
    assert np.isfinite(space.embed(stranger)).all()


@pytest.mark.parametrize("groups", ["playlists", "none"])
def test_shares_add_up_and_name_every_input(catalogue, groups):
    tracks = catalogue_tracks(catalogue)
    playlists = [np.arange(12)] * FEWEST_GROUPS if groups == "playlists" else []
    fitted = fit_blend(tracks, TRAINED_ON, playlists, 0, replace(QUICK, steps=5))
    space = fitted.space(catalogue)
    point, rows = space.combine(space.embeddings[[1, 4]], space.embeddings[[7]]), np.arange(12)
    shares = space.shares(point, rows)
    assert space.inputs == (*INPUTS, "hubness")
    np.testing.assert_allclose(shares.sum(axis=1), space.scores(point, rows) - space.average_score(point), atol=1e-4)
    assert (np.abs(shares).sum(axis=0)[:9] > 0).all()


def test_same_playlist_precision_by_hand():
    # Four songs by four artists, two playlists, one dimension: 0 and 1 lie together, and so do 2 and 3.
    vectors = np.zeros((24, 2), np.float32)
    vectors[:12, 0] = vectors[12:, 1] = 1
    artists = np.arange(24)
    assert same_playlist_precision(vectors, vectors, artists, [np.arange(12), np.arange(12, 24)]) == 1.0
    mixed = [np.arange(0, 24, 2), np.arange(1, 24, 2)]
    assert same_playlist_precision(vectors, vectors, artists, mixed) == pytest.approx(0.5, abs=0.06)
    one_artist = np.zeros(24, np.int64)
    one_artist[12:] = np.arange(12) + 1
    songs = [np.arange(12), np.arange(12, 24)]
    assert same_playlist_precision(vectors, vectors, one_artist, songs) < 0.6  # the artist's own songs do not count


def test_playlists_are_split_without_overlap():
    playlists = [np.array([i]) for i in range(10)]
    split = split_playlists(playlists, 3)
    assert sorted(int(p[0]) for p in split.train + split.test) == list(range(10))
    assert len(split.test) == 5


@pytest.mark.slow
def test_on_the_demo_world_the_blend_learnt_what_audio_cannot_tell(demo):
    spaces, playlists = demo.need_songs().spaces, read_playlists(demo.bundle)
    found = precision_of_spaces(demo.catalogue, spaces, FEATURE_NAMES, playlists, seed=0)
    assert found["blend"] > 1.4 * found["audio"] > 1.4 * found["random"]
    assert found["blend"] > found["plain"] > found["audio"]


@pytest.mark.slow
def test_the_blend_has_fewer_hubs_than_without_its_correction(demo):
    space = demo.need_songs().spaces["blend"]
    queries, dim = query_vectors(space), space.embeddings.shape[1]
    skews = []
    for items in (space.search_vectors(), np.column_stack([space.embeddings, np.zeros(len(queries))])):
        scores = queries @ items.T
        np.fill_diagonal(scores, -np.inf)
        skews.append(hubness_skew(np.argpartition(-scores, 10, axis=1)[:, :10], len(items)))
    assert dim == 31
    assert skews[0] < skews[1]


@pytest.mark.slow
def test_playlists_of_a_bundle_are_rows_of_its_catalogue(demo_path, demo):
    playlists = read_playlists(Bundle.open(demo_path))
    assert len(playlists) > 100
    assert all(playlist.max() < len(demo.catalogue) for playlist in playlists)
