"""The bundle's README.md: what it holds, what it was measured to do, and its figures, with the Hub's metadata on top.

python -m train.card --out bundles/tidytuesday
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from recsys.bundle import INVENTED_PART, Bundle, Manifest, record_file, write_folder
from recsys.clusters import Clusters
from recsys.loading import load_capabilities
from train.card_figures import draw_figures
from train.common import parse_config, report_progress, run
from train.history import card as history_card
from train.markdown import front_matter, table
from train.tagger import card as tagger_card
from train.vibe import card as vibe_card

FIGURES = "figures"


@dataclass(frozen=True)
class Config:
    out: Path = field(default=Path("bundles/main"), metadata={"help": "the bundle"})


def main(argv: Sequence[str] | None = None) -> None:
    config = parse_config(Config, argv, __doc__)
    bundle = Bundle.open(config.out)
    report_progress("Card: drawing figures", 0.5)
    loaded = load_capabilities(bundle)
    with write_folder(bundle.path, FIGURES, bundle.manifest, config={}, metrics={}) as folder:
        figures = draw_figures(bundle, loaded.clusters, folder.path)
    bundle = Bundle.open(config.out)
    (bundle.path / "README.md").write_text(card_text(bundle, loaded.clusters, figures), "utf-8")
    record_file(bundle, "README.md")


def card_text(bundle: Bundle, clusters: Clusters | None, figures: Sequence[str]) -> str:
    """The card in Markdown."""
    manifest = bundle.manifest
    songs = manifest.metrics["catalogue"]["tracks"]
    sources = [[source.get(key, "") for key in ("source", "format", "licence")] for source in manifest.provenance]
    parts = [
        metadata(bundle),
        f"# {manifest.name}",
        f"{invented_text(manifest)}Models of a music recommender over {songs:,} songs, in one bundle.",
        "```bash\nRECSYS_BUNDLE=path/to/this/folder python app.py\n```",
        "## Data",
        table(["source", "read as", "licence"], sources),
        *song_to_song_text(manifest.metrics.get("song_to_song")),
        *(clusters_text(clusters) if clusters else []),
        *vibe_card.sections(manifest.metrics.get("vibe_search")),
        *tagger_card.sections(manifest.metrics.get("genre_tagger")),
        *history_card.sections(manifest.metrics.get("user_history")),
        *(f"![{name.removesuffix('.png').replace('_', ' ')}]({FIGURES}/{name})" for name in figures),
        "## Limits",
        LIMITS,
    ]
    return "\n\n".join(parts) + "\n"


LIMITS = """Audio features describe sound, not words or meaning, and were measured by machines that err. What a
catalogue lacks the models cannot find. Lyrics are tagged by words alone, while the labels to learn from are mostly an
artist's. Names of clusters are shorthand for a profile, not a statement about a genre."""


def invented_text(manifest: Manifest) -> str:
    """A warning where anything is invented."""
    if not manifest.synthetic:
        return ""
    if manifest.wholly_synthetic:
        return "**The songs are invented**: this is the demo world. "
    parts = (f"{s['source']}: {s[INVENTED_PART]}" for s in manifest.provenance if INVENTED_PART in s)
    return f"**Some of it is invented** ({'; '.join(parts)}). "


def metadata(bundle: Bundle) -> str:
    """The YAML that the Hub reads; JSON is YAML too."""
    metrics = bundle.manifest.metrics.get("song_to_song", {})
    results = []
    about: dict[str, Any] = {"library_name": "recsys", "license": "other", "tags": ["music", "recommendation"]}
    if found := metrics.get("same_playlist_precision@10"):
        dataset = {"name": bundle.manifest.name, "type": "playlists"}
        measured = [{"type": "precision@10", "name": "same-playlist precision at 10", "value": found["blend"]}]
        results.append({"task": {"type": "other", "name": "song-to-song"}, "dataset": dataset, "metrics": measured})
    if tagger := bundle.manifest.metrics.get("genre_tagger"):
        results.append(tagger_card.model_index(tagger))
    if results:
        about["model-index"] = [{"name": bundle.manifest.name, "results": results}]
    return front_matter(about)


def song_to_song_text(metrics: dict[str, Any] | None) -> list[str]:
    """What the spaces were measured to do, the blend beside the simple ones."""
    if not metrics:
        return []
    learnt = metrics["blend_kind"] == "learnt"
    from_what = "learnt from the playlists" if learnt else "**not learnt**: there were too few playlists to learn from"
    parts = ["## Song-to-song", f"The `blend` was {from_what}."]
    if found := metrics.get("same_playlist_precision@10"):
        skews = metrics["hubness_skew"]
        ranked = sorted(found.items(), key=lambda item: -item[1])
        rows = [[f"`{name}`", f"{p:.3f}", f"{skews[name]:.2f}" if name in skews else ""] for name, p in ranked]
        parts += [
            "How many of a song's ten nearest by other artists share a playlist with it. Half of the playlists were "
            "held out: nothing judged here had seen them. `plain` is the best space without playlists.",
            table(["space", "precision@10", "hubness skew"], rows),
        ]
        best_simple = max(value for name, value in found.items() if name not in ("blend", "plain"))
        if found["blend"] <= best_simple:
            parts.append("**Here the blend is no better than the best simple space.**")
    return parts


def clusters_text(clusters: Clusters) -> list[str]:
    """The clusters, and how sure they are."""
    rows = [[cluster.name, f"{cluster.size:,}", cluster.profile] for cluster in clusters.clusters]
    checked = clusters.diagnostics.naive_bayes
    report = checked["report"]
    shown = [cluster for cluster in clusters.clusters if str(cluster.label) in report]
    return [
        "## Clusters",
        table(["name", "songs", "profile"], rows),
        f"Silhouette {clusters.diagnostics.silhouette:.3f}. Gaussian Naive Bayes finds the cluster of "
        f"{checked['accuracy']:.1%} of {checked['held_out']:,} held-out songs:",
        table(
            ["cluster", "precision", "recall", "F1", "songs"], [report_row(c.name, report[str(c.label)]) for c in shown]
        ),
    ]


def report_row(name: str, measured: Mapping[str, float]) -> list[str]:
    """One cluster of the classification report."""
    return [
        name,
        *(f"{measured[key]:.2f}" for key in ("precision", "recall", "f1-score")),
        f"{measured['support']:.0f}",
    ]


if __name__ == "__main__":
    run(main)
