"""Names for clusters. A name belongs to a way of sounding, never to a label number.

Six archetypes, each a profile over the features, are matched to the centroids one to one. Profiles are measured
against a reference population rather than against the catalogue at hand, so that a name means the same music in every
catalogue. A cluster that is like no archetype is named from its strongest features.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from scipy.optimize import linear_sum_assignment

Profile = Mapping[str, float]

# Mean and standard deviation over the 28,351 songs of the TidyTuesday Spotify set (2020-01-21).
REFERENCE: dict[str, tuple[float, float]] = {
    "danceability": (0.653, 0.146),
    "energy": (0.698, 0.183),
    "loudness": (-6.817, 3.034),
    "speechiness": (0.108, 0.103),
    "acousticness": (0.177, 0.223),
    "instrumentalness": (0.091, 0.233),
    "liveness": (0.191, 0.156),
    "valence": (0.510, 0.234),
    "tempo": (120.96, 26.94),
    "popularity": (39.34, 23.70),
}

# In standard deviations of the reference population.
ARCHETYPES: dict[str, Profile] = {
    "Pop Urbano / Rap Melódico / Trap Mainstream": {
        "danceability": 0.7,
        "valence": 0.6,
        "popularity": 0.3,
        "instrumentalness": -0.3,
        "liveness": -0.3,
        "speechiness": -0.2,
        "tempo": -0.2,
    },
    "Rock/Metal + Rap Intenso + Worship en vivo": {"liveness": 2.5, "energy": 0.6, "loudness": 0.3},
    "Vocal Jazz": {"acousticness": 1.6, "energy": -1.5, "loudness": -1.2, "danceability": -0.3, "valence": -0.3},
    "Rap / Hip Hop": {"speechiness": 2.0, "danceability": 0.5},
    "Rock/Industrial Atmosférico & Electrónica Oscura": {
        "instrumentalness": 2.6,
        "energy": 0.5,
        "acousticness": -0.5,
        "valence": -0.5,
        "popularity": -0.4,
    },
    "Rock/Pop Energético y Optimista": {
        "energy": 0.9,
        "loudness": 0.7,
        "tempo": 0.5,
        "acousticness": -0.5,
        "danceability": -0.5,
        "valence": 0.1,
    },
}
POOR_MATCH = 0.5
"""Below this cosine between a centroid's profile and an archetype's, the name would mislead."""

# feature: what a cluster is called that has much of it, or little
ADJECTIVES: dict[str, tuple[str, str]] = {
    "danceability": ("danceable", "loose-rhythmed"),
    "energy": ("energetic", "calm"),
    "loudness": ("loud", "quiet"),
    "speechiness": ("spoken", "sung"),
    "acousticness": ("acoustic", "electric"),
    "instrumentalness": ("instrumental", "vocal"),
    "liveness": ("live", "studio"),
    "valence": ("happy", "sad"),
    "tempo": ("fast", "slow"),
    "popularity": ("popular", "little-known"),
    "duration_ms": ("long", "short"),
}
NOTABLE = 0.3
"""From this many standard deviations on, a feature is worth naming."""


def name_clusters(means: Sequence[Profile], z_scores: Sequence[Profile]) -> list[str]:
    """One name a cluster, all different.

    Args:
        means: Each cluster's feature means, in natural units.
        z_scores: The same in the catalogue's standard deviations.
    """
    archetypes = match_archetypes(means) if len(means) == len(ARCHETYPES) else {}
    names: list[str] = []
    for label, profile in enumerate(z_scores):
        names.append(archetypes.get(label) or _feature_name(profile, taken=names))
    return names


def match_archetypes(means: Sequence[Profile]) -> dict[int, str]:
    """Cluster → archetype, one to one, with the greatest total likeness; poor matches are left out."""
    likeness = np.array(
        [[_cosine(_reference_z(mean), archetype) for archetype in ARCHETYPES.values()] for mean in means]
    )
    names = list(ARCHETYPES)
    pairs = zip(*linear_sum_assignment(-likeness), strict=True)
    return {int(c): names[a] for c, a in pairs if likeness[c, a] >= POOR_MATCH}


def profile_sentence(z_scores: Profile, share: float) -> str:
    """What the cluster sounds like beside the catalogue's average song, and how much of the catalogue it is."""
    strong = [
        f"{'very ' if abs(z) >= 1.5 else ''}{_adjective(name, z)}"
        for name, z in _strongest(z_scores)
        if abs(z) >= NOTABLE
    ][:4]
    sound = ", ".join(strong) if strong else "close to the average in everything"
    return f"{sound[0].upper()}{sound[1:]}, compared with the rest of this catalogue; {share:.0%} of its songs."


def _reference_z(mean: Profile) -> Profile:
    return {name: (mean[name] - middle) / spread for name, (middle, spread) in REFERENCE.items() if name in mean}


def _cosine(one: Profile, other: Profile) -> float:
    """Over the features that ``one`` has."""
    names = list(one)
    x, y = np.array([one[n] for n in names]), np.array([other.get(n, 0.0) for n in names])
    length = float(np.linalg.norm(x) * np.linalg.norm(y))
    return float(x @ y) / length if length else 0.0


def _feature_name(profile: Profile, taken: Sequence[str]) -> str:
    """The fewest of the strongest features, two at least, that make a name not yet taken."""
    words = [_adjective(name, z) for name, z in _strongest(profile)]
    for count in range(2, len(words) + 1):
        name = " · ".join(words[:count]).capitalize()
        if name not in taken:
            return name
    return f"{' · '.join(words[:2]).capitalize()} ({len(taken)})"


def _strongest(profile: Profile) -> list[tuple[str, float]]:
    return sorted(profile.items(), key=lambda item: -abs(item[1]))


def _adjective(name: str, z: float) -> str:
    return ADJECTIVES[name][0 if z > 0 else 1]
