"""The phrase book, and the script that translates by it, run by Node."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from recsys.audio_features import AUDIO_FEATURES
from recsys.genres import MACRO_GENRES
from recsys.history_reasons import MODALITIES, PHRASES
from recsys.language import NAMES as LANGUAGES
from recsys.ui import phrase_book
from recsys.ui.phrase_book import phrase_book_head, phrase_book_route, phrases

UI = Path(phrase_book.__file__).parent
BLANK = re.compile(r"\{(\w*)\}")


def blanks(text):
    return Counter(BLANK.findall(text))


def test_blanks_agree_in_both_languages():
    wrong = {english: spanish for english, spanish in phrases().items() if blanks(english) != blanks(spanish)}
    assert wrong == {}


def test_no_blank_is_there_twice_in_a_phrase():
    assert [english for english in phrases() if max(blanks(english).values(), default=0) > 1] == []


def test_no_phrase_is_there_twice():
    keys = re.findall(r'^("(?:[^"\\]|\\.)*") = "', (UI / "phrase_book.toml").read_text("utf-8"), re.MULTILINE)
    assert [key for key, count in Counter(keys).items() if count > 1] == []
    assert len(keys) == len(phrases())


def test_no_phrase_takes_in_any_title():
    """A phrase of signs alone has a blank that must be a phrase in its turn."""
    signs = [english for english in phrases() if not re.search(r"\w", BLANK.sub("", english))]
    assert [english for english in signs if "{words}" not in english and not re.search(r"\{n\d*\}", english)] == []


@pytest.mark.parametrize(
    "made",
    [
        *(word for feature in AUDIO_FEATURES for word in (feature.label, feature.more, feature.less, feature.alike)),
        *MACRO_GENRES,
        *PHRASES.values(),
        *MODALITIES.values(),
        *(name for code, name in LANGUAGES.items() if code != "en"),
    ],
)
def test_what_the_core_puts_together_is_there(made):
    assert made in phrases()


def test_head_asks_for_the_script_by_what_is_in_it():
    (address,) = re.findall(r"script\.src = '(.*)'", phrase_book_head())
    assert not address.startswith(("/", "http"))  # beside the page, wherever that is
    answer = TestClient(Starlette(routes=[phrase_book_route()])).get(f"/{address}")
    assert answer.headers["content-type"].startswith("text/javascript")
    assert "immutable" in answer.headers["cache-control"]
    assert "Canciones parecidas" in answer.text
    assert len(phrase_book_head()) < 1_000  # all that browsers of other languages get


TRANSLATED = {
    # phrases, and where they begin
    "Similar songs": "Canciones parecidas",
    "calm": "tranquila",
    "Calm": "Tranquila",
    # numbers: 5,000 and 12,345 as Spanish writes them
    "5,000 songs": "5000 canciones",
    "1,234,567 songs": "1\u202f234\u202f567 canciones",
    "12,345": "12\u202f345",
    "48%": "48\u00a0%",
    "+0.048": "+0.048",
    # data stays, even where it reads like a phrase or like a pattern
    "Because of “Rain” by Money.": "Por “Rain” de Money.",
    "Because of “A (b) [c] $1” by D. E. and “Home” by The Sea and Sky.": (
        "Por “A (b) [c] $1” de D. E. y “Home” de The Sea and Sky."
    ),
    "Like: Why? by Who": "Me gusta: Why? de Who",
    # words in blanks
    "a little faster (120 BPM → 130 BPM)": "un poco más rápida (120 BPM → 130 BPM)",
    "same artist, same years (1990); slower (134 BPM → 52 BPM)": (
        "mismo artista, mismos años (1990); más lenta (134 BPM → 52 BPM)"
    ),
    "same tempo (120 and 122 BPM)": "mismo tempo (120 y 122 BPM)",
    "as loud (-9.0 dB), same beat counted double (71 BPM → 143 BPM); happier (0.10 → 0.90)": (
        "igual de fuerte (-9.0 dB), mismo pulso contado al doble (71 BPM → 143 BPM); más alegre (0.10 → 0.90)"
    ),
    "Happier, more energetic and louder than most; its lyrics speak of the sea.": (
        "Más alegre, más enérgica y más fuerte que la mayoría; tema de su letra: el mar."
    ),
    "It fits the words, is like the songs given and follows what was played.": (
        "Encaja con las palabras, se parece a las canciones dadas y sigue a lo que se escuchó."
    ),
    "It is often played after what you played.": "Suele sonar después de lo que escuchaste.",
    # "y" before i is "e"
    "calm and instrumental": "tranquila e instrumental",
    "its lyrics and how it sounds": "su letra y cómo suena",
    "Songs here that come closest to Rock, Religious and Metal": (
        "Canciones de aquí que más se acercan a Rock, Religiosa y Metal"
    ),
    # several sentences
    "A single letter says little. Describe a mood, a moment or a sound.": (
        "Una sola letra dice poco. Describe un ánimo, un momento o un sonido."
    ),
    "It begins. A jump is smooth up to 0.4, rough from 0.8; two songs drawn by chance are 1 apart.": (
        "Es el comienzo. Un salto es suave hasta 0.4 y brusco desde 0.8; dos canciones al azar distan 1."
    ),
    # what is Spanish already
    "Configuración": "Configuración",
}
NOT_COVERED = [
    "Sympathy for nobody",
    "Rain, Home and Sympathy",
    "10 songs like",
    "(faster)",
    "faster (1 → 2); sympathy",
]


@pytest.fixture(scope="module")
def translated():
    """Translates a list of texts by the script; a text that it does not cover is None."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("Node is not installed")

    def run(texts):
        source = (UI / "phrase_book.js").read_text("utf-8")
        source += f"\nconst found = phraseBook({json.dumps(phrases())});"
        source += f"\nconsole.log(JSON.stringify({json.dumps(texts)}.map(found)));"
        done = subprocess.run([node, "-"], input=source, capture_output=True, text=True, check=True, timeout=60)
        return json.loads(done.stdout)

    return run


def test_texts_are_translated_whole(translated):
    assert dict(zip(TRANSLATED, translated(list(TRANSLATED)), strict=True)) == TRANSLATED


def test_what_no_phrase_covers_is_left_whole(translated):
    assert translated(NOT_COVERED) == [None] * len(NOT_COVERED)


def test_every_phrase_is_found_by_itself(translated):
    """No template takes what another phrase says better."""
    given = {name: str(i) for i, name in enumerate(sorted(set(BLANK.findall(" ".join(phrases())))), 5)}

    def filled(text, rain):
        return BLANK.sub(lambda blank: rain if blank[1].startswith("words") else given[blank[1]], text)

    found = translated([filled(english, "rain") for english in phrases()])
    wrong = {
        english: (said, filled(spanish, "lluvia"))
        for (english, spanish), said in zip(phrases().items(), found, strict=True)
        if said != filled(spanish, "lluvia")
    }
    assert wrong == {}
