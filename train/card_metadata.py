"""The card's metadata, as the Hub reads it: what the bundle was made of, and what was measured."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from recsys.bundle import Manifest
from recsys.hub import DATASET_PREFIX
from train.base_model import MINILM, MINILM_ON_THE_HUB
from train.markdown import front_matter
from train.tagger import card as tagger_card

_ON_THE_HUB = re.compile(r"[\w.-]+/[\w.-]+|(?:distil)?(?:bert|roberta)-[\w.-]+")


def metadata(manifest: Manifest) -> str:
    """The front matter."""
    about: dict[str, Any] = {"library_name": "recsys"}
    # What may be done with models is for each source to say; the card lists them.
    about |= {"license": "cc0-1.0"} if manifest.synthetic else {"license": "other", "license_name": "see-data"}
    about["tags"] = ["music", "recommendation", *(["synthetic"] if manifest.synthetic else [])]
    if datasets := _datasets(manifest):
        about["datasets"] = datasets
    if bases := _base_models(manifest):
        about["base_model"] = bases
    if results := list(_results(manifest)):
        about["model-index"] = [{"name": manifest.name, "results": results}]
    return front_matter(about)


def _datasets(manifest: Manifest) -> list[str]:
    """Data sets of the Hub that the bundle was trained on."""
    sources = [str(source.get("source", "")) for source in manifest.provenance]
    named = (source.removeprefix(DATASET_PREFIX) for source in sources if source.startswith(DATASET_PREFIX))
    return sorted({"/".join(name.split("/")[:2]).split("@")[0] for name in named})


def _base_models(manifest: Manifest) -> list[str]:
    """Encoders that were fine-tuned or are used as they are; only those that the Hub has under this name."""
    given = [
        manifest.config.get("genre_tagger", {}).get("base_model"),
        manifest.config.get("vibe_search", {}).get("encoder"),
    ]
    names = {MINILM_ON_THE_HUB if name == MINILM else name for name in given if name}
    return sorted(name for name in names if _ON_THE_HUB.fullmatch(name) and not Path(name).exists())


def _results(manifest: Manifest) -> Iterable[dict[str, Any]]:
    """One result a capability that was measured."""
    metrics, name = manifest.metrics, manifest.name
    if found := metrics.get("song_to_song", {}).get("same_playlist_precision@10"):
        measured = [_metric("precision@10", "same-playlist precision at 10", found["blend"])]
        yield _result("song-to-song", name, "playlists", measured)
    if "silhouette" in (found := metrics.get("clusters", {})):
        measured = [_metric("silhouette", "silhouette", found["silhouette"])]
        measured.append(_metric("accuracy", "Naive Bayes, held-out songs", found["naive_bayes_accuracy"]))
        yield _result("clusters", name, "audio-features", measured)
    if tagger := metrics.get("genre_tagger"):
        yield tagger_card.model_index(tagger)
    if names := metrics.get("vibe_search", {}).get("names"):
        measured = [_metric(kind, kind, value) for kind, value in names["engines"]["all"].items()]
        yield _result("vibe search", f"{name}, names of playlists", "playlists", measured)
    for figures in metrics.get("user_history", {}).get("leave-one-out", []):
        if figures["engine"] == "hybrid" and figures["case"] == "new only":
            shown = {kind: figures["values"][kind] for kind in ("ndcg@10", "recall@10")}
            measured = [_metric(kind, f"{kind}, last play, full ranking", value) for kind, value in shown.items()]
            yield _result("what next", f"{name}, listening histories", "histories", measured)


def _result(task: str, dataset: str, kind: str, metrics: list[dict[str, Any]]) -> dict[str, Any]:
    return {"task": {"type": "other", "name": task}, "dataset": {"name": dataset, "type": kind}, "metrics": metrics}


def _metric(kind: str, name: str, value: float) -> dict[str, Any]:
    return {"type": kind, "name": name, "value": value}
