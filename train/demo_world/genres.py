"""The planted truth about genres and moods: how common they are and how they sound."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Micro:
    """A micro-genre, as what it adds to its macro-genre's sound.

    ``also`` names a second macro-genre that the micro-genre belongs to.
    """

    name: str
    danceability: float = 0.0
    energy: float = 0.0
    valence: float = 0.0
    tempo: float = 0.0
    acoustic: float = 0.0
    also: str = ""


@dataclass(frozen=True)
class Genre:
    """A macro-genre: mean sound, share of songs without a voice or explicit, and whose words it borrows."""

    name: str
    weight: float
    danceability: float
    energy: float
    valence: float
    tempo: float
    loudness: float
    acousticness: float
    speechiness: float
    instrumental: float
    explicit: float
    minutes: float
    since: int
    moods: str
    kin: tuple[str, ...]
    micros: tuple[Micro, ...]


@dataclass(frozen=True)
class Mood:
    """A point on the plane of valence and energy, both 0 to 1."""

    name: str
    valence: float
    energy: float


MOODS = (
    Mood("joyful", 0.85, 0.68),
    Mood("party", 0.74, 0.88),
    Mood("hopeful", 0.66, 0.58),
    Mood("romantic", 0.58, 0.38),
    Mood("calm", 0.52, 0.18),
    Mood("dreamy", 0.38, 0.32),
    Mood("nostalgic", 0.40, 0.44),
    Mood("sad", 0.17, 0.26),
    Mood("brooding", 0.20, 0.58),
    Mood("angry", 0.26, 0.90),
)
MOOD_ROW = {mood.name: row for row, mood in enumerate(MOODS)}

GENRES = (
    Genre(
        "Alternative", 0.09, 0.55, 0.64, 0.44, 121, -7.6, 0.20, 0.045, 0.06, 0.10, 3.9, 1982,
        "dreamy dreamy brooding brooding sad nostalgic hopeful joyful", ("Rock", "Pop", "Electronic"),
        (
            Micro("indie rock", 0.02, 0.06, 0.05, 4, -0.2, also="Rock"),
            Micro("shoegaze", -0.12, 0.08, -0.12, 2, -0.8),
            Micro("dream pop", -0.02, -0.12, -0.04, -6, 0.5),
        ),
    ),
    Genre(
        "Classical", 0.035, 0.32, 0.20, 0.27, 104, -18.0, 0.93, 0.042, 0.68, 0.0, 4.8, 1955,
        "calm calm dreamy sad sad romantic brooding", ("Soundtrack", "Religious", "Folk/Country"),
        (
            Micro("chamber music", 0.03, 0.02, 0.05, 4, 0.2),
            Micro("solo piano", 0.0, -0.07, -0.02, -6, 0.6),
            Micro("art song", 0.0, 0.02, 0.02, 0, -0.2),
        ),
    ),
    Genre(
        "Comedy", 0.02, 0.66, 0.58, 0.70, 118, -9.2, 0.42, 0.30, 0.0, 0.35, 2.6, 1960,
        "joyful joyful party party angry nostalgic", ("Pop", "Folk/Country", "Hip-Hop"),
        (
            Micro("novelty song", 0.05, 0.05, 0.05, 6, -0.2),
            Micro("musical comedy", -0.05, -0.05, 0.0, -4, 0.4, also="Soundtrack"),
        ),
    ),
    Genre(
        "Electronic", 0.10, 0.67, 0.74, 0.38, 125, -7.0, 0.07, 0.055, 0.38, 0.04, 4.6, 1984,
        "party party party dreamy brooding joyful calm", ("Pop", "Alternative", "Hip-Hop"),
        (
            Micro("house", 0.08, 0.04, 0.14, -1, -0.2),
            Micro("techno", 0.04, 0.08, -0.10, 5, -0.6),
            Micro("ambient", -0.32, -0.45, -0.14, -25, 3.0),
            Micro("drum and bass", -0.10, 0.12, -0.02, 47, -0.8),
        ),
    ),
    Genre(
        "Folk/Country", 0.08, 0.55, 0.46, 0.50, 118, -9.4, 0.55, 0.038, 0.03, 0.02, 3.5, 1958,
        "nostalgic nostalgic sad sad romantic calm hopeful joyful", ("Rock", "Religious", "Jazz/Blues"),
        (
            Micro("indie folk", -0.02, -0.10, -0.08, -4, 0.6, also="Alternative"),
            Micro("alt-country", 0.02, 0.14, 0.04, 4, -0.8),
            Micro("bluegrass", 0.02, 0.10, 0.16, 12, 0.2),
            Micro("singer-songwriter", -0.02, -0.12, -0.08, -4, 0.6),
        ),
    ),
    Genre(
        "Hip-Hop", 0.12, 0.73, 0.64, 0.48, 118, -7.1, 0.17, 0.21, 0.03, 0.55, 3.4, 1986,
        "angry party party brooding brooding hopeful hopeful nostalgic", ("R&B/Soul", "Pop", "Reggae/Latin"),
        (
            Micro("boom bap", 0.02, 0.02, 0.08, -24, 0.2),
            Micro("trap", 0.03, 0.02, -0.10, 22, -0.3),
            Micro("lo-fi hip hop", -0.02, -0.20, -0.04, -30, 1.5),
            Micro("conscious rap", -0.03, 0.03, 0.04, -14, 0.3),
        ),
    ),
    Genre(
        "Jazz/Blues", 0.05, 0.52, 0.34, 0.48, 112, -12.0, 0.72, 0.046, 0.24, 0.01, 4.3, 1950,
        "calm romantic romantic nostalgic sad sad dreamy joyful", ("R&B/Soul", "Folk/Country", "Classical"),
        (
            Micro("vocal jazz", 0.02, -0.06, 0.02, -2, 0.4),
            Micro("electric blues", 0.02, 0.20, 0.10, 2, -1.3, also="Rock"),
            Micro("cool jazz", 0.02, -0.06, -0.02, 6, 0.5),
        ),
    ),
    Genre(
        "Metal", 0.06, 0.42, 0.90, 0.28, 128, -5.2, 0.012, 0.085, 0.12, 0.14, 4.4, 1976,
        "angry angry angry brooding brooding sad", ("Rock", "Alternative", "Soundtrack"),
        (
            Micro("doom metal", -0.10, -0.12, -0.08, -26, 0.5),
            Micro("thrash metal", 0.0, 0.05, 0.08, 26, -0.4),
            Micro("metalcore", 0.04, 0.04, 0.0, 6, -0.2),
        ),
    ),
    Genre(
        "Pop", 0.15, 0.66, 0.66, 0.54, 119, -6.1, 0.20, 0.055, 0.01, 0.09, 3.4, 1964,
        "joyful party party romantic romantic sad hopeful nostalgic", ("R&B/Soul", "Electronic", "Rock"),
        (
            Micro("dance pop", 0.07, 0.10, 0.08, 4, -0.8),
            Micro("synth pop", 0.0, 0.06, 0.06, 3, -0.6, also="Electronic"),
            Micro("bedroom pop", 0.02, -0.20, -0.10, -6, 1.3),
            Micro("power ballad", -0.14, -0.10, -0.16, -6, 0.6),
        ),
    ),
    Genre(
        "R&B/Soul", 0.08, 0.67, 0.53, 0.52, 108, -7.8, 0.30, 0.075, 0.01, 0.16, 3.8, 1962,
        "romantic romantic romantic sad party hopeful dreamy", ("Pop", "Hip-Hop", "Jazz/Blues"),
        (
            Micro("neo soul", 0.04, -0.06, 0.0, -6, 0.2),
            Micro("classic soul", -0.04, 0.04, 0.14, 6, 0.4),
            Micro("quiet storm", 0.0, -0.14, -0.10, -10, 0.4),
            Micro("funk", 0.10, 0.18, 0.24, 4, -0.6),
        ),
    ),
    Genre(
        "Reggae/Latin", 0.065, 0.73, 0.67, 0.68, 112, -7.0, 0.24, 0.095, 0.02, 0.08, 3.7, 1968,
        "joyful joyful party party romantic hopeful calm", ("Pop", "Hip-Hop", "Jazz/Blues"),
        (
            Micro("roots reggae", 0.02, -0.10, 0.04, -24, -0.2),
            Micro("reggaeton", 0.04, 0.10, 0.0, -10, -0.4),
            Micro("bossa nova", -0.10, -0.32, -0.08, 14, 1.8, also="Jazz/Blues"),
            Micro("cumbia", 0.02, 0.06, 0.14, -10, 0.2),
        ),
    ),
    Genre(
        "Religious", 0.04, 0.47, 0.54, 0.38, 120, -8.6, 0.34, 0.04, 0.05, 0.0, 4.6, 1965,
        "hopeful hopeful hopeful calm calm joyful sad", ("R&B/Soul", "Folk/Country", "Pop"),
        (
            Micro("gospel", 0.06, 0.10, 0.18, -4, 0.2, also="R&B/Soul"),
            Micro("worship", -0.06, 0.02, -0.10, 6, -0.5),
            Micro("hymn", -0.08, -0.26, -0.06, -14, 1.8),
        ),
    ),
    Genre(
        "Rock", 0.14, 0.50, 0.77, 0.53, 127, -6.9, 0.09, 0.055, 0.04, 0.07, 3.9, 1962,
        "angry joyful party hopeful nostalgic brooding brooding", ("Metal", "Alternative", "Folk/Country"),
        (
            Micro("garage rock", 0.03, 0.06, 0.10, 8, -0.4),
            Micro("classic rock", 0.0, -0.08, 0.04, -4, 0.5),
            Micro("punk rock", -0.02, 0.13, 0.06, 28, -1.2),
            Micro("psychedelic rock", -0.05, -0.12, -0.06, -4, 0.8, also="Alternative"),
        ),
    ),
    Genre(
        "Soundtrack", 0.03, 0.34, 0.34, 0.20, 106, -14.0, 0.68, 0.042, 0.60, 0.0, 3.4, 1960,
        "brooding brooding dreamy hopeful hopeful sad calm romantic", ("Classical", "Electronic", "Pop"),
        (
            Micro("film score", -0.06, -0.06, -0.06, -4, 0.5),
            Micro("game score", 0.05, 0.18, 0.10, 12, -0.8),
            Micro("musical theatre", 0.14, 0.08, 0.24, 4, 0.4),
        ),
    ),
)  # fmt: skip
GENRE_ROW = {genre.name: row for row, genre in enumerate(GENRES)}
MICROS = tuple((genre_row, micro) for genre_row, genre in enumerate(GENRES) for micro in genre.micros)
