"""What goes in and out of the API, for `gr.api` and REST alike. Unknown fields are refused, never ignored."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field, PlainValidator, SkipValidation
from pydantic_core import PydanticCustomError

from recsys.audio_features import FEATURE_NAMES
from recsys.filters import Filters
from recsys.genre_songs import MOST_SONGS
from recsys.song_to_song import SPACES, Options
from recsys.user_history import HistoryOptions
from recsys.vibe_search import VibeOptions

MOST_TEXTS = 64
MOST_QUERIES = 500
MOST_LINES = 10
TrackIds = Annotated[list[str], Field(max_length=500)]


def _texts(value: Any) -> Any:
    """One text or a batch of them; what else is wrong with a text is for `read_lyrics` to say."""
    expected = f"Give one text, or a list of 1 to {MOST_TEXTS} texts"
    texts = value if isinstance(value, list) else [value]
    if not 1 <= len(texts) <= MOST_TEXTS:
        raise PydanticCustomError("texts", f"The list has {len(texts)} texts. {expected}")
    for number, text in enumerate(texts, 1):
        if not isinstance(text, str):
            which = f"Number {number} of the list" if isinstance(value, list) else "This"
            raise PydanticCustomError("texts", f"{which} is not text. {expected}")
    return value


Batch = Annotated[list[str], Field(min_length=1, max_length=MOST_TEXTS)]
Texts = Annotated[str | Batch, PlainValidator(_texts, json_schema_input_type=str | Batch)]


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
    instrumental: bool | None = Field(None, description="true: only songs without vocals; false: only with vocals")
    live: bool | None = Field(None, description="true: only live versions; false: none")
    genres: list[str] = Field([], description="songs of at least one of these genres")
    only_artists: list[str] = Field([], description="only songs by these main artists")
    exclude_artists: list[str] = Field([], description="no song by these main artists")

    def filters(self) -> Filters:
        values = self.model_dump()
        lists = ("genres", "only_artists", "exclude_artists")
        return Filters(**values | {name: tuple(values[name]) for name in lists})


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
    weights: list[float] = Field(
        [], max_length=500, description="how much each of track_ids counts, none below 0; all alike where left out"
    )


class FeaturesRequest(Request):
    features: dict[str, float | None] = Field(
        description=f"the {len(FEATURE_NAMES)} audio features by name, in natural units: {', '.join(FEATURE_NAMES)}"
    )


class SimilarToFeaturesRequest(OptionFields, FeaturesRequest):
    year: float | None = Field(None, description="release year, where known")
    artist: str = Field("", max_length=300, description="its main artist, where known")
    title: str = Field("", max_length=300, description="its title, where known")
    album: str = Field("", max_length=300, description="its album, where known")


class VibeRequest(Request):
    text: str = Field(
        description="what the music should be like, in English or Spanish; at most 1,000 characters; may be empty "
        "where `more` names songs"
    )
    k: int = Field(10, description="how many songs, 1 to 500")
    dropped: list[str] = Field([], max_length=100, description="ids of chips of an earlier answer, to be taken back")
    more: TrackIds = Field([], description="songs to be more like; they do not come back")
    less: TrackIds = Field([], description="songs to be less like; they do not come back")
    per_artist: int = Field(2, ge=0, description="at most this many songs by one main artist; 0 for any number")
    one_version: bool = Field(True, description="one version of a song (studio, live, remix, …)")
    exclude: TrackIds = Field([], description="track ids that must not come back")
    filters: FilterFields = Field(FilterFields(), description="conditions beside those in the text")

    def options(self) -> VibeOptions:
        return VibeOptions(
            dropped=tuple(self.dropped),
            more=tuple(self.more),
            less=tuple(self.less),
            per_artist=self.per_artist,
            one_version=self.one_version,
            exclude=tuple(self.exclude),
            filters=self.filters.filters(),
        )


class HistoryRequest(Request):
    history: str | list[str] = Field(
        description="what was played, oldest first: track ids, lines 'artist – title', or the text of a listening "
        "history (Spotify's or ListenBrainz's JSON, Last.fm's TSV, a table, …)"
    )
    k: int = Field(10, description="how many songs, 1 to 500")
    familiar: float = Field(0.0, ge=0, le=1, description="share of songs from the history itself: 0 only new ones")
    liked: TrackIds = Field([], description="songs that count as played just now; they do not come back")
    disliked: TrackIds = Field([], description="songs to turn away from; they do not come back")
    per_artist: int = Field(2, ge=0, description="at most this many songs by one main artist; 0 for any number")
    one_version: bool = Field(True, description="one version of a song (studio, live, remix, …)")
    exclude: TrackIds = Field([], description="track ids that must not come back")
    filters: FilterFields = FilterFields()
    in_order: bool | None = Field(
        None,
        description="true: it is in the order of listening, and the last songs count most; false: a list, answered "
        "as a whole; null: true for track ids and for plays with times",
    )

    def options(self) -> HistoryOptions:
        return HistoryOptions(
            familiar=self.familiar,
            liked=tuple(self.liked),
            disliked=tuple(self.disliked),
            per_artist=self.per_artist,
            one_version=self.one_version,
            exclude=tuple(self.exclude),
            filters=self.filters.filters(),
        )


class TagOptions(Request):
    lines: int = Field(3, ge=0, le=MOST_LINES, description="how many lines to give as reasons for each chosen genre")
    k: int = Field(5, ge=0, le=MOST_SONGS, description="how many songs of the catalogue that share the chosen genres")


class PredictRequest(Request):
    lyrics: Texts = Field(description="the lyrics of one song, or of 1 to 64; at most 100,000 characters each")
    lines: int | None = Field(
        None,
        ge=0,
        le=MOST_LINES,
        description="how many lines to give as reasons for each chosen genre; 3 for one text and 0 for a list, where "
        "they would cost the most time, unless you say otherwise",
    )
    k: int | None = Field(
        None,
        ge=0,
        le=MOST_SONGS,
        description="how many songs of the catalogue that share the chosen genres; 5 for one text and 0 for a list, "
        "unless you say otherwise",
    )

    def options(self) -> TagOptions:
        standard = TagOptions() if isinstance(self.lyrics, str) else TagOptions(lines=0, k=0)
        return standard.model_copy(update=self.model_dump(include={"lines", "k"}, exclude_none=True))


class TagRequest(TagOptions):
    # What is wrong with a lyric is for `read_lyrics` to say.
    lyrics: Annotated[str, PlainValidator(lambda given: given, json_schema_input_type=str)] = Field(
        description="the words of one song; at most 100,000 characters"
    )


class SearchRequest(Request):
    query: str = Field(max_length=1000, description="title, artist, or both, in any order")
    limit: int = Field(12, description="how many, 1 to 100")


class TrackRequest(Request):
    track_id: str = Field(description="the song, by its id; search_tracks finds it")


class NoRequest(Request):
    """There is nothing to say."""


Query = TypeVar("Query", bound=Request)


class BatchRequest(Request, Generic[Query]):
    # Each is read by itself, so that a bad one does not cost the others their answers.
    queries: list[Annotated[Query, SkipValidation]] = Field(
        max_length=MOST_QUERIES, description=f"up to {MOST_QUERIES}, each as it would be sent alone"
    )


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


class LineOut(BaseModel):
    line: int = Field(description="its number among the lines that were read, from 0; where repeated, the first")
    text: str
    weight: float = Field(description="by how much the genre's log-odds fall without it")


class GenreScoreOut(BaseModel):
    genre: str
    probability: float = Field(description="a song may be of several genres, so they do not add up to 1")
    threshold: float = Field(description="the probability from which the answer is yes")
    chosen: bool = Field(description="whether the answer is yes")


class GenreOut(GenreScoreOut):
    lines: list[LineOut] = Field(
        description="the lines that speak for it most; only for chosen genres, or for the first where none is"
    )


class TagOut(BaseModel):
    genres: list[GenreOut] = Field(description="all genres, most probable first")
    chosen: list[str] = Field(description="the genres whose probability is above their threshold")
    sure: bool = Field(description="false where no genre is chosen")
    language: str = Field(description="a notice where the lyrics do not seem to be in English, else empty")
    notes: list[str] = Field(description="what was removed from the text, and what to be careful about")
    songs: list[ScoredTrackOut] = Field(
        description="songs that share the chosen genres; the score is the genres in common divided by those of either"
    )


class ChipOut(BaseModel):
    id: str = Field(description="give it in `dropped` to take this back")
    kind: str
    label: str
    words: str = Field(description="the part of the text that it was understood from")


class VibeOut(BaseModel):
    chips: list[ChipOut] = Field(description="what was understood")
    profile: dict[str, float] = Field(
        description="where songs for the mood words should stand, in standard deviations from the average song"
    )
    results: list[ScoredTrackOut]
    notes: list[str] = Field(description="what the caller should know about this answer")


class UnmatchedOut(BaseModel):
    song: str
    plays: int


class FoundOut(BaseModel):
    """What was read of a history or a playlist, and what the catalogue lacks of it."""

    format: str = Field(description="what it was recognised as")
    plays: int = Field(description="how many plays or songs it holds, repeats counted")
    matched: dict[str, int] = Field(description="how many of them were found in the catalogue, by the way in which")
    unmatched: list[UnmatchedOut] = Field(description="songs that the catalogue lacks, most played first, at most 100")
    unmatched_songs: int


class HistoryOut(FoundOut):
    results: list[ScoredTrackOut]
    notes: list[str] = Field(description="what the caller should know about this answer")


class ErrorOut(BaseModel):
    error: str = Field(description="what is wrong and what to do, in one line")


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


class ReleaseOut(BaseModel):
    kind: str = Field(description='"hub", "folder" or "demo"')
    name: str
    revision: str = Field(description="the branch, tag or commit that was asked for")
    sha: str = Field(description="the commit that is served")
    hub_answered: bool | None = Field(description="null where the Hub did not need to be asked")
    looked_up: datetime | None = Field(description="when the Hub was asked last")
    notes: list[str] = Field(description="what is not as it should be")


class StatusOut(BaseModel):
    status: str = Field(description='"loading", "ready" or "failed"')
    step: str
    fraction: float
    error: str | None
    version: str = Field(description="of the app")
    release: ReleaseOut | None
    problems: dict[str, str] = Field(description="capabilities that are off, and why")
