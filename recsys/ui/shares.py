"""What a score is made of, as a table with bars."""

from __future__ import annotations

from html import escape

import numpy as np

from recsys.phrases import AVERAGE
from recsys.results import PartReason, Reason, ScoredTrack
from recsys.ui.theme import APART, TOGETHER


def explain(result: ScoredTrack) -> str:
    """HTML of what the score is made of: one bar a reason, blue where it brings the songs together."""
    beside = [reason for reason in result.reasons if reason.feature != AVERAGE]
    average = [reason for reason in result.reasons if reason.feature == AVERAGE]
    most = max((abs(reason.share) for reason in beside), default=0) or 1
    rows = "".join(_share_row(reason, most) for reason in beside) + "".join(_share_row(r, np.inf) for r in average)
    title = f"Why “{escape(result.track.title)}”: what its score of {result.score:.3f} is made of"
    legend = f"{_key(TOGETHER)}brings the songs together {_key(APART)}sets them apart"
    return f'<table class="shares"><caption><strong>{title}</strong>{legend}</caption>{rows}</table>'


def _key(colour: str) -> str:
    return f'<span class="key" style="background:{colour}"></span>'


def _share_row(reason: Reason | PartReason, most: float) -> str:
    colour = TOGETHER if reason.share >= 0 else APART
    bar = f'<i style="width:{100 * abs(reason.share) / most:.0f}%;background:{colour}"></i>'
    share = f"{reason.share:+.3f}".replace("-", "\N{MINUS SIGN}")
    return f'<tr><th scope="row">{escape(reason.phrase)}</th><td class="bar">{bar}</td><td>{share}</td></tr>'
