"""What every capability that ranks songs promises, and small worlds to ask it of.

A capability joins by a subclass of `RankingContract` in its own test module, with a fixture ``ask``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from numpy.typing import NDArray

from recsys.audio_features import AUDIO_FEATURES, FEATURE_NAMES
from recsys.bundle import Bundle, Manifest, write_folder
from recsys.catalogue import SCHEMA, Catalogue
from recsys.encoder import DenseLayer, Encoder
from recsys.errors import InvalidQueryError, NoMatchError, UnknownTrackError
from recsys.filters import Filters
from recsys.index import normalise
from recsys.results import MAX_K, ScoredTrack
from recsys.song_to_song import SongToSong
from recsys.spaces import CosineSpace, LatentSpace, Space
from recsys.title_search import build_title_index
from train.features import fit_scaler

Ask = Callable[..., list[ScoredTrack]]
BAD_KS: list[Any] = [0, -1, MAX_K + 1, 10_000, 2.5, True, "3", None, float("nan"), float("inf")]


def ids(ranked: Sequence[ScoredTrack]) -> list[str]:
    """The track ids of an answer, best first."""
    return [result.track.track_id for result in ranked]


def make_catalogue(n: int, **columns: Any) -> Catalogue:
    """A catalogue of ``n`` songs, t0 the first, each by an artist of its own; ``columns`` says what else is known."""
    names = [f"Artist {i}" for i in range(n)]
    given: dict[str, Any] = {
        "track_id": [f"t{i}" for i in range(n)],
        "title": [f"Title {i}" for i in range(n)],
        "artist": names,
        "artists": columns.get("artist", names),
        "genres": [[]] * n,
        "artist_key": range(n),
        "version_group": range(n),
    } | columns
    table = {name: pa.array(given.get(name, [None] * n), SCHEMA.field(name).type) for name in SCHEMA.names}
    return Catalogue(pa.table(table))


def random_catalogue(n: int, seed: int = 0) -> Catalogue:
    """Songs whose features, artists, versions, years and genres are drawn at random."""
    rng = np.random.default_rng(seed)
    artist = rng.integers(n // 10, size=n)
    features = {f.name: rng.uniform(f.low, f.high, n).astype(np.float32) for f in AUDIO_FEATURES}
    return make_catalogue(
        n,
        artist=[f"Artist {key}" for key in artist],
        artist_key=artist,
        version_group=rng.integers(n // 2, size=n),
        year=rng.integers(1960, 2020, size=n),
        genres=[[("Folk", "Jazz", "Rock")[g]] for g in rng.integers(3, size=n)],
        **features,
    )


def small_encoder(n_inputs: int) -> Encoder:
    """Energy, valence and tempo, gently bent: songs far apart in them stay far apart."""
    pick = np.zeros((n_inputs, 3), np.float32)
    for code, name in enumerate(("energy", "valence", "tempo")):
        pick[FEATURE_NAMES.index(name), code] = 0.3
    return Encoder(
        [
            DenseLayer(pick, np.array([0.1, 0, -0.1], np.float32), "tanh"),
            DenseLayer(np.eye(3, dtype=np.float32), np.zeros(3, np.float32), "linear"),
        ]
    )


def hand_made(catalogue: Catalogue, clusters: NDArray[np.integer] | None = None) -> SongToSong:
    """Song-to-song with a cosine space of all features and a latent space of three."""
    scaler = fit_scaler(catalogue, FEATURE_NAMES)
    scaled, encoder = scaler(catalogue.features), small_encoder(len(FEATURE_NAMES))
    spaces: dict[str, Space] = {
        "audio": CosineSpace("audio", scaler, normalise(scaled)),
        "latent": LatentSpace(scaler, encoder, encoder(scaled), catalogue.features),
    }
    return SongToSong(catalogue, spaces, clusters)


def write_bundle(
    path: Path, catalogue: Catalogue, trained_on: Sequence[str] = FEATURE_NAMES, playlists: pa.Table | None = None
) -> Bundle:
    """A bundle of ``catalogue`` alone, as `train.catalogue` leaves it."""
    manifest = Manifest("Small songs", catalogue.fingerprint)
    with write_folder(path, "catalogue", manifest, config={}, metrics={}) as folder:
        pq.write_table(catalogue.table, folder.path / "tracks.parquet")
        build_title_index(folder.path / "titles.sqlite", catalogue)
        folder.json("features", {"trained_on": list(trained_on)})
        if playlists is not None:
            pq.write_table(playlists, folder.path / "playlists.parquet")
    return Bundle.open(path)


class RankingContract:
    """The promises. A subclass has a fixture ``ask``: ``ask(k, filters=…, exclude=…)`` on the fixture ``catalogue``.

    The query behind ``ask`` must have more than four answers when nothing is filtered.
    """

    def test_k_songs_come_back(self, ask: Ask) -> None:
        assert [len(ask(k)) for k in (1, 2, 4)] == [1, 2, 4]

    def test_fewer_come_back_only_where_fewer_qualify(self, ask: Ask) -> None:
        everything = ids(ask(MAX_K))
        assert len(ask(len(everything))) == len(everything) < MAX_K

    def test_a_shorter_answer_is_the_start_of_a_longer_one(self, ask: Ask) -> None:
        assert ids(ask(3)) == ids(ask(MAX_K))[:3]

    def test_scores_descend_and_no_song_comes_twice(self, ask: Ask) -> None:
        ranked = ask(MAX_K)
        scores = [result.score for result in ranked]
        assert scores == sorted(scores, reverse=True)
        assert len(set(ids(ranked))) == len(ranked)

    def test_results_are_the_catalogues_own_tracks(self, ask: Ask, catalogue: Catalogue) -> None:
        for result in ask(4):
            assert result.track == catalogue.track(catalogue.row(result.track.track_id))

    def test_the_same_question_has_the_same_answer(self, ask: Ask) -> None:
        assert ask(5) == ask(5)

    @pytest.mark.parametrize("k", BAD_KS)
    def test_a_k_that_is_no_whole_number_in_range_is_refused(self, ask: Ask, k: Any) -> None:
        with pytest.raises(InvalidQueryError, match=r"k is .*; it must be a whole number from 1 to 500"):
            ask(k)

    def test_excluded_songs_stay_away_and_the_next_moves_up(self, ask: Ask) -> None:
        best, *others = ids(ask(4))
        assert ids(ask(3, exclude=(best,))) == others

    def test_an_excluded_song_must_exist(self, ask: Ask) -> None:
        with pytest.raises(UnknownTrackError, match="'nowhere' is not in this catalogue"):
            ask(3, exclude=("nowhere",))

    def test_filters_keep_what_passes_in_the_same_order(self, ask: Ask) -> None:
        everything = ask(MAX_K)
        year = max(result.track.year or 0 for result in everything)
        wanted = [r.track.track_id for r in everything if r.track.year is not None and r.track.year < year]
        assert 0 < len(wanted) < len(everything)
        assert ids(ask(MAX_K, filters=Filters(year_max=year - 1))) == wanted

    def test_filters_that_leave_nothing_say_so(self, ask: Ask) -> None:
        with pytest.raises(NoMatchError, match=r"year from 2999: 0 songs"):
            ask(3, filters=Filters(year_min=2999))
