import json
import zipfile

import numpy as np
import pytest

from recsys.errors import SourceError
from tests import listening_samples as s
from train.ingest.histories import read_histories
from train.ingest.history_filters import HistoryOptions, k_core, long_enough, repeats_in_a_row


@pytest.fixture
def write(tmp_path):
    """Write files, given by name, and return their paths in that order."""

    def write_all(**files):
        paths = []
        for name, text in files.items():
            paths.append(tmp_path / name)
            paths[-1].write_text(text, "utf-8", newline="")
        return paths

    return write_all


def as_dict(histories):
    """User → what the items are called, in order."""
    interactions = histories.interactions
    return {
        user: [histories.item_ids[item] for item in interactions.history(i).tolist()]
        for i, user in enumerate(interactions.users)
    }


def seconds(histories):
    assert histories.interactions.times is not None
    return histories.interactions.times.tolist()


def test_histories_are_joined_to_the_catalogue(catalogue, write):
    histories = read_histories(write(demo=s.DEMO), catalogue)
    assert as_dict(histories) == {"anna": ["q1", "q0"], "bo": ["l0"]}
    assert histories.interactions.n_items == len(catalogue) == len(histories.item_ids)
    assert histories.interactions.items.dtype == np.int64 and histories.interactions.starts.tolist() == [0, 2, 3]
    assert seconds(histories) == [1_735_718_400, 1_735_804_800, 1_735_722_000]


def test_names_are_joined_where_ids_are_not(catalogue, write):
    histories = read_histories(write(lastfm=s.LASTFM_1K), catalogue)
    assert as_dict(histories) == {"user_000001": ["q3", "l0"], "user_000002": ["q0"]}
    assert histories.report.sources[0].matched["artist and title"] == 3


def test_what_the_catalogue_lacks_is_counted_and_listed(catalogue, write):
    text = "user,track_id,artist,title\nu,x,A,B\nu,q0,,\nu,y,Ada,Low Moon\nu,x,A,B\nu,z,C,D\n"
    report = read_histories(write(table=text), catalogue).report
    [source] = report.sources
    assert (source.rows, source.plays, source.unmatched, source.unmatched_songs) == (5, 5, 3, 2)
    assert {way: n for way, n in source.matched.items() if n} == {"id": 1, "artist and title": 1}
    assert report.most_unmatched == (("A – B", 2), ("C – D", 1))
    assert report.plays == 2
    assert "not in it" in report.as_text() and "A – B" in report.as_text()
    assert json.dumps(report.as_json())


def test_without_a_catalogue_items_are_the_files_ids_in_order_of_appearance(write):
    histories = read_histories(write(pairs=s.USER_ITEM, lists="7 13504 9\n"))
    assert histories.item_ids == ["6393", "13504", "9"]
    assert histories.interactions.items.tolist() == [0, 1, 0, 1, 2]
    assert histories.interactions.times is None
    assert as_dict(histories) == {"1": ["6393", "13504"], "2": ["6393"], "7": ["13504", "9"]}


def test_without_an_id_for_every_song_items_are_artist_and_title(write):
    text = s.LASTFM_1K + "user_000002\t2006-01-05T13:54:10Z\t\tdov\tid\tred siren\n"
    histories = read_histories(write(lastfm=text))
    assert histories.interactions.n_items == 3
    assert histories.item_names == ["Dov – Red Siren", "Bix – Señor Niebla", "Ada – Still Water"]
    assert histories.interactions.history(1).tolist() == [2, 0]


def test_users_of_one_name_and_format_are_united_in_order_of_time(write):
    earlier = s.DEMO.replace("2025-01", "2024-01").replace("q0", "q5")
    histories = read_histories(write(b=s.DEMO, a=earlier))
    assert as_dict(histories) == {"anna": ["q1", "q5", "q1", "q0"], "bo": ["l0", "l0"]}
    assert "User names in several files of one format, each taken for one user: 2" in histories.report.as_text()


def test_users_of_one_name_in_different_formats_stay_apart(write):
    histories = read_histories(write(a=s.USER_ITEM, b="1 77 88\n3 66 55 44\n"))
    assert list(histories.interactions.users) == ["1 (user item)", "2", "1 (one user a line)", "3"]
    assert "User names in files of different formats, each taken for one user a format: 1" in histories.report.as_text()


def test_a_play_that_two_exports_share_counts_once(write):
    more = s.DEMO + "anna,2025-01-03T08:00:00Z,q2\n"
    histories = read_histories(write(a=s.DEMO, b=more))
    assert as_dict(histories) == {"anna": ["q1", "q0", "q2"], "bo": ["l0"]}
    assert histories.report.dropped == {"the same play in several files": 3}


def test_repeats_within_one_file_are_plays(write):
    rows = "user,time,track_id\n" + "u,1600000000,a\n" * 3 + "u,1600000001,b\nu,1600000002,a\n"
    assert as_dict(read_histories(write(a=rows)))["u"] == ["a", "a", "a", "b", "a"]
    once = read_histories(write(a=rows), options=HistoryOptions(repeats=False))
    assert as_dict(once)["u"] == ["a", "b", "a"]
    assert once.report.dropped == {"the same song again at once": 2}


def test_short_histories_and_rare_items_go(write):
    lines = "1 1 2 3\n2 1 2 3\n3 1 2\n4 9 8 7 6\n"
    histories = read_histories(write(lists=lines), options=HistoryOptions(k_core=2))
    assert as_dict(histories) == {"1": ["1", "2", "3"], "2": ["1", "2", "3"], "3": ["1", "2"]}
    assert histories.interactions.n_items == 3 and histories.report.users_dropped == 1
    longer = read_histories(write(lists=lines), options=HistoryOptions(min_length=3))
    assert list(longer.interactions.users) == ["1", "2", "4"]


def test_nothing_left_says_why(catalogue, write):
    with pytest.raises(SourceError, match=r"none of the 3 plays is left \(3 not in the catalogue\)"):
        read_histories(write(pairs=s.USER_ITEM), catalogue)
    with pytest.raises(SourceError, match="3 not in the 5-core"):
        read_histories(write(pairs=s.USER_ITEM), options=HistoryOptions(k_core=5))


def test_artists_are_items_without_a_catalogue_and_refused_with_one(catalogue, tmp_path):
    with zipfile.ZipFile(tmp_path / "hetrec.zip", "w") as zipped:
        zipped.writestr("user_artists.dat", s.HETREC_WEIGHTS)
        zipped.writestr("user_taggedartists-timestamps.dat", s.HETREC_TAGS)
        zipped.writestr("artists.dat", s.HETREC_ARTISTS)
    histories = read_histories([tmp_path / "hetrec.zip"])
    assert [histories.item_names[i] for i in histories.interactions.items] == ["Duran Duran", "Morcheeba"]
    with pytest.raises(SourceError, match=r"hetrec\.zip .* holds artists, not tracks"):
        read_histories([tmp_path / "hetrec.zip"], catalogue)


def test_plays_without_a_time_get_that_of_the_play_before(write):
    rows = "user,time,track_id\nu,1600000000,a\nu,5,b\nu,1600000002,c\nv,,a\nw,7,x\nw,1600000009,y\nz,1600000001,a\n"
    histories = read_histories(write(a=rows))
    assert as_dict(histories) == {"u": ["a", "b", "c"], "v": ["a"], "w": ["x", "y"], "z": ["a"]}
    assert [time - 1_600_000_000 for time in seconds(histories)] == [0, 0, 2, 0, 9, 9, 1]
    assert "that of the play before it: 3" in histories.report.as_text()


def test_mostly_unknown_times_are_not_used(write):
    rows = "user,time,track_id\nu,1600000000,a\nu,,b\nu,,c\n"
    histories = read_histories(write(a=rows))
    assert histories.interactions.times is None and "only the order is used" in histories.report.as_text()


def test_the_same_files_give_the_same_histories(catalogue, write):
    paths = write(a=s.LASTFM_1K, b=s.DEMO, c=s.PLAYLISTS)
    one, two = read_histories(paths, catalogue), read_histories(paths, catalogue)
    assert (one.interactions.items == two.interactions.items).all() and one.report == two.report


def test_every_sample_is_read_in_one_go(write):
    texts = {name: text for name, (text, _, _) in s.SAMPLES.items()}
    histories = read_histories(write(**texts))
    starts = histories.interactions.starts
    assert starts[0] == 0 and starts[-1] == len(histories.interactions.items) and (np.diff(starts) > 0).all()
    assert histories.interactions.items.max() == histories.interactions.n_items - 1
    assert len(histories.item_ids) == len(histories.item_names) == histories.interactions.n_items
    assert len(set(histories.interactions.users)) == len(histories.interactions.users)
    read = sum(source.rows for source in histories.report.sources)
    skipped = sum(sum(source.skipped.values()) for source in histories.report.sources)
    assert read == skipped + sum(source.plays for source in histories.report.sources)
    assert histories.report.plays + sum(histories.report.dropped.values()) == read - skipped


def test_progress_is_told_for_each_file(write):
    told = []
    read_histories(write(a=s.DEMO, b=s.USER_ITEM), progress=lambda step, fraction: told.append((step, fraction)))
    assert {step for step, _ in told} == {"Reading a", "Reading b", "Putting histories in order"}
    assert [fraction for _, fraction in told] == sorted(fraction for _, fraction in told)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("k", [1, 2, 3, 5])
def test_the_core_is_the_largest_set_in_which_all_have_enough(seed, k):
    rng = np.random.default_rng(seed)
    users, items = rng.integers(0, 12, 40), rng.integers(0, 12, 40)
    kept = k_core(users, items, k)
    for column in (users[kept], items[kept]):
        assert not len(column) or np.unique(column, return_counts=True)[1].min() >= k
    left = set(range(40))  # one at a time, as the definition says
    while bad := {
        i for i in left if sum(users[j] == users[i] for j in left) < k or sum(items[j] == items[i] for j in left) < k
    }:
        left -= {min(bad)}
    assert set(np.flatnonzero(kept)) == left


def test_repeats_are_told_by_user_and_item():
    users, items = np.array([0, 0, 0, 1, 1]), np.array([5, 5, 6, 6, 6])
    assert repeats_in_a_row(users, items).tolist() == [False, True, False, False, True]
    assert long_enough(users, 3).tolist() == [True, True, True, False, False]


def test_no_file_is_an_error():
    with pytest.raises(SourceError, match="No file of histories"):
        read_histories([])
