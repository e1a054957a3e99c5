"""The figures that a release is judged by: a few a capability, each with the direction in which it is better."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from train.release.table import Line


@dataclass(frozen=True)
class Headline:
    """One figure that training leaves in the manifest.

    Attributes:
        capability: Whose.
        path: The keys that lead to it in ``manifest.metrics[capability]``.
        better: "higher" or "lower"; None where it is shown and not judged.
        chance: What guessing gets; changes are measured from there.
    """

    capability: str
    path: tuple[str, ...]
    better: Literal["higher", "lower"] | None = "higher"
    chance: float = 0.0

    def value(self, metrics: Mapping[str, Any]) -> float | None:
        """The figure in a manifest's metrics; None where it was not measured."""
        found: Any = metrics.get(self.capability)
        for key in self.path:
            if isinstance(found, list):  # what next: one record for each engine in each case
                found = {f"{one['engine']}, {one['case']}": one["values"] for one in found}
            found = found.get(key) if isinstance(found, Mapping) else None
        return float(found) if isinstance(found, int | float) else None


HEADLINES = (
    Headline("catalogue", ("tracks",), None),
    Headline("song_to_song", ("same_playlist_precision@10", "blend")),
    Headline("song_to_song", ("hubness_skew", "blend"), None),
    Headline("song_to_song", ("autoencoder_loss",), None),
    Headline("clusters", ("k",), None),
    Headline("clusters", ("silhouette",)),
    Headline("clusters", ("naive_bayes_accuracy",)),
    *(Headline("genre_tagger", ("models", "tagger", name), chance=0.5) for name in ("macro_auc", "micro_auc")),
    Headline("genre_tagger", ("models", "tagger", "macro_f1")),
    Headline("genre_tagger", ("models", "tagger", "micro_f1")),
    # Of a few hundred songs the calibration error is mostly noise.
    Headline("genre_tagger", ("models", "tagger", "ece"), None),
    *(Headline("vibe_search", ("names", "engines", "all", name)) for name in ("precision@10", "ndcg@10", "recall@100")),
    *(
        Headline("user_history", ("leave-one-out", f"hybrid, {case}", name))
        for case in ("everything", "new only")
        for name in ("ndcg@10", "recall@10")
    ),
)
_WRAPPERS = {"models", "names", "engines", "leave-one-out"}


def compare_metrics(
    published: Mapping[str, Any],
    new: Mapping[str, Any],
    tolerance: float,
    headlines: Sequence[Headline] = HEADLINES,
    judge: bool = True,
) -> list[Line]:
    """Each figure that either release has.

    Args:
        published: ``metrics`` of the published manifest.
        new: ``metrics`` of the new one.
        tolerance: By what share of its distance from chance a figure may be worse.
        headlines: The figures.
        judge: Whether to refuse what is worse.
    """
    lines = (_line(one, one.value(published), one.value(new), tolerance, judge) for one in headlines)
    return [line for line in lines if line is not None]


def _line(headline: Headline, old: float | None, new: float | None, tolerance: float, judge: bool) -> Line | None:
    what = " ".join(key for key in headline.path if key not in _WRAPPERS)
    if old is None and new is None:
        return None
    if old is None or new is None:
        lost = new is None and judge and headline.better is not None
        refusal = f"{headline.capability}: {what} was {_shown(old)} and is not measured any more." if lost else None
        verdict = "not measured" if new is None else "new"
        return Line(headline.capability, what, _shown(old), _shown(new), "", verdict, refusal)
    room = abs(old - headline.chance)
    change = (new - old) / room if room else 0.0
    gain = -change if headline.better == "lower" else change
    verdict, refusal = "not judged", None
    if headline.better is not None and judge:
        verdict = "better" if gain > 0 else "the same" if gain == 0 else "worse, tolerated"
        if gain < -tolerance:
            verdict = "WORSE"
            refusal = f"{headline.capability}: {what} went from {_shown(old)} to {_shown(new)}."
    return Line(headline.capability, what, _shown(old), _shown(new), f"{change:+.1%}", verdict, refusal)


def _shown(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:,.0f}" if value == int(value) and abs(value) > 1 else f"{value:.4f}"
