"""Orders of small playlists, beside what looking at every order finds."""

from itertools import permutations

import numpy as np
import pytest
from scipy.stats import spearmanr

from recsys import playlist_order
from recsys.playlist_jumps import Jumps, key_gap, key_name, mean_jump, measure_jumps, tempo_gap, wheel
from recsys.playlist_order import ARCS, best_order
from tests.contract import make_catalogue
from tests.planted_playlists import SONGS, playlist_catalogue, playlist_songs

NAN = float("nan")


@pytest.fixture(scope="module")
def catalogue():
    return playlist_catalogue()


@pytest.fixture(scope="module")
def embeddings(catalogue):
    return playlist_songs(catalogue).spaces["blend"].embeddings


def on_a_line(places, together=()):
    """Jumps of songs that stand on a line."""
    places = np.asarray(places, float)
    total = np.abs(places[:, None] - places)
    pairs = np.zeros(total.shape, bool)
    for a, b in together:
        pairs[a, b] = pairs[b, a] = True
    return Jumps({"tempo": total}, total, pairs)


def standard(values):
    return (values - values.mean()) / values.std()


@pytest.mark.parametrize(
    ("before", "after", "octaves"),
    [(120, 120, 0), (60, 120, 0), (240, 60, 0), (100, 110, np.log2(1.1)), (100, 100 * 2**0.5, 0.5)],
)
def test_a_beat_twice_as_fast_is_the_same_beat(before, after, octaves):
    assert tempo_gap(np.array([before]), np.array([after]))[0] == pytest.approx(octaves, abs=1e-9)
    assert tempo_gap(np.array([after]), np.array([before]))[0] == pytest.approx(octaves, abs=1e-9)


# Key by Spotify's number and mode, and its name on DJs' wheel, by the published chart
CHART = [
    (0, 1, "C major (8B)"), (7, 1, "G major (9B)"), (2, 1, "D major (10B)"), (5, 1, "F major (7B)"),
    (11, 1, "B major (1B)"), (4, 1, "E major (12B)"), (6, 1, "F♯ major (2B)"), (1, 1, "D♭ major (3B)"),
    (9, 0, "A minor (8A)"), (4, 0, "E minor (9A)"), (2, 0, "D minor (7A)"), (11, 0, "B minor (10A)"),
    (8, 0, "A♭ minor (1A)"), (1, 0, "D♭ minor (12A)"), (3, 0, "E♭ minor (2A)"), (0, 0, "C minor (5A)"),
]  # fmt: skip


def test_keys_are_named_as_the_chart_has_them():
    keys, modes, names = zip(*CHART, strict=True)
    places = wheel(make_catalogue(len(CHART), key=keys, mode=modes))
    assert [key_name(place) for place in places.tolist()] == list(names)


@pytest.mark.parametrize(("key", "mode"), [(None, 1), (3, None), (None, None), (-1, 1)])
def test_half_a_key_is_none(key, mode):
    place = wheel(make_catalogue(1, key=[key], mode=[mode]))
    assert np.isnan(place[0]) and key_name(float(place[0])) is None


@pytest.mark.parametrize(
    ("before", "after", "steps"),
    [((0, 1), (7, 1), 1), ((0, 1), (9, 0), 1), ((0, 1), (5, 1), 1), ((0, 1), (6, 1), 6), ((0, 1), (3, 0), 7)],
)
def test_steps_on_the_circle_of_fifths(before, after, steps):
    places = wheel(make_catalogue(2, key=[before[0], after[0]], mode=[before[1], after[1]]))
    assert key_gap(places[:1], places[1:])[0] == key_gap(places[1:], places[:1])[0] == steps


def test_chance_is_one(catalogue, embeddings):
    jumps = measure_jumps(catalogue, embeddings, np.arange(SONGS))
    apart = ~np.eye(SONGS, dtype=bool)
    for name, part in jumps.parts.items():
        assert part[apart].mean() == pytest.approx(1, abs=0.05), name
        assert part == pytest.approx(part.T, abs=1e-6)


def test_what_is_unknown_counts_as_chance():
    songs = make_catalogue(4, tempo=[100, None, 100, 140], energy=[None] * 4, key=[0, 0, None, 7], mode=[1, 1, 1, 1])
    parts = measure_jumps(songs, np.eye(4, dtype=np.float32), np.arange(4)).parts
    assert parts["tempo"][0, 1] == 1 and parts["tempo"][0, 2] == 0
    assert parts["key"][0, 2] == 1 and parts["key"][0, 1] == 0
    assert np.isfinite(parts["energy"]).all()


@pytest.mark.parametrize("arc", ARCS)
@pytest.mark.parametrize("n", [1, 2, 3, 4, 30])
def test_every_song_has_one_place(catalogue, embeddings, arc, n):
    rows = np.arange(0, 5 * n, 5)
    order = best_order(measure_jumps(catalogue, embeddings, rows), catalogue.features[rows, 1], arc)
    assert sorted(order.tolist()) == list(range(n))


@pytest.mark.parametrize("seed", range(8))
def test_small_playlists_are_as_smooth_as_any_order_or_nearly(seed):
    rng = np.random.default_rng(seed)
    where = rng.normal(size=(7, 3))
    total = np.linalg.norm(where[:, None] - where, axis=2)
    found = mean_jump(
        Jumps({}, total, np.zeros((7, 7), bool)), best_order(Jumps({}, total, total < 0), where[:, 0], "smooth")
    )
    lengths = [total[list(p[:-1]), list(p[1:])].mean() for p in permutations(range(7)) if p[0] < p[-1]]
    assert found["total"] <= 1.1 * min(lengths)
    assert found["total"] < np.mean(lengths)


def test_songs_on_a_line_are_put_on_the_line():
    places = np.random.default_rng(0).permutation(40)
    order = best_order(on_a_line(places), np.zeros(40), "smooth")
    assert sorted(places.tolist()) in (places[order].tolist(), places[order][::-1].tolist())


@pytest.mark.parametrize(("arc", "sign"), [("rising", 1), ("falling", -1)])
def test_energy_keeps_to_its_direction(catalogue, embeddings, arc, sign):
    rows = np.arange(60)
    energy = standard(catalogue.features[rows, 1])
    order = best_order(measure_jumps(catalogue, embeddings, rows), energy, arc)
    assert sign * spearmanr(np.arange(60), energy[order]).statistic > 0.85


def test_the_peak_is_late_and_both_ends_are_calm(catalogue, embeddings):
    rows = np.arange(60)
    energy = standard(catalogue.features[rows, 1])
    order = best_order(measure_jumps(catalogue, embeddings, rows), energy, "peak")
    smoothed = np.convolve(energy[order], np.ones(9) / 9, "valid")
    assert 25 <= smoothed.argmax() + 4 <= 50
    assert energy[order][:8].mean() < energy.mean() and energy[order][-5:].mean() < energy.mean()


@pytest.mark.parametrize("arc", ARCS)
def test_an_order_is_smoother_than_chance(catalogue, embeddings, arc):
    rows = np.random.default_rng(2).permutation(SONGS)[:50]
    jumps = measure_jumps(catalogue, embeddings, rows)
    order = best_order(jumps, standard(catalogue.features[rows, 1]), arc)
    assert mean_jump(jumps, order)["total"] < 0.75 * mean_jump(jumps, np.arange(50))["total"]


def test_one_artist_does_not_follow_himself_where_it_can_be_helped():
    together = [(0, 1), (2, 3), (4, 5)]  # neighbours on the line, by one artist each
    order = best_order(on_a_line([0, 0.1, 1, 1.1, 2, 2.1], together), np.zeros(6), "smooth")
    follow = {frozenset(pair) for pair in zip(order[:-1].tolist(), order[1:].tolist(), strict=True)}
    assert not follow & {frozenset(pair) for pair in together}


def test_an_unknown_energy_fits_anywhere():
    energy = np.array([-1, NAN, 0, 1, NAN, 2])
    order = best_order(on_a_line([0, 0.5, 1, 2, 2.5, 3]), energy, "rising")
    assert order.tolist() == [0, 1, 2, 3, 4, 5]
    assert sorted(best_order(on_a_line(range(3)), np.full(3, NAN), "peak").tolist()) == [0, 1, 2]


@pytest.mark.parametrize("arc", ARCS)
def test_no_single_move_makes_an_order_better(catalogue, embeddings, arc):
    """The end of a local search: neither moving one song nor turning a stretch round costs less."""
    rows = np.random.default_rng(5).permutation(SONGS)[:14]
    jumps = measure_jumps(catalogue, embeddings, rows)
    energy = standard(catalogue.features[rows, 1])
    costs = jumps.total + playlist_order._SAME_ARTIST * jumps.together
    places = playlist_order._ARC * playlist_order._off_the_arc(energy, arc)

    def cost(order):
        return costs[order[:-1], order[1:]].sum() + places[order, np.arange(len(order))].sum()

    order = best_order(jumps, energy, arc)
    for a in range(14):
        for b in range(14):
            rest = np.delete(order, a)
            assert cost(np.insert(rest, b, order[a])) >= cost(order) - 1e-4
            if a < b:
                turned = order.copy()
                turned[a : b + 1] = turned[a : b + 1][::-1]
                assert cost(turned) >= cost(order) - 1e-4


def test_one_song_has_no_jump():
    assert mean_jump(on_a_line([1]), np.array([0])) == {}
