"""Naming the language of a lyric, and knowing when there is nothing to go by."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from recsys.language import NAMES, Language, language_of, notice

VERSES = {
    "en": "I walk along the river at the end of every day\nand the water tells me what you never wanted to say",
    "es": "Camino por la orilla del río al final del día\ny el agua me cuenta lo que nunca me quisiste decir",
    "fr": "Je marche au bord de la rivière à la fin du jour\net l'eau me raconte ce que tu n'as jamais voulu dire",
    "de": "Ich gehe am Ufer entlang, wenn der Tag zu Ende geht\nund das Wasser erzählt mir, was du nie sagen wolltest",
    "pt": "Eu caminho pela margem do rio quando o dia chega ao fim\ne a água me conta o que você nunca quis dizer",
    "ru": "Я иду вдоль реки, когда кончается день\nи вода говорит мне всё, что ты скрываешь",
    "ja": "夜が明けるまで川のそばを歩いている\n水は君が言えなかったことを教えてくれる",
    "ko": "하루가 끝날 때면 나는 강가를 따라 걸어가\n물은 네가 말하지 못한 것을 나에게 말해 주네",
}


@pytest.mark.parametrize("code", VERSES)
def test_languages_are_named(code):
    language = language_of(VERSES[code])
    assert language is not None
    assert (language.code, language.name, language.foreign) == (code, NAMES[code], code != "en")
    assert 0.9 <= language.probability <= 1


@pytest.mark.parametrize("code", ["en", "es", "de"])
def test_capitals_change_nothing(code):
    assert language_of(VERSES[code].upper()) == language_of(VERSES[code])


def test_the_warning_names_the_language():
    assert notice(VERSES["en"]) == ""
    assert notice(VERSES["es"]) == (
        "This looks like Spanish; the tagger was trained on English lyrics, so take its answer with care."
    )


@pytest.mark.parametrize(
    "text",
    ["", "   ", "🔥🔥", "1234", "\ud800", "la la la\nna na na", "Hola", "Na na na na, hey hey hey, goodbye", "..."],
)
def test_there_is_nothing_to_go_by(text):
    assert language_of(text) is None
    assert notice(text) == ""


@pytest.mark.parametrize(
    "text",
    [
        "La la la la la la la la la\n" * 30 + "I can't get you out of my head\nBoy, your love is all I think about",
        "Get up and boogie\nThat's right\n" * 20,
        "Woo hoo woo hoo hoo\nYeah\n" * 9,
        "Doo wah diddy diddy dum diddy do\n" * 9 + "There she was just walking down the street, singing to me",
    ],
)
def test_syllables_are_no_foreign_language(text):
    assert notice(text) == ""


def test_one_foreign_line_in_an_english_song_does_not_warn():
    assert notice("\n".join([VERSES["en"], "Voulez-vous danser avec moi?", "so come and dance with me tonight"])) == ""


def test_a_long_text_is_read_all_over():
    english = "".join(f"I walk along the river on day {i} and the water sings to me\n" for i in range(20))
    spanish = "".join(f"Camino por la orilla el día {i} y el agua me canta una canción\n" for i in range(300))
    language = language_of(english + spanish)
    assert language is not None
    assert language.code == "es"


def test_the_answer_is_the_same_in_every_thread_and_leaves_the_library_alone():
    from langdetect import DetectorFactory

    before, text = DetectorFactory.seed, VERSES["pt"] + VERSES["en"]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(language_of, [text] * 24))
    assert len(set(answers)) == 1
    assert isinstance(answers[0], Language)
    assert DetectorFactory.seed == before


def test_the_library_is_loaded_at_the_first_use():
    code = "import sys, recsys.language; assert 'langdetect' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_every_language_of_the_library_has_a_name():
    from langdetect.detector_factory import PROFILES_DIRECTORY, DetectorFactory

    factory = DetectorFactory()
    factory.load_profile(PROFILES_DIRECTORY)
    assert set(factory.get_lang_list()) == set(NAMES)
