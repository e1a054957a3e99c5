"""Versions of the same song: live, remix, remaster, radio edit, acoustic, with a guest."""

from __future__ import annotations

import numpy as np
import pandas as pd

from train.demo_world.artists import Artists, Rows, Values
from train.demo_world.audio import logit, sigmoid, smooth_unit
from train.demo_world.config import Config, numbers, phrases
from train.demo_world.genres import GENRE_ROW
from train.demo_world.names import PLACES

KINDS = ("live", "remix", "remaster", "radio edit", "acoustic", "feat")
LIVE = phrases("Live at {place} | Live from {place} | Live at {place} / {year} | Live")


def add_versions(config: Config, songs: pd.DataFrame, features: pd.DataFrame, artists: Artists) -> pd.DataFrame:
    """Originals and versions in one frame, with the features in it.

    Columns added: ``kind`` ("" for an original), ``original`` (its row), ``tag`` (what the title says of it),
    ``heading`` (what the album says of it).
    """
    rng = numbers(config.seed, "versions")
    originals = songs.join(features).assign(kind="", original=np.arange(len(songs)), tag="", heading="")
    base, kind = _which(rng, originals, config.songs - len(songs))
    versions = originals.iloc[base].reset_index(drop=True)
    versions["kind"], versions["original"] = np.array(KINDS)[kind], base
    gap = np.where(versions["kind"] == "remaster", rng.integers(8, 30, len(base)), rng.integers(0, 3, len(base)))
    versions["year"] = np.minimum(versions["year"] + gap, 2025)
    versions["date"] = versions["year"].astype(str).to_numpy(dtype="datetime64[D]") + rng.integers(40, 300, len(base))
    versions = _retitle(rng, versions, artists)
    return pd.concat([originals, _resound(rng, versions)], ignore_index=True)


def _which(rng: np.random.Generator, originals: pd.DataFrame, count: int) -> tuple[Rows, Rows]:
    """The songs that have versions, better known ones sooner; one in five of them has a second version."""
    weight = (originals["popularity"].to_numpy() + 5.0) ** 1.5
    once = count - count // 6
    base = rng.choice(len(originals), once, replace=False, p=weight / weight.sum())
    kind = rng.choice(len(KINDS), once, p=(0.28, 0.18, 0.18, 0.10, 0.14, 0.12))
    voiceless = originals["instrumental"].to_numpy()[base]
    kind = np.where(voiceless & (kind == KINDS.index("feat")), KINDS.index("live"), kind)
    late = originals["year"].to_numpy()[base] > 2014
    kind = np.where(late & (kind == KINDS.index("remaster")), KINDS.index("live"), kind)
    again = np.array([1, 3, 4, 4, 0, 0])[kind[: count // 6]]
    return np.concatenate([base, base[: count // 6]]), np.concatenate([kind, again])


def _retitle(rng: np.random.Generator, versions: pd.DataFrame, artists: Artists) -> pd.DataFrame:
    """What title, album and guest of each version are."""
    tags, headings, guests = [], [], versions["guest"].to_numpy().copy()
    mixers = np.flatnonzero(artists.genre == GENRE_ROW["Electronic"])
    for i, (kind, year, artist) in enumerate(versions[["kind", "year", "artist"]].itertuples(index=False)):
        place, other = str(rng.choice(PLACES)), int(rng.choice(mixers))
        mates = np.flatnonzero((artists.scene == artists.scene[artist]) & (np.arange(len(artists.names)) != artist))
        mate = int(rng.choice(mates)) if len(mates) else other
        live = str(rng.choice(LIVE)).format(place=place, year=year)
        tag, heading = {
            "live": (f" - {live}", f"Live at {place}"),
            "remix": (f" ({artists.names[other]} Remix)", "Remixes"),
            "remaster": (f" - {year} Remaster", "Remastered"),
            "radio edit": (" - Radio Edit", "Single"),
            "acoustic": (" - Acoustic", "Acoustic Sessions"),
            "feat": (f" (feat. {artists.names[mate]})", "Single"),
        }[kind]
        guests[i] = {"remix": other, "feat": mate}.get(kind, guests[i])
        tags.append(tag)
        headings.append(heading)
    return versions.assign(tag=tags, heading=headings, guest=guests)


def _resound(rng: np.random.Generator, versions: pd.DataFrame) -> pd.DataFrame:
    """The features of each version: its original's, changed as its kind changes them, and a little chance."""
    n, kind = len(versions), versions["kind"].to_numpy()

    def of_kind(**by_kind: float) -> Values:
        return np.array([by_kind.get(str(k).replace(" ", "_"), 0.0) for k in kind])

    def moved(column: str, by: Values, spread: float) -> Values:
        return smooth_unit(versions[column].to_numpy() + by + rng.normal(0, spread, n) * (kind != "remaster"))

    bare = logit(np.clip(versions["acousticness"].to_numpy(), 0.002, 0.99))
    seconds = of_kind(live=25, remix=35, radio_edit=-40, acoustic=-8, feat=12) + rng.normal(0, 4, n)
    tempo = versions["tempo"].to_numpy() + rng.normal(0, 1.0, n)
    quieter = of_kind(live=-1.5, remix=0.8, remaster=1.6, acoustic=-3.5) + rng.normal(0, 0.3, n)
    return versions.assign(
        energy=moved("energy", of_kind(live=0.05, remix=0.09, remaster=0.02, acoustic=-0.26), 0.02),
        danceability=moved("danceability", of_kind(live=-0.06, remix=0.12), 0.02),
        valence=moved("valence", of_kind(live=-0.02, acoustic=-0.05), 0.02),
        loudness=np.clip(versions["loudness"] + quieter, -42.0, -0.4),
        acousticness=sigmoid(bare + of_kind(live=0.5, remix=-1.2, acoustic=3.0) + rng.normal(0, 0.2, n)),
        liveness=np.where(kind == "live", rng.uniform(0.6, 0.97, n), versions["liveness"]),
        tempo=np.where(kind == "remix", rng.normal(124, 4, n), np.clip(tempo, 46, 218)),
        speechiness=np.clip(versions["speechiness"] + of_kind(feat=0.06, live=0.01), 0.022, 0.96),
        duration_ms=np.clip(versions["duration_ms"] + 1000 * seconds, 50_000, 600_000).astype(np.int64),
        popularity=np.clip(versions["popularity"] - rng.integers(2, 22, n), 0, 100),
    )
