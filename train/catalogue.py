"""Make a bundle's catalogue from files of tracks.

python -m train.catalogue --tracks songs.csv more_songs.parquet --out bundles/mine
python -m train.catalogue --tracks hf://datasets/OWNER/NAME/FILE@REVISION --out bundles/mine

The format of each file is found by its columns; several files become one catalogue. What is not kept is reported on
screen and in catalogue/cleaning.json. Other capabilities' models in the same bundle belong to the old catalogue and go.
"""

from __future__ import annotations

import importlib.metadata
import logging
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from recsys.bundle import INVENTED_PART, MANIFEST, Bundle, FolderWriter, Manifest, write_folder
from recsys.errors import BundleError
from recsys.title_search import build_title_index
from recsys.version import VERSION
from train.common import parse_config, report_progress, run
from train.ingest.merge import Merged, merge
from train.ingest.playlists import PlaylistEntries, read_playlists
from train.ingest.report import as_text
from train.ingest.tracks import SourceTracks, read_tracks

log = logging.getLogger("train.catalogue")
_LIBRARIES = ("numpy", "pyarrow")
_UNKNOWN_LICENCE = "Not known: ask whoever published the file."


@dataclass(frozen=True)
class Config:
    """The flags."""

    tracks: tuple[str, ...] = field(
        metadata={"help": "files of tracks: CSV, CSV.gz or Parquet, or hf://datasets/OWNER/NAME/FILE@REVISION"}
    )
    out: Path = field(metadata={"help": "the bundle's folder"})
    playlists: tuple[str, ...] = field(
        default=(),
        metadata={"help": "files of playlists: playlist_id, playlist_name, track_id and, if known, position"},
    )
    name: str | None = field(
        default=None, metadata={"help": "what to call the catalogue; if not given, as the files are called"}
    )


def main(argv: Sequence[str] | None = None) -> None:
    """Read the flags and build; see `build`."""
    build(parse_config(Config, argv, __doc__))


def build(config: Config) -> Bundle:
    """Read the sources, merge them, and write the catalogue into the bundle at ``config.out``.

    Raises:
        SourceError: a source is missing, damaged or in no known format, or nothing in it can be kept.
        BundleError: the folder holds something that is not a bundle.
    """
    old = _old_bundle(config.out)
    sources, lists, provenance = _read(config)
    merged = merge(sources, lists, report_progress)
    log.info("\n%s\n%s\n", as_text(merged.cleaning), _features_text(merged))
    manifest = Manifest(
        name=config.name or _name_of(sources),
        catalogue=merged.catalogue.fingerprint,
        synthetic=any(source.synthetic for source in sources),
        provenance=provenance,
        libraries={"recsys": VERSION} | {name: importlib.metadata.version(name) for name in _LIBRARIES},
    )
    with write_folder(config.out, "catalogue", manifest, config=_recorded(config), metrics=_metrics(merged)) as writer:
        _write(writer, merged)
    if old:
        _remove_stale(old)
    report_progress(f"Catalogue of {len(merged.catalogue):,} tracks written", 1.0)
    log.info("Saved: %s", config.out)
    return Bundle.open(config.out)


def _read(config: Config) -> tuple[list[SourceTracks], list[PlaylistEntries], list[dict[str, str]]]:
    sources, lists = [], []
    for i, given in enumerate(config.tracks):
        report_progress(f"Reading {_public(given)}", 0.25 * i / len(config.tracks))
        sources.append(read_tracks(given))
    provenance = [source.provenance for source in sources]
    if any(source.synthetic for source in sources) and not all(source.format.synthetic for source in sources):
        for record, source in zip(provenance, sources, strict=True):
            record[INVENTED_PART] = source.invented
            log.warning(
                "Invented in %s: %s. The bundle is marked as partly invented.", source.file.name, source.invented
            )
    invented = bool(sources) and all(source.format.synthetic for source in sources)
    about = {"format": "playlists", "licence": sources[0].format.licence if invented else _UNKNOWN_LICENCE}
    for given in config.playlists:
        report_progress(f"Reading {_public(given)}", 0.25)
        file, entries = read_playlists(given)
        lists.append(entries)
        provenance.append({"source": file.name, "sha256": file.sha256} | about)
    return sources, lists, provenance


def _write(writer: FolderWriter, merged: Merged) -> None:
    report_progress("Writing the catalogue", 0.75)
    _write_parquet(merged.catalogue.table, writer.path / "tracks.parquet")
    if merged.playlists is not None:
        _write_parquet(merged.playlists, writer.path / "playlists.parquet")
    writer.json("cleaning", merged.cleaning.as_json())
    writer.json("features", {"trained_on": list(merged.trained_on), "left_out": merged.left_out})
    report_progress("Indexing titles", 0.8)
    build_title_index(writer.path / "titles.sqlite", merged.catalogue)


def _write_parquet(table: pa.Table, path: Path) -> None:
    pq.write_table(table, path, compression="zstd")


def _features_text(merged: Merged) -> str:
    n_features = len(merged.trained_on)
    return "\n".join(
        [f"\nModels will train on {n_features} features of {n_features + len(merged.left_out)}."]
        + [f"  without {name}: {why}" for name, why in merged.left_out.items()]
    )


def _metrics(merged: Merged) -> dict[str, int]:
    catalogue, playlists = merged.catalogue, merged.playlists
    return {
        "rows": merged.cleaning.rows,
        "kept": merged.cleaning.kept,
        "tracks": len(catalogue),
        "artists": int(catalogue.artist_keys.max()) + 1,
        "songs": int(catalogue.version_groups.max()) + 1,
        "genres": len(catalogue.rows_of_genre),
        "playlists": 0 if playlists is None else len(playlists["playlist_id"].unique()),
    }


def _recorded(config: Config) -> dict[str, object]:
    """The flags as the manifest records them: names of files, but no folder of this machine."""
    return {
        "tracks": [_public(given) for given in config.tracks],
        "playlists": [_public(given) for given in config.playlists],
        "name": config.name,
    }


def _public(given: str) -> str:
    return given if "://" in given else Path(given).name


def _name_of(sources: Sequence[SourceTracks]) -> str:
    """The files' names up to the first dot: "songs" after songs.csv.gz."""
    return " + ".join(Path(source.file.path).name.partition(".")[0] for source in sources)


def _old_bundle(out: Path) -> Bundle | None:
    """The bundle that ``out`` holds already, if any."""
    if (out / MANIFEST).exists():
        return Bundle.open(out)
    if (out / "catalogue").exists():
        raise BundleError(
            f"{out} has a folder catalogue but no {MANIFEST}, so it is not a bundle. Choose another --out, lest "
            "something of yours be overwritten."
        )
    return None


def _remove_stale(old: Bundle) -> None:
    """Remove what the old manifest names outside the catalogue: models of another catalogue, and the card on them."""
    for name in sorted({file.split("/")[0] for file in old.manifest.files} - {"catalogue"}):
        path = old.path / name
        if path.is_dir():
            log.info("Removed %s: it was trained on the catalogue before.", name)
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


if __name__ == "__main__":
    run(main)
