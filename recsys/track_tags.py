"""From a song of the catalogue to its genres: by its lyric where that came with the catalogue, else as listed there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from recsys.capabilities import Capabilities
from recsys.catalogue import Track
from recsys.genres import map_genres
from recsys.results import GenreScore, ScoredTrack

LEARNT = "The tagger learnt from this very lyric, so it is surer of these genres than of a song that it has never seen."
_PASTE = "Paste its words to have them tagged."


@dataclass(frozen=True, slots=True)
class TrackTags:
    """The genres of one song of the catalogue.

    Attributes:
        track: The song.
        source: "lyric" where the tagger read its lyric when the bundle was made; "catalogue" where the catalogue's own
            genres were mapped to macro-genres.
        genres: By its lyric: all genres, most probable first; else none.
        chosen: The genres that it is said to be of; by its lyric, most probable first.
        learnt: Whether the tagger learnt from its lyric.
        themes: What its lyric speaks of, where vibe search has read it.
        songs: Other songs that share the chosen genres, best first.
        notes: Where this comes from, and what to be careful about.
    """

    track: Track
    source: Literal["lyric", "catalogue"]
    genres: Sequence[GenreScore]
    chosen: Sequence[str]
    learnt: bool
    themes: Sequence[str]
    songs: Sequence[ScoredTrack]
    notes: Sequence[str]


def track_tags(loaded: Capabilities, track_id: str, k: int = 5) -> TrackTags:
    """The genres of a song of the catalogue, and ``k`` songs that share them.

    Raises:
        CapabilityMissingError: this bundle has no tagger.
        UnknownTrackError: the song is not in the catalogue.
        InvalidQueryError: ``k`` is out of range.
    """
    tagger, row = loaded.need_tagger(), loaded.catalogue.row(track_id)
    track, scores = loaded.catalogue.track(row), tagger.tags_of(row)
    learnt = tagger.learnt_from(row)
    if scores is not None:
        chosen = [score.genre for score in scores if score.chosen]
        notes = ["Read from its lyric when the bundle was made; the words themselves are not kept."]
        notes += [LEARNT] if learnt else []
    else:
        listed, unknown = map_genres(track.genres)
        chosen = list(listed)
        notes = [_why_unread(loaded), *_listed(track.genres, unknown)]
    return TrackTags(
        track,
        "catalogue" if scores is None else "lyric",
        scores or [],
        chosen,
        learnt,
        loaded.vibe.themes_of(row) if loaded.vibe else [],
        loaded.genre_songs.sharing(chosen, k, beside=row),
        notes,
    )


def _why_unread(loaded: Capabilities) -> str:
    tags = loaded.need_tagger().song_tags
    if tags is None:
        return f"This bundle holds no tags of its songs' lyrics. {_PASTE}"
    if tags.left_out:
        return (
            "No lyric of this song came with the catalogue, or it is one of the "
            f"{tags.left_out:,} less popular songs whose lyrics were left out. {_PASTE}"
        )
    return f"No lyric of this song came with the catalogue. {_PASTE}"


def _listed(genres: Sequence[str], unknown: Sequence[str]) -> list[str]:
    """What the catalogue says of the song's genres, in sentences."""
    if not genres:
        return ["The catalogue does not say what genre it is."]
    said = [f"The catalogue lists it as {', '.join(genres)}; what stands above is what of the 14 genres that means."]
    return [*said, f"No macro-genre is known for {', '.join(unknown)}."] if unknown else said
