"""What the cards say of the genre tagger: how good it is, beside what is simple."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from train.markdown import front_matter, table


def model_card(metrics: Mapping[str, Any], about: str, base_model: str, genres: Sequence[str]) -> str:
    """The README of the `save_pretrained` folder, which is a model for other tools too."""
    metadata = {
        "library_name": "transformers",
        "pipeline_tag": "text-classification",
        "license": "other",
        "language": "en",
        "tags": ["music", "lyrics", "multi-label"],
        "base_model": base_model,
        "model-index": [{"name": "genre-tagger", "results": [model_index(metrics)]}],
    }
    parts = [
        front_matter(metadata),
        "# Genres of a lyric",
        about,
        f"Labels: {', '.join(genres)}. A song may be of several. In the app this encoder is one of two readers: its "
        "log-odds are mixed with a linear model's and calibrated (`tagger.json` beside this folder). Alone it is the "
        "row `transformer, float` below, uncalibrated:",
        "```python\nfrom transformers import pipeline\n\n"
        'pipeline("text-classification", "path/to/this/folder", top_k=None)("the words of a song")\n```',
        *sections(metrics),
    ]
    return "\n\n".join(parts) + "\n"


def model_index(metrics: Mapping[str, Any]) -> dict[str, Any]:
    """One result for the Hub's model-index."""
    figures = metrics["models"]["tagger"]
    measured = [
        {"type": kind, "name": f"{kind.replace('_', ' ')}, unseen artists", "value": figures[kind]}
        for kind in ("macro_auc", "micro_auc", "macro_f1")
    ]
    task = {"type": "text-classification", "name": "genres of a lyric"}
    return {"task": task, "dataset": {"name": "lyrics with genres", "type": "lyrics"}, "metrics": measured}


def sections(metrics: Mapping[str, Any] | None) -> list[str]:
    """How well lyrics are tagged, beside the simple baseline and the label prior; then genre by genre."""
    if not metrics:
        return []
    models, songs = metrics["models"], metrics["songs"]
    columns = ("macro_auc", "micro_auc", "macro_f1", "micro_f1", "macro_f1_at_0.2", "micro_f1_at_0.2", "ece")
    heads = ("macro AUC", "micro AUC", "macro F1", "micro F1", "macro F1 at 0.2", "micro F1 at 0.2", "ECE")
    ranked = sorted(models.items(), key=lambda item: -item[1]["macro_auc"])
    genres = [
        [
            genre,
            f"{row['songs']}",
            *(_figure(row["auc"][name]) for name in ("tagger", "TF-IDF baseline")),
            *(_figure(row[name]) for name in ("precision", "recall", "f1", "threshold")),
        ]
        for genre, row in metrics["genres"].items()
    ]
    parts = [
        "## Genre tagger",
        f"Learnt from {songs['train']:,} songs, mixed and calibrated on {songs['validation']:,}, measured on "
        f"{songs['test']:,}; no artist is in two of the three. `tagger` is what is served (int8), `float` the same "
        "before its weights were rounded. Thresholds were tuned on validation songs, beside the flat 0.2. The label "
        "prior shows how much of a micro AUC is knowing which genres are common.",
        table(["model", *heads], [[f"`{name}`", *(f"{row[c]:.3f}" for c in columns)] for name, row in ranked]),
        table(["genre", "test songs", "AUC", "AUC, TF-IDF", "precision", "recall", "F1", "threshold"], genres),
        "The AUC of a genre with few test songs is mostly chance.",
    ]
    if models["tagger"]["macro_auc"] < models["TF-IDF baseline"]["macro_auc"]:
        parts.append("**Here the tagger is worse than plain TF-IDF with logistic regression.**")
    return parts


def _figure(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"
