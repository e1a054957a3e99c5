"""The card's section on vibe search."""

from __future__ import annotations

from typing import Any

from train.markdown import table

_SHOWN = ("precision@10", "ndcg@10", "recall@100")


def sections(metrics: dict[str, Any] | None) -> list[str]:
    """How well playlist names find their tracks, each part of the search beside all together."""
    if not metrics:
        return []
    parts = ["## Vibe search", f"Encoder `{metrics['encoder']}`, int8; {metrics['texts']:,} texts."]
    if names := metrics.get("names"):
        rows = [[engine, *(f"{figures[name]:.3f}" for name in _SHOWN)] for engine, figures in names["engines"].items()]
        parts += [
            f"The query is the name of a playlist, its tracks are what should be found: {names['judged']} names, none "
            f"seen by the learnt head, which learnt from {names['learnt_from']} others. `not drawn`: without pulling "
            "the query towards what it finds first.",
            table(["engine", *_SHOWN], rows),
        ]
        best = max(names["engines"], key=lambda engine: names["engines"][engine]["ndcg@10"])
        if not best.startswith("all"):
            parts.append(f"**Here `{best}` alone ranks better than all together.**")
    return parts
