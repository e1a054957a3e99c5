"""What goes in and out of the API, for `gr.api` and REST alike. Unknown fields are refused, never ignored."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from recsys.filters import Filters
from recsys.song_to_song import SPACES, Options

TrackIds = Annotated[list[str], Field(max_length=500)]


class Request(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=False, allow_inf_nan=False)


class FilterFields(Request):
    """Conditions on what comes back; leave out what does not matter. Bounds are inclusive."""

    year_min: float | None = None
    year_max: float | None = None
    popularity_min: float | None = Field(None, description="0 to 100")
    popularity_max: float | None = Field(None, description="0 to 100")
    duration_min: float | None = Field(None, description="seconds")
    duration_max: float | None = Field(None, description="seconds")
    tempo_min: float | None = Field(None, description="beats a minute")
    tempo_max: float | None = Field(None, description="beats a minute")
    explicit: bool | None = Field(None, description="true: only explicit songs; false: none")
    genres: list[str] = Field([], description="songs of at least one of these genres")
    exclude_artists: list[str] = Field([], description="no song by these main artists")

    def filters(self) -> Filters:
        values = self.model_dump()
        return Filters(**values | {name: tuple(values[name]) for name in ("genres", "exclude_artists")})


class OptionFields(Request):
    k: int = Field(10, description="how many songs, 1 to 500")
    space: str = Field("blend", description=f"how songs are compared: {', '.join(SPACES)}")
    same_cluster: bool = Field(True, description="only songs of the seeds' clusters")
    per_artist: int = Field(2, description="at most this many songs by one main artist; 0 for any number")
    one_version: bool = Field(True, description="one version of a song (studio, live, remix, …), none of a seed")
    exclude: TrackIds = Field([], description="track ids that must not come back")
    explain: bool = Field(True, description="give reasons; without them an answer takes a fraction of the time")
    filters: FilterFields = FilterFields()

    def options(self) -> Options:
        return Options(
            space=self.space,
            same_cluster=self.same_cluster,
            per_artist=self.per_artist,
            one_version=self.one_version,
            filters=self.filters.filters(),
            exclude=tuple(self.exclude),
            explain=self.explain,
        )


class SimilarTracksRequest(OptionFields):
    track_ids: TrackIds = Field(description="the songs to start from")
    away: TrackIds = Field([], description="songs to steer away from")


class FeaturesRequest(Request):
    features: dict[str, float | None] = Field(description="the 11 audio features by name, in natural units")


class SimilarToFeaturesRequest(OptionFields, FeaturesRequest):
    year: float | None = Field(None, description="release year, where known")
    artist: str = Field("", max_length=300)
    title: str = Field("", max_length=300)
    album: str = Field("", max_length=300)


class TrackOut(BaseModel):
    track_id: str
    title: str
    artist: str
    artists: str
    album: str | None
    year: int | None
    genres: list[str]
    explicit: bool | None
    popularity: float | None
    duration_ms: float | None
    spotify_id: str | None


class ReasonOut(BaseModel):
    feature: str
    share: float = Field(description="signed part of the score that this input accounts for")
    seed: float | None
    value: float | None
    phrase: str


class ScoredTrackOut(BaseModel):
    track: TrackOut
    score: float = Field(description="orders this answer; means nothing across spaces")
    why: str
    reasons: list[ReasonOut]


class SimilarTracksOut(BaseModel):
    space: str
    results: list[ScoredTrackOut]
    notes: list[str] = Field(description="what the caller should know about this answer")


class ClusterOut(BaseModel):
    label: int
    name: str
    profile: str
    size: int
    means: dict[str, float]
    z_scores: dict[str, float]


class ClustersOut(BaseModel):
    clusters: list[ClusterOut]
    silhouette: float
    naive_bayes_accuracy: float


class PlacementOut(BaseModel):
    cluster: ClusterOut
    runner_up: ClusterOut
    margin: float = Field(description="0 on the border with the runner-up, 1 on the centroid")
    naive_bayes: ClusterOut
    naive_bayes_probability: float


class AboutOut(BaseModel):
    name: str
    tracks: int
    synthetic: bool
    fingerprint: str
    format_version: int
    capabilities: list[str]
    problems: dict[str, str]
    spaces: list[str]
    features: list[str]
    genres: list[str]
    provenance: list[dict[str, str]]
    metrics: dict[str, Any]
