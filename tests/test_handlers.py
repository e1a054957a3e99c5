"""The one layer behind the page, `gr.api` and REST, on the demo world."""

import json
import shutil

import numpy as np
import pytest

from recsys.audio_features import FEATURE_NAMES
from recsys.bundle import MANIFEST
from recsys.errors import CapabilityMissingError, InvalidQueryError, UnknownTrackError
from recsys.genres import MACRO_GENRES, map_genres
from recsys.handlers import Handlers
from recsys.loading import Loader
from recsys.schemas import (
    ErrorOut,
    FilterFields,
    HistoryRequest,
    PredictRequest,
    SimilarToFeaturesRequest,
    SimilarTracksRequest,
    TagOptions,
    TagOut,
    VibeRequest,
)
from recsys.settings import Settings
from recsys.ui.example_lyrics import EXAMPLES
from recsys.user_history import HistoryOptions

pytestmark = pytest.mark.slow


def serve(path):
    loader = Loader(Settings(bundle=path))
    loader.start()
    loader.wait(60)
    return Handlers(loader)


@pytest.fixture(scope="module")
def handlers(demo_path):
    return serve(demo_path)


def serve_without(capability, demo_path, folder):
    path = shutil.copytree(demo_path, folder / "bundle")
    manifest = json.loads((path / MANIFEST).read_text("utf-8"))
    manifest["files"] = {k: v for k, v in manifest["files"].items() if not k.startswith(f"{capability}/")}
    (path / MANIFEST).write_text(json.dumps(manifest), "utf-8")
    return serve(path)


@pytest.fixture(scope="module")
def without_clusters(demo_path, tmp_path_factory):
    """Handlers of the demo bundle as it would be, had its clusters never been trained."""
    return serve_without("clusters", demo_path, tmp_path_factory.mktemp("plain"))


@pytest.fixture(scope="module")
def without_tagger(demo_path, tmp_path_factory):
    """Handlers of the demo bundle as it would be, had its tagger never been trained."""
    return serve_without("genre_tagger", demo_path, tmp_path_factory.mktemp("plain"))


@pytest.fixture(scope="module")
def without_vibe(demo_path, tmp_path_factory):
    """Handlers of the demo bundle as it would be, had vibe search never been trained."""
    return serve_without("vibe_search", demo_path, tmp_path_factory.mktemp("plain"))


@pytest.fixture(scope="module")
def without_history(demo_path, tmp_path_factory):
    """Handlers of the demo bundle as it would be, had nobody's listening been learnt from."""
    return serve_without("user_history", demo_path, tmp_path_factory.mktemp("plain"))


@pytest.fixture(scope="module")
def song(demo):
    """The most popular song of the demo world."""
    return demo.catalogue.track(0)


def features_of(demo, row):
    return dict(zip(FEATURE_NAMES, demo.catalogue.features[row].tolist(), strict=True))


def similar(handlers, track_ids, **changes):
    return handlers.similar_tracks(SimilarTracksRequest(track_ids=track_ids, **{"space": "audio"} | changes))


def test_a_song_is_found_by_its_title_and_artist(handlers, song):
    found = handlers.search_tracks(f"{song.artist} {song.title}")
    assert found[0].title == song.title and found[0].artist == song.artist


@pytest.mark.parametrize("limit", [0, -1, 101])
def test_a_limit_out_of_range_is_refused(handlers, limit):
    with pytest.raises(InvalidQueryError, match=rf"limit is {limit}; it must be from 1 to 100"):
        handlers.search_tracks("a", limit)


@pytest.mark.parametrize("space", ["audio", "mood", "latent"])
def test_similar_songs_come_with_reasons(handlers, song, space):
    answer = similar(handlers, [song.track_id], space=space, k=5)
    assert (answer.space, len(answer.results), answer.notes) == (space, 5, [])
    assert all(result.why and result.reasons for result in answer.results)


def test_the_default_space_is_one_that_the_bundle_has(handlers, song):
    answer = handlers.similar_tracks(SimilarTracksRequest(track_ids=[song.track_id]))
    assert answer.space in handlers.about().spaces and len(answer.results) == 10


def test_every_option_is_heeded(handlers, demo, song):
    plain = similar(handlers, [song.track_id], k=20)
    best = plain.results[0].track
    asked = {
        "k": 20,
        "per_artist": 1,
        "exclude": [best.track_id],
        "away": [plain.results[1].track.track_id],
        "filters": FilterFields(year_min=2000, exclude_artists=[plain.results[2].track.artist]),
    }
    tracks = [result.track for result in similar(handlers, [song.track_id], **asked).results]
    assert len({track.artist for track in tracks}) == len(tracks) == 20
    assert not {plain.results[i].track.track_id for i in range(3)} & {track.track_id for track in tracks}
    assert all(track.year is not None and track.year >= 2000 for track in tracks)
    labels = {demo.need_clusters().cluster_of(track.track_id).label for track in [song, *tracks]}
    assert len(labels) == 1
    assert demo.need_songs().has_clusters


def test_fewer_than_asked_for_is_noted(handlers, song):
    answer = similar(handlers, [song.track_id], k=500, same_cluster=False, filters=FilterFields(year_max=1962))
    found = len(answer.results)
    assert 0 < found < 500
    assert answer.notes == [f"Only {found} of the 500 songs asked for pass the options; these are all."]


def test_without_clusters_every_song_is_compared_and_that_is_noted(without_clusters, song):
    answer = similar(without_clusters, [song.track_id])
    assert answer.notes == ["This bundle has no clusters, so songs of every kind were compared."]
    assert similar(without_clusters, [song.track_id], same_cluster=False).notes == []
    assert list(without_clusters.about().problems) == ["clusters"]
    assert without_clusters.about().capabilities == ["genre_tagger", "song_to_song", "user_history", "vibe_search"]


def test_a_new_song_finds_neighbours_without_clusters_too(without_clusters, demo):
    answer = without_clusters.similar_to_features(
        SimilarToFeaturesRequest(features=features_of(demo, 7), space="latent")
    )
    assert answer.results[0].track.track_id == demo.catalogue.track_ids[7]


@pytest.mark.parametrize("row", [3, 2500, 4999])
def test_a_catalogue_songs_own_features_find_it_first_in_its_cluster(handlers, demo, row):
    request = SimilarToFeaturesRequest(features=features_of(demo, row), space="audio", per_artist=0)
    results = handlers.similar_to_features(request).results
    assert results[0].track.track_id == demo.catalogue.track_ids[row]
    clusters = demo.need_clusters()
    labels = {clusters.cluster_of(result.track.track_id).label for result in results}
    assert labels == {clusters.labels[row]}
    assert handlers.predict_cluster(features_of(demo, row)).cluster.label == clusters.labels[row]


def test_every_song_lies_in_the_cluster_that_its_features_predict(handlers, demo):
    for row in range(0, 5000, 250):
        placement = handlers.cluster_of(demo.catalogue.track_ids[row])
        assert placement.cluster.label == demo.need_clusters().labels[row] != placement.runner_up.label
        assert 0 <= placement.margin <= 1 and 0 < placement.naive_bayes_probability <= 1


def test_clusters_are_all_there(handlers, demo):
    answer = handlers.clusters()
    assert [cluster.label for cluster in answer.clusters] == list(range(6))
    assert sum(cluster.size for cluster in answer.clusters) == len(demo.catalogue)
    assert 0 < answer.silhouette < 1 and 0.5 < answer.naive_bayes_accuracy <= 1


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_lyric_is_tagged_with_lines_and_songs(handlers, name):
    answer = handlers.tag_lyrics(EXAMPLES[name], TagOptions(lines=2, k=4))
    probabilities = [score.probability for score in answer.genres]
    assert sorted(score.genre for score in answer.genres) == sorted(MACRO_GENRES)
    assert probabilities == sorted(probabilities, reverse=True) and 0 <= probabilities[-1] <= probabilities[0] <= 1
    assert answer.chosen == [s.genre for s in answer.genres if s.probability >= s.threshold]
    assert answer.sure == bool(answer.chosen)
    texts = [" ".join(line.split()) for line in EXAMPLES[name].splitlines() if line.strip()]
    for score in answer.genres:
        assert len(score.lines) <= 2
        assert all(texts[line.line] == line.text and line.weight > 0 for line in score.lines)
    assert len(answer.songs) == (4 if answer.sure else 0)
    for song in answer.songs:
        assert set(map_genres(song.track.genres)[0]) & set(answer.chosen)


def test_some_example_is_sure_and_has_its_reasons(handlers):
    answers = [handlers.tag_lyrics(text, TagOptions()) for text in EXAMPLES.values()]
    assert any(answer.sure and answer.genres[0].lines for answer in answers)


def test_another_language_is_noted(handlers):
    assert "Spanish" in handlers.tag_lyrics(EXAMPLES["In Spanish"], TagOptions()).language
    assert handlers.tag_lyrics(EXAMPLES["Country"], TagOptions()).language == ""


def test_a_batch_answers_each_text_in_its_place(handlers):
    country, metal = EXAMPLES["Country"], EXAMPLES["Metal"]
    first, bad, last = handlers.predict(PredictRequest(lyrics=[country, "", metal]))
    assert isinstance(bad, ErrorOut) and bad.error.startswith("The lyrics are empty.")
    for text, answer in ((country, first), (metal, last)):
        assert isinstance(answer, TagOut) and answer.songs == [] and not any(s.lines for s in answer.genres)
        assert answer == handlers.tag_lyrics(text, TagOptions(lines=0, k=0))
    explained = handlers.predict(PredictRequest(lyrics=[country], lines=3, k=5))
    assert explained == [handlers.predict(PredictRequest(lyrics=country))]


def test_without_a_tagger_that_is_said_and_the_rest_works(without_tagger, song):
    for ask in (
        lambda: without_tagger.tag_lyrics("la la la", TagOptions()),
        lambda: without_tagger.predict(PredictRequest(lyrics=["la la la"])),
    ):
        with pytest.raises(CapabilityMissingError, match="trained without genre_tagger"):
            ask()
    assert list(without_tagger.about().problems) == ["genre_tagger"]
    assert len(similar(without_tagger, [song.track_id]).results) == 10


def vibe(handlers, text, **changes):
    return handlers.search_vibe(VibeRequest(text=text, **changes))


def test_a_vibe_is_answered_with_what_was_understood_and_why(handlers):
    answer = vibe(handlers, "sad but fast, 90s, no live versions", k=5)
    assert [(chip.id, chip.kind, chip.words) for chip in answer.chips] == [
        ("want:sad", "want", "sad"),
        ("want:fast", "want", "fast"),
        ("years:1990-1999", "years", "90s"),
        ("live:no live versions", "live", "no live versions"),
    ]
    assert set(answer.profile) <= set(FEATURE_NAMES) and answer.profile["valence"] < 0 < answer.profile["tempo"]
    assert len(answer.results) == 5 and answer.notes == []
    for result in answer.results:
        assert 1990 <= result.track.year <= 1999 and result.why
        assert sum(reason.share for reason in result.reasons) == pytest.approx(result.score, abs=1e-4)


def test_every_option_of_a_vibe_is_heeded(handlers):
    first, second, third, *_ = (r.track for r in vibe(handlers, "sad, 90s", k=20).results)
    asked = {
        "k": 20,
        "dropped": ["years:1990-1999"],
        "per_artist": 1,
        "less": [first.track_id],
        "exclude": [second.track_id],
        "filters": FilterFields(year_min=2000, exclude_artists=[third.artist]),
    }
    answer = vibe(handlers, "sad, 90s", **asked)
    tracks = [result.track for result in answer.results]
    assert [chip.id for chip in answer.chips] == ["want:sad"]
    assert len({track.artist for track in tracks} - {third.artist}) == len(tracks) == 20
    assert all(track.year is not None and track.year >= 2000 for track in tracks)
    moved = vibe(handlers, "sad", k=20, more=[vibe(handlers, "party", k=1).results[0].track.track_id])
    assert moved.results != vibe(handlers, "sad", k=20).results


def test_notes_and_songs_that_are_too_few_are_told(handlers):
    answer = vibe(handlers, "sad, like Nobody Known, before 1962", k=500)
    found = len(answer.results)
    assert 0 < found < 500
    assert answer.notes == [
        "No artist or song here is called 'Nobody Known'; the words are searched as they are.",
        f"Only {found} of the 500 songs asked for meet the conditions; these are all.",
    ]


def test_without_vibe_search_that_is_said_and_the_rest_works(without_vibe, song):
    with pytest.raises(CapabilityMissingError, match="trained without vibe_search"):
        vibe(without_vibe, "sad")
    assert list(without_vibe.about().problems) == ["vibe_search"]
    assert len(similar(without_vibe, [song.track_id]).results) == 10


def following(handlers, history, **changes):
    return handlers.recommend_from_history(HistoryRequest(history=history, **changes))


def test_a_list_is_answered_as_a_whole_and_a_history_in_order(handlers, demo):
    plays = list(next(iter(demo.need_history().listeners.values())))[-15:]
    timed = "\n".join(["timestamp,track_id", *(f"{1_600_000_000 + 300 * i},{play}" for i, play in enumerate(plays))])
    answers = []
    for given, said, in_order in (
        (timed, None, True),
        (plays, None, True),
        (timed, False, False),
        (plays, False, False),
    ):
        found = [result.track.track_id for result in following(handlers, given, in_order=said).results]
        wanted = demo.need_history().recommend(plays, 10, HistoryOptions(in_order=in_order))
        assert found == [result.track.track_id for result in wanted]
        answers.append(found)
    assert answers[0] == answers[1] != answers[2] == answers[3]


def test_every_listener_of_the_demo_world_is_answered(handlers, demo):
    listeners = demo.need_history().listeners
    assert len(listeners) == 12
    for plays in listeners.values():
        answer = following(handlers, list(plays), familiar=0.3)
        known = [result.track.track_id in plays for result in answer.results]
        assert (len(known), sum(known), answer.plays) == (10, 3, len(plays))
        assert all(result.why and result.reasons for result in answer.results)


def test_listeners_are_given_songs_of_the_genres_that_they_play(handlers, demo):
    """Against the share of the catalogue that has one of the three genres that the listener plays most."""
    gained = []
    for plays in demo.need_history().listeners.values():
        rows = demo.catalogue.rows(plays)
        played = [genre for row in rows.tolist() for genre in demo.catalogue.track(row).genres]
        favourite = {genre for genre in sorted(set(played), key=lambda g: -played.count(g))[:3]}
        having = [bool(favourite & set(result.track.genres)) for result in following(handlers, list(plays)).results]
        anybody = np.mean([bool(favourite & set(demo.catalogue.track(row).genres)) for row in range(0, 5000, 25)])
        gained.append(np.mean(having) - anybody)
    assert np.mean(gained) > 0.2


def test_what_was_not_found_of_a_history_is_told(handlers, song):
    answer = following(handlers, [f"{song.artist} – {song.title}", "Nobody – Nothing", "Nobody – Nothing"])
    assert (answer.plays, answer.unmatched_songs) == (3, 1)
    assert [(one.song, one.plays) for one in answer.unmatched] == [("Nobody – Nothing", 2)]
    assert len(answer.results) == 10 and song.track_id not in {r.track.track_id for r in answer.results}


def test_without_histories_that_is_said_and_the_rest_works(without_history, song):
    with pytest.raises(CapabilityMissingError, match="trained without user_history"):
        following(without_history, [song.track_id])
    assert list(without_history.about().problems) == ["user_history"]
    assert len(similar(without_history, [song.track_id]).results) == 10


def test_unknown_tracks_are_named(handlers):
    asks = [lambda name=name: vibe(handlers, "sad", **{name: ["zz"]}) for name in ("more", "less", "exclude")]
    for ask in (lambda: handlers.cluster_of("zz"), lambda: similar(handlers, ["zz"]), *asks):
        with pytest.raises(UnknownTrackError, match="'zz' is not in this catalogue of 5,000 tracks"):
            ask()


def test_about_says_what_is_served(handlers, demo):
    about = handlers.about()
    assert (about.name, about.tracks, about.synthetic) == ("Demo world", 5000, True)
    assert about.fingerprint == demo.catalogue.fingerprint
    assert {"audio", "mood", "latent"} <= set(about.spaces) and about.features == list(FEATURE_NAMES)
    assert about.capabilities == ["clusters", "genre_tagger", "song_to_song", "user_history", "vibe_search"]
    assert about.problems == {}
    assert about.provenance and len(about.genres) >= 14
