"""What is played in a clip: a song's features, turned into notes."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import NamedTuple

from recsys.demo_media import bands
from recsys.demo_media.bands import EIGHTHS, QUARTERS, Band, Steps
from recsys.demo_media.sheet import Sheet

LOUDNESS = {"x": 1.0, "o": 0.45}
VOWELS = ("voice ah", "voice oh", "voice ee")


class Played(NamedTuple):
    """One sound: when it begins and how long it is held, in seconds; ``pitch`` as MIDI counts, 0 for a drum."""

    at: float
    what: str
    pitch: int
    gain: float
    held: float


class Score:
    """A song's clip on paper. All chance comes from the song's number, so it is the same whenever it is written."""

    def __init__(self, sheet: Sheet, seconds: float) -> None:
        self.sheet, self.seconds = sheet, seconds
        self.band: Band = bands.BANDS.get(sheet.genre, bands.NOBODY)
        self.step = 15.0 / min(max(sheet.tempo, 40.0), 230.0)  # seconds
        self.steps = int(seconds / self.step) + 1
        self.chance = random.Random(sheet.song)
        self.scale = bands.MINOR if sheet.minor else bands.MAJOR
        self.turn = (bands.MINOR_TURNS if sheet.minor else bands.MAJOR_TURNS)[
            sheet.scene % 6 if sheet.song % 3 else sheet.song % 6
        ]
        self.acoustic = sheet.acousticness > 0.5
        self.loose = 0.022 * max(0.0, 1.0 - 1.25 * sheet.danceability)  # seconds that players are off the beat

    def when(self, step: int) -> float:
        """Where a step lies in time; players who do not care for dancing come early or late."""
        late = self.band.swing * self.step if step % 2 else 0.0
        return max(0.0, step * self.step + late + self.chance.gauss(0, self.loose))

    def hits(self, pattern: Steps) -> Iterator[tuple[int, float]]:
        """The steps of the clip at which a pattern sounds, and how loud."""
        for step in range(self.steps):
            if (sign := pattern[step % 16]) != ".":
                yield step, LOUDNESS[sign]

    def pitch(self, degree: int, low: int) -> int:
        """The pitch of a step of the scale, counted from the lowest home note that is ``low`` or above."""
        home = low + (self.sheet.key - low) % 12
        return home + 12 * (degree // 7) + self.scale[degree % 7]

    def chord(self, step: int) -> int:
        """The root of the chord at a step: two beats each, one where beats are long."""
        return self.turn[step // (8 if self.step < 0.19 else 4) % 4]

    def drums(self) -> Iterator[Played]:
        s = self.sheet
        beats = s.energy - 0.12 * (s.acousticness > 0.7)
        floor = s.danceability > 0.68 and s.energy > 0.35
        if (not self.band.kit and not floor) or beats < 0.2:
            return
        hard = 0.16 + 0.3 * s.energy
        kick = QUARTERS if floor else self.band.kick
        for step, loud in self.hits(kick):
            yield Played(self.when(step), "kick", 0, hard * loud, 1.0)
        for step, loud in self.hits(self.band.snare):
            yield Played(self.when(step), "snare", 0, 0.75 * hard * loud, 1.0)
        hats = QUARTERS if beats < 0.42 else EIGHTHS if beats < 0.74 or self.step < 0.095 else "x.oxx.oxx.oxx.ox"
        for step, loud in self.hits("..x...x...x...x." if floor and beats < 0.6 else hats):
            yield Played(self.when(step), "hat", 0, 0.3 * hard * loud, 1.0)
        if floor and s.energy > 0.6:
            for step, _ in self.hits("....x.......x..."):
                yield Played(self.when(step), "clap", 0, 0.35 * hard, 1.0)

    def bass(self) -> Iterator[Played]:
        pattern = self.band.walk if self.sheet.energy > 0.3 else "x.......x......."
        for step, loud in self.hits(pattern):
            degree = self.chord(step) + (4 if step % 8 == 6 and self.band.sevenths else 0)
            yield Played(self.when(step), self.band.bass, self.pitch(degree, 28), 0.5 * loud, 2.6 * self.step)

    def harmony(self) -> Iterator[Played]:
        s = self.sheet
        instrument = self.band.unplugged if self.acoustic else self.band.chords
        pattern = "x.......x......." if s.energy < 0.25 and not self.acoustic else self.band.strikes
        low = 45 if instrument == "power guitar" else 50 + round(7 * s.valence)
        tones = (0,) if instrument == "power guitar" else (0, 2, 4, 6) if self.band.sevenths else (0, 2, 4)
        held = self.step * max(1.4, 16 / max(1, 16 - pattern.count(".")) - 0.3)
        for step, loud in self.hits(pattern):
            root = self.chord(step)
            for order, tone in enumerate(tones):
                strum = 0.012 * order if "guitar" in instrument else 0.0
                pitch = self.pitch(root + tone, low)
                yield Played(self.when(step) + strum, instrument, pitch, 0.62 * loud / len(tones) ** 0.6, held)
        if instrument == "power guitar":  # which has no third: an organ or strings behind it tell the mode
            for step, _ in self.hits("x.......x......."):
                for tone in (0, 2):
                    yield Played(
                        self.when(step), "organ", self.pitch(self.chord(step) + tone, 55), 0.2, 7.5 * self.step
                    )

    def signature(self) -> Iterator[Played]:
        """The figure that the scene's rooms are known by: the chord of home, over whatever the others play."""
        instrument, figure = bands.SIGNATURES[self.sheet.scene % 8], bands.FIGURES[self.sheet.scene // 8 % 6]
        for count, (step, loud) in enumerate(self.hits(figure)):
            tone = (0, 2, 4, 7, 4, 2)[count % 6]
            pitch = self.pitch(tone, 64)
            yield Played(self.when(step), instrument, pitch, 0.3 * loud, 2.5 * self.step)

    def tune(self) -> Iterator[Played]:
        """Somebody sings, or an instrument does; the artist's songs have their turns in common."""
        s, style = self.sheet, random.Random(self.sheet.artist)
        sung = s.instrumentalness < 0.5
        lows = {True: 52 + 5 * (s.artist % 3), False: 62}[sung]
        place, rhythm = style.randrange(3, 6), [style.random() for _ in range(16)]
        for step in range(2, self.steps, 2):
            if rhythm[step % 16] > 0.52 + 0.16 * (1 - s.energy):
                continue
            place = min(max(place + self.chance.choice((-1, -1, 0, 1, 1)), 0), len(bands.TUNE) - 1)
            degree = self.chord(step) + 2 if step % 8 == 0 else bands.TUNE[place]
            singer = VOWELS[self.chance.randrange(3)] if sung else self.band.lead
            held = self.step * self.chance.choice((1.8, 3.6))
            yield Played(self.when(step), singer, self.pitch(degree, lows), 0.62 if sung else 0.5, held)

    def speech(self) -> Iterator[Played]:
        """Talk: about six syllables a second, with breaths; more and louder the more a song is spoken."""
        much = min(1.0, max(0.0, (self.sheet.speechiness - 0.05) / 0.3))
        if not much:
            return
        at, base = 0.1, 42 + self.sheet.artist % 12
        while at < self.seconds:
            if self.chance.random() < 0.25 + 0.75 * much:
                yield Played(
                    at, f"{self.chance.randrange(5)}", base + self.chance.randrange(6), 0.25 + 0.75 * much, 1.0
                )
            at += self.chance.uniform(0.11, 0.2) + (0.3 if self.chance.random() < 0.12 else 0.0)

    def applause(self) -> Iterator[Played]:
        """People clap along at concerts."""
        if self.sheet.liveness > 0.5:
            for step, _ in self.hits("....x.......x..."):
                for _ in range(3):
                    yield Played(
                        self.when(step) + self.chance.uniform(0, 0.04), "clap", 0, 0.1 * self.sheet.liveness, 1.0
                    )
