"""A history as somebody gives it, found in the catalogue, with an account of what was not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from recsys.catalogue import Catalogue
from recsys.errors import EmptyQueryError, UnknownTrackError
from recsys.listening import NO_TIME, Plays, SongJoin, join_plays, parse_history

_MOST_NAMED = 100


@dataclass(frozen=True)
class HeardSongs:
    """What was found of a history.

    Attributes:
        track_ids: One a play, oldest first.
        format: What the input was recognised as, in words.
        plays: How many plays it holds.
        matched: How many of them were found, by the way in which.
        unmatched: Songs that the catalogue lacks and how often each was played, the most often first, at most 100.
        unmatched_songs: How many such songs there are.
        notes: Sentences on what was unusual.
        in_order: Whether the plays came with times, or as track ids, which programs keep in order. Else the order is
            that of a list that somebody wrote, which may mean nothing.
    """

    track_ids: tuple[str, ...]
    format: str
    plays: int
    matched: dict[str, int]
    unmatched: tuple[tuple[str, int], ...]
    unmatched_songs: int
    notes: tuple[str, ...]
    in_order: bool = False


def read_heard(given: str | Sequence[str], catalogue: Catalogue, join: SongJoin, called: str = "history") -> HeardSongs:
    """Read a history: track ids or lines "artist – title" as a list, or text in any format that `parse_history` knows.

    ``called`` is the word for it in errors.

    Raises:
        EmptyQueryError: there is nothing in it.
        InvalidQueryError: it is in no known format, or none of its songs is in the catalogue.
    """
    if not isinstance(given, str):
        if not given:
            raise EmptyQueryError(f"The {called} is empty. Give track ids, or lines such as 'artist – title'.")
        try:
            catalogue.rows(given)
        except UnknownTrackError:
            given = "\n".join(line.replace("\n", " ") for line in given)
        else:
            return HeardSongs(tuple(given), "track ids", len(given), {"id": len(given)}, (), 0, (), in_order=True)
    plays: Plays = parse_history(given, called=called)
    joined = join_plays(plays, join)
    ids = catalogue.track_ids
    return HeardSongs(
        track_ids=tuple(ids[row] for row in joined.known(called).tolist()),
        format=plays.format,
        plays=len(plays),
        matched={way: count for way, count in joined.matched.items() if count},
        unmatched=tuple(joined.unmatched(_MOST_NAMED)),
        unmatched_songs=joined.unmatched_songs,
        notes=(*plays.notes, *(f"{count:,} records were left out: {why}." for why, count in plays.skipped.items())),
        in_order=bool((plays.times != NO_TIME).any()),
    )
