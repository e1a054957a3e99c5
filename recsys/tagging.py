"""From a text that somebody sent to its genres, with everything that there is to say about them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from recsys import language
from recsys.errors import InvalidQueryError, RecsysError
from recsys.loading import Capabilities
from recsys.lyrics import Lyrics, read_lyrics
from recsys.results import GenreScore, ScoredTrack

MOST_CHARACTERS = 1_000_000
"""Of a batch: half a minute or so of work."""


@dataclass(frozen=True, slots=True)
class TaggedLyric:
    """A lyric and its genres.

    Attributes:
        lyrics: What was read, after cleaning.
        genres: All genres, most probable first.
        language: A sentence where the lyric does not seem to be in English, else "".
        songs: Songs of the catalogue that share the chosen genres, best first.
        notes: What else there is to know about this answer.
    """

    lyrics: Lyrics
    genres: Sequence[GenreScore]
    language: str
    songs: Sequence[ScoredTrack]
    notes: Sequence[str]

    @property
    def chosen(self) -> list[str]:
        """The genres that the tagger says yes to, most probable first; none where it is not sure."""
        return [score.genre for score in self.genres if score.chosen]


def tag(loaded: Capabilities, text: object, lines: int = 3, k: int = 5) -> TaggedLyric:
    """The genres of one lyric.

    Args:
        loaded: What to ask.
        text: The lyric, as somebody pasted it.
        lines: How many lines to give for each chosen genre.
        k: How many songs to give.

    Raises:
        CapabilityMissingError: this bundle has no tagger.
        InvalidQueryError: ``text`` is not a lyric that can be read.
    """
    tagger = loaded.need_tagger()
    lyrics = read_lyrics(text)
    return _tagged(loaded, lyrics, tagger.tag(lyrics, lines), k)


def tag_many(
    loaded: Capabilities, texts: Sequence[object], lines: int = 0, k: int = 0
) -> list[TaggedLyric | RecsysError]:
    """The genres of several lyrics, in their order; in the place of one that cannot be read, the error that says why.

    Raises:
        CapabilityMissingError: this bundle has no tagger.
        InvalidQueryError: all together they have more than MOST_CHARACTERS.
    """
    tagger = loaded.need_tagger()
    read = [_read(text) for text in texts]
    good = [lyrics for lyrics in read if isinstance(lyrics, Lyrics)]
    if (characters := sum(len(lyrics.text) for lyrics in good)) > MOST_CHARACTERS:
        raise InvalidQueryError(
            f"The lyrics have {characters:,} characters together; at most {MOST_CHARACTERS:,} are read at a time. "
            "Send them in several requests."
        )
    scores = iter([tagger.tag(lyrics, lines) for lyrics in good] if lines else tagger.tag_many(good))
    return [_tagged(loaded, lyrics, next(scores), k) if isinstance(lyrics, Lyrics) else lyrics for lyrics in read]


def _read(text: object) -> Lyrics | RecsysError:
    try:
        return read_lyrics(text)
    except RecsysError as error:
        return error


def _tagged(loaded: Capabilities, lyrics: Lyrics, genres: Sequence[GenreScore], k: int) -> TaggedLyric:
    chosen = [score.genre for score in genres if score.chosen]
    songs = loaded.genre_songs.sharing(chosen, k)
    notes = list(lyrics.notes)
    if k and chosen and not songs:
        missing = "with these genres" if loaded.genre_songs.known else "with genres that are known here"
        notes.append(f"This catalogue has no songs {missing}.")
    return TaggedLyric(lyrics, genres, language.notice(lyrics.text), songs, notes)
