"""What the tab "Playlist" makes of the songs, and what it says, without a browser."""

from dataclasses import replace

import pytest

from recsys.heard_songs import HeardSongs
from recsys.playlist_doctor import MOST_SONGS, DoctorOptions, check_playlist
from recsys.ui import playlist_findings as findings
from recsys.ui.order_view import energy_lines, order_table, smoother, smoothness_table
from recsys.ui.playlist_edits import added, all_placed, chips_of, in_order, only_version, placed, songs_on, without
from recsys.ui.playlist_work import Checked, changed, checked, edited, show
from tests.contract import make_catalogue
from tests.planted_playlists import of_kind, playlist_catalogue, playlist_songs

HTML = "<img src=x onerror=alert(1)>"
FOLK, METAL = of_kind("folk"), of_kind("metal")


@pytest.fixture(scope="module")
def songs():
    return playlist_songs(playlist_catalogue())


@pytest.fixture(scope="module")
def given():
    """Songs of a kind, with a stranger and, behind all others, another version of the first."""
    return [*FOLK[:1], *FOLK[2:12], METAL[20], FOLK[1]]


@pytest.fixture(scope="module")
def found(songs, given):
    return check_playlist(songs, given, DoctorOptions(k=5))


# Edits


@pytest.mark.parametrize("value", [None, "t1", 7, {"track_id": "t1"}, [None, "t1", {}, {"track_id": 3}]])
def test_what_is_no_playlist_has_no_songs(value):
    assert songs_on(value) == []


def test_a_playlist_has_each_song_once():
    value = [{"track_id": "t1", "label": "x"}, {"track_id": "t0"}, {"track_id": "t1"}]
    assert songs_on(value) == ["t1", "t0"]


def test_a_playlist_that_is_too_long_is_seen_to_be():
    assert len(songs_on([{"track_id": str(i)} for i in range(2 * MOST_SONGS)])) == MOST_SONGS + 1


def test_songs_go_to_the_page_each_once_with_their_names():
    assert chips_of(make_catalogue(3), ["t2", "t0", "t2"]) == [
        {"track_id": "t2", "label": "Title 2 – Artist 2", "spotify": ""},
        {"track_id": "t0", "label": "Title 0 – Artist 0", "spotify": ""},
    ]


def test_what_is_there_keeps_its_place_when_songs_are_added():
    assert added(["a", "b"], ["c", "a", "c", "d"]) == ["a", "b", "c", "d"]


def test_a_song_is_taken_out():
    assert without(["a", "b", "c"], "b") == ["a", "c"] and without(["a"], "z") == ["a"]


def test_of_several_versions_one_is_kept_where_it_stands():
    catalogue = make_catalogue(6, version_group=[0, 1, 0, 3, 0, 5])
    assert only_version(catalogue, ["t0", "t1", "t2", "t3", "t4"], "t2") == ["t1", "t2", "t3"]


@pytest.mark.parametrize(("behind", "expected"), [(None, "xab"), ("a", "axb"), ("b", "abx"), ("gone", "abx")])
def test_a_song_is_placed_behind_another(behind, expected):
    assert "".join(placed(["a", "b"], "x", behind)) == expected


def test_a_song_that_is_there_moves_when_it_is_placed():
    assert placed(["x", "a", "b"], "x", "a") == ["a", "x", "b"]


def test_of_songs_with_one_place_the_first_stands_nearest():
    assert all_placed(["a", "b"], {"x": "a", "y": "a", "z": None}) == ["z", "a", "x", "y", "b"]


def test_songs_unknown_to_an_order_come_last_and_those_gone_do_not_return():
    assert in_order(["n", "a", "b", "c"], ["c", "gone", "a", "b"]) == ["c", "a", "b", "n"]


def test_buttons_of_rows_edit_the_playlist(songs, found, given):
    was, catalogue = checked(given, found), songs.catalogue
    new, behind = was.places[0]
    assert edited(catalogue, was, given, "add", new) == placed(given, new, behind) != given
    assert edited(catalogue, was, given, "out", METAL[20]) == without(given, METAL[20])
    assert edited(catalogue, was, given, "keep", FOLK[1]) == given[1:]


@pytest.mark.parametrize(
    ("action", "track_id"), [("add", "t7"), ("keep", "gone"), ("out", "gone"), ("", ""), ("x", "t0")]
)
def test_a_button_that_nobody_drew_changes_nothing(songs, found, given, action, track_id):
    assert edited(songs.catalogue, checked(given, found), given, action, track_id) == given


def test_an_added_song_stands_where_the_new_order_has_room_for_it(songs, found, given):
    was = checked(given, found)
    order = list(was.order)
    for one in (*found.bridges, *found.additions):
        track_id = one.scored.track.track_id
        assert placed(order, track_id, dict(was.places)[track_id]).index(track_id) == one.after


def test_adding_all_and_the_new_order_leave_a_playlist_without_the_gaps(songs, found, given):
    was = checked(given, found)
    full = all_placed(in_order(given, was.order), dict(was.places))
    assert set(full) == {*given, *dict(was.places)} and len(full) == len(set(full))


# A playlist that changes elsewhere


def told(update):
    return update if isinstance(update, str) else ""


def test_a_playlist_that_was_looked_at_is_not_called_changed():
    state, *_ = changed(Checked(("a", "b")), [{"track_id": "a"}, {"track_id": "b"}])
    assert state == ""


def test_a_playlist_that_changed_since_says_so_and_keeps_its_answer():
    state, summary, parts, example = changed(Checked(("a",)), [{"track_id": "b"}])
    assert "Check it again" in state and not told(summary) and "visible" not in parts
    assert example["visible"] is False


def test_an_empty_playlist_teaches():
    state, summary, parts, example = changed(Checked(("a",)), [])
    assert state == "" and "The playlist is empty." in summary
    assert parts["visible"] is False and example["visible"] is True


def test_songs_that_were_not_looked_at_are_counted():
    assert "1 song is on the playlist." in changed(Checked(), [{"track_id": "a"}])[1]
    assert "2 songs are on the playlist." in changed(Checked(), [{"track_id": "a"}, {"track_id": "b"}])[1]


# What was found, in words


def test_the_stranger_is_named_with_why(found):
    said = findings.misfits(found.misfits)
    misfit = next(one for one in found.misfits if one.scored.track.track_id == METAL[20])
    assert misfit.scored.track.title in said and misfit.scored.why in said
    assert f"Place 12 · {misfit.better:.0%} of the catalogue would fit better" in said
    assert f'data-track="{METAL[20]}" data-action="out"' in said


def test_few_songs_and_fitting_songs_are_told_apart(found):
    assert "With 4 different songs and more" in findings.misfits([])
    assert "Nothing stands out" in findings.misfits([replace(one, outlier=False) for one in found.misfits])


def test_songs_with_little_in_common_are_not_said_to_fit(found):
    motley = [replace(one, outlier=False, better=0.4) for one in found.misfits]
    assert "little in common" in findings.misfits(motley)
    assert "every song fits" not in findings.summary(replace(found, misfits=tuple(motley)))
    alike = tuple(replace(one, outlier=False, better=0.01) for one in found.misfits)
    assert "every song fits" in findings.summary(replace(found, misfits=alike))


def test_each_version_can_be_kept(found):
    said = findings.repeats(found.repeats)
    assert said.count('data-action="keep"') == 2 and "2 versions of" in said
    assert "Place 1" in said and "Place 13" in said
    assert "No song is there in two versions." in findings.repeats([])


def test_each_song_to_add_names_its_place(found):
    said = findings.gaps(found)
    assert said.count('data-action="add"') == len(found.bridges) + len(found.additions) >= 5
    behind = findings.before(found, found.additions[0])
    assert behind is None or behind.title in said
    assert "No song was found to add." in findings.gaps(replace(found, bridges=(), additions=()))


def test_the_summary_counts_what_there_is_to_do(found):
    said = findings.summary(found)
    odd = sum(one.outlier for one in found.misfits)
    assert f"<li>{odd} song" in said and "1 song in several versions" in said
    assert f"{smoother(found.smoothness)}% smaller jumps" in said
    leaning = found.leanings[0]
    assert leaning[1:].replace(">", "&gt;") in said
    assert "like the catalogue as a whole" in findings.summary(replace(found, leanings=()))


HEARD = HeardSongs(("t0", "t4", "t4"), "lines of songs", 5, {"artist and title": 3}, (("X – y", 2),), 1, ("A note.",))


def test_the_account_counts_names_and_says_what_is_kept_once():
    said = findings.account_of(HEARD, 2)
    assert "Read as lines of songs." in said and "A note." in said
    assert "3 of 5 songs are in this catalogue (3 by artist and title)." in said
    assert "1 were there more than once and are kept once." in said
    assert 'Not here: <span translate="no">X – y</span>.' in said
    assert "Of 700 songs the first 500 are taken." in findings.account_of(HEARD, 700)


def test_titles_stay_text(songs, found):
    assert HTML not in findings.account_of(replace(HEARD, unmatched=((HTML, 1),)), 2)
    step = found.order[0]
    said = order_table([replace(step, track=replace(step.track, title=HTML, artists=HTML))])
    assert HTML not in said and "&lt;img" in said


# The order


def test_the_order_says_what_changes_from_song_to_song(found):
    said = order_table(found.order)
    assert said.count('data-do="play"') == len(found.order) and said.count("It begins.") == 1
    for step in found.order[1:]:
        assert step.transition in said
    known = [step for step in found.order if step.key]
    assert known and all(step.key in said for step in known)


@pytest.mark.parametrize(("jump", "word"), [(0.4, "smooth"), (0.5, "noticeable"), (0.8, "rough"), (2.0, "rough")])
def test_a_jump_has_a_word(found, jump, word):
    assert f'<b class="jump {word}">{word}</b>' in order_table([replace(found.order[1], jump=jump)])


def test_what_is_unknown_is_said_to_be(found):
    step = replace(found.order[1], energy=None, tempo=None, key=None)
    assert order_table([step]).count("unknown") == 3


def test_a_smoother_order_is_measured():
    both = {"given": {"total": 0.8, "tempo": 0.5}, "proposed": {"total": 0.6, "tempo": 0.25}}
    assert smoother(both) == 25
    said = smoothness_table(both)
    assert "25% smaller jumps" in said and "0.80" in said and "0.25" in said and "Key" not in said


@pytest.mark.parametrize("both", [{}, {"given": {}, "proposed": {}}])
def test_one_song_has_no_jumps(both):
    assert smoother(both) == 0 and smoothness_table(both) == ""


def test_an_order_that_is_best_already_is_not_called_better():
    both = {"given": {"total": 0.5}, "proposed": {"total": 0.55}}
    assert smoother(both) == 0 and "as smooth as it can be already" in smoothness_table(both)


def test_lines_of_energy_go_from_song_to_song(songs):
    tracks = [songs.catalogue.track(row) for row in range(3)]
    figure = energy_lines(
        list(zip(tracks, (0.1, 0.9, 0.5), strict=True)), list(zip(tracks, (0.1, 0.5, 0.9), strict=True))
    )
    assert [trace.name for trace in figure.data] == ["as it is", "proposed"]
    assert list(figure.data[1].y) == pytest.approx([10, 50, 90]) and list(figure.data[1].x) == [1, 2, 3]


def test_everything_found_is_shown(songs, found, given):
    assert len(show(songs.catalogue, given, found)) == 9
