import pytest

from recsys.text import fold


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Don’t Stop – Señor Niebla (Live)", "dont stop senor niebla live"),
        ("  Many\tspaces\n", "many spaces"),
        ("AC/DC", "ac dc"),
        ("Straße", "strasse"),
        ("Ænima Ångström", "ænima angstrom"),
        ("İstanbul", "istanbul"),
        ("snake_case", "snake case"),
        ("don't don‘t don`t don´t", "dont dont dont dont"),
        ("夜に駆ける", "夜 に 駆 け る"),
        ("YOASOBI夜", "yoasobi 夜"),
        ("ﬁne ①", "fine 1"),
        ("Привет", "привет"),
        ('"*(:^', ""),
        ("🔥", ""),
        ("", ""),
    ],
)
def test_text_folds_to_bare_words(text, folded):
    assert fold(text) == folded


@pytest.mark.parametrize("text", ["Señor – Niebla", "夜に駆ける", "Ω mega", "한국어", "İ"])
def test_folding_twice_changes_nothing(text):
    assert fold(fold(text)) == fold(text)


def test_composed_and_decomposed_accents_are_one():
    assert fold("caf\u00e9") == fold("cafe\u0301") == "cafe"
