"""What a score is made of, as a table with bars."""

from __future__ import annotations

from html import escape

import numpy as np

from recsys.phrases import AVERAGE
from recsys.results import PartReason, Reason, ScoredTrack
from recsys.ui.theme import APART, TOGETHER

_MEANING = (
    "The parts add up to the score. What any two songs here share is mostly the largest; it tells none apart, and has "
    "no bar. The score counts what goes together, not only what is equal: so something equal may lower it a little, "
    "and something else raise it."
)
_BACK = '<button type="button" class="plain-button" data-do="back">Back to the song in the list</button>'


def explain(result: ScoredTrack) -> str:
    """HTML of what the score is made of: one bar a reason, blue where it brings the songs together."""
    beside = [reason for reason in result.reasons if reason.feature != AVERAGE]
    average = [reason for reason in result.reasons if reason.feature == AVERAGE]
    most = max((abs(reason.share) for reason in beside), default=0) or 1
    rows = "".join(_share_row(reason, most) for reason in beside) + "".join(_share_row(r, np.inf) for r in average)
    title = f"Why “{escape(result.track.title)}”: what its score of {result.score:.3f} is made of"
    legend = f"<span>{_key(TOGETHER)}raises the score {_key(APART)}lowers it</span>"
    head = f'<caption><strong>{title}</strong>{legend}<span class="fine">{_MEANING}</span></caption>'
    return f'<table class="shares">{head}{rows}</table>{_BACK}'


def _key(colour: str) -> str:
    return f'<span class="key" style="background:{colour}"></span>'


def _share_row(reason: Reason | PartReason, most: float) -> str:
    colour = TOGETHER if reason.share >= 0 else APART
    bar = f'<i style="width:{100 * abs(reason.share) / most:.0f}%;background:{colour}"></i>'
    share = f"{reason.share:+.3f}".replace("-", "\N{MINUS SIGN}")
    return f'<tr><th scope="row">{escape(reason.phrase)}</th><td class="bar">{bar}</td><td>{share}</td></tr>'
