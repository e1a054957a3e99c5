"""A bundle of any size, trained as any other, on generated songs. Nothing in it is worth recommending."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv

from benchmarks.catalogue_million import write_rows

PLAYLISTS, SONGS_A_PLAYLIST = 200, 60


def train_generated(folder: Path, size: int) -> Path:
    """Train everything on ``size`` generated rows (of which a tenth repeat others); gives the bundle's folder."""
    tracks, playlists, out = folder / "tracks.csv", folder / "playlists.csv", folder / "bundle"
    write_rows(tracks, size)
    write_playlists(playlists, tracks)
    flags = [
        "--tracks",
        str(tracks),
        "--playlists",
        str(playlists),
        "--out",
        str(out),
        "--no-vibe",
        "--no-exports",
        "--no-evaluate",
    ]
    done = subprocess.run([sys.executable, "-m", "train.all", *flags], capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"training failed:\n{done.stderr}")
    return out


def write_playlists(path: Path, tracks: Path) -> None:
    """Playlists of songs drawn at random."""
    ids = pa_csv.read_csv(tracks)["track_id"].to_numpy()
    chosen = np.random.default_rng(1).choice(ids, (PLAYLISTS, SONGS_A_PLAYLIST))
    names = np.repeat([f"p{number}" for number in range(PLAYLISTS)], SONGS_A_PLAYLIST)
    columns = {"playlist_id": names, "playlist_name": names, "track_id": chosen.ravel()}
    pa_csv.write_csv(pa.table({name: pa.array(list(values)) for name, values in columns.items()}), path)
