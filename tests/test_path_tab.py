"""What the tab "Path" says and draws, without a browser."""

import re
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from recsys.capabilities import Capabilities
from recsys.errors import InvalidQueryError
from recsys.genre_songs import GenreSongs
from recsys.results import ScoredTrack
from recsys.song_path import PathOptions, Step
from recsys.ui.options import space_choices
from recsys.ui.path import example_pair, options_of, show, start_html, step_bars
from recsys.ui.path_pictures import course_words, courses, way_map
from recsys.ui.well_known import well_known
from tests.contract import hand_made, make_catalogue, random_catalogue
from tests.test_song_path import planted


@pytest.fixture(scope="module")
def catalogue():
    return random_catalogue(600)


@pytest.fixture(scope="module")
def loaded(catalogue):
    nothing: Any = SimpleNamespace()
    return Capabilities(
        nothing, catalogue, nothing, hand_made(catalogue), None, None, GenreSongs(catalogue), None, None
    )


def find(loaded, **changes):
    return show(loaded, "t0", "t1", replace(PathOptions(space="audio", per_artist=0), **changes))


def test_the_list_has_a_row_a_song_and_a_bar_a_step(loaded):
    html, *_ = find(loaded, steps=7)
    assert html.count('class="number"') == 7
    assert html.count('class="step-bar"') == 6
    assert "7 songs from Title 0 to Title 1</caption>" in re.sub(r"<(?!/caption)[^>]*>", "", html)
    assert "number" not in re.search("<caption>.*?</caption>", html)[0]


def test_another_way_says_that_it_is_one_and_can_be_left(loaded):
    best, other = find(loaded), find(loaded, seed=3)
    assert "(another way, number 3)" in other[0]
    assert other[0] != best[0]
    assert best[5]["visible"] is False and other[5]["visible"] is True


def test_leaps_longer_than_the_whole_way_come_with_a_note(loaded):
    aside = planted([(0, 0, 0), (1, 0, 0), (0.5, 5, 0)])
    there = replace(loaded, catalogue=aside.catalogue, songs=aside)
    html = find(there, steps=3, space="latent")[0]
    assert "some steps are longer than the whole way" in html
    assert html.count("Step: 502%") == 2
    assert "some steps are longer" not in find(loaded)[0]


def test_the_longest_step_fills_its_bar_and_the_others_are_to_scale(catalogue):
    steps = [Step(ScoredTrack(catalogue.track(row), 0.0), jump, 0.0) for row, jump in enumerate((0.0, 0.2, 0.4, 0.1))]
    bars = step_bars(steps)
    assert bars[0] == ""
    assert re.findall(r"width:(\d+)%", "".join(bars)) == ["50", "100", "25"]


def test_options_come_from_what_the_components_hold():
    assert options_of(2, 12.0, "rising", 3.0, "mood") == PathOptions(12, "mood", "rising", 2, 3)


def test_what_cannot_be_is_said_in_the_cores_words(loaded):
    with pytest.raises(InvalidQueryError, match="same place"):
        show(loaded, "t0", "t0", PathOptions(space="audio"))


@pytest.mark.parametrize(
    ("begin", "end", "words"),
    [
        ([], [], "From which song to which?"),
        (["t0"], [], "Choose a song under “To that song”."),
        ([], ["t0"], "Choose a song under “From this song”."),
    ],
)
def test_what_is_missing_is_asked_for(loaded, begin, end, words):
    html = start_html(loaded, begin, end)
    assert words in html
    assert html.count('class="number"') == (0 if begin or end else 2)


def test_the_example_goes_from_a_calm_well_known_song_to_the_one_furthest_from_it(loaded, catalogue):
    first, last = example_pair(loaded)
    rows = well_known(catalogue, 60)
    points = loaded.songs.spaces[space_choices(loaded)[0][1]].embeddings[rows]
    pair = catalogue.rows([first.track_id, last.track_id])
    assert set(pair.tolist()) <= set(rows.tolist())
    energy = catalogue.numbers("energy")[pair]
    assert energy[0] <= energy[1]
    apart = [np.linalg.norm(points - point, axis=1).max() for point in points]
    here = [points[rows.tolist().index(row)] for row in pair.tolist()]
    assert np.linalg.norm(here[0] - here[1]) == pytest.approx(max(apart))


def test_well_known_songs_are_the_first_of_each_artist():
    catalogue = make_catalogue(6, artist_key=[4, 4, 1, 0, 1, 2])
    assert well_known(catalogue, 3).tolist() == [0, 2, 3]
    assert well_known(catalogue, 9).tolist() == [0, 2, 3, 5]


def test_courses_are_percentiles_and_their_ends_are_told():
    energy, valence, tempo = np.linspace(0.1, 0.9, 5), np.linspace(0.9, 0.1, 5), [100, 110, 120, 130, 140]
    catalogue = make_catalogue(5, energy=energy, valence=valence, tempo=np.float32(tempo), title=["<b>"] * 5)
    rows = np.array([0, 2, 4])
    lines = {line.name: list(line.y) for line in courses(catalogue, rows).data}
    assert lines == {"Energy": [0, 40, 80], "Mood": [80, 40, 0], "Tempo": [0, 40, 80]}
    assert courses(catalogue, rows).data[0].customdata[0][0] == "&lt;b>"
    assert course_words(catalogue, rows) == "Energy 0.10 → 0.90, Mood 0.90 → 0.10, Tempo 100 BPM → 140 BPM."


def test_what_is_not_known_is_neither_drawn_nor_told():
    unknown = make_catalogue(3)
    assert courses(unknown, np.array([0, 1])) is None
    assert course_words(unknown, np.array([0, 1])) == ""
    partly = make_catalogue(3, energy=np.float32([0.2, 0.4, 0.6]))
    assert course_words(partly, np.array([0, 1])) == "Energy 0.20 → 0.40."


def test_the_way_is_on_the_map_in_its_order_and_within_it():
    catalogue = make_catalogue(400)
    places = np.random.default_rng(0).standard_normal((400, 2)).astype(np.float32)
    places[7] = (30, -30)  # far from all others
    axis = {"low": "calmer", "high": "louder", "variance": 0.3}
    clusters: Any = SimpleNamespace(
        catalogue=catalogue, song_map=places, diagnostics=SimpleNamespace(axes=[axis, axis])
    )
    rows = np.array([5, 7, 2])
    figure = way_map(clusters, rows)
    way = figure.data[1]
    assert np.array_equal(np.stack([way.x, way.y], axis=1), places[rows])
    assert list(way.text) == ["1", "2", "3"]
    low, high = figure.layout.xaxis.range
    assert low < places[rows, 0].min() and high > 30
    near = way_map(clusters, np.array([5, 2])).layout.xaxis.range
    assert near[1] < 10, "one song far out does not squeeze all others"
    assert "calmer" in figure.layout.xaxis.title.text and "30%" not in figure.layout.xaxis.title.text


def test_without_clusters_there_is_no_map(loaded):
    _, about, _, on_map, *_ = find(loaded)
    assert on_map["visible"] is False
    assert "song map" not in about
