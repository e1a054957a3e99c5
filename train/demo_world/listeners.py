"""Listeners: two or three tastes each, and sessions in which the next song follows from the last ones.

What is planted, as shares of the plays that are not the first of a session:

* the next song on the same album, in its order (``ALBUM``): a transition between two songs;
* an earlier favourite again (``REPEAT``);
* the scene that follows the last song's (``FOLLOW``), or one of the listener's other tastes (``SWITCH``);
* else the same scene as the last song. Within the scene, mood and energy drift: the next song lies near the
  last one on the plane of valence and energy, a step towards where the session goes.

New releases (see ``releases``) are in no play of these. On the day they come out, one listener in four (``CURIOUS``)
plays one, as the last play of all: mostly of a scene that the listener likes, and near in mood. So a test that leaves
the last play out has cold items in a quarter of its cases, and its training set has none.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from train.demo_world.artists import Rows, Scenes, Values
from train.demo_world.config import Config, numbers
from train.demo_world.genres import MOODS
from train.demo_world.releases import RELEASE_DAY, split

ALBUM, REPEAT, FOLLOW, SWITCH = 0.14, 0.10, 0.08, 0.06
CURIOUS = 0.25
MOST = 150  # plays of one listener
CANDIDATES = 24
STEP = 0.12  # how far a session moves on the mood plane from one song to the next
FIRST_DAY = np.datetime64("2025-01-01", "s")


@dataclass(frozen=True)
class Shelf:
    """The songs as a listener finds them: by scene, by album, on the mood plane."""

    by_scene: Rows  # (n_scenes, longest) rows of songs, repeated to fill
    size: Rows  # (n_scenes,)
    scene: Rows
    follower: Rows  # (n_scenes,)
    plane: Values  # (n_songs, 2) valence and energy, pulled towards the mood's own
    pull: Values  # (n_songs,) how much better known songs are preferred
    next_on_album: Rows  # (n_songs,)


@dataclass(frozen=True)
class Listeners:
    """One row a listener."""

    tastes: Rows  # (n, 3) scenes; the third repeats the first for those that have two
    mood: Values  # (n, 3, 2) where on the mood plane each taste likes to be
    plays: Rows
    hour: Values  # when the listener's sessions usually begin


def stock(songs: pd.DataFrame, scenes: Scenes) -> Shelf:
    scene = songs["scene"].to_numpy()
    rooms = [np.flatnonzero(scene == s) for s in range(len(scenes.names))]
    rooms = [room if len(room) else np.arange(len(songs)) for room in rooms]
    longest = max(map(len, rooms))
    moods = np.array([(m.valence, m.energy) for m in MOODS])[songs["mood"]]
    order = songs.sort_values(["album", "track_id"], kind="stable").index.to_numpy()
    following = np.empty(len(songs), dtype=np.int64)
    following[order] = np.roll(order, -1)
    popular = songs["popularity"].to_numpy()
    return Shelf(
        by_scene=np.array([np.resize(room, longest) for room in rooms]),
        size=np.array([len(room) for room in rooms]),
        scene=scene,
        follower=scenes.follower,
        plane=0.5 * moods + 0.5 * songs[["valence", "energy"]].to_numpy(),
        pull=0.6 * (popular - popular.mean()) / max(popular.std(), 1e-9),
        next_on_album=following,
    )


def invent_listeners(rng: np.random.Generator, count: int, shelf: Shelf) -> Listeners:
    weight = np.bincount(shelf.scene, np.exp(shelf.pull), minlength=len(shelf.size))  # known scenes are liked by more
    tastes = rng.choice(len(weight), (count, 3), p=weight / weight.sum())
    tastes[:, 1] = np.where(rng.random(count) < 0.5, shelf.follower[tastes[:, 0]], tastes[:, 1])
    tastes[:, 2] = np.where(rng.random(count) < 0.5, tastes[:, 0], tastes[:, 2])
    return Listeners(
        tastes=tastes,
        mood=rng.uniform(0.2, 0.85, (count, 3, 2)),
        plays=np.clip(rng.lognormal(3.85, 0.5, count), 20, MOST).astype(np.int64),
        hour=rng.choice([8.0, 13.0, 18.0, 21.5, 24.0], count, p=(0.2, 0.1, 0.3, 0.3, 0.1)),
    )


def listen(config: Config, songs: pd.DataFrame, scenes: Scenes) -> pd.DataFrame:
    """Everybody's plays, oldest first for each listener: user_id, timestamp, track_id."""
    rng = numbers(config.seed, "listeners")
    rows = split(songs)
    known = songs.iloc[rows.known].reset_index(drop=True)
    shelf = stock(known, scenes)
    people = invent_listeners(rng, config.listeners, shelf)
    longest = int(people.plays.max())
    starts = _session_starts(rng, (config.listeners, longest))
    session = starts.cumsum(axis=1) - 1  # (n_listeners, longest)
    begins = _session_times(rng, people, session)
    played = _play(rng, shelf, people, starts, _energy_of_hour(begins))
    seconds = known["duration_ms"].to_numpy()[played] // 1000 + rng.integers(1, 20, played.shape)
    times = _times(begins, starts, seconds)
    kept = np.arange(longest) < people.plays[:, None]
    who = np.repeat(np.arange(config.listeners), people.plays)
    usual = pd.DataFrame(
        {"who": who, "time": FIRST_DAY + times[kept], "track_id": known["track_id"].to_numpy()[played[kept]]}
    )
    new = songs.iloc[rows.new].reset_index(drop=True)
    plays = pd.concat([usual, _first_listens(config, people, new, scenes)]).sort_values("who", kind="stable")
    return pd.DataFrame(
        {
            "user_id": np.array([f"listener{u:05}" for u in range(config.listeners)])[plays["who"]],
            "timestamp": np.char.add(np.datetime_as_string(plays["time"].to_numpy("datetime64[s]")), "Z"),
            "track_id": plays["track_id"],
        }
    ).reset_index(drop=True)


def _first_listens(config: Config, people: Listeners, new: pd.DataFrame, scenes: Scenes) -> pd.DataFrame:
    """Who plays which of the new releases on the day: who, time, track_id."""
    rng = numbers(config.seed, "first listens")
    curious = np.flatnonzero((rng.random(len(people.plays)) < CURIOUS) & (people.plays < MOST) & (len(new) > 0))
    hours = np.clip(people.hour[curious] + rng.normal(0, 1.8, len(curious)), 7.0, 23.9)
    time = np.datetime64(RELEASE_DAY, "s") + (3_600 * hours).astype(np.int64)
    if not len(curious):
        return pd.DataFrame({"who": curious, "time": time, "track_id": np.array([], dtype=str)})
    shelf = stock(new, scenes)
    taste = rng.integers(0, 3, len(curious))
    liked = 3.0 * (people.tastes[curious][:, :, None] == shelf.scene).any(axis=1)  # (n_curious, n_new)
    liked += 2.0 * (people.tastes[curious, taste][:, None] == shelf.scene)
    apart = ((people.mood[curious, taste][:, None] - shelf.plane) ** 2).sum(axis=2)
    appeal = liked - apart / (2 * 0.15**2) + shelf.pull + rng.gumbel(0, 0.7, apart.shape)
    return pd.DataFrame({"who": curious, "time": time, "track_id": new["track_id"].to_numpy()[appeal.argmax(axis=1)]})


def _session_starts(rng: np.random.Generator, shape: tuple[int, int]) -> np.ndarray:
    """Which plays begin a session; a session has 4 to 14 songs."""
    lengths = rng.integers(4, 15, (shape[0], shape[1] // 4 + 1))
    starts = np.zeros(shape, dtype=bool)
    starts[:, 0] = True
    listener, at = np.nonzero(lengths.cumsum(axis=1) < shape[1])
    starts[listener, lengths.cumsum(axis=1)[listener, at]] = True
    return starts


def _session_times(rng: np.random.Generator, people: Listeners, session: Rows) -> Rows:
    """When the session of each play begins, in seconds of the year: one a day at most, near the usual hour."""
    n, most = len(session), int(session.max()) + 1
    days = np.sort(rng.permuted(np.tile(np.arange(364), (n, 1)), axis=1)[:, :most], axis=1)
    used = np.take_along_axis(session, people.plays[:, None] - 1, axis=1)[:, 0]
    for listener, last in enumerate(used):  # spread what is used over the whole year
        days[listener, : last + 1] = np.sort(rng.choice(364, last + 1, replace=False))
    hours = np.clip(people.hour[:, None] + rng.normal(0, 1.8, days.shape), 6.0, 26.5)
    begins = days * 86_400 + (hours * 3_600).astype(np.int64)
    return np.take_along_axis(begins, session, axis=1)


def _energy_of_hour(begins: Rows) -> Values:
    """What the hour asks for: lively by day and evening, quiet after eleven and before seven."""
    hour = begins % 86_400 / 3_600
    return np.where((hour >= 23) | (hour < 7), -0.2, np.where((hour >= 17) & (hour < 23), 0.1, 0.0))


def _times(begins: Rows, starts: np.ndarray, seconds: Rows) -> Rows:
    """When each play begins: the session's time and what was played in it before."""
    before = np.cumsum(seconds, axis=1) - seconds
    at_start = np.maximum.accumulate(np.where(starts, before, 0), axis=1)
    return begins + before - at_start


def _play(rng: np.random.Generator, shelf: Shelf, people: Listeners, starts: np.ndarray, lift: Values) -> Rows:
    """What is played, step by step, all listeners at once: (n_listeners, longest)."""
    n, longest = starts.shape
    played = np.zeros((n, longest), dtype=np.int64)
    goal = np.zeros((n, 2))
    everyone = np.arange(n)
    for step in range(longest):
        last = played[:, step - 1]
        taste = rng.integers(0, 3, n)
        begins, chance = starts[:, step], rng.random(n)
        goal[begins] = people.mood[everyone, taste][begins] + rng.normal(0, 0.08, (int(begins.sum()), 2))
        goal[begins, 1] += lift[begins, step]
        edges = np.cumsum([ALBUM, REPEAT, FOLLOW, SWITCH])
        scene = np.where(chance < edges[2], shelf.follower[shelf.scene[last]], shelf.scene[last])
        scene = np.where((chance >= edges[2]) & (chance < edges[3]) | begins, people.tastes[everyone, taste], scene)
        target = np.where(begins[:, None], goal, _towards(shelf.plane[last], goal))
        song = _choose(rng, shelf, scene, target, last)
        song = np.where((chance < edges[0]) & ~begins, shelf.next_on_album[last], song)
        favourite = played[everyone, np.floor(rng.random(n) ** 2 * max(step, 1)).astype(np.int64)]
        again = (chance >= edges[0]) & (chance < edges[1]) & (step > 3)
        played[:, step] = np.where(again, favourite, song)
    return played


def _towards(at: Values, goal: Values) -> Values:
    """One step on the mood plane, STEP long at most: (n, 2)."""
    way = goal - at
    length = np.sqrt((way**2).sum(axis=1, keepdims=True))
    there: Values = at + way * np.minimum(1.0, STEP / np.maximum(length, 1e-9))
    return there


def _choose(rng: np.random.Generator, shelf: Shelf, scene: Rows, target: Values, last: Rows) -> Rows:
    """A song of the scene near the target, better known ones sooner, never the last one again: (n,)."""
    n = len(scene)
    drawn = (rng.random((n, CANDIDATES)) * shelf.size[scene][:, None]).astype(np.int64)
    songs = shelf.by_scene[scene[:, None], drawn]  # (n, CANDIDATES)
    apart = ((shelf.plane[songs] - target[:, None, :]) ** 2).sum(axis=2)
    appeal = -apart / (2 * 0.10**2) + shelf.pull[songs] + rng.gumbel(0, 0.7, songs.shape)
    appeal[songs == last[:, None]] = -np.inf
    chosen: Rows = songs[np.arange(n), appeal.argmax(axis=1)]
    return chosen
