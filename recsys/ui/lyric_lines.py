"""The lyric again, with the lines that speak for each genre."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from recsys.tagging import TaggedLyric
from recsys.ui.theme import CLUSTER_COLOURS

_TITLE = '<h2 class="part">Why: the lines that say most</h2>'
_ABOUT = "Without the coloured lines, the genres named beside them would be less probable."
_NONE = "No single line speaks for {genres}: it is the words as a whole."


def lyric_lines(tagged: TaggedLyric) -> str:
    """HTML of the lyric as it was read, what speaks for a genre in its colour; nothing where no line does."""
    explained = [score for score in tagged.genres if score.lines]
    silent = [score.genre for score in tagged.genres if score.chosen and not score.lines]
    said = ([_ABOUT] if explained else []) + ([_NONE.format(genres=", ".join(silent))] if silent else [])
    if not said:
        return ""
    colours = {score.genre: CLUSTER_COLOURS[i % len(CLUSTER_COLOURS)] for i, score in enumerate(explained)}
    speaks = _speakers(tagged)
    lines = "".join(_line(text, speaks.get(text, ()), colours) for text in tagged.lyrics.lines)
    return (
        f'{_TITLE}<p class="fine">{escape(" ".join(said))}</p>'
        f'<div class="lyric" role="region" tabindex="0" aria-label="The lyric, line by line">{lines}</div>'
    )


def _speakers(tagged: TaggedLyric) -> Mapping[str, Sequence[str]]:
    """Line → the genres that it speaks for, the one that it speaks for most first."""
    weights: dict[str, dict[str, float]] = {}
    for score in tagged.genres:
        for line in score.lines:
            weights.setdefault(line.text, {})[score.genre] = line.weight
    return {text: sorted(genres, key=lambda genre: -genres[genre]) for text, genres in weights.items()}


def _line(text: str, genres: Sequence[str], colours: Mapping[str, str]) -> str:
    if not genres:
        return f'<p translate="no">{escape(text)}</p>'
    named = "".join(f'<span class="for" style="--tint:{colours[genre]}">{escape(genre)}</span>' for genre in genres)
    return (
        f'<p class="speaks" style="--tint:{colours[genres[0]]}"><mark translate="no">{escape(text)}</mark> {named}</p>'
    )
