"""The bundle's README.md: what it holds, what it was measured to do, and its figures, with the Hub's metadata on top.

python -m train.card --out bundles/tidytuesday
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from recsys.bundle import Bundle, Manifest, record_file, write_folder
from recsys.capabilities import load_capabilities
from recsys.clusters import Clusters
from train.card_figures import draw_figures
from train.card_metadata import metadata
from train.common import parse_config, report_progress, run
from train.history import card as history_card
from train.markdown import table
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
    write_card(Bundle.open(config.out), loaded.clusters, figures)


def write_card(bundle: Bundle, clusters: Clusters | None, figures: Sequence[str], repo: str | None = None) -> Bundle:
    """Write README.md and note it in the manifest; the bundle with it."""
    (bundle.path / "README.md").write_text(card_text(bundle, clusters, figures, repo), "utf-8")
    record_file(bundle, "README.md")
    return Bundle.open(bundle.path)


def card_text(bundle: Bundle, clusters: Clusters | None, figures: Sequence[str], repo: str | None = None) -> str:
    """The card in Markdown.

    Args:
        bundle: What it is about.
        clusters: Its clusters, if it has any.
        figures: Names of the files in its folder of figures.
        repo: Where on the Hub it is published, OWNER/NAME.
    """
    manifest = bundle.manifest
    invented = "**The songs are invented**: this is the demo world. " if manifest.synthetic else ""
    songs = manifest.metrics.get("catalogue", {}).get("tracks", 0)
    parts = [
        metadata(manifest),
        f"# {manifest.name}",
        f"{invented}Models of a music recommender over {songs:,} songs, in one bundle.",
        *how_to_load(repo),
        "## Data",
        table(["source", "read as", "licence"], sources_of(manifest)),
        "These models were made from the sources above; what may be done with them is for these licences to say.",
        *song_to_song_text(manifest.metrics.get("song_to_song")),
        *(clusters_text(clusters) if clusters else []),
        *vibe_card.sections(manifest.metrics.get("vibe_search")),
        *tagger_card.sections(manifest.metrics.get("genre_tagger")),
        *history_card.sections(manifest.metrics.get("user_history")),
        *(f"![{name.removesuffix('.png').replace('_', ' ')}]({FIGURES}/{name})" for name in figures),
        *forced_text(manifest),
        "## Limits",
        LIMITS,
    ]
    return "\n\n".join(parts) + "\n"


def sources_of(manifest: Manifest) -> list[list[str]]:
    """Each file that something was learnt from: its name, what it was read as, its licence."""
    rows = [[source.get(key, "") for key in ("source", "format", "licence")] for source in manifest.provenance]
    licence = rows[0][2] if rows and manifest.synthetic else "Not known: ask whoever published the file."
    lyrics = manifest.config.get("genre_tagger", {}).get("lyrics", [])
    plays = manifest.metrics.get("user_history", {}).get("report", {}).get("sources", [])
    rows += [[name, "lyrics", licence] for name in lyrics]
    return rows + [[source["source"], f"histories: {source['format']}", licence] for source in plays]


LIMITS = """Audio features describe sound, not words or meaning, and were measured by machines that err. What a
catalogue lacks the models cannot find. Lyrics are tagged by words alone, while the labels to learn from are mostly an
artist's. Names of clusters are shorthand for a profile, not a statement about a genre."""


def how_to_load(repo: str | None) -> list[str]:
    """The app and five lines of Python, from the Hub where the card knows its repository."""
    place = f"RECSYS_REPO={repo}" if repo else "RECSYS_BUNDLE=path/to/this/folder"
    if repo:
        lines = ["from recsys.hub import Source, fetch, find", _LOADING, f'source = Source("{repo}")']
        opened = "fetch(source, find(source), print).open()"
    else:
        lines = ["from pathlib import Path", "from recsys.bundle import Bundle", _LOADING]
        opened = 'Bundle.open(Path("path/to/this/folder"))'
    lines += [
        f"loaded = load_capabilities({opened})",
        'print([loaded.catalogue.track(row).title for row in loaded.titles.search("a", 5)])',
    ]
    return [
        "## How to load it",
        "With the app's source at hand and its requirements installed:",
        f"```bash\n{place} python app.py\n```",
        "```python\n" + "\n".join(lines) + "\n```",
    ]


_LOADING = "from recsys.capabilities import load_capabilities"


def forced_text(manifest: Manifest) -> list[str]:
    """What was published although the release before was better, and why."""
    forced = manifest.config.get("release", {}).get("forced", [])
    if not forced:
        return []
    said = [f"- {one['date']}: {one['reason']} ({' '.join(one['overruled'])})" for one in forced]
    return ["## Published against the comparison with the release before", "\n".join(said)]


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
