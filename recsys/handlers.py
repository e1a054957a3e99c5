"""What the app can be asked, once: the UI, `gr.api` and REST all call these."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from typing import Any

from recsys.audio_features import FEATURE_NAMES
from recsys.catalogue import Track
from recsys.clusters import Clusters, Placement
from recsys.errors import CapabilityMissingError, InvalidQueryError, RecsysError
from recsys.heard_songs import HeardSongs, read_heard
from recsys.loading import Capabilities, Loader
from recsys.new_song import NewSong, new_song
from recsys.releases import Release
from recsys.results import Cluster, GenreScore, ScoredTrack
from recsys.schemas import (
    AboutOut,
    ChipOut,
    ClusterOut,
    ClustersOut,
    ErrorOut,
    GenreOut,
    GenreScoreOut,
    HistoryOut,
    HistoryRequest,
    LineOut,
    PlacementOut,
    PredictRequest,
    ReasonOut,
    ReleaseOut,
    ScoredTrackOut,
    SimilarToFeaturesRequest,
    SimilarTracksOut,
    SimilarTracksRequest,
    StatusOut,
    TagOptions,
    TagOut,
    TrackOut,
    UnmatchedOut,
    VibeOut,
    VibeRequest,
)
from recsys.song_to_song import Asked
from recsys.tagging import TaggedLyric, tag, tag_many
from recsys.version import VERSION
from recsys.vibe_search import VibeAnswer

MOST_FOUND = 100


class Handlers:
    """Answers of the loaded capabilities. Every method but `status` raises NotReadyError until they are.

    A method takes the capabilities once, so that what it answers is of one release though another comes meanwhile.
    """

    def __init__(self, loader: Loader, loaded: Capabilities | None = None) -> None:
        """``loaded``: what to answer from; by default what ``loader`` has at the time."""
        self._loader = loader
        self._loaded = loaded

    @property
    def loaded(self) -> Capabilities:
        return self._loaded or self._loader.capabilities()

    def of_one_release(self) -> Handlers:
        """Handlers that answer from what is served now, whatever comes meanwhile."""
        return Handlers(self._loader, self.loaded)

    def search_tracks(self, query: str, limit: int = 12) -> list[TrackOut]:
        """Songs whose title or artist is like ``query``, best first."""
        if not 1 <= limit <= MOST_FOUND:
            raise InvalidQueryError(f"limit is {limit}; it must be from 1 to {MOST_FOUND}.")
        loaded = self.loaded
        return [track_out(loaded.catalogue.track(row)) for row in loaded.titles.search(query, limit)]

    def similar_tracks(self, request: SimilarTracksRequest) -> SimilarTracksOut:
        """Songs like the ones given, with reasons."""
        loaded = self.loaded
        ranked = loaded.need_songs().similar_tracks(
            request.track_ids, request.k, request.options(), away=request.away, weights=request.weights
        )
        return _answer(loaded, ranked, request)

    def similar_to_each(self, requests: Sequence[SimilarTracksRequest]) -> Iterator[SimilarTracksOut | RecsysError]:
        """What `similar_tracks` says to each, compared together; an error in the place of an answer."""
        loaded = self.loaded
        asked = [_asked(request) for request in requests]
        answers = loaded.need_songs().similar_to_each([one for one in asked if isinstance(one, Asked)])
        for request, one in zip(requests, asked, strict=True):
            ranked = next(answers) if isinstance(one, Asked) else one
            yield ranked if isinstance(ranked, RecsysError) else _answer(loaded, ranked, request)

    def similar_to_features(self, request: SimilarToFeaturesRequest) -> SimilarTracksOut:
        """Songs like one that the catalogue does not have, given by its features."""
        loaded = self.loaded
        songs = loaded.need_songs()
        song = new_song(
            request.features, year=request.year, artist=request.artist, title=request.title, album=request.album
        )
        cluster = _cluster_for(loaded, song) if request.same_cluster else None
        return _answer(loaded, songs.similar_to_song(song, request.k, request.options(), cluster=cluster), request)

    def clusters(self) -> ClustersOut:
        """All clusters, and how well they hold together."""
        clusters = self.loaded.need_clusters()
        return ClustersOut(
            clusters=[cluster_out(cluster) for cluster in clusters.clusters],
            silhouette=clusters.diagnostics.silhouette,
            naive_bayes_accuracy=clusters.diagnostics.naive_bayes["accuracy"],
        )

    def cluster_of(self, track_id: str) -> PlacementOut:
        """Where a song of the catalogue falls among the clusters."""
        clusters = self.loaded.need_clusters()
        return placement_out(place_track(clusters, track_id))

    def predict_cluster(self, features: dict[str, float | None]) -> PlacementOut:
        """Where a song with these features would fall."""
        return placement_out(self.loaded.need_clusters().place(new_song(features).features))

    def tag_lyrics(self, lyrics: object, options: TagOptions) -> TagOut:
        """The genres of one lyric, the lines that speak for them, and songs that share them."""
        return tag_out(tag(self.loaded, lyrics, options.lines, options.k))

    def predict(self, request: PredictRequest) -> TagOut | list[TagOut | ErrorOut]:
        """The genres of one lyric, or of each in a list; there a bad one leaves the others their answers."""
        options = request.options()
        if isinstance(request.lyrics, str):
            return self.tag_lyrics(request.lyrics, options)
        answers = tag_many(self.loaded, request.lyrics, options.lines, options.k)
        return [tag_out(a) if isinstance(a, TaggedLyric) else ErrorOut(error=str(a)) for a in answers]

    def search_vibe(self, request: VibeRequest) -> VibeOut:
        """Songs for a free text, what was understood of it, and why each song."""
        return vibe_out(self.loaded.need_vibe().answer(request.text, request.k, request.options()), request.k)

    def recommend_from_history(self, request: HistoryRequest) -> HistoryOut:
        """Songs that follow a history, why each, and what of the history was not found. None of it is kept."""
        loaded = self.loaded
        history = loaded.need_history()
        given = request.liked if request.history == [] and request.liked else request.history
        heard = read_heard(given, loaded.catalogue, loaded.joins)
        in_order = heard.in_order if request.in_order is None else request.in_order
        options = replace(request.options(), in_order=in_order)
        return history_out(heard, history.recommend(heard.track_ids, request.k, options), request.k)

    def about(self) -> AboutOut:
        """What is served: the catalogue, the models, and where they came from."""
        loaded = self.loaded
        manifest = loaded.bundle.manifest
        return AboutOut(
            name=manifest.name,
            tracks=len(loaded.catalogue),
            synthetic=manifest.synthetic,
            fingerprint=loaded.catalogue.fingerprint,
            format_version=manifest.format_version,
            capabilities=[name for name in loaded.bundle.capabilities if name not in loaded.problems],
            problems=loaded.problems,
            spaces=list(loaded.songs.spaces) if loaded.songs else [],
            features=list(FEATURE_NAMES),
            genres=list(loaded.catalogue.rows_of_genre),
            provenance=manifest.provenance,
            metrics=manifest.metrics,
        )

    def status(self) -> StatusOut:
        """How far loading is, which release is served, and what is off. Never raises."""
        progress = self._loader.progress
        served = self._loader.served() if self._loader.release else None
        return StatusOut(
            status="failed" if progress.error else "ready" if self._loader.done else "loading",
            step=progress.step,
            fraction=progress.fraction,
            error=progress.error,
            version=VERSION,
            release=release_out(served.release) if served else None,
            problems=served.capabilities.problems if served else {},
        )


def _cluster_for(loaded: Capabilities, song: NewSong) -> int | None:
    try:
        return loaded.need_clusters().predict(song).label
    except CapabilityMissingError:
        return None


def _asked(request: SimilarTracksRequest) -> Asked | RecsysError:
    try:
        return Asked(request.track_ids, request.k, request.options(), request.away, request.weights)
    except RecsysError as error:
        return error


def _answer(
    loaded: Capabilities, ranked: list[ScoredTrack], request: SimilarTracksRequest | SimilarToFeaturesRequest
) -> SimilarTracksOut:
    notes = []
    if len(ranked) < request.k:
        notes.append(f"Only {len(ranked)} of the {request.k} songs asked for pass the options; these are all.")
    if request.same_cluster and not loaded.need_songs().has_clusters:
        notes.append("This bundle has no clusters, so songs of every kind were compared.")
    return SimilarTracksOut(space=request.space, results=[scored_track_out(r) for r in ranked], notes=notes)


def release_out(release: Release) -> ReleaseOut:
    return ReleaseOut(
        kind=release.kind,
        name=release.name,
        revision=release.revision,
        sha=release.sha,
        hub_answered=release.answered,
        looked_up=release.looked_up,
        notes=list(release.notes),
    )


def place_track(clusters: Clusters, track_id: str) -> Placement:
    """Where a track of the catalogue falls."""
    return clusters.place(clusters.catalogue.features[clusters.catalogue.row(track_id)])


def track_out(track: Track) -> TrackOut:
    return TrackOut(**asdict(track) | {"genres": list(track.genres)})


def scored_track_out(ranked: ScoredTrack) -> ScoredTrackOut:
    reasons = [
        ReasonOut(feature=r.feature, share=r.share, seed=r.seed, value=r.value, phrase=r.phrase) for r in ranked.reasons
    ]
    return ScoredTrackOut(track=track_out(ranked.track), score=ranked.score, why=ranked.why, reasons=reasons)


def genre_score_out(score: GenreScore) -> GenreScoreOut:
    return GenreScoreOut(
        genre=score.genre, probability=score.probability, threshold=score.threshold, chosen=score.chosen
    )


def genre_out(score: GenreScore) -> GenreOut:
    lines = [LineOut(**line._asdict()) for line in score.lines]
    return GenreOut(**genre_score_out(score).model_dump(), lines=lines)


def tag_out(tagged: TaggedLyric) -> TagOut:
    return TagOut(
        genres=[genre_out(score) for score in tagged.genres],
        chosen=tagged.chosen,
        sure=bool(tagged.chosen),
        language=tagged.language,
        notes=list(tagged.notes),
        songs=[scored_track_out(song) for song in tagged.songs],
    )


def vibe_out(answer: VibeAnswer, k: int) -> VibeOut:
    notes = list(answer.query.notes)
    if len(answer.results) < k:
        notes.append(f"Only {len(answer.results)} of the {k} songs asked for meet the conditions; these are all.")
    return VibeOut(
        chips=[ChipOut(id=chip.id, **chip._asdict()) for chip in answer.query.chips],
        profile={name: value for name, value in zip(FEATURE_NAMES, answer.profile.tolist(), strict=True) if value},
        results=[scored_track_out(result) for result in answer.results],
        notes=notes,
    )


def history_out(heard: HeardSongs, results: list[ScoredTrack], k: int) -> HistoryOut:
    notes = list(heard.notes)
    if len(results) < k:
        notes.append(f"Only {len(results)} of the {k} songs asked for qualify; these are all.")
    return HistoryOut(**found_fields(heard), results=[scored_track_out(result) for result in results], notes=notes)


def found_fields(heard: HeardSongs) -> dict[str, Any]:
    """The fields of FoundOut."""
    return {
        "format": heard.format,
        "plays": heard.plays,
        "matched": heard.matched,
        "unmatched": [UnmatchedOut(song=song, plays=plays) for song, plays in heard.unmatched],
        "unmatched_songs": heard.unmatched_songs,
    }


def cluster_out(cluster: Cluster) -> ClusterOut:
    return ClusterOut(**asdict(cluster))


def placement_out(placement: Placement) -> PlacementOut:
    return PlacementOut(
        cluster=cluster_out(placement.cluster),
        runner_up=cluster_out(placement.runner_up),
        margin=placement.margin,
        naive_bayes=cluster_out(placement.naive_bayes),
        naive_bayes_probability=placement.probability,
    )
