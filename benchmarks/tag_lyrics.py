"""How fast lyrics are tagged, beside transformers' own pipeline with the same encoder: python -m benchmarks.tag_lyrics.

Both are given the same lyric in turn. The pipeline reads its first 512 tokens with the encoder alone; the tagger
reads all of it with both its models. Memory is that of a process of its own, which has tagged once.
"""

from __future__ import annotations

import argparse
import logging
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from recsys.bundle import Bundle
from recsys.genre_tagger import FOLDER, GenreTagger
from train.demo_world import Config, build_demo_world

_MEMORY = """
from pathlib import Path
{load}
tag({lyric!r})
peak = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
print(int(peak.split()[1]) / 1024)
"""
_OURS = """
from recsys.bundle import Bundle
from recsys.genre_tagger import GenreTagger
tagger = GenreTagger.load(Bundle.open(Path({bundle!r})))
tag = lambda lyric: tagger.tag(lyric, lines=0)
"""
_THEIRS = """
from transformers import pipeline
classify = pipeline("text-classification", {model!r}, top_k=None)
tag = lambda lyric: classify(lyric, truncation=True)
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bundle", type=Path, required=True, help="a bundle with a genre tagger")
    parser.add_argument("--words", type=int, default=300, help="length of the lyric")
    parser.add_argument("--runs", type=int, default=200, help="lyrics to time")
    options = parser.parse_args()
    lyric = lyric_of(options.words)
    model = options.bundle / FOLDER / "model"
    import torch
    from transformers import pipeline

    logging.getLogger("transformers").setLevel(logging.ERROR)
    tagger = GenreTagger.load(Bundle.open(options.bundle))
    classify = pipeline("text-classification", str(model), top_k=None)
    print(f"{len(lyric.split())} words, {torch.get_num_threads()} threads, {options.runs} runs in turn")
    lines, encoder = lyric.split("\n"), tagger.readers[0][1]
    alone, ours, theirs, explained = timed(
        options.runs,
        lambda: encoder.log_odds(lines),
        lambda: tagger.tag(lyric, lines=0),
        lambda: classify(lyric, truncation=True),
        lambda: tagger.tag(lyric, lines=3),
    )
    named = {"pipeline": theirs, "encoder alone": alone, "tagger": ours, "tagger, with lines": explained}
    for name, times in named.items():
        p50, p99 = np.percentile(times, [50, 99]) * 1e3
        print(f"{name:20} p50 {p50:7.1f} ms   p99 {p99:7.1f} ms   pipeline's p50 is {ratio(theirs, times):5.1f} times")
    batch = [lyric_of(options.words, first) for first in range(64)]
    began = time.perf_counter()
    tagger.tag_many(batch)
    ours_took = time.perf_counter() - began
    began = time.perf_counter()
    classify(batch, truncation=True, batch_size=16)
    theirs_took = time.perf_counter() - began
    print(f"batch of 64: tagger {64 / ours_took:.0f} lyrics a second, pipeline {64 / theirs_took:.0f}")
    memory = {
        "tagger": _OURS.format(bundle=str(options.bundle)),
        "pipeline": _THEIRS.format(model=str(model)),
    }
    for name, load in memory.items():
        print(f"memory, {name}: {peak_memory(_MEMORY.format(load=load, lyric=lyric)):.0f} MB")


def lyric_of(words: int, first: int = 0) -> str:
    """Invented lyrics, song after song until there are as many words, lines kept."""
    lines, counted = list[str](), 0
    for text in _lyrics()[first:]:
        for line in text.split("\n"):
            if counted >= words:
                return "\n".join(lines)
            lines.append(line)
            counted += len(line.split())
    return "\n".join(lines)


def _lyrics() -> list[str]:
    if not _cache:
        _cache.extend(build_demo_world(Config(songs=400, artists=40, listeners=1)).lyrics["lyrics"])
    return _cache


_cache: list[str] = []


def timed(runs: int, *calls: Callable[[], object]) -> list[list[float]]:
    """Seconds of each call, the calls taking turns; the first three rounds are not counted."""
    times: list[list[float]] = [[] for _ in calls]
    for _ in range(runs + 3):
        for call, record in zip(calls, times, strict=True):
            began = time.perf_counter()
            call()
            record.append(time.perf_counter() - began)
    return [record[3:] for record in times]


def ratio(theirs: list[float], ours: list[float]) -> float:
    return float(np.median(theirs) / np.median(ours))


def peak_memory(program: str) -> float:
    """MB that a Python process takes at most when it runs ``program``."""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return float(done.stdout.split()[-1])


if __name__ == "__main__":
    main()
