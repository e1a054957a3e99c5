"""How probable each genre is, as a list of bars with everything said in words too."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from recsys.results import GenreScore
from recsys.tagging import TaggedLyric
from recsys.ui.areas import notice

_KEY = (
    '<p class="fine">How probable each genre is. The mark <span class="tick"></span> on a bar is where its yes begins: '
    "each genre has its own, chosen on songs that the model had not seen.</p>"
)


def genre_bars(tagged: TaggedLyric) -> str:
    """HTML of the answer: the genres in one sentence, what to be careful about, and a bar for each genre."""
    warnings = [text for text in (tagged.language, *tagged.notes) if text]
    return answer(tagged.genres) + remarks(warnings) + bars(tagged.genres)


def bars(genres: Sequence[GenreScore]) -> str:
    """HTML of a bar for each genre, and of how to read it."""
    return f'{_KEY}<ol class="genres">{"".join(_bar(score) for score in genres)}</ol>'


def answer(genres: Sequence[GenreScore]) -> str:
    """HTML of the genres that are said yes to, in one sentence; or that there is none. ``genres``: best first."""
    if chosen := [score.genre for score in genres if score.chosen]:
        return said(chosen)
    best = genres[0]
    nearest = (
        f"No genre is probable enough to say yes. The most probable is {best.genre}, at {percent(best.probability)}."
    )
    return f'<div role="status">{notice(nearest, title="Not sure.")}</div>'


def said(chosen: Sequence[str]) -> str:
    """HTML of genres as an answer."""
    return f'<p class="answer" role="status">{escape(in_words(chosen))}</p>'


def in_words(names: Sequence[str]) -> str:
    """The names as one would say them: "Rock, Metal and Pop"."""
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


def remarks(texts: Sequence[str]) -> str:
    """HTML of what to know about an answer; nothing where there is nothing."""
    items = "".join(f"<li>{escape(text)}</li>" for text in texts)
    return f'<ul class="notice remarks">{items}</ul>' if items else ""


def _bar(score: GenreScore) -> str:
    width, tick = f"{100 * score.probability:.1f}%", f"{100 * score.threshold:.1f}%"
    verdict = f'<span class="verdict">{"yes" if score.chosen else "no"}</span>'
    return (
        f'<li{" class=chosen" if score.chosen else ""}><span class="genre">{escape(score.genre)}</span>'
        f'<span class="bar"><i style="width:{width}"></i><b style="left:{tick}"></b></span>'
        f'<span class="percent">{escape(percent(score.probability))}</span>'
        f'{verdict}<span class="needs">needs {escape(percent(score.threshold))}</span></li>'
    )


def percent(probability: float) -> str:
    """A percentage such as "83%"; never 0% or 100%, for nothing is that sure."""
    if probability < 0.01:
        return "<1%"
    return ">99%" if probability > 0.99 else f"{probability:.0%}"
