"""The demo world holds what it promises: the truth is planted, can be learnt, and cannot be looked up."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from recsys.errors import RecsysError
from train.demo_world import Config, DemoWorld, build_demo_world, write
from train.demo_world.__main__ import main
from train.demo_world.config import phrases
from train.demo_world.genres import GENRES, MOODS
from train.demo_world.playlists import ACTIVITIES, OF_MOOD
from train.demo_world.words import VOICES

SMALL = Config(songs=300, artists=30, listeners=25, seed=5)
TABLES = ("tracks", "playlists", "lyrics", "histories")
AUDIO = [
    "danceability", "energy", "loudness", "speechiness", "acousticness", "instrumentalness", "liveness", "valence",
    "tempo",
]  # fmt: skip
VERSION = re.compile(r" - (?:Live|Radio Edit|Acoustic|\d{4} Remaster).*$| \((?:feat\. [^()]+|[^()]+ Remix)\)$")


@pytest.fixture(scope="module")
def world() -> DemoWorld:
    return build_demo_world(Config())


@pytest.fixture(scope="module")
def plays(world: DemoWorld) -> pd.DataFrame:
    """The histories beside the songs' truth, with ``follows``: the play before is the same listener's."""
    plays = world.histories.merge(world.tracks, on="track_id", how="left", validate="many_to_one")
    return plays.assign(follows=plays["user_id"] == plays["user_id"].shift())


def first_genre(table: pd.DataFrame) -> pd.Series:
    return table["genres"].str.split("; ").str[0]


def held_out_artists(table: pd.DataFrame) -> NDArray[np.bool_]:
    """A quarter of the artists, with all of their songs."""
    held: NDArray[np.bool_] = pd.factorize(table["artist"], sort=True)[0] % 4 == 0
    return held


def centroid_accuracy(tracks: pd.DataFrame, label: pd.Series) -> float:
    """How often the nearest centroid of the audio features has the right label, on artists it has not seen."""
    x, y, held = tracks[AUDIO].to_numpy(), label.to_numpy(), held_out_artists(tracks)
    x = (x - x.mean(axis=0)) / x.std(axis=0)
    labels = np.unique(y[~held])
    centroids = np.array([x[~held & (y == one)].mean(axis=0) for one in labels])
    nearest = ((x[held][:, None] - centroids) ** 2).sum(axis=2).argmin(axis=1)
    return float((labels[nearest] == y[held]).mean())


def word_table(lyrics: pd.DataFrame) -> NDArray[np.bool_]:
    """Which songs hold which of the words that ten songs or more hold. (n_songs, n_words)."""
    texts = [set(re.findall(r"[a-z']+", re.sub(r"\[.*?\]", "", text).lower())) for text in lyrics["lyrics"]]
    counts = pd.Series([word for text in texts for word in text]).value_counts()
    column = {word: i for i, word in enumerate(counts.index[counts >= 10])}
    table = np.zeros((len(texts), len(column)), dtype=bool)
    for row, text in enumerate(texts):
        table[row, [column[word] for word in text if word in column]] = True
    return table


def bayes_accuracy(words: NDArray[np.bool_], label: NDArray[np.object_], held: NDArray[np.bool_]) -> float:
    """Naive Bayes on which words there are, on artists it has not seen."""
    labels = np.unique(label)
    p = np.array([(words[~held & (label == one)].sum(axis=0) + 0.5) for one in labels])
    p /= np.array([(~held & (label == one)).sum() + 1.0 for one in labels])[:, None]
    score = words[held] @ np.log(p).T + ~words[held] @ np.log1p(-p).T
    return float((labels[score.argmax(axis=1)] == label[held]).mean())


def best_word_f1(words: NDArray[np.bool_], is_genre: NDArray[np.bool_]) -> float:
    """How well the one best word tells a genre."""
    hits = words[is_genre].sum(axis=0)
    return float((2 * hits / (words.sum(axis=0) + is_genre.sum())).max())


def shuffled_within_listeners(plays: pd.DataFrame) -> pd.DataFrame:
    order = np.random.default_rng(0).permutation(len(plays))
    return plays.iloc[order].sort_values("user_id", kind="stable").reset_index(drop=True)


def same_scene_as_before(plays: pd.DataFrame) -> float:
    same, user = plays["scene"] == plays["scene"].shift(), plays["user_id"] == plays["user_id"].shift()
    return float(same[user].mean())


def test_same_seed_is_the_same_world_to_the_byte(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write(build_demo_world(SMALL), tmp_path / name)
    for table in TABLES:
        assert (tmp_path / "a" / f"{table}.csv.gz").read_bytes() == (tmp_path / "b" / f"{table}.csv.gz").read_bytes()


def test_another_seed_is_another_world() -> None:
    one, other = build_demo_world(SMALL), build_demo_world(Config(songs=300, artists=30, listeners=25, seed=6))
    for table in TABLES:
        assert not getattr(one, table).equals(getattr(other, table)), table
    assert len(set(one.tracks["artist"]) & set(other.tracks["artist"])) < 15


def test_written_tables_read_back(tmp_path: Path) -> None:
    small = build_demo_world(SMALL)
    write(small, tmp_path)
    for table in TABLES:
        read = pd.read_csv(tmp_path / f"{table}.csv.gz", keep_default_na=False)
        assert read.shape == getattr(small, table).shape
    tracks = pd.read_csv(tmp_path / "tracks.csv.gz")
    pd.testing.assert_frame_equal(tracks[AUDIO], small.tracks[AUDIO])


def test_command_line_writes_the_world_it_was_asked_for(tmp_path: Path) -> None:
    main(["--out", str(tmp_path), "--songs", "200", "--artists", "20", "--listeners", "10", "--seed", "3"])
    assert len(pd.read_csv(tmp_path / "tracks.csv.gz")) == 200
    assert pd.read_csv(tmp_path / "histories.csv.gz")["user_id"].nunique() == 10


@pytest.mark.parametrize(
    ("size", "message"),
    [
        ({"artists": 3}, "3 artists for 14 genres"),
        ({"songs": 100, "artists": 50}, "100 songs for 50 artists"),
        ({"listeners": 0}, "0 listeners"),
    ],
)
def test_impossible_sizes_are_named(size: dict[str, int], message: str) -> None:
    with pytest.raises(RecsysError, match=message):
        Config(**size)


def test_world_has_the_promised_size(world: DemoWorld) -> None:
    assert len(world.tracks) == 5_000
    assert world.tracks["artist"].nunique() == 400
    assert set(world.tracks["genres"].str.split("; ").explode()) == {g.name for g in GENRES}
    assert world.histories["user_id"].nunique() == 2_000
    assert world.playlists["playlist_id"].nunique() == 150
    assert 90_000 < len(world.histories) < 130_000


def test_common_genres_are_several_times_the_rare_ones(world: DemoWorld) -> None:
    counts = first_genre(world.tracks).value_counts()
    assert min(counts[g] for g in ("Pop", "Rock", "Hip-Hop")) > 2.5 * max(counts[g] for g in ("Comedy", "Soundtrack"))
    assert counts.min() >= 50


def test_tables_refer_to_tracks_that_exist(world: DemoWorld) -> None:
    known = set(world.tracks["track_id"])
    assert len(known) == len(world.tracks)
    for table in (world.playlists, world.lyrics, world.histories):
        assert set(table["track_id"]) <= known


def test_no_value_is_missing(world: DemoWorld) -> None:
    for table in TABLES:
        assert not getattr(world, table).isna().any(axis=None), table


def test_features_stay_in_spotifys_ranges(world: DemoWorld) -> None:
    tracks = world.tracks
    for name in ("danceability", "energy", "speechiness", "acousticness", "instrumentalness", "liveness", "valence"):
        assert tracks[name].between(0, 1).all(), name
    assert tracks["loudness"].between(-60, 0).all()
    assert tracks["tempo"].between(40, 220).all()
    assert tracks["popularity"].between(0, 100).all()
    assert tracks["duration_ms"].between(30_000, 700_000).all()
    assert set(tracks["key"]) == set(range(12))
    assert set(tracks["mode"]) == {0, 1}
    assert set(tracks["time_signature"]) <= {1, 3, 4, 5}


@pytest.mark.parametrize(
    ("one", "other", "low", "high"),
    [
        ("energy", "loudness", 0.6, 0.8),
        ("energy", "acousticness", -0.75, -0.5),
        ("danceability", "valence", 0.25, 0.5),
    ],
)
def test_features_correlate_as_in_real_music(world: DemoWorld, one: str, other: str, low: float, high: float) -> None:
    assert low < world.tracks[one].corr(world.tracks[other]) < high


def test_rare_qualities_are_skewed(world: DemoWorld) -> None:
    skew = world.tracks[["speechiness", "instrumentalness", "liveness", "popularity"]].skew()
    assert (skew.drop("popularity") > 1.5).all()
    assert skew["popularity"] > 0.5


def test_genres_sound_as_they_should(world: DemoWorld) -> None:
    mean = world.tracks.assign(genre=first_genre(world.tracks)).groupby("genre")[AUDIO].mean()
    assert mean["energy"].idxmax() == "Metal"
    assert mean["acousticness"].idxmax() == "Classical"
    assert mean["energy"].idxmin() == "Classical"
    assert set(mean["speechiness"].nlargest(2).index) == {"Comedy", "Hip-Hop"}
    assert set(mean["danceability"].nlargest(4).index) >= {"Hip-Hop", "Reggae/Latin"}


def test_music_got_louder_over_the_decades(world: DemoWorld) -> None:
    rock = world.tracks[first_genre(world.tracks) == "Rock"]
    year = rock["release_date"].str[:4].astype(int)
    assert rock.loc[year > 2005, "loudness"].mean() > rock.loc[year < 1985, "loudness"].mean() + 1


def test_fame_is_the_artists(world: DemoWorld) -> None:
    by_artist = world.tracks.groupby("artist")["popularity"]
    assert by_artist.mean().std() > by_artist.std().mean()


def test_genre_can_be_heard_but_not_read_off(world: DemoWorld) -> None:
    assert 0.35 < centroid_accuracy(world.tracks, first_genre(world.tracks)) < 0.85


def test_scene_shows_in_audio_only_in_part(world: DemoWorld) -> None:
    usual = world.tracks["scene"].value_counts(normalize=True).max()
    assert 2 * usual < centroid_accuracy(world.tracks, world.tracks["scene"]) < 0.4


def test_mood_is_on_the_plane_of_valence_and_energy(world: DemoWorld) -> None:
    mean = world.tracks.groupby("mood")[["valence", "energy"]].mean()
    truth = pd.DataFrame({m.name: (m.valence, m.energy) for m in MOODS}, index=["valence", "energy"]).T
    assert mean["valence"].corr(truth["valence"]) > 0.85
    assert mean["energy"].corr(truth["energy"]) > 0.85


def test_genre_can_be_learnt_from_lyrics_but_not_from_one_word(world: DemoWorld) -> None:
    english = world.lyrics[world.lyrics["language"] == "en"]
    words, genre = word_table(english), first_genre(english).to_numpy(dtype=object)
    assert 0.7 < bayes_accuracy(words, genre, held_out_artists(english)) < 0.95
    assert max(best_word_f1(words, genre == one) for one in np.unique(genre)) < 0.7


def test_each_genre_likes_its_own_words_best(world: DemoWorld) -> None:
    english = world.lyrics[world.lyrics["language"] == "en"]
    used = {
        name: [sum(map(text.count, phrases(voice.acts))) for text in english["lyrics"]]
        for name, voice in VOICES.items()
    }
    mean = pd.DataFrame(used).groupby(first_genre(english).to_numpy()).mean()
    own = pd.Series({genre: mean.loc[genre, genre] for genre in mean.index})
    assert (own > 0.9 * mean.max(axis=1)).all()  # a few songs more or less decide a small genre
    assert (mean.max(axis=1) < 0.5 * mean.sum(axis=1)).all()


def test_three_percent_is_not_in_english(world: DemoWorld) -> None:
    language = world.lyrics["language"]
    assert 0.02 < (language != "en").mean() < 0.04
    assert language[language != "en"].mode()[0] == "es"
    assert set(language) == {"en", "es", "fr", "pt", "de"}


def test_instrumental_songs_have_no_lyrics(world: DemoWorld) -> None:
    sung = world.tracks["track_id"].isin(world.lyrics["track_id"])
    assert world.tracks.loc[~sung, "instrumentalness"].min() > 0.3
    assert 0.08 < (~sung).mean() < 0.25


def test_lyrics_have_a_songs_length_and_a_chorus(world: DemoWorld) -> None:
    bare = world.lyrics["lyrics"].str.replace(r"\[.*?\]|^\d+ Contributors.*?Lyrics|\d+Embed$", "", regex=True)
    assert bare.str.split().str.len().between(115, 310).all()
    assert (world.lyrics["lyrics"].str.count(r"\[Chorus\]") >= 2).mean() > 0.9


def test_lyrics_carry_the_marks_of_lyric_sites(world: DemoWorld) -> None:
    lyrics = world.lyrics["lyrics"]
    for mark in (r"^\d+ Contributors.+ Lyrics\n", r"\d+Embed$", "You might also like", r"\[Verse 1\]"):
        assert 0.1 < lyrics.str.contains(mark).mean(), mark


def test_no_two_songs_have_the_same_words(world: DemoWorld) -> None:
    songs = world.lyrics[~world.lyrics["title"].str.contains(VERSION)]
    lines = songs["lyrics"].str.extract(r"\[Verse 1\]\n([^\[]+)")[0]
    assert lines.is_unique


def test_versions_share_artist_and_base_title(world: DemoWorld) -> None:
    tracks = world.tracks
    version = tracks["title"].str.contains(VERSION)
    assert 0.03 < version.mean() < 0.05
    originals = set(zip(tracks["artist"], tracks["title"], strict=True))
    for artist, title in tracks.loc[version, ["artist", "title"]].itertuples(index=False):
        assert (artist, VERSION.sub("", title)) in originals, title
    for kind in ("- Live", "- Radio Edit", "Remaster", "- Acoustic", r"\(feat\. ", r" Remix\)"):
        assert tracks["title"].str.contains(kind).any(), kind


def test_live_versions_sound_live_and_acoustic_ones_acoustic(world: DemoWorld) -> None:
    tracks = world.tracks.set_index(["artist", "title"])
    for tag, feature, by in ((r" - Live", "liveness", 0.3), (r" - Acoustic$", "acousticness", 0.15)):
        versions = tracks[tracks.index.get_level_values("title").str.contains(tag)]
        base = tracks.loc[[(artist, VERSION.sub("", title)) for artist, title in versions.index]]
        assert versions[feature].mean() > base[feature].mean() + by


def test_an_artist_has_no_two_songs_of_one_title(world: DemoWorld) -> None:
    assert not world.tracks.duplicated(["artist", "title"]).any()


def test_names_and_titles_hold_accents_and_apostrophes(world: DemoWorld) -> None:
    for column in ("artist", "title"):
        assert world.tracks[column].str.contains("[áéíóúñüçãêëèï]", case=False).sum() > 20
    assert world.tracks["title"].str.contains("'").sum() > 50


def test_albums_hold_several_songs_of_one_artist(world: DemoWorld) -> None:
    albums = world.tracks.groupby(["artist", "album"]).size()
    assert (albums >= 4).sum() > 300
    assert albums.max() <= 30


def scene_cohesion(entries: pd.DataFrame) -> float:
    """The chance that two songs of a playlist are of one scene, on average over playlists."""
    shares = entries.groupby("playlist_id")["scene"].value_counts(normalize=True)
    return float((shares**2).groupby("playlist_id").sum().mean())


def test_playlists_hang_together(world: DemoWorld) -> None:
    entries = world.playlists.merge(world.tracks, on="track_id")
    assert entries.groupby("playlist_id").size().between(30, 80).all()
    assert not entries.duplicated(["playlist_id", "track_id"]).any()
    assert scene_cohesion(entries) > 7 * scene_cohesion(world.tracks.assign(playlist_id="all"))
    spread = entries.groupby("playlist_id")[["energy", "valence"]].std().mean()
    assert (spread < 0.9 * world.tracks[["energy", "valence"]].std()).all()


def test_playlists_of_a_mood_favour_scenes_too(world: DemoWorld) -> None:
    names = {name for name, _ in ACTIVITIES} | {name for names in OF_MOOD.values() for name in names}
    entries = world.playlists[world.playlists["playlist_name"].isin(names)].merge(world.tracks, on="track_id")
    assert scene_cohesion(entries) > 3.2 * scene_cohesion(world.tracks.assign(playlist_id="all"))


def test_next_song_stays_in_the_scene(plays: pd.DataFrame) -> None:
    planted = same_scene_as_before(plays)
    assert planted > 0.65
    assert planted > 1.8 * same_scene_as_before(shuffled_within_listeners(plays))


def test_mood_drifts_rather_than_jumps(plays: pd.DataFrame) -> None:
    def jump(table: pd.DataFrame) -> float:
        user = table["user_id"] == table["user_id"].shift()
        return float(table[["valence", "energy"]].diff()[user].abs().to_numpy().mean())

    assert jump(plays) < 0.9 * jump(shuffled_within_listeners(plays))


def test_what_follows_a_song_can_be_learnt(plays: pd.DataFrame) -> None:
    pairs = pd.DataFrame({"last": plays["track_id"].shift(), "next": plays["track_id"]})[plays["follows"]]
    half = np.arange(len(pairs)) < len(pairs) // 2
    usual = pairs[half].groupby("last")["next"].agg(lambda following: following.value_counts().index[0])
    guess = pairs[~half]["last"].map(usual)
    assert (guess == pairs[~half]["next"]).mean() > 25 * pairs["next"].value_counts(normalize=True).max()


def test_night_is_quieter_than_evening(plays: pd.DataFrame) -> None:
    hour = plays["timestamp"].str[11:13].astype(int)
    evening, night = plays.loc[hour.between(18, 21), "energy"], plays.loc[hour.between(0, 2), "energy"]
    assert evening.mean() > night.mean() + 0.02


def test_listeners_play_in_order_and_come_back_to_favourites(plays: pd.DataFrame) -> None:
    assert plays.groupby("user_id").size().between(20, 150).all()
    times = pd.to_datetime(plays["timestamp"], format="ISO8601", utc=True)
    assert (times.diff()[plays["follows"]].dt.total_seconds() > 0).all()
    assert (times.max() - times.min()).days > 350
    assert 0.1 < plays.duplicated(["user_id", "track_id"]).mean() < 0.4
