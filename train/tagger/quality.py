"""How good tags are: ranking (AUC), decisions (F1) and calibration (ECE), over genres that can be measured."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import f1_score, roc_auc_score

Probabilities = NDArray[np.floating]
Labels = NDArray[np.bool_]

FLAT_THRESHOLD = 0.2
"""The one threshold of the system that this one follows; reported beside the tuned ones."""
ENOUGH = 10
_BINS = 10


def measurable(labels: Labels) -> NDArray[np.bool_]:
    """(n_genres,) whether there is a song of the genre and one that is not."""
    found = labels.sum(axis=0)
    both: NDArray[np.bool_] = (found > 0) & (found < len(labels))
    return both


def common(labels: Labels) -> NDArray[np.bool_]:
    """(n_genres,) the measurable genres with enough songs for a choice, or all genres where none has.

    The AUC of a handful of songs is chance; models must not be chosen by it.
    """
    enough = measurable(labels) & (labels.sum(axis=0) >= ENOUGH)
    return enough if enough.any() else np.ones_like(enough)


def macro_auc(labels: Labels, scores: Probabilities) -> float:
    """Mean over genres of the chance that a song of it scores above one that is not; NaN if none is measurable."""
    columns = np.flatnonzero(measurable(labels))
    return float(np.mean([roc_auc_score(labels[:, j], scores[:, j]) for j in columns])) if len(columns) else np.nan


def micro_auc(labels: Labels, scores: Probabilities) -> float:
    """The same over all (song, genre) pairs together; most of it is knowing which genres are common."""
    kept = measurable(labels)
    return float(roc_auc_score(labels[:, kept].ravel(), scores[:, kept].ravel())) if kept.any() else np.nan


def calibration_error(labels: Labels, probabilities: Probabilities) -> float:
    """Expected calibration error: over ten bins of probability, the mean gap between what was said and what came true.

    All (song, genre) pairs together; after Naeini, Cooper and Hauskrecht (2015).
    """
    said, true = probabilities.ravel(), labels.ravel()
    bins = np.minimum((said * _BINS).astype(int), _BINS - 1)
    gaps = [abs(said[bins == b].mean() - true[bins == b].mean()) * (bins == b).mean() for b in np.unique(bins)]
    return float(np.sum(gaps))


def decisions(labels: Labels, chosen: Labels) -> dict[str, float]:
    """Micro and macro F1 of yes-or-no answers, over the measurable genres."""
    kept = measurable(labels)
    if not kept.any():
        return {"micro_f1": np.nan, "macro_f1": np.nan}
    return {
        f"{kind}_f1": float(f1_score(labels[:, kept], chosen[:, kept], average=kind, zero_division=0))
        for kind in ("micro", "macro")
    }


def measure(labels: Labels, probabilities: Probabilities, thresholds: NDArray[np.floating]) -> dict[str, float]:
    """All figures of one model on one set of songs."""
    flat = {f"{name}_at_0.2": value for name, value in decisions(labels, probabilities >= FLAT_THRESHOLD).items()}
    return {
        "macro_auc": macro_auc(labels, probabilities),
        "micro_auc": micro_auc(labels, probabilities),
        **decisions(labels, probabilities >= thresholds),
        **flat,
        "ece": calibration_error(labels, probabilities),
    }


def per_genre(
    genres: Sequence[str], labels: Labels, models: dict[str, Probabilities], thresholds: NDArray[np.floating]
) -> dict[str, dict[str, Any]]:
    """For each genre its songs, the AUC of each model, and the tagger's precision, recall and F1.

    The tagger is the first of ``models``; ``thresholds`` are its. None stands for what cannot be measured.
    """
    rows = {}
    tagger = next(iter(models.values()))
    for j, genre in enumerate(genres):
        wanted, chosen = labels[:, j], tagger[:, j] >= thresholds[j]
        both, n_wanted, n_chosen = int((wanted & chosen).sum()), int(wanted.sum()), int(chosen.sum())
        can = 0 < n_wanted < len(wanted)
        rows[genre] = {
            "songs": n_wanted,
            "auc": {name: float(roc_auc_score(wanted, p[:, j])) if can else None for name, p in models.items()},
            "precision": both / n_chosen if n_chosen else None,
            "recall": both / n_wanted if n_wanted else None,
            "f1": 2 * both / (n_wanted + n_chosen) if n_wanted else None,
            "threshold": float(thresholds[j]),
        }
    return rows
