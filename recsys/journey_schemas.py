"""What goes in and out of the journeys' API; see `recsys.schemas`."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from recsys.engine_blend import ENGINES, USUAL, BlendOptions
from recsys.first_cards import MOST_CARDS
from recsys.genre_songs import MOST_SONGS
from recsys.schemas import FilterFields, GenreScoreOut, Request, ScoredTrackOut, TrackIds, TrackOut, TrackRequest
from recsys.song_path import FEWEST_STEPS, MOST_SEED, MOST_STEPS, PathOptions
from recsys.song_to_song import SPACES


class PathRequest(Request):
    start: str = Field(description="track id of the first song")
    goal: str = Field(description="track id of the last song")
    steps: int = Field(10, ge=FEWEST_STEPS, le=MOST_STEPS, description="how many songs, start and goal included")
    space: str = Field("blend", description=f"where the path is smooth: {', '.join(SPACES)}")
    energy: Literal["any", "rising", "falling"] = Field(
        "any", description="rising: no song has less energy than the one before; falling: none has more"
    )
    seed: int = Field(0, ge=0, le=MOST_SEED, description="0 for the best path, another number for another good one")
    per_artist: int = Field(
        1, ge=0, description="at most this many songs by one main artist, start and goal included; 0 for any number"
    )
    one_version: bool = Field(True, description="one version of a song (studio, live, remix, …)")
    exclude: TrackIds = Field([], description="track ids that must not be on the way")
    filters: FilterFields = Field(FilterFields(), description="conditions on the songs between start and goal")

    def options(self) -> PathOptions:
        return PathOptions(
            steps=self.steps,
            space=self.space,
            energy=self.energy,
            seed=self.seed,
            per_artist=self.per_artist,
            one_version=self.one_version,
            filters=self.filters.filters(),
            exclude=tuple(self.exclude),
        )


class PathStepOut(ScoredTrackOut):
    jump: float = Field(description="distance from the song before, as a share of that from start to goal")
    progress: float = Field(description="how far along the way it lies, from 0 (start) to 1 (goal)")


class PathOut(BaseModel):
    space: str
    steps: list[PathStepOut] = Field(
        description="the songs in the order to play them; score, reasons and `why` compare each with the one before"
    )
    longest_jump: float
    notes: list[str] = Field(description="what the caller should know about this answer")


class EngineWeights(Request):
    """How much each engine counts, 0 to 1."""

    audio: float = Field(
        USUAL["audio"], ge=0, le=1, description="what is like the songs given: sound, artist, year, played together"
    )
    latent: float = Field(USUAL["latent"], ge=0, le=1, description="what kind of song they are")
    vibe: float = Field(USUAL["vibe"], ge=0, le=1, description="the text")
    history: float = Field(USUAL["history"], ge=0, le=1, description="what was played")


class BlendEnginesRequest(Request):
    track_ids: TrackIds = Field([], description="songs to be like, for the engines audio and latent")
    away: TrackIds = Field([], description="songs to be unlike; they do not come back")
    text: str = Field("", description="what the music should be like, for the engine vibe")
    history: str | list[str] = Field(
        "", description="what was played, as in recommend_from_history, for the engine history"
    )
    weights: EngineWeights = Field(EngineWeights(), description="how much each engine counts, 0 to 1")
    k: int = Field(10, description="how many songs, 1 to 500")
    per_artist: int = Field(2, ge=0, description="at most this many songs by one main artist; 0 for any number")
    one_version: bool = Field(True, description="one version of a song (studio, live, remix, …)")
    exclude: TrackIds = Field([], description="track ids that must not come back")
    filters: FilterFields = FilterFields()

    def options(self) -> BlendOptions:
        return BlendOptions(
            per_artist=self.per_artist,
            one_version=self.one_version,
            filters=self.filters.filters(),
            exclude=tuple(self.exclude),
        )


class BlendRowOut(ScoredTrackOut):
    votes: dict[str, float] = Field(
        description="each engine's share in what speaks for the song, 0 to 1; together 1, or 0 where nothing does"
    )


class BlendEnginesOut(BaseModel):
    voters: list[str] = Field(description=f"which of {', '.join(ENGINES)} took part")
    silent: dict[str, str] = Field(description="the others, and why not")
    results: list[BlendRowOut]
    notes: list[str] = Field(description="what the caller should know about this answer")


class CardsRequest(Request):
    k: int = Field(10, description=f"how many, 1 to {MOST_CARDS}")


class CardsOut(BaseModel):
    cards: list[TrackOut] = Field(
        description=f"at most {MOST_CARDS} well-known songs, the one that tells most about taste first; what is liked "
        "of them is a history, what is not is `disliked`"
    )


class TrackTagsRequest(TrackRequest):
    k: int = Field(5, ge=0, le=MOST_SONGS, description="how many songs of the catalogue that share its genres")


class TrackTagsOut(BaseModel):
    track: TrackOut
    source: Literal["lyric", "catalogue"] = Field(
        description="lyric: tagged by its words when the bundle was made; catalogue: the genres that the catalogue "
        "lists, mapped to macro-genres"
    )
    genres: list[GenreScoreOut] = Field(
        description="by its lyric: all genres, most probable first; empty where the source is the catalogue"
    )
    chosen: list[str] = Field(description="the macro-genres that it is said to be of")
    learnt: bool = Field(description="whether the tagger learnt from this very lyric, which flatters its tags")
    themes: list[str] = Field(description="what its lyric speaks of, where vibe search has read it; at most two")
    songs: list[ScoredTrackOut] = Field(
        description="other songs that share the chosen genres; the score is the genres in common divided by those of "
        "either"
    )
    notes: list[str] = Field(description="where the answer comes from, and what to be careful about")
