"""What the page, `gr.api` and REST are answered on playlists, over a bundle that holds only some capabilities."""

from dataclasses import replace
from typing import Any, cast

import pytest

from recsys.errors import CapabilityMissingError, InvalidQueryError
from recsys.loading import Capabilities
from recsys.playlist_handlers import export_playlist, group_blend, playlist_doctor
from recsys.playlist_schemas import DoctorRequest, ExportRequest, GroupRequest
from tests.planted_follow import by_hand, follow_catalogue
from tests.planted_playlists import of_kind, playlist_catalogue, playlist_songs

NOTHING = cast(Any, None)
PROBLEMS = {"song_to_song": "There is no song-to-song here.", "user_history": "There is no history model here."}


def capabilities(catalogue, **parts):
    given = {name: None for name in ("songs", "clusters", "tagger", "vibe", "history")} | parts
    return Capabilities(NOTHING, catalogue, NOTHING, genre_songs=NOTHING, problems=PROBLEMS, **given)


@pytest.fixture(scope="module")
def loaded():
    catalogue = playlist_catalogue()
    return capabilities(catalogue, songs=playlist_songs(catalogue))


def asked(request, **fields):
    return request.model_validate(fields)


def line(catalogue, track_id):
    track = catalogue.track(catalogue.row(track_id))
    return f"{track.artist} – {track.title}"


def test_a_pasted_playlist_is_read_and_what_is_unknown_is_listed(loaded):
    home = of_kind("folk")[:6]
    text = "\n".join([*(line(loaded.catalogue, i) for i in home), "Nobody – Nothing", line(loaded.catalogue, home[0])])
    answer = playlist_doctor(loaded, asked(DoctorRequest, playlist=text, k=2))
    assert (answer.format, answer.plays, answer.unmatched_songs) == ("lines of songs", 8, 1)
    assert [one.song for one in answer.unmatched] == ["Nobody – Nothing"]
    assert sorted(step.track.track_id for step in answer.order) == sorted(home)
    assert [repeat.positions for repeat in answer.repeats if not repeat.versions] == [[1, 7]] or answer.repeats
    assert len(answer.additions) == 2 and answer.additions[0].song.reasons


@pytest.mark.parametrize("format_", ["csv", "m3u8", "jspf", "links"])
def test_an_exported_playlist_is_read_by_the_doctor(loaded, format_):
    home = [track_id for track_id in of_kind("disco") if int(track_id[1:]) % 10 != 9][:8]
    file = export_playlist(loaded, asked(ExportRequest, track_ids=home, format=format_, title="Café"))
    assert file.name.startswith("cafe.") and file.left_out == []
    answer = playlist_doctor(loaded, asked(DoctorRequest, playlist=file.text, k=0))
    assert sorted(step.track.track_id for step in answer.order) == sorted(home)


def test_the_doctor_needs_song_to_song(loaded):
    with pytest.raises(CapabilityMissingError, match="There is no song-to-song here"):
        playlist_doctor(replace(loaded, songs=None), asked(DoctorRequest, playlist=["t1"]))


LISTENERS = [
    {"name": " Ana\n", "history": [*of_kind("folk")[:5], "Nobody – Nothing", "Nobody – Nothing"]},
    {"history": of_kind("metal")[:5]},
]


def test_without_a_model_of_histories_tastes_are_read_from_the_sound_and_that_is_said(loaded):
    answer = group_blend(loaded, asked(GroupRequest, listeners=LISTENERS, k=4))
    assert answer.engine == "sound" and any("no model of listening histories" in note for note in answer.notes)
    ana, other = answer.listeners
    assert (ana.name, other.name) == ("Ana", "Listener 2")
    assert [(one.song, one.plays) for one in ana.unmatched] == [("Nobody – Nothing", 2)] and other.unmatched == []
    assert 0 < ana.satisfaction < 1 and len(answer.results) == 4


def test_with_a_model_of_histories_it_is_used():
    engine = by_hand(follow_catalogue())
    loaded = capabilities(engine.catalogue, history=engine)
    listeners = [{"history": ["f0"]}, {"history": ["f1"]}]
    answer = group_blend(loaded, asked(GroupRequest, listeners=listeners, k=2, per_artist=0, one_version=False))
    assert answer.engine == "listening" and answer.notes == []
    assert {song.track.track_id for song in answer.results} == {"f4", "f5"}
    assert {v.because.track_id for song in answer.results for v in song.voices if v.because} == {"f0", "f1"}


def test_a_group_needs_one_of_the_two(loaded):
    with pytest.raises(CapabilityMissingError, match="There is no song-to-song here"):
        group_blend(replace(loaded, songs=None), asked(GroupRequest, listeners=LISTENERS))


def test_a_list_that_is_short_says_so(loaded):
    wanted = {"listeners": LISTENERS, "k": 100, "filters": {"year_min": 2018}}
    answer = group_blend(loaded, asked(GroupRequest, **wanted))
    assert f"Only {len(answer.results)} of the 100 songs asked for qualify; these are all." in answer.notes
    assert 0 < len(answer.results) < 100 and all((song.track.year or 0) >= 2018 for song in answer.results)


def test_who_is_meant_by_an_error_is_said(loaded):
    same = [{"name": "Ana", "history": ["t0"]}, {"name": "Ana ", "history": ["t1"]}]
    with pytest.raises(InvalidQueryError, match="Two listeners are called 'Ana'"):
        group_blend(loaded, asked(GroupRequest, listeners=same))
    lost = [LISTENERS[0], {"name": "Ben", "history": "Nobody – Nothing"}]
    with pytest.raises(InvalidQueryError, match=r"^Ben: None of the 1 songs in the history"):
        group_blend(loaded, asked(GroupRequest, listeners=lost))


def test_what_a_format_cannot_hold_is_listed(loaded):
    file = export_playlist(loaded, asked(ExportRequest, track_ids=["t0", "t9", "t1"], format="links"))
    assert [track.track_id for track in file.left_out] == ["t9"] and file.text.count("\n") == 2
