"""The bundle's README.md: what it holds, what it was measured to do, and its figures, with the Hub's metadata on top.

python -m train.card --out bundles/tidytuesday
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from recsys.bundle import Bundle, record_file, write_folder
from recsys.clusters import Clusters
from recsys.loading import load_capabilities
from train.card_figures import draw_figures
from train.common import parse_config, report_progress, run

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
    parts = [
        metadata(bundle),
        f"# {manifest.name}\n",
        "Models of a music recommender, as one bundle. "
        + ("**The songs are invented**: this is the demo world.\n" if manifest.synthetic else "\n"),
        "## Use\n\n```bash\nRECSYS_BUNDLE=path/to/this/folder python app.py\n```\n",
        "## Data\n",
        _table(
            ["source", "read as", "licence"],
            [[s.get(k, "") for k in ("source", "format", "licence")] for s in manifest.provenance],
        ),
        "\n## Song-to-song\n",
        song_to_song_text(manifest.metrics.get("song_to_song", {})),
    ]
    if clusters:
        rows = [[c.name, f"{c.size:,}", c.profile] for c in clusters.clusters]
        checked = clusters.diagnostics.naive_bayes
        parts += [
            "\n## Clusters\n",
            _table(["name", "songs", "profile"], rows),
            f"\nSilhouette {clusters.diagnostics.silhouette:.3f}. Gaussian Naive Bayes finds the cluster of "
            f"{checked['accuracy']:.1%} of {checked['held_out']:,} held-out songs.\n",
        ]
    parts += [f"![{name}]({FIGURES}/{name})\n" for name in figures]
    parts += ["\n## Limits\n", LIMITS]
    return "\n".join(parts)


LIMITS = """Audio features describe sound, not words or meaning, and were measured by machines that err. What a
catalogue lacks the models cannot find. Names of clusters are shorthand for a profile, not a statement about a genre.
"""


def metadata(bundle: Bundle) -> str:
    """YAML that the Hub reads."""
    return "---\nlibrary_name: recsys\nlicense: mit\ntags:\n- music\n- recommendation\n---\n"


def song_to_song_text(metrics: dict[str, Any]) -> str:
    """The table of spaces, and what the blend was learnt from."""
    return "```json\n" + json.dumps(metrics, indent=1) + "\n```\n"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    return "\n".join([*lines, *("| " + " | ".join(str(cell) for cell in row) + " |" for row in rows)]) + "\n"


if __name__ == "__main__":
    run(main)
