"""Which engines voted for a song, in small bars and words."""

from __future__ import annotations

from html import escape
from typing import NamedTuple

from recsys.engine_blend import BlendAnswer, BlendRow
from recsys.ui.theme import CLUSTER_COLOURS


class Engine(NamedTuple):
    """What the page calls an engine, what it listens to, and its colour."""

    name: str
    listens: str
    colour: str


ENGINES_SHOWN = {
    "audio": Engine(
        "Likeness",
        "How like the songs given: sound, artist and year, and what playlists put together.",
        CLUSTER_COLOURS[0],
    ),
    "latent": Engine("Kind", "What kind of song they are, as an autoencoder has learnt it.", CLUSTER_COLOURS[1]),
    "vibe": Engine("Vibe", "What the text says: moods, genres, occasions.", CLUSTER_COLOURS[2]),
    "history": Engine("History", "What people play after the songs played.", CLUSTER_COLOURS[3]),
}
_VOTE_MEANS = (
    "A vote is an engine’s share in what speaks for a song: 0% nothing, 100% all of it. The longer an engine’s part of "
    "the bar, the more the song is there because of it."
)


def voters(answer: BlendAnswer) -> str:
    """HTML of what a vote is, and of which engines vote; of the others why not."""
    items = "".join(
        f"<li>{_key(engine)}<strong>{engine.name}</strong> {_part_taken(answer, name)}</li>"
        for name, engine in ENGINES_SHOWN.items()
    )
    return f'<p class="fine">{_VOTE_MEANS}</p><ul class="voters" aria-label="Engines">{items}</ul>'


def _part_taken(answer: BlendAnswer, name: str) -> str:
    return f"is silent: {escape(answer.silent[name].rstrip('.'))}." if name in answer.silent else "votes."


def votes(row: BlendRow) -> str:
    """HTML of why a song is there: a bar with a part for each engine that speaks for it, and the same in words."""
    shares = {name: row.votes[name] for name in ENGINES_SHOWN if row.votes.get(name, 0) >= 0.005}
    parts = "".join(
        f'<i style="width:{100 * share:.0f}%;background:{ENGINES_SHOWN[name].colour}"></i>'
        for name, share in shares.items()
    )
    words = [
        f"<span>{_key(ENGINES_SHOWN[name])}{ENGINES_SHOWN[name].name} {share:.0%}</span>"
        for name, share in shares.items()
    ]
    against = {reason.feature for reason in row.song.reasons if reason.share < 0}
    words += [f"<span>{engine.name} against it</span>" for name, engine in ENGINES_SHOWN.items() if name in against]
    if not words:
        return f'<span class="votes">{escape(row.song.why)}</span>'
    bar = f'<span class="vote-bar" aria-hidden="true">{parts}</span>' if parts else ""
    return f'<span class="votes">{bar}<span class="unseen">Votes: </span>{" ".join(words)}</span>'


def _key(engine: Engine) -> str:
    return f'<span class="key" style="background:{engine.colour}"></span>'
