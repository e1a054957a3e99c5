"""Who plays in a macro-genre, and what: instruments, drum patterns, harmony. Pure data.

A pattern is a bar of sixteen steps: "x" is a beat, "o" a soft one, "." none.
"""

from __future__ import annotations

from dataclasses import dataclass

Steps = str


@dataclass(frozen=True, slots=True)
class Band:
    """A genre's players.

    Attributes:
        kit: The drums, "" for none.
        bass, chords, unplugged, lead: Instruments; ``unplugged`` plays the chords where a song is acoustic.
        kick, snare: Drum patterns.
        strikes: When chords are struck.
        walk: When the bass plays.
        sevenths: Whether chords have a seventh.
        swing: How late the off-beat sixteenths come, as a share of a step.
    """

    kit: str
    bass: str
    chords: str
    unplugged: str
    lead: str
    kick: Steps
    snare: Steps
    strikes: Steps
    walk: Steps
    sevenths: bool = False
    swing: float = 0.0


QUARTERS, EIGHTHS, HALVES = "x...x...x...x...", "x.x.x.x.x.x.x.x.", "x.......x......."
BANDS = {
    "Alternative": Band("rock", "bass guitar", "steel guitar", "nylon guitar", "square",
        "x.....x.x.x.....", "....x.......x...", "x.x.x.xxx.x.x.x.", EIGHTHS),
    "Classical": Band("", "upright bass", "strings", "piano", "flute",
        HALVES, "................", HALVES, QUARTERS),
    "Comedy": Band("acoustic", "upright bass", "accordion", "banjo", "brass",
        HALVES, "....x.......x...", "....x.......x...", HALVES),
    "Electronic": Band("machine", "synth bass", "saw", "electric piano", "pluck synth",
        QUARTERS, "....x.......x...", "..x...x...x...x.", "..xx..xx..xx..xx"),
    "Folk/Country": Band("hands", "upright bass", "steel guitar", "nylon guitar", "banjo",
        HALVES, "....o.......o...", "x...x.o.x...x.oo", HALVES),
    "Hip-Hop": Band("eight-o-eight", "sub bass", "electric piano", "piano", "bell",
        "x..x......x..o..", "....x.......x...", "x.......x..x....", "x..x......x.....", swing=0.25),
    "Jazz/Blues": Band("brushes", "upright bass", "piano", "piano", "brass",
        "o.......o.......", "....o..o....o..o", "x....x....x.....", QUARTERS, sevenths=True, swing=0.6),
    "Metal": Band("rock", "bass guitar", "power guitar", "steel guitar", "saw",
        "x.xxx.xxx.xxx.xx", "....x.......x...", "x.xxx.xxx.xxx.xx", "x.xxx.xxx.xxx.xx"),
    "Pop": Band("machine", "synth bass", "pluck synth", "piano", "square",
        "x.....x.x.....x.", "....x.......x...", "x..x..x.x..x..x.", EIGHTHS),
    "R&B/Soul": Band("acoustic", "bass guitar", "electric piano", "nylon guitar", "flute",
        "x..o...ox.o.....", "....x..o....x...", "x.....x...x.....", "x..x..x...x..x..", sevenths=True, swing=0.2),
    "Reggae/Latin": Band("hands", "bass guitar", "organ", "nylon guitar", "marimba",
        "x..x..x.x..x..x.", "...x..x....x..x.", "..x...x...x...x.", "x.....x.x...x..."),
    "Religious": Band("acoustic", "bass guitar", "organ", "piano", "choir",
        HALVES, "....x.......x...", HALVES, QUARTERS),
    "Rock": Band("rock", "bass guitar", "power guitar", "steel guitar", "organ",
        "x.....x.x.x.....", "....x.......x...", EIGHTHS, EIGHTHS),
    "Soundtrack": Band("", "upright bass", "strings", "harp", "choir",
        "x...............", "................", HALVES, HALVES),
}  # fmt: skip
NOBODY = BANDS["Pop"]

# Scenes: what is always heard in their rooms, and when. 8 by 6, as there are 48 scenes.
SIGNATURES = ("marimba", "harp", "bell", "accordion", "banjo", "flute", "electric piano", "square")
FIGURES = (
    "x.x.x.x.x.x.x.x.", "x..x..x..x..x.x.", "..x...x...x...x.", "x.xx....x.xx....", "xxxx........xxxx",
    "x.....x...x.x...",
)  # fmt: skip

# Chords as steps of the scale, from 0; each starts at home.
MAJOR_TURNS = ((0, 4, 5, 3), (0, 5, 3, 4), (0, 3, 4, 3), (0, 3, 0, 4), (0, 1, 4, 0), (0, 2, 3, 4))
MINOR_TURNS = ((0, 5, 2, 6), (0, 3, 4, 0), (0, 6, 5, 6), (0, 3, 6, 2), (0, 5, 3, 4), (0, 0, 3, 6))
MAJOR, MINOR = (0, 2, 4, 5, 7, 9, 11), (0, 2, 3, 5, 7, 8, 10)
TUNE = (0, 1, 2, 4, 5, 7, 8, 9)  # steps of the scale that make a tune: no fourth, no leading note
