"""What goes in and out of the API around playlists; see `recsys.schemas`."""

from __future__ import annotations

from pydantic import BaseModel, Field

from recsys.group_blend import FEWEST, MOST, WAYS, GroupOptions
from recsys.playlist_doctor import MOST_SONGS, DoctorOptions
from recsys.playlist_files import FORMATS
from recsys.playlist_order import ARCS
from recsys.schemas import FilterFields, FoundOut, Request, ScoredTrackOut, TrackIds, TrackOut

_ANY_FORMAT = "track ids, lines 'artist – title' or Spotify links, or the text of a file (CSV, M3U, JSPF, …)"


class DoctorRequest(Request):
    playlist: str | list[str] = Field(description=f"in its order, at most {MOST_SONGS} songs: {_ANY_FORMAT}")
    arc: str = Field("peak", description="; ".join(f"{name}: {what}" for name, what in ARCS.items()))
    k: int = Field(10, ge=0, le=100, description="how many songs to add")
    leave_out: TrackIds = Field([], description="track ids to take out first, which are not proposed either")
    per_artist: int = Field(2, ge=0, description="at most this many added songs by one main artist; 0 for any number")
    filters: FilterFields = Field(FilterFields(), description="conditions on songs to add")

    def options(self) -> DoctorOptions:
        return DoctorOptions(
            arc=self.arc,
            k=self.k,
            leave_out=tuple(self.leave_out),
            per_artist=self.per_artist,
            filters=self.filters.filters(),
        )


class MisfitOut(BaseModel):
    track: TrackOut
    position: int = Field(description="among the songs that were found, from 1")
    better_fits: float = Field(description="share of the catalogue that would fit the other songs better")
    outlier: bool = Field(description="whether it is said not to fit")
    why: str = Field(description="what sets it apart from the others")


class RepeatOut(BaseModel):
    tracks: list[TrackOut]
    positions: list[int] = Field(description="among the songs that were found, from 1")
    versions: bool = Field(description="versions of one song, rather than the very same")


class StepOut(BaseModel):
    track: TrackOut
    energy: float | None
    tempo: float | None
    key: str | None = Field(description='with its name on DJs\' wheel, "A minor (8A)"; null where unknown')
    jump: float | None = Field(description="from the song before, in tempo, key, energy and sound; 1 is chance")
    transition: str


class AdditionOut(BaseModel):
    song: ScoredTrackOut
    near: list[TrackOut] = Field(description="songs of the playlist that it goes with best")
    after: int = Field(description="how many songs of `order` come before its best place")


class DoctorOut(FoundOut):
    misfits: list[MisfitOut] = Field(description="every song, the one that fits least first")
    repeats: list[RepeatOut]
    leanings: list[str] = Field(description="what the playlist has more or less of than the catalogue")
    order: list[StepOut]
    smoothness: dict[str, dict[str, float]] = Field(
        description='"given" and "proposed" → the mean jump: "total", "tempo", "key", "energy", "sound"; 1 is chance'
    )
    bridges: list[AdditionOut] = Field(description="songs for the roughest places of `order`")
    additions: list[AdditionOut] = Field(description="songs to add, best first")
    notes: list[str] = Field(description="what the caller should know about this answer")


class ListenerIn(Request):
    name: str = Field("", max_length=60, description='"Listener 1" and so on where left out')
    history: str | list[str] = Field(description=f"oldest first: {_ANY_FORMAT}")


class GroupRequest(Request):
    listeners: list[ListenerIn] = Field(min_length=FEWEST, max_length=MOST, description="two to five")
    k: int = Field(10, description="how many songs, 1 to 500")
    way: str = Field("fair", description="; ".join(f"{name}: {what}" for name, what in WAYS.items()))
    new_only: bool = Field(True, description="no song that any of them has played")
    per_artist: int = Field(2, ge=0, description="at most this many songs by one main artist; 0 for any number")
    one_version: bool = Field(True, description="one version of a song (studio, live, remix, …)")
    exclude: TrackIds = Field([], description="track ids that must not come back")
    filters: FilterFields = FilterFields()

    def options(self) -> GroupOptions:
        return GroupOptions(
            way=self.way,
            new_only=self.new_only,
            per_artist=self.per_artist,
            one_version=self.one_version,
            exclude=tuple(self.exclude),
            filters=self.filters.filters(),
        )


class ListenerOut(FoundOut):
    name: str
    satisfaction: float = Field(description="1: as good as a list for this listener alone; 0: no better than any songs")


class VoiceOut(BaseModel):
    listener: str
    worth: float = Field(description="in songs of a list for this listener alone")
    because: TrackOut | None = Field(description="the listener's song that speaks for it most")


class GroupSongOut(BaseModel):
    track: TrackOut
    voices: list[VoiceOut] = Field(description="whom it is worth most to first")
    why: str


class GroupOut(BaseModel):
    listeners: list[ListenerOut]
    results: list[GroupSongOut]
    engine: str = Field(description='"listening": by the model of what follows a history; "sound": by similar songs')
    notes: list[str] = Field(description="what the caller should know about this answer")


class ExportRequest(Request):
    track_ids: TrackIds = Field(description="the songs, in order")
    format: str = Field("csv", description=f"one of: {', '.join(FORMATS)}")
    title: str = Field("", max_length=200, description="of the playlist, and the file's name")


class PlaylistFileOut(BaseModel):
    name: str
    media_type: str
    text: str = Field(description="to be saved as UTF-8")
    left_out: list[TrackOut] = Field(description="songs that this format cannot hold")
