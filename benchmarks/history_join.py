"""How well names are joined to a catalogue: names as people write them, and names of songs that are not there.

python -m benchmarks.history_join --bundle bundles/mine
"""

from __future__ import annotations

import argparse
import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa

from recsys.bundle import Bundle
from recsys.catalogue import Catalogue
from recsys.listening import SongJoin
from recsys.listening.join import WAYS
from recsys.text import fold

Change = Callable[[random.Random, str, str], tuple[str, str]]


def typo(rng: random.Random, text: str) -> str:
    """One letter doubled, dropped, replaced, or two exchanged."""
    if len(text) < 2:
        return text
    at, letter = rng.randrange(len(text) - 1), rng.choice("abcdefghijklmnopqrstuvwxyz")
    return rng.choice(
        (
            text[:at] + text[at] + text[at:],
            text[:at] + text[at + 1 :],
            text[:at] + letter + text[at + 1 :],
            text[:at] + text[at + 1] + text[at] + text[at + 2 :],
        )
    )


CHANGES: dict[str, Change] = {
    "as it is": lambda rng, artist, title: (artist, title),
    "lower case": lambda rng, artist, title: (artist.lower(), title.lower()),
    "no accents, no marks": lambda rng, artist, title: (fold(artist) or artist, fold(title) or title),
    "- Remastered 2011": lambda rng, artist, title: (artist, f"{title} - Remastered 2011"),
    "(feat. Somebody)": lambda rng, artist, title: (artist, f"{title} (feat. Somebody Else)"),
    "artist feat. Somebody": lambda rng, artist, title: (f"{artist} feat. Somebody Else", title),
    "without its version": lambda rng, artist, title: (artist, title.split(" - ")[0].split(" (")[0] or title),
    "typing error in the title": lambda rng, artist, title: (artist, typo(rng, title)),
    "typing error in the artist": lambda rng, artist, title: (typo(rng, artist), title),
    "typing error in both": lambda rng, artist, title: (typo(rng, artist), typo(rng, title)),
    "two typing errors in the title": lambda rng, artist, title: (artist, typo(rng, typo(rng, title))),
}


def measure(catalogue: Catalogue, n: int, seed: int) -> None:
    """Print, for each way to write, how many names were found, how many wrongly, and by which way."""
    rng = random.Random(seed)
    rows = np.array(rng.sample(range(len(catalogue)), min(n, len(catalogue))))
    titles, artists = ([catalogue.strings(c)[row] for row in rows] for c in ("title", "artist"))
    join = SongJoin(catalogue)
    started = time.perf_counter()
    join.find(None, "nobody at all", "nothing")
    print(f"{len(catalogue):,} tracks; ready in {time.perf_counter() - started:.2f} s")
    for name, change in CHANGES.items():
        ways, wrong = Counter[str](), Counter[str]()
        started = time.perf_counter()
        for row, artist, title in zip(rows.tolist(), artists, titles, strict=True):
            found, way = join.find(None, *change(rng, artist, title))
            if found >= 0:
                ways[WAYS[way]] += 1
                wrong[WAYS[way]] += catalogue.version_groups[found] != catalogue.version_groups[row]
        seconds = time.perf_counter() - started
        _print(name, len(rows), ways, wrong, seconds)
    _absent(catalogue, rng, rows)


def _absent(catalogue: Catalogue, rng: random.Random, rows: np.ndarray) -> None:
    """Names of songs that were taken out of the catalogue: whatever is found is wrong."""
    gone = np.isin(catalogue.version_groups, catalogue.version_groups[rows])
    rest = Catalogue(catalogue.table.filter(pa.array(~gone)))
    join = SongJoin(rest)
    for name in ("as it is", "typing error in the title"):
        ways = Counter[str]()
        started = time.perf_counter()
        for row in rows.tolist():
            track = catalogue.track(row)
            found, way = join.find(None, *CHANGES[name](rng, track.artist, track.title))
            ways[WAYS[way]] += found >= 0
            if found >= 0:
                ours = rest.track(found)
                _shown.append(f"{track.artist} – {track.title}  →  {ours.artists} – {ours.title}  ({WAYS[way]})")
        _print(f"not there, {name}", len(rows), ways, ways, time.perf_counter() - started)
    print("\n".join(dict.fromkeys(_shown[:40])))


_shown: list[str] = []


def _print(name: str, n: int, ways: Counter[str], wrong: Counter[str], seconds: float) -> None:
    found, bad = sum(ways.values()), sum(wrong.values())
    by_way = ", ".join(f"{way} {count:,} ({wrong[way]} wrong)" for way, count in ways.items() if count)
    share = bad / found if found else 0.0
    print(
        f"{name:34} found {found / n:6.1%}, wrong {share:6.2%} of these; {1000 * seconds / n:.2f} ms a name; {by_way}"
    )


def main(argv: Sequence[str] | None = None) -> None:
    """Read the flags and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bundle", type=Path, required=True, help="a bundle with a catalogue")
    parser.add_argument("--names", type=int, default=3_000, help="how many songs to try (default: 3,000)")
    parser.add_argument("--seed", type=int, default=0)
    flags = parser.parse_args(argv)
    measure(Bundle.open(flags.bundle).load_catalogue(), flags.names, flags.seed)


if __name__ == "__main__":
    main()
