"""What became of everything that stood in the playlists, as text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from train.ingest.report import table
from train.ingest.spotify.songs import Entry, Song


def as_text(entries: Sequence[Entry], sources: Mapping[str, str], left_out: Sequence[Entry]) -> str:
    """Counts of playlists and repeats, of songs by source, and of what was left out by reason.

    Args:
        entries: Everything that stood in the playlists.
        sources: Where each song's audio features come from, of those that have any.
        left_out: What is not in the file.
    """
    songs = [(entry.song, entry.playlist_id) for entry in entries if entry.song]
    parts = [_repeats(len(entries), len({entry.playlist_id for entry in entries}), songs)]
    if sources:
        by_source = Counter(sources.values()).most_common()
        parts.append("Audio features\n" + table(("source", "songs"), by_source))
    if left_out:
        counts, examples = Counter(entry.why for entry in left_out), {entry.why: entry.name for entry in left_out[::-1]}
        lines = [(why, count, examples[why]) for why, count in counts.most_common()]
        parts.append("Left out\n" + table(("reason", "entries", "for example"), lines))
    return "\n\n".join(parts)


def _repeats(n_entries: int, n_playlists: int, songs: Sequence[tuple[Song, str]]) -> str:
    distinct = {(song.track_id, playlist) for song, playlist in songs}
    playlists_of = Counter(track_id for track_id, _ in distinct)
    shared = sum(count > 1 for count in playlists_of.values())
    return (
        f"{_count(n_entries, 'entry', 'entries')} in {_count(n_playlists, 'playlist')}: "
        f"{_count(len(playlists_of), 'song')}, {shared:,} of them in several playlists, and "
        f"{_count(len(songs) - len(distinct), 'repeat')} within a playlist."
    )


def _count(number: int, one: str, more: str = "") -> str:
    return f"{number:,} {one if number == 1 else more or one + 's'}"
