"""The card's section on what to play next, and the table that `evaluate` prints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from train.history.evaluation import CASES, Figures, card_rows
from train.ingest.report import table as plain_table
from train.markdown import table

SHOWN = ("ndcg@10", "recall@10", "hit@10", "recall@20", "coverage@10", "novelty@10", "popularity bias")
_SAID = {
    "everything": "Songs of the history may come back.",
    "new only": "Only songs that the listener has not played.",
    "cold items": "Only songs that nobody had played before, ranked among all.",
    "cold among cold": "The same, ranked among themselves.",
}

_MANY_COLD = 0.3
_GIVEN_AWAY = """**Many of the songs to be found had been played by nobody before.** Where a catalogue was made of these
very histories, “not played yet” gives the answer away, and engines that rank such songs high are flattered: only “cold
among cold”, where all songs are alike in this, tells what is understood of them."""


def engine_table(figures: Sequence[Figures]) -> str:
    """Every engine in every case, as plain text."""
    return plain_table(("engine", "case", "asked", *SHOWN), card_rows(figures, SHOWN))


def sections(metrics: Mapping[str, Any] | None) -> list[str]:
    """What was read, and each engine beside the hybrid, case by case."""
    if not metrics:
        return []
    report = metrics["report"]
    parts = [
        "## What next",
        f"Learnt from {report['plays']:,} plays of {report['items']:,} songs by {report['users']:,} listeners.",
    ]
    if known := metrics.get("known"):
        parts.append("\n".join(f"- {name}: {said}" for name, said in known.items()))
    figures = [Figures(**one) for one in metrics.get("leave-one-out", [])]
    if not figures:
        return parts
    parts.append(
        "Each listener's last play is to be found, by engines that learnt from all plays before the last; settings and "
        "weights were chosen on the plays before that. The whole catalogue is ranked. ± is over listeners drawn anew, "
        "or over seeds where there are several."
    )
    asked = {one.case: one.n for one in figures}
    if asked.get("cold items", 0) > _MANY_COLD * asked.get("new only", 0):
        parts.append(_GIVEN_AWAY)
    for case in CASES:
        of_case = [one for one in figures if one.case == case]
        if of_case:
            rows = [[row[0], *row[3:]] for row in card_rows(of_case, SHOWN)]
            parts += [f"**{case}** ({of_case[0].n:,} asked). {_SAID[case]}", table(["engine", *SHOWN], rows)]
            best = max(of_case, key=lambda one: one.values["ndcg@10"])
            if best.engine != "hybrid":
                parts.append(f"**Here `{best.engine}` alone ranks better than the hybrid.**")
    return parts
