"""What stands in a lyric without being sung: HTML, a lyrics site's own words, names of sections, joined lines.

All expressions take time in proportion to the text, however odd it is: quantifiers are possessive, bounded, or cannot
overlap with what follows them.
"""

from __future__ import annotations

import html
import re

HAS_CONTENT = re.compile(r"[^\W_]")


# HTML

_TAG = re.compile(r"<(?:!--|(/?)([a-zA-Z][a-zA-Z0-9]*+)([^<>]*+)>)")
_BLOCKS = frozenset("p br div li ul ol tr table hr h1 h2 h3 h4 h5 h6 blockquote section article pre".split())
_INLINE = frozenset(
    "a abbr b big body center cite code del em font footer form head header html i iframe img input ins label link "
    "main mark meta nav noscript q s script small span strike strong style sub sup svg tbody td th thead title tt u "
    "button".split()
)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
# What begins here is not shown; it ends there.
_HIDDEN = {
    "<!--": re.compile("-->"),
    "script": re.compile("</script", re.IGNORECASE),
    "style": re.compile("</style", re.IGNORECASE),
}


def without_html(text: str) -> tuple[str, list[str]]:
    """Tags become line breaks or nothing; scripts, styles and comments go with what they hold."""
    parts, removed, at = list[str](), list[str](), 0
    endings = dict(_HIDDEN)
    while tag := _TAG.search(text, at):
        new = _instead_of(tag)
        parts += [text[at : tag.start()], tag[0] if new is None else new]
        at = tag.end()
        if new is not None:
            removed.append(tag[0])
            name = tag[2].lower() if tag[2] else tag[0]
            if name in endings and not tag[1]:
                end = endings[name].search(text, at)
                at = at if end is None else end.end() if name == "<!--" else end.start()
                if end is None:  # none further on either
                    del endings[name]
    return _ENTITY.sub(lambda entity: html.unescape(entity[0]), "".join([*parts, text[at:]])), removed


def _instead_of(tag: re.Match[str]) -> str | None:
    """What stands for a tag, None where it is no tag: "<A scrub is a guy>" is a line of a song."""
    if tag[2] is None:
        return ""
    name, attributes = tag[2].lower(), tag[3]
    if attributes.strip().strip("/") and ("=" not in attributes or not attributes[0].isspace()):
        return None
    return "\n" if name in _BLOCKS else "" if name in _INLINE else None


# What a lyrics site adds

# "32 ContributorsTranslationsPortuguêsDeutschLast Night Lyrics", on one line or several.
_HEADING = re.compile(
    r"\A\s*+\d{1,4} Contributors?+(?! )(?:.{0,1500}?\sLyrics|[^\n]{0,200}+(?=\n))"
    r"|\A[^\n\[]{1,150}? Lyrics\s*+(?=\[)"
    r"|\A[^\n]{0,150}?\bGenius [^\n]{0,40}?(?:Translations?|Traducciones|Traduções|Tradu[^\W\d_]{2,8}|Übersetzungen)\b"
    r"[^\n]{0,150}+",
    re.DOTALL,
)
# The paragraph on the song below it: it ends on "Read More", or is long prose right before the first section.
_ABOUT = re.compile(r"\A(?:.{0,2500}?…\s*Read More|[^\[\n]{100,}+(?:\n[^\[\n]++){0,5}(?=\n\[))", re.DOTALL)
_ADVERTS = (
    re.compile(r"See [^\n]{1,80}? LiveGet tickets as low as \$\d{1,6}"),
    re.compile(r"You might also like(?=$|[^\s\w,.!?;:)'-]|[A-Z0-9])", re.MULTILINE),
)
_PLAYER = re.compile(r"(?:(?<!\d)(\d{4}))?(?:\d{1,3}(?:\.\d)?[KM]?)?(?<! )Embed\Z")


def without_site(text: str) -> tuple[str, list[str]]:
    text, removed = text.strip(), list[str]()

    def cut(match: re.Match[str], instead: str = "\n") -> str:
        removed.append(match[0])
        return instead

    start = len(text)
    text = _HEADING.sub(cut, text).lstrip()
    if len(text) < start or "Read More" in text[:2600]:
        text = _ABOUT.sub(cut, text).lstrip()
    for advert in _ADVERTS:
        text = advert.sub(cut, text)
    tail = text[-40:]
    return text[:-40] + _PLAYER.sub(lambda match: cut(match, match[1] or ""), tail), removed


# Names of sections and other stage directions

_BRACKETS = re.compile(r"[\[{]([^\[\]{}]{0,300})[\]}]")
_ROUND = re.compile(r"\(([^()\n]{4,60})\)")
_STRAY = re.compile(r"[\[\]{}]")
TIMES = r"(?:[xX] ?\d{1,2}|\d{1,2} ?[xX])"
_SECTION = (
    r"(?:(?:repeats?|final|last|first|modified|alt\.?|spoken) ){0,2}(?:pre|post)?[- ]?"
    r"(?:chorus|verse|hook|bridge|intro(?:duction)?|outro|refrain|interlude|breakdown|spoken"
    r"|music(?:al)? (?:break|interlude)|instrumental(?: (?:break|brake|interlude|bridge|solo|intro|outro))?"
    r"|(?:guitar|piano|sax|saxophone|drum|bass|harmonica|bugle|trumpet|organ|keyboard) solo|fade[- ]?out|ad[- ]?libs?)"
    r"(?:[ #]{0,2}(?:\d{1,2}|one|two|three|four|five|six|i{1,3}|iv|v)\b)?"
)
_LABEL = re.compile(
    rf"\W*+{_SECTION}(?:[\W]{{0,4}}{TIMES})?"
    r"(?:[\W]{1,4}(?:(?:and|to|until|till|then|it) ){0,2}(?:fades?|fade[- ]?out|end|repeats?|repeats? out))?\W*+",
    re.IGNORECASE,
)
_PREFIX = re.compile(rf"[^\w\n]{{0,4}}{_SECTION}(?: ?\({TIMES}\))?(?: ?:| [-–] )", re.IGNORECASE)
_CANDIDATE = re.compile(rf"^[^\w\n]{{0,8}}{_SECTION}(?![\w'])[^\n]*", re.IGNORECASE | re.MULTILINE)
_SURELY = re.compile(
    r"\b(?:(?:pre|post)?-?(?:chorus|verse|refrain|outro|intro|interlude|coro|verso|estribillo|puente|refrán|couplet|strofa"
    r"|ritornello|refren|verš|letra|testo|paroles|songtext)|instrumental|produced|prod|written by|songwriters?|directed"
    r"|ad-?libs?|vocals?|spoken|falsetto|solo)(?:s|x?\d{1,2}x?)?\b",
    re.IGNORECASE,
)
_PERHAPS = re.compile(
    r"\b(?:hook|bridge|break|breakdown|repeats?|fades?|talking|speaking|music|guitar|piano|drums?|sax|scratch(?:es|ing)"
    r"|sample|skit|part|drop|build|video|applause|laugh(?:s|ter|ing)|whistling|chanting|sung|version|click|lyrics"
    rf"|{TIMES})\b",
    re.IGNORECASE,
)


def _is_direction(inside: str, square: bool) -> bool:
    """Whether what stood in brackets is a stage direction and not sung; curly ones often hold a second voice."""
    words = inside.split()
    if _SURELY.search(inside):
        return len(words) <= 25
    if _PERHAPS.search(inside):
        return len(words) <= 8
    named = all(word[:1].isupper() or not word[:1].isalpha() or len(word) < 4 for word in words)
    return square and (len(words) <= 3 or inside.rstrip().endswith(":") or (named and len(words) <= 12))


def without_directions(text: str) -> tuple[str, list[str]]:
    removed = list[str]()

    def cut(match: re.Match[str], instead: str) -> str:
        removed.append(match[0])
        return instead

    def bracket(match: re.Match[str]) -> str:
        if not HAS_CONTENT.search(match[1]):
            return " "
        direction = _is_direction(match[1], match[0].startswith("["))
        return cut(match, "\n") if direction else f" {match[1]} "

    def round_bracket(match: re.Match[str]) -> str:
        return cut(match, "\n") if _LABEL.fullmatch(match[1]) else match[0]

    def line(match: re.Match[str]) -> str:
        rest = _without_label(match[0])
        return match[0] if rest is None else cut(match, rest)

    text = _STRAY.sub(" ", _BRACKETS.sub(bracket, text))
    return _CANDIDATE.sub(line, _ROUND.sub(round_bracket, text)), removed


def _without_label(line: str) -> str | None:
    """What is sung in a line that begins with a section's name: nothing, what follows a colon, or (None) all of it."""
    if len(line) <= 80 and _LABEL.fullmatch(line):
        return ""
    prefix = _PREFIX.match(line)
    if prefix is None:
        return None
    rest = line[prefix.end() :].strip()
    singer = len(rest.split()) <= 4 and not any(word[0].islower() for word in rest.split())
    return "" if singer else rest


# Lines that a careless copy joined

SEAM = (
    r"(?=['A-ZÀ-ÖØ-Þ])(?:"  # all but this is for the few places before a capital
    r"(?<=[a-zß-öø-ÿ])(?!')"  # "moreDon't"
    r"|(?<=[\w!?.…][!?)…])(?='?[A-ZÀ-ÖØ-Þ])"  # "now?Who", "(yeah!)And"
    r"|(?<=[\w!?,.…]\")(?!')"  # said "so"And
    r"|(?<=[a-z]in')(?=[A-Z][a-z])"  # "missin'Even"
    r"|(?<=[a-z]{3}[.…])(?=[A-Z][a-z ])"  # "through.Some"
    r"|(?<=[a-z])(?='(?:Cause|Cuz|Cos|Til|Till|Bout)\b))"
)
_OPENERS = re.compile(
    r"(?:I|You|We|He|She|It|They|And|But|So|Or|The|This|That|My|Oh|Ooh|Yeah|No|Now|When|What|Where|Who|Why|How|If|In|On"
    r"|To|With|Don't|Can't|Just|Like|Come|Baby|Got|Get|Let|There|Cause|For|Well|Hey|All|A|Then)(?:'\w+)?\b"
)


def seam(match: re.Match[str]) -> str:
    """A line break, unless a name such as "McDonald", "iPhone" or "YouTube" has a capital inside."""
    text, at = match.string, match.start()
    if not text[at - 1].islower():
        return "\n"
    start = at
    while start > 0 and at - start < 30 and text[start - 1].isalpha():
        start -= 1
    before = text[start:at]
    if before[0].isupper():
        return "\n" if len(before) > 3 and _OPENERS.match(text, at) else ""
    return "\n" if len(before) > 1 and before != "mc" else ""
