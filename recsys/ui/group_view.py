"""A list for a group, as HTML: how content each may be, for whom each song is and because of what, who gives way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from recsys.group_blend import WAYS, GroupAnswer, GroupSong, Voice
from recsys.ui.areas import notice
from recsys.ui.group_listeners import GroupListener
from recsys.ui.theme import CLUSTER_COLOURS

_SPEAKS = 0.15  # below this, a song says little to a listener
_GIVES_WAY = 0.1  # so much less satisfied than the most satisfied
_MOST_NAMED = 5
COLOURS = (CLUSTER_COLOURS[0], CLUSTER_COLOURS[1], CLUSTER_COLOURS[2], CLUSTER_COLOURS[3], CLUSTER_COLOURS[4])


def satisfaction_bars(answer: GroupAnswer, way: str) -> str:
    """HTML of how content each listener may be, and of who gives way."""
    rows = "".join(
        f'<tr><th scope="row" translate="no">{escape(name)}</th>'
        f'<td class="bar"><i style="width:{100 * value:.0f}%;background:{colour}"></i></td><td>{value:.0%}</td></tr>'
        for (name, value), colour in zip(answer.satisfaction.items(), COLOURS, strict=False)
    )
    caption = (
        "<strong>How content each may be</strong> 100%: as good as a list made for this listener alone. "
        "0%: no better than any songs."
    )
    table = f'<table class="shares group-shares"><caption>{caption}</caption><tbody>{rows}</tbody></table>'
    return (
        f'{table}<p class="fine">{gives_way(answer.satisfaction)} {escape(way.capitalize())}: {escape(WAYS[way])}.</p>'
    )


def gives_way(satisfaction: Mapping[str, float]) -> str:
    """HTML of a sentence on who gets clearly less than the others.

    >>> gives_way({"Ana": 0.8, "Ben": 0.5})
    '<b translate="no">Ben</b> gives way most.'
    """
    least = min(satisfaction, key=lambda name: satisfaction[name])
    if max(satisfaction.values()) - satisfaction[least] < _GIVES_WAY:
        return "Nobody gives way more than the others."
    return f'<b translate="no">{escape(least)}</b> gives way most.'


def voices_of(song: GroupSong, names: Sequence[str]) -> str:
    """HTML of whom a song is for, and because of which of their songs; ``names`` in the order of their colours."""
    items = "".join(_voice(voice, COLOURS[names.index(voice.listener)]) for voice in song.voices)
    return f'<ul class="voices">{items}</ul>'


def _voice(voice: Voice, colour: str) -> str:
    name = f'<b translate="no">{escape(voice.listener)}</b>'
    worth = f"{min(max(voice.worth, 0), 1):.0%}"
    bar = f'<span class="meter" aria-hidden="true"><i style="width:{worth};background:{colour}"></i></span>'
    if voice.worth < _SPEAKS:
        return f"<li>{bar} {name} <span>gives way here</span></li>"
    if voice.because is None:
        return f"<li>{bar} {name} <span>{worth}</span></li>"
    song = f"“{escape(voice.because.title)}” – {escape(voice.because.artist)}"
    return f'<li>{bar} {name} <span>{worth}, because of</span> <span translate="no">{song}</span></li>'


def accounts(listeners: Sequence[GroupListener]) -> str:
    """HTML of what was found of each pasted history, and what was not; nothing where none was pasted."""
    items = "".join(_account(one) for one in listeners if one.pasted)
    return f'<div class="notice"><ul class="remarks">{items}</ul></div>' if items else ""


def _account(listener: GroupListener) -> str:
    heard = listener.pasted
    if heard is None:
        return ""
    said = [f"{sum(heard.matched.values()):,} of {heard.plays:,} plays are of songs in this catalogue."]
    if heard.unmatched:
        names = "; ".join(escape(song[:80]) for song, _ in heard.unmatched[:_MOST_NAMED])
        more = heard.unmatched_songs - min(_MOST_NAMED, len(heard.unmatched))
        said.append(f'Not here: <span translate="no">{names}</span>{f"; and {more:,} more songs" if more else ""}.')
    said += [escape(note) for note in heard.notes]
    return f'<li><b translate="no">{escape(listener.name)}</b>: {" ".join(said)}</li>'


def start() -> str:
    """HTML of what to do while there is no list."""
    text = (
        "Give each listener a few songs: pick them, or paste what they play. Then make the list: every song says for "
        "whom it is and because of which of their songs. Or try the example."
    )
    return notice(text, title="One list for two to five people.")
