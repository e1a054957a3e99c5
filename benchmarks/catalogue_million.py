"""Seconds and memory to make a catalogue of a million rows: python -m benchmarks.catalogue_million.

The rows are invented, in the columns of the 114k Spotify tracks data set: one in ten repeats a track under another
genre, one in a hundred is bad.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv
from numpy.typing import NDArray

_GOAL_SECONDS, _GOAL_GIB = 90, 4
_SYLLABLES = np.array("ba ce di fo gu la me ni ro su ta ve wi yo zu mar len tis ñor é".split(), dtype=object)
_SUFFIXES = np.array(
    ["", "", "", "", "", " - Remastered 2011", " (feat. Lena Tor)", " - Live", " (Radio Edit)", " [Mono]"], dtype=object
)
_ALPHABET = np.array(list("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"))


def main() -> None:
    """Generate, run train.catalogue in a child process, and print what it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000, help="how many rows to generate")
    n_rows = parser.parse_args().rows
    with tempfile.TemporaryDirectory() as folder:
        source, out = Path(folder, "million.csv"), Path(folder, "bundle")
        # In a process of its own: a child's peak memory counts what its parent held when it started.
        generator = get_context("spawn").Process(target=write_rows, args=(source, n_rows))
        generator.start()
        generator.join()
        print(f"{n_rows:,} rows, {source.stat().st_size / 1e6:,.0f} MB of CSV", flush=True)
        seconds, peak = measure([sys.executable, "-m", "train.catalogue", "--tracks", str(source), "--out", str(out)])
    print(f"{seconds:.1f} s (goal {_GOAL_SECONDS}), peak memory {peak / 1024**3:.2f} GiB (goal {_GOAL_GIB})")


def measure(command: list[str]) -> tuple[float, int]:
    """Run ``command``; the seconds it took and the most bytes of memory it held."""
    started = time.perf_counter()
    process = subprocess.Popen(command)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"{' '.join(command)} failed")
    return time.perf_counter() - started, usage.ru_maxrss * 1024  # Linux counts in KiB


def write_rows(path: Path, n_rows: int) -> None:
    """Write ``n_rows`` invented rows to ``path`` as CSV."""
    pa_csv.write_csv(invent_rows(n_rows, np.random.default_rng(7)), path)


def invent_rows(n_rows: int, rng: np.random.Generator) -> pa.Table:
    """``n_rows`` rows with the columns of the 114k set."""
    names = {name: rng.random(n_rows) for name in ("danceability", "energy", "speechiness", "acousticness")}
    names |= {name: rng.random(n_rows) for name in ("instrumentalness", "liveness", "valence")}
    columns = {
        "": np.arange(n_rows),
        "track_id": _ids(n_rows, rng),
        "artists": _words(n_rows, 2, n_rows // 20, rng),
        "album_name": _words(n_rows, 3, n_rows // 4, rng),
        "track_name": _words(n_rows, 3, n_rows // 2, rng) + rng.choice(_SUFFIXES, n_rows),
        "popularity": rng.integers(0, 101, n_rows),
        "duration_ms": rng.integers(60_000, 480_000, n_rows),
        "explicit": rng.random(n_rows) < 0.1,
        **{name: np.round(values, 4) for name, values in names.items()},
        "key": rng.integers(0, 12, n_rows),
        "loudness": np.round(rng.uniform(-30, 0, n_rows), 3),
        "mode": rng.integers(0, 2, n_rows),
        "tempo": _tempos(n_rows, rng),
        "time_signature": np.full(n_rows, 4),
        "track_genre": np.array([f"genre {i}" for i in range(114)], dtype=object)[rng.integers(0, 114, n_rows)],
    }
    return pa.table(columns)


def _tempos(n_rows: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """BPM, and 0 in one row of a hundred."""
    return np.where(rng.random(n_rows) < 0.01, 0.0, np.round(rng.uniform(60, 200, n_rows), 3))


def _ids(n_rows: int, rng: np.random.Generator) -> NDArray[np.object_]:
    """Ids like Spotify's, one in ten of them that of another row."""
    letters = _ALPHABET[rng.integers(0, len(_ALPHABET), (n_rows, 22))]
    ids = letters.astype("<U1").view("<U22").ravel().astype(object)
    repeats = rng.random(n_rows) < 0.1
    ids[repeats] = ids[rng.integers(0, n_rows, repeats.sum())]
    return ids


def _words(n_rows: int, n_words: int, n_distinct: int, rng: np.random.Generator) -> NDArray[np.object_]:
    """``n_rows`` names out of about ``n_distinct`` of ``n_words`` words each."""
    draw = rng.integers(0, len(_SYLLABLES), (3 * n_words, max(n_distinct, 1)))
    syllables = _SYLLABLES[draw]
    words = [syllables[3 * i] + syllables[3 * i + 1] + syllables[3 * i + 2] for i in range(n_words)]
    names = words[0]
    for word in words[1:]:
        names = names + " " + word
    return names[rng.integers(0, len(names), n_rows)]


if __name__ == "__main__":
    main()
