"""Vibe search: songs for a free text, by what is said of them, by how they sound, and by their words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from recsys import vibe_words
from recsys.bundle import Bundle
from recsys.catalogue import Catalogue, Mask, Rows
from recsys.errors import BundleError, InvalidQueryError, NoMatchError
from recsys.fast_index import FastIndex
from recsys.filters import NO_FILTERS, Filters
from recsys.index import Vectors, normalise
from recsys.lexical_index import LexicalIndex
from recsys.lyric_chunks import NO_LYRICS, CloseLyrics, LyricChunks
from recsys.moods import SPANISH_SMALL, Mood, find_moods, in_english, profile_of
from recsys.results import ScoredTrack, check_k
from recsys.selection import pass_over
from recsys.spaces import Scaler
from recsys.text import fold
from recsys.text_encoder import TextEncoder
from recsys.vibe_query import NO_WORDS, Lookup, VibeQuery, understand
from recsys.vibe_ranking import AskedVibe
from recsys.vibe_reasons import PARTS, Explainer, scored_tracks
from recsys.vibe_space import N_FEATURES, SOUND_SCALE, Weights, direction, sound_of

FOLDER = "vibe_search"
_DEPTH = 200
_BY_LYRICS = 100  # chunks
_USUAL = 0.3  # the cosine of a query and the closest verse of a lyric that has nothing to do with it is seldom more
_ABOUT = frozenset("about lyrics lyric letra letras sobre hable habla hablen hablan".split())
_MORE_IF_ASKED = 3
_MOST_LIKED = 200
_SAY_NOTHING = frozenset([*vibe_words.SMALL.phrases, *vibe_words.NOUNS.phrases, *SPANISH_SMALL])
_AWAY = 0.5  # as in recsys.spaces
_A_GUESS = "None of these words is known here, so these songs are a guess. Describe a mood, a moment or a sound."
_NOT_KNOWN = {
    name: f"The {what} is not known of any song here, so the condition on it was passed over."
    for name, what in {
        "year": "year",
        "popularity": "popularity",
        "duration": "length",
        "tempo": "tempo",
        "explicit": "wording (explicit or not)",
        "instrumental": "share of singing",
    }.items()
}


@dataclass(frozen=True)
class VibeOptions:
    """What may come back.

    Attributes:
        dropped: Ids of chips to take back.
        more, less: Track ids of songs found before, to be more or less like.
        per_artist, one_version, exclude: As in song-to-song; where the text asks for an artist only, there is no limit.
        filters: Conditions beside those in the text.
    """

    dropped: tuple[str, ...] = ()
    more: tuple[str, ...] = ()
    less: tuple[str, ...] = ()
    per_artist: int = 2
    one_version: bool = True
    exclude: tuple[str, ...] = ()
    filters: Filters = NO_FILTERS


@dataclass(frozen=True)
class VibeAnswer:
    """What was understood, and what was found.

    Attributes:
        profile: (11,) where songs for the query should stand, in standard deviations; 0 for no matter.
    """

    query: VibeQuery
    profile: Vectors
    results: list[ScoredTrack]


class VibeSearch:
    """Ranks the catalogue by how well each track fits a text."""

    def __init__(
        self,
        catalogue: Catalogue,
        encoder: TextEncoder,
        index: FastIndex,
        lexical: LexicalIndex,
        scaler: Scaler,
        weights: Weights,
        lookup: Lookup,
        head: Vectors | None = None,
        chunks: LyricChunks | None = None,
    ) -> None:
        """Take what the bundle has.

        ``head``: (text_dim, 11), from an embedding to a profile; None where there was nothing to learn it from.
        ``chunks``: of the lyrics; None where there are none.
        """
        for name, length in (("vectors", len(index)), ("words", lexical.n_rows)):
            if length != len(catalogue):
                raise BundleError(f"vibe_search has {name} of {length:,} tracks for a catalogue of {len(catalogue):,}.")
        self.catalogue = catalogue
        self._encoder, self._index, self._lexical = encoder, index, lexical
        self._scaler, self._weights, self._lookup, self._head = scaler, weights, lookup, head
        self._chunks = chunks

    @classmethod
    def load(cls, bundle: Bundle, catalogue: Catalogue, lookup: Lookup) -> VibeSearch:
        """Open the folder in ``bundle``; raises BundleError where it is missing or damaged."""
        about = bundle.json(f"{FOLDER}/vibe.json")
        postings = bundle.tensors(f"{FOLDER}/postings.safetensors")
        try:
            encoder = TextEncoder.open(
                bundle.file(f"{FOLDER}/encoder.onnx"), bundle.file(f"{FOLDER}/tokenizer.json"), int(about["window"])
            )
            lexical = LexicalIndex(bundle.json(f"{FOLDER}/words.json"), n_rows=len(catalogue), **postings)
            scaler, weights = Scaler.from_json(about["scaler"]), Weights(**about["weights"])
            has_head, themes = bool(about["head"]), list(about["themes"])
        except BundleError:
            raise
        except Exception as error:  # a file of another kind makes each parser fail in its own way
            raise BundleError(f"vibe_search cannot be read ({error}). Train or download the bundle again.") from error
        index = FastIndex(*(bundle.array(f"{FOLDER}/{name}.npy") for name in ("vectors", "codebook", "codes")))
        head = bundle.array(f"{FOLDER}/head.npy") if has_head else None
        chunks = LyricChunks.load(bundle, FOLDER, themes, len(catalogue)) if themes else None
        return cls(catalogue, encoder, index, lexical, scaler, weights, lookup, head, chunks)

    def understood(self, text: str, dropped: tuple[str, ...] = ()) -> VibeQuery:
        """What ``text`` asks for of this catalogue: conditions on what it does not know are passed over, with a note.

        Raises as `answer` does for a text that says nothing or contradicts itself.
        """
        query = understand(text, self._lookup, dropped)
        filters, unknown = query.filters.without_unknown(self.catalogue)
        notes = [_NOT_KNOWN[name] for name in unknown]
        if query.wanted and not any(map(self._means_something, query.wanted)):
            notes.append(_A_GUESS)
        return replace(query, filters=filters, notes=(*query.notes, *notes))

    def _means_something(self, phrase: str) -> bool:
        words = in_english(phrase).split()
        known = (word in self._genre_words or self._encoder.knows(word) or self._lexical.has(word) for word in words)
        return any(known)

    def themes_of(self, row: int) -> list[str]:
        """What the lyrics of the track at ``row`` speak of, at most two themes; [] where nothing is known of them."""
        return self._chunks.themes_of(row) if self._chunks else []

    def search(self, text: str, k: int = 10, options: VibeOptions = VibeOptions()) -> list[ScoredTrack]:
        """The ``k`` tracks that fit ``text`` best, best first. See `answer`."""
        return self.answer(text, k, options).results

    def answer(self, text: str, k: int = 10, options: VibeOptions = VibeOptions()) -> VibeAnswer:
        """What was understood of ``text`` and the ``k`` tracks that fit it best; fewer only where fewer qualify.

        Raises:
            EmptyQueryError: there is no word in ``text``, and no song to be more like.
            InvalidQueryError: ``text`` is too long or contradicts itself, or ``k`` or a filter is off.
            UnknownTrackError: a track of the options is not in the catalogue.
            NoMatchError: no track qualifies.
        """
        k = check_k(k)
        if options.per_artist < 0:
            raise InvalidQueryError(f"per_artist is {options.per_artist}; give 1 or more, or 0 for no limit.")
        by_songs = bool(options.more) and not text.strip()
        query = NO_WORDS if by_songs else self.understood(text, options.dropped)
        if query.filters.only_artists:
            options = replace(options, per_artist=0)
        known = (*query.like_songs, *options.more, *options.less)
        excluded = self.catalogue.rows((*options.exclude, *known))
        asked = self.ask(query, options)
        best = self._best_known if asked.silent else self._best
        rows, parts = best(asked, k, excluded, options)
        if not len(rows):
            raise NoMatchError("No song passes all conditions together. Take one of them back.")
        profile = profile_of(_moods_of(query.wanted))
        explainer = Explainer(
            self._lexical,
            self._words_of(query),
            profile,
            dict(zip(asked.sung.rows.tolist(), asked.sung.themes, strict=True)),
            self._sound_of((*options.more, *query.like_songs)),
        )
        reasons = explainer.reasons(rows, parts, self._scaled[rows])
        return VibeAnswer(query, profile, scored_tracks(self.catalogue, rows, parts, reasons))

    def ask(self, query: VibeQuery, options: VibeOptions = VibeOptions()) -> AskedVibe:
        """What ``query`` asks of the catalogue; of ``options``, the filters and `more` and `less` count.

        Raises as `answer` does.
        """
        more, less = self.catalogue.rows(options.more), self.catalogue.rows(options.less)
        liked = np.concatenate([self._named_rows(query), more])
        mask = self._mask(query, options.filters)
        embedding = self._encoder.embed(in_english(query.embedding_text)) if query.wanted else None
        aims = self._aims(embedding, profile_of(_moods_of(query.wanted)), liked, less)
        lexical = self._weights.words * self._lexical.scores(self._words_of(query))
        asked = AskedVibe(self._index, aims, lexical, self._sung(query, embedding, mask), mask)
        return asked if asked.silent else asked.drawn(self._weights.pull)

    def _aims(self, embedding: Vectors | None, profile: Vectors, liked: Rows, less: Rows) -> Vectors:
        """(3, dim): what the words, the sound and the songs to be like add to the query."""
        aims = np.zeros((3, self._index.dim), np.float32)
        sound = self._weights.moods * profile
        if embedding is not None:
            aims[0, : len(embedding)] = embedding / self._weights.spread
            if self._head is not None:
                sound = sound + self._weights.head * normalise(embedding @ self._head)
        place = slice(self._text_dim, self._text_dim + N_FEATURES)
        aims[1, place] = sound / SOUND_SCALE
        for rows, weight in ((liked, self._weights.likes), (less, -_AWAY * self._weights.pull)):
            if len(rows):
                aims[2] += weight * direction(self._index.vectors[rows])
        return aims

    def _sung(self, query: VibeQuery, embedding: Vectors | None, mask: Mask | None) -> CloseLyrics:
        """The tracks whose lyrics are closer to the words than usual, with what that adds to their scores."""
        if embedding is None or self._chunks is None:
            return NO_LYRICS
        found = self._chunks.closest(embedding, _BY_LYRICS, mask)
        told = _ABOUT.isdisjoint(fold(query.text).split())
        gain = self._weights.lyrics / self._weights.spread * (1 if told else _MORE_IF_ASKED)
        return found._replace(scores=gain * np.maximum(found.scores - _USUAL, 0))

    def _best(self, asked: AskedVibe, k: int, excluded: Rows, options: VibeOptions) -> tuple[Rows, Vectors]:
        """The best k rows and (k, 6) the parts of their scores, in the order of `recsys.vibe_reasons.PARTS`."""
        depth = _DEPTH + 4 * (k + len(excluded))
        while True:
            rows, parts = asked.ranked(depth)
            shown = self._shown(rows, k, excluded, options)
            if len(shown) == k or len(rows) < depth:
                places = {row: i for i, row in enumerate(rows.tolist())}
                return shown, parts[[places[row] for row in shown.tolist()]]
            depth *= 4

    def _best_known(self, asked: AskedVibe, k: int, excluded: Rows, options: VibeOptions) -> tuple[Rows, Vectors]:
        """Where only conditions are given, the best-known songs that meet them."""
        rows = np.arange(len(self.catalogue)) if asked.mask is None else np.flatnonzero(asked.mask)
        shown = self._shown(rows, k, excluded, options)
        return shown, np.zeros((len(shown), len(PARTS)), np.float32)

    def _shown(self, rows: Rows, k: int, excluded: Rows, options: VibeOptions) -> Rows:
        per_artist, one_version = options.per_artist, options.one_version
        return pass_over(self.catalogue, rows, k, per_artist=per_artist, one_version=one_version, excluded=excluded)

    def _mask(self, query: VibeQuery, further: Filters) -> Mask | None:
        """What the conditions and the unwanted phrases leave; None for everything.

        An unwanted mood leaves out the songs that it fits rather than not; any unwanted phrase leaves out those that
                have its words. Genres are looked up in the catalogue: the index leaves out words as common as "pop".
        """
        masks = [given for filters in (query.filters, further) if (given := filters.mask(self.catalogue)) is not None]
        if not masks and not query.unwanted:
            return None
        kept = np.logical_and.reduce([np.ones(len(self.catalogue), np.bool_), *masks])
        for phrase in query.unwanted:
            for mood in _moods_of([phrase]):
                kept &= ~mood.fits(self._scaled)
            for word in {*fold(phrase).split(), *in_english(phrase).split()} - _SAY_NOTHING:
                kept[self._lexical.rows_of(word)] = False
                kept[self._rows_of_genres_with(word)] = False
        if not kept.any():
            raise NoMatchError("No song passes all conditions together. Take one of them back.")
        return kept

    def _named_rows(self, query: VibeQuery) -> Rows:
        """The songs to be like, and the best-known songs of the artists to be like."""
        keys = [key for name in query.like_artists for key in self.catalogue.keys_of_artist(fold(name))]
        theirs = np.flatnonzero(np.isin(self.catalogue.artist_keys, keys))[:_MOST_LIKED]
        return np.concatenate([self.catalogue.rows(query.like_songs), theirs])

    @cached_property
    def _genre_words(self) -> frozenset[str]:
        """The words that the catalogue's genres are called by."""
        return frozenset(word for genre in self.catalogue.rows_of_genre for word in fold(genre).split())

    def _words_of(self, query: VibeQuery) -> list[str]:
        """What to look for as words, in English where the table of moods knows them.

        Words of mood say how a song is, not what it is called, unless a genre here is called so. Leaving them out
        costs nothing: precision@10 of the names of 258 real playlists that have such words stays 0.112.
        """
        moods = {word for phrase in query.wanted for mood in find_moods(phrase) for word in mood.english.split()}
        passed_over = (moods - self._genre_words) | _SAY_NOTHING
        return [word for word in dict.fromkeys(in_english(query.embedding_text).split()) if word not in passed_over]

    def _rows_of_genres_with(self, word: str) -> Rows:
        found = [rows for genre, rows in self.catalogue.rows_of_genre.items() if word in fold(genre).split()]
        return np.concatenate(found) if found else np.empty(0, np.int64)

    def _sound_of(self, track_ids: Sequence[str]) -> Vectors:
        """(11,): the mean of the tracks' features in standard deviations; 0 for no tracks."""
        rows = self.catalogue.rows(track_ids)
        mean: Vectors = self._scaled[rows].mean(axis=0) if len(rows) else np.zeros(N_FEATURES, np.float32)
        return mean

    @property
    def _text_dim(self) -> int:
        return self._encoder.dim

    @cached_property
    def _scaled(self) -> Vectors:
        """(n_tracks, 11): the features in standard deviations, 0 where unknown."""
        return sound_of(self._scaler, self.catalogue.features)


def _moods_of(phrases: Iterable[str]) -> list[Mood]:
    return [found.mood for phrase in phrases for found in find_moods(phrase)]
