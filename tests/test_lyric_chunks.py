"""Lyrics in vibe search: cut, embedded, given themes, and found by what they speak of."""

from typing import Any

import numpy as np
import pytest

from recsys.errors import BundleError
from recsys.fast_index import FastIndex, fit_codes
from recsys.lyric_chunks import LyricChunks
from recsys.vibe_search import VibeOptions
from tests.planted_vibes import PlantedEncoder, planted_catalogue, search_over
from train.vibe.encode import Embedder
from train.vibe.lyric_chunks import THEMES, cut, lyric_chunks, read_sung

FILLER = "and then we were walking over there for hours"
SEA = ("ship ocean waves", "salt sailors anchor")
AT_SEA = (50, 160, 330)  # not all by one artist


# Cutting


def test_a_chunk_is_whole_lines_of_about_fifty_words():
    lines = [f"{FILLER} {i}" for i in range(20)]
    chunks = cut(lines)
    assert len(chunks) == 4
    for chunk in chunks:
        assert 50 <= len(chunk.split()) <= 60
        assert all(line in lines for line in chunk.split(", "))
    assert chunks[0].startswith(lines[0]) and len({chunk for chunk in chunks}) == 4


def test_a_long_lyric_is_read_to_its_end():
    lines = [f"{FILLER} {i}" for i in range(500)]
    assert cut(lines)[-1].endswith("499") and len(cut(lines)) == 4


def test_what_repeats_counts_once_where_it_stands_first():
    assert cut(["Chorus line", "verse one", "chorus line!", "verse two"]) == ["Chorus line, verse one, verse two"]


@pytest.mark.parametrize("lines", [["one line"], ["a"] * 1000])
def test_a_short_lyric_is_one_chunk(lines):
    assert len(cut(lines)) == 1


# Themes, by an encoder to which a word says nothing of another


def embedder(kept):
    encoder: Any = PlantedEncoder()
    return Embedder(encoder, kept, 1)


def test_themes_are_those_whose_words_are_sung(tmp_path):
    lines = {
        row: [THEMES[theme].split(", ")[0], f"number {row}"] for row, theme in enumerate(["faith", "money", "the sea"])
    }
    lines |= {row: [f"{row} {row + 1000} {row + 2000}"] for row in range(3, 60)}
    themes = read_sung(lines, embedder(tmp_path), 4, 0).themes_of_tracks()
    assert [themes[row][0] for row in range(3)] == ["faith", "money", "the sea"]


def test_a_track_has_at_most_two_themes_the_one_of_most_chunks_first(tmp_path):
    faith, money, sea = ([THEMES[theme]] * 1 for theme in ("faith", "money", "the sea"))
    verse = [f"{word} {FILLER}" for word in "abcdefg"]
    lines = {0: [*faith, *verse, *money, *verse, *sea]} | {row: [f"{row} {row + 1000}"] for row in range(1, 60)}
    themes = read_sung(lines, embedder(tmp_path), 4, 0).themes_of_tracks()
    assert len(themes[0]) <= 2


# Searching


@pytest.fixture(scope="module")
def vibe(tmp_path_factory):
    """The planted songs; every tenth has a lyric, three of them of the sea."""
    kept = tmp_path_factory.mktemp("kept")
    lines = {row: [f"{FILLER} {row}", f"nothing {row} happens {row + 1}"] for row in range(0, 400, 10)}
    lines |= {row: list(SEA) for row in AT_SEA}
    sung = read_sung(lines, embedder(kept), 4, 0)
    return search_over(planted_catalogue(), kept, chunks=lyric_chunks(sung, 400))


def ids(found):
    return {result.track.track_id for result in found}


@pytest.mark.parametrize(
    "text", ["ocean waves and a ship", "songs about an ocean, ship and anchor", "sailors, salt, ship"]
)
def test_songs_are_found_by_what_they_sing(vibe, text):
    found = vibe.search(text, 10)
    assert {f"t{row}" for row in AT_SEA} <= ids(found)
    reasons = [reason for result in found[:10] for reason in result.reasons if reason.feature == "lyrics"]
    assert len(reasons) >= 3 and all("lyrics" in reason.phrase and reason.share > 0 for reason in reasons)


def test_lyrics_count_more_where_they_are_asked_for(vibe):
    def share(text):
        return max(r.share for result in vibe.search(text, 10) for r in result.reasons if r.feature == "lyrics")

    assert share("about ship ocean waves salt") == pytest.approx(3 * share("ship ocean waves salt"), rel=0.3)


def test_conditions_hold_for_what_is_found_by_its_lyrics(vibe):
    year = vibe.catalogue.track(160).year
    found = vibe.search(f"ocean waves and a ship, {year}", 5)
    assert {result.track.year for result in found} == {year} and "t160" in ids(found)
    assert "t50" not in ids(vibe.search("ocean waves and a ship", 10, VibeOptions(exclude=("t50",))))


def test_a_song_without_lyrics_has_none_among_its_reasons(vibe):
    for result in vibe.search("sad songs of the ocean", 50):
        if int(result.track.track_id[1:]) % 10:
            assert all(reason.feature != "lyrics" for reason in result.reasons)


# The arrays of a bundle


def chunks(rows, spoken, themes=("rain",), n_tracks=5):
    vectors = np.eye(16, dtype=np.float16)[: len(rows)]
    index = FastIndex(vectors, *fit_codes(vectors, 0))
    return LyricChunks(index, np.array(rows, np.int32), np.array(spoken, np.int8), themes, n_tracks)


def test_each_track_comes_once_with_its_closest_chunk():
    found = chunks([1, 3, 3], [-1, -1, 0]).closest(np.array([0.5, 0.2, 0.9, 0], np.float32), 3)
    assert found.rows.tolist() == [1, 3] and found.themes == ["", "rain"]
    np.testing.assert_allclose(found.scores, [0.5, 0.9], rtol=1e-3)


def test_a_mask_of_tracks_is_kept():
    mask = np.array([True, False, True, True, True])
    assert chunks([1, 3, 3], [-1, -1, 0]).closest(np.ones(4, np.float32), 3, mask).rows.tolist() == [3]
    nothing = chunks([1, 3, 3], [-1, -1, 0]).closest(np.ones(4, np.float32), 3, np.zeros(5, np.bool_))
    assert nothing.rows.tolist() == [] and nothing.themes == []


@pytest.mark.parametrize(
    ("rows", "spoken", "what"),
    [
        ([1, 5], [0, 0], "5 tracks"),
        ([-1, 2], [0, 0], "5 tracks"),
        ([1], [0, 0], "5 tracks"),
        ([1, 2], [0, 1], "themes"),
    ],
)
def test_arrays_that_do_not_belong_together_are_a_clear_error(rows, spoken, what):
    with pytest.raises(BundleError, match=what):
        chunks(rows, spoken)
