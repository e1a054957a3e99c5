"""Who the listeners of the tab "Group" are, and what it says of their list, without a browser."""

from types import SimpleNamespace

import pytest

from recsys.capabilities import Capabilities
from recsys.errors import InvalidQueryError
from recsys.group_blend import MOST, GroupOptions, blend_group
from recsys.listening import SongJoin
from recsys.title_search import TitleSearch, build_title_index
from recsys.ui.group_listeners import (
    FIRST,
    NOTHING,
    GroupListener,
    example_listeners,
    one_less,
    one_more,
    read_listeners,
    show_cards,
)
from recsys.ui.group_view import accounts, gives_way, satisfaction_bars, voices_of
from recsys.ui.group_work import blended
from tests.planted_playlists import of_kind, playlist_catalogue, playlist_songs

HTML = "<img src=x onerror=alert(1)>"
FOLK, METAL = of_kind("folk"), of_kind("metal")


@pytest.fixture(scope="module")
def loaded(tmp_path_factory) -> Capabilities:
    """What the tab needs of a bundle without a model of histories."""
    songs = playlist_songs(playlist_catalogue())
    path = tmp_path_factory.mktemp("titles") / "titles"
    build_title_index(path, songs.catalogue)
    titles = TitleSearch(path)
    joins = SongJoin(songs.catalogue, titles)
    return SimpleNamespace(  # type: ignore[return-value]
        catalogue=songs.catalogue, songs=songs, need_songs=lambda: songs, history=None, titles=titles, joins=joins
    )


def chips(track_ids):
    return [{"track_id": track_id, "label": ""} for track_id in track_ids]


def values(*listeners):
    """The values of all components: those of ``listeners``, then nothing."""
    return [value for one in (*listeners, *[NOTHING] * (MOST - len(listeners))) for value in one]


# Who is there


def test_listeners_come_and_go():
    assert one_more(FIRST)[0] == (1, 2, 3)
    assert one_more((1, 2, 4))[0] == (1, 2, 3, 4), "a place that became free is taken first"
    assert one_more((1, 2, 3, 4, 5))[0] == (1, 2, 3, 4, 5)
    assert one_less(3, (1, 2, 3, 4))[: len(NOTHING)] == NOTHING
    assert one_less(3, (1, 2, 3, 4))[len(NOTHING)] == (1, 2, 4)


def test_cards_of_those_who_are_there_are_shown():
    _, *cards, more = show_cards((1, 2, 4))
    assert [card["visible"] for card in cards] == [True, True, False, True, False] and more["visible"]
    assert not show_cards((1, 2, 3, 4, 5))[-1]["visible"]


def test_listeners_are_read_by_name_or_number(loaded):
    given = values(["  Ana\n", chips(FOLK[:2]), None, ""], ["", chips(METAL[:1]), None, None])
    assert read_listeners(loaded, FIRST, given) == [
        GroupListener("Ana", tuple(FOLK[:2])),
        GroupListener("Listener 2", tuple(METAL[:1])),
    ]


def test_only_those_who_are_there_are_read(loaded):
    given = values(["a", chips(FOLK[:1]), None, ""], ["b", [], None, ""], ["gone", chips(METAL[:1]), None, ""])
    assert [one.name for one in read_listeners(loaded, (1, 2), given)] == ["a", "b"]
    assert [one.name for one in read_listeners(loaded, (1, 3), given)] == ["a", "gone"]


def test_picked_songs_come_after_pasted_ones(loaded):
    track = loaded.catalogue.track(10)
    given = values(["Ana", chips(FOLK[:1]), None, f"{track.artist} – {track.title}\nNobody – Nothing Known"])
    (ana,) = read_listeners(loaded, (1,), given)
    assert ana.track_ids == ("t10", FOLK[0])
    said = accounts([ana])
    assert "1 of 2 plays are of songs in this catalogue." in said and "Nobody – Nothing Known" in said


def test_a_listener_of_the_demo_world_lends_plays_and_name(loaded):
    history = SimpleNamespace(listeners={"Zoe": ("t3", "t4")})
    world = SimpleNamespace(**vars(loaded) | {"history": history})
    (zoe,) = read_listeners(world, (1,), values(["", chips(FOLK[:1]), "Zoe", ""]))  # type: ignore[arg-type]
    assert zoe == GroupListener("Zoe", ("t3", "t4", FOLK[0]))
    (own,) = read_listeners(world, (1,), values(["Me", [], "Nobody", ""]))  # type: ignore[arg-type]
    assert own == GroupListener("Me", ())


def test_two_of_one_name_are_refused(loaded):
    with pytest.raises(InvalidQueryError, match="Two listeners are called 'Ana'"):
        read_listeners(loaded, (1, 2), values(["Ana", [], None, ""], [" Ana", [], None, ""]))


def test_what_cannot_be_read_names_its_listener(loaded):
    with pytest.raises(InvalidQueryError, match=r"^Ben: None of the 1 songs"):
        read_listeners(loaded, (1, 2), values(["Ana", [], None, ""], ["Ben", [], None, "Nobody – Nothing Known"]))


def test_the_example_has_two_tastes_that_make_a_list(loaded):
    given = [*example_listeners(loaded), *NOTHING * (MOST - 2)]
    ana, ben = read_listeners(loaded, FIRST, given)
    assert len(ana.track_ids) >= 3 and len(ben.track_ids) >= 3 and not set(ana.track_ids) & set(ben.track_ids)
    listed, answer, put, table = blended(loaded, [ana, ben], 5, GroupOptions(), has_tray=True)
    assert len(listed) == 5 and not set(listed) & {*ana.track_ids, *ben.track_ids}
    assert ana.name in answer and put["visible"] and table.count('class="voices"') == 5


def test_without_a_playlist_nothing_is_put_on_it(loaded):
    ana, ben = GroupListener("Ana", tuple(FOLK[:3])), GroupListener("Ben", tuple(METAL[:3]))
    assert not blended(loaded, [ana, ben], 5, GroupOptions(), has_tray=False)[2]["visible"]


# What is said


@pytest.fixture(scope="module")
def answer(loaded):
    histories = {"Ana": FOLK[:4], HTML: METAL[:4]}
    return blend_group(loaded.catalogue, histories, loaded.songs, 8, GroupOptions())


def test_bars_are_labelled_with_name_and_share(answer):
    said = satisfaction_bars(answer, "fair")
    for value in answer.satisfaction.values():
        assert f"{value:.0%}</td>" in said and f"width:{100 * value:.0f}%" in said
    assert "100%: as good as a list made for this listener alone." in said
    assert "Fair: whoever has had least so far counts most." in said
    assert HTML not in said and "&lt;img" in said


@pytest.mark.parametrize(
    ("satisfaction", "said"),
    [
        ({"a": 0.9, "b": 0.5}, "b</b> gives way most."),
        ({"a": 0.3, "b": 0.5, "c": 0.6}, "a</b> gives way most."),
        ({"a": 0.55, "b": 0.5}, "Nobody gives way more than the others."),
    ],
)
def test_who_gives_way_is_named(satisfaction, said):
    assert said in gives_way(satisfaction)


def test_each_song_says_for_whom_and_because_of_what(answer):
    names = list(answer.satisfaction)
    for song in answer.songs:
        said = voices_of(song, names)
        assert said.count("<li>") == 2 and HTML not in said
        assert said.index("Ana") < said.index("&lt;img") or song.voices[0].listener == HTML
        for voice in song.voices:
            if voice.because:
                assert voice.because.title in said
    assert any("gives way here" in voices_of(song, names) for song in answer.songs)


def test_who_pasted_nothing_is_not_accounted_for():
    assert accounts([GroupListener("Ana", ("t0",))]) == ""
