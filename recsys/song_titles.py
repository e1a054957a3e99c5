"""The song's title in a track's title, without what tells a version: live, remix, remaster, a guest and so on.

Titles of released music follow a few habits: what tells a version from the song stands in brackets or after " - ".
So a title is cut there, and the parts that say "version" are left out. A part that says anything else belongs to the
song: "Love (Part 2)" is not "Love (Part 1)". Words outside such parts are left alone, which is why "Live Forever" and
"Remix to Ignition" stay whole; a few endings that are written without brackets are the exception.
"""

from __future__ import annotations

import re

from recsys.live_versions import OPENINGS as LIVE_OPENINGS
from recsys.text import fold

# Brackets of East Asian type, braces, and dashes, as the plain ones.
_PLAIN = str.maketrans("\uff08\uff09\uff3b\uff3d\u3010\u3011{}\u2013\u2014", "()[][][]--")
# One part in brackets, which may hold a pair of brackets, or never close.
_BRACKETS = re.compile(r"\(((?:[^()]|\([^()]*\))*)(?:\)|$)|\[([^\[\]]*)(?:\]|$)")
_DASH = re.compile(r"\s+-+\s*|\s*-+\s+")
# Most titles have none of this and are done at once.
_NEEDS_WORK = re.compile(
    r"[(\[{\uff08\uff3b\u3010]|\s[-\u2013\u2014]|[-\u2013\u2014]\s"
    r"|\b(?:feat|ft|featuring|remix|remaster\w*|edit|version|mix|up|vivo|directo)\b",
    re.IGNORECASE,
)
_GUEST_WITHOUT_BRACKETS = re.compile(r"(?<=\w)\W*\s(?:feat\.?|ft\.|featuring)\s.+$", re.IGNORECASE)

_REMASTER = r"(?:digital(?:ly)? )?re ?master(?:ed|izad[oa])?"
# Endings so settled that they mark a version even without brackets, if a word that says something goes before.
_BARE_ENDING = re.compile(
    rf"^(?P<song>.*?\w.*?) (?:remix|radio (?:edit|mix|version)|(?:\d{{4}} )?{_REMASTER}(?: \d{{4}})?(?: version)?"
    r"|(?:original|extended|club) (?:mix|edit|version)|(?:single|album|live|acoustic|karaoke|instrumental) version"
    r"|sped up|en vivo|ao vivo|en directo)$"
)
_SAYS_NOTHING = frozenset(
    "a an the my your our this that el la los las un una o os i we you in of to de del y and".split()
)

# What a part that tells a version begins with, folded.
_OPENING = re.compile(
    r"(?:feat|ft|featuring|prod|produced by|con la participacion|participacao especial|vs"
    rf"|{LIVE_OPENINGS}|recorded (?:at|in|for)"
    r"|version|versao|versione|remaster|remasterizad[oa]|re ?recorded|re ?recording|remezcla"
    r"|karaoke|instrumental|acoustic|acustic[oa]|performance track|backing (?:track|version)|in the style of"
    r"|originally (?:performed|sung|made)|(?:as )?made (?:famous|popular)|cover of|arr|arranged|transc"
    r"|from the vault|spotify (?:singles|sessions)|sped up|slowed|nightcore)\b"
)
# What it ends with, folded: the most telling words of all. "vesion" is how one large karaoke catalogue spells it.
_CLOSING = re.compile(
    r"\b(?:remix|rmx|mix|edit|edits|edited|versions?|vesion|ver|versao|rework|refix|bootleg|vip|dub|flip"
    r"|remaster|remastered|remasterizad[oa]|re ?recorded|re ?recording|unplugged|karaoke|instrumental|demo|outtake"
    r"|acoustic|acustic[oa]|acoustique|mono|stereo|extended|live|en vivo|ao vivo|en directo|sessions?|soundtrack"
    r"|performance|cut|take|cover|cast recording)$"
)
# What means a version by itself but not as the end of a longer part.
_WHOLE = re.compile(
    r"(?:explicit|clean|dirty|main|uncut|uncensored|censored|bonus|bonus track|single|radio|album|original|official"
    r"|mixed|remixed|re ?edit|orchestral|sinfonico|stripped|a cappella|a capella|acapella|lo ?fi|8d(?: audio)?"
    r"|sped up|slowed(?: down)?(?: and)?(?: reverb)?|vocal|directo|vivo|studio|alternat(?:e|ive)|long|short|no intro"
    r"|street|deluxe(?: edition)?|reissue|piano|solo piano|take \d+|\d+(?:st|nd|rd|th) anniversary(?: edition)?)"
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_WITH = re.compile(r"(?:with|con|w)\b", re.IGNORECASE)
# "(With You)" belongs to the title, "(With Normani)" names a guest; in small letters it is always a guest.
_WITH_IN_TITLE = re.compile(
    r"With (?:[a-z]|(?:A|An|The|My|Your|Her|His|Our|Their|Me|You|Us|Him|Them|Someone|Somebody|No|All|It|This|Or)\b)"
)
_FROM = re.compile(r"from\b", re.IGNORECASE)
_FROM_A_WORK = re.compile(r"[\"“”]|\b(?:album|soundtrack|motion picture|film|movie|series|musical|vault)\b", re.I)
# "In the Mix" and "Long Live" are phrases, not versions.
_PHRASE = re.compile(
    r"(?:in|on|to|for|of|into) (?:the|my|a) \w+$|(?:we|you|i|they|to|gotta|wanna|how|let|long|die) (?:\w+ )?live$"
)
# Parts of these words alone tell how the one recording was issued; mixes that only a year tells apart are such, too.
_SAME_RECORDING = frozenset(
    "remaster remastered remasterizado remasterizada re master mastered digital digitally mono stereo mix version ver"
    " lp versions single album original explicit clean official main full length bonus track special deluxe edition"
    " reissue anniversary radio edit edited soundtrack 7 inch us uk".split()
)
_ISSUED = re.compile(
    r"(?:(?:feat|ft|featuring|with|con|w|prod|produced|from)|\d+(?:st|nd|rd|th) anniversary)\b"
    r"(?!.*\b(?:remix|rmx|mix|rework|bootleg|flip|dub)$)"
)
_KINDS = {
    "live": re.compile(rf"{LIVE_OPENINGS}|\blive\b|\bunplugged\b|\bconcert\b|\ben (?:vivo|directo)\b|\bao vivo\b"),
    "acoustic": re.compile(r"\b(?:acoustic|acustic[oa]|acoustique)\b"),
    "karaoke": re.compile(
        r"\b(?:karaoke|backing (?:track|version)|performance track|in the style of|originally (?:performed|sung|made)"
        r"|made (?:famous|popular))\b"
    ),
}
_HALVES = re.compile(r"([^()\[\]]+)[(\[]([^()\[\]]+)[)\]]|[(\[]([^()\[\]]+)[)\]]([^()\[\]]+)")
_PART_NUMBER = re.compile(r"\b(?:pt|part|parte|pts|parts) ?(\d+|[ivx]+)\b")
_ROMAN = dict(zip("i ii iii iv v vi vii viii ix x".split(), map(str, range(1, 11)), strict=True))


def song_title(title: str) -> str:
    """``title`` folded, without what tells its version; versions of one song by one artist have one song title.

    >>> song_title("Bohemian Rhapsody - Remastered 2011"), song_title("Love (Part 2) [feat. Señor Y]")
    ('bohemian rhapsody', 'love part 2')
    """
    song = _without_bare_ending(_folded(_taken_apart(title)[0])) if _NEEDS_WORK.search(title) else _folded(title)
    return song or _folded(title) or title.strip().casefold()


def title_halves(title: str) -> tuple[str, ...]:
    """The two halves of "One (Other)" or "(Other) One", folded and sorted, without what tells a version; else none.

    >>> title_halves("Metal Health (Bang Your Head) - Live") == title_halves("Bang Your Head (Metal Health)")
    True
    """
    match = _HALVES.fullmatch(_taken_apart(title)[0].strip()) if _NEEDS_WORK.search(title) else None
    halves = sorted(_folded(half) for half in match.groups() if half) if match else []
    return tuple(halves) if all(halves) else ()


def version_kind(title: str) -> frozenset[str]:
    """What sets a recording apart from the song's usual one: "live", "acoustic", "karaoke", else the words that say it.

    Remasters, mono and stereo, other issues and named guests are the usual recording.

    >>> version_kind("Stairway to Heaven - 1990 Remaster"), version_kind("Halo (Live at Wembley) [2011 Remaster]")
    (frozenset(), frozenset({'live'}))
    """
    if not _NEEDS_WORK.search(title):
        return frozenset()
    kept, told = _taken_apart(title)
    song = _folded(kept)
    parts = [*map(fold, told), song.removeprefix(_without_bare_ending(song))]
    return frozenset(kind for part in parts for kind in _kinds_in(" ".join(_YEAR.sub("", part).split())))


def _kinds_in(words: str) -> list[str]:
    """The kinds that one part of a title tells, folded and without a year; none where it is the usual recording."""
    if named := [name for name, pattern in _KINDS.items() if pattern.search(words)]:
        return named
    usual = _SAME_RECORDING.issuperset(words.split()) or _ISSUED.match(words)
    return [] if usual else [words]


def _taken_apart(title: str) -> tuple[str, list[str]]:
    """What is left of ``title`` without its version parts, which may be nothing, and these parts."""
    told: list[str] = []

    def left(match: re.Match[str]) -> str:
        part = match[1] or match[2] or ""
        if not _tells_version(part):
            return f" {match[0]} "
        told.append(part)
        return " "

    first, *others = _DASH.split(_BRACKETS.sub(left, title.translate(_PLAIN)).strip())
    # A bracket that stays may hold a dash of its own; cutting there changes nothing once punctuation is folded.
    parts = [first]
    for part in others:
        (told if _tells_version(part, after_dash=True) else parts).append(part)
    return " ".join(_GUEST_WITHOUT_BRACKETS.sub("", part) for part in parts), told


def _tells_version(part: str, after_dash: bool = False) -> bool:
    """Whether a part of a title, in brackets or after a dash, only says which version of the song it is."""
    part = part.strip(" -()[]")
    words = fold(part)
    if not words:
        return not part  # "()" says nothing; "(♥)" belongs to the title
    if _WITH.match(part):
        return not _WITH_IN_TITLE.match(part)
    if _FROM.match(part):
        return after_dash or part.startswith("from") or bool(_FROM_A_WORK.search(part))
    if _PHRASE.search(words):
        return False
    undated = " ".join(_YEAR.sub("", words).split())
    if not undated:
        return after_dash or (len(words) == 4 and words.startswith("20"))
    return bool(_WHOLE.fullmatch(undated) or _OPENING.match(words) or _CLOSING.search(undated))


def _without_bare_ending(song: str) -> str:
    match = _BARE_ENDING.match(song)
    return match["song"] if match and not _SAYS_NOTHING.issuperset(match["song"].split()) else song


def _folded(text: str) -> str:
    """Folded, with "&" as "and" and part numbers written one way."""
    words = fold(text.replace("&", " and "))
    return _PART_NUMBER.sub(lambda match: "part " + _ROMAN.get(match[1], match[1]), words)
