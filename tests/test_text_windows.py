"""Windows: all of a text, each token once, with the line that it comes from."""

import pytest
from tokenizers import Tokenizer, models, pre_tokenizers, processors

from recsys.text_windows import Window, Windower
from tests.tiny_encoders import bert_tokenizer, roberta_tokenizer

LYRICS = {
    "plain": ["We were the corpse in a garden of wrath", "I saw the demon", "by the river"],
    "repeated": ["I saw the demon", "I saw the demon", "by the river", "I saw the demon"],
    "accents": ["Déjà vu, garçon", "e\u0301te\u0301 sans fin", "Straße über Ünïcödé"],
    "emoji": ["🔥🔥 the 👩‍👩‍👧 burns", "🎧", "no emoji", "the end 🇩🇪"],
    "CJK": ["春の river", "雨", "下雨的 morning 한국어"],
    "thin": ["…", "a", "-", "'", "a b c"],
    "one": ["the only line"],
    "blank": ["the first", "", "the third", "", ""],
    "long": [f"the {word} and the plague number {i}" for i in range(40) for word in ("tomb", "skull")],
}


@pytest.fixture(scope="module", params=["bert", "roberta"])
def tokenizer(request):
    make = {"bert": bert_tokenizer, "roberta": roberta_tokenizer}[request.param]
    return make(["\n".join(lines) for lines in LYRICS.values()] * 3)


def tokens_of(windows):
    return [(i, line) for window in windows for i, line in zip(window.ids, window.lines, strict=True)]


@pytest.mark.parametrize("size", [5, 16, 64, 1000])
@pytest.mark.parametrize("name", LYRICS)
def test_windows_hold_every_token_once_in_order(tokenizer, name, size):
    lines = LYRICS[name]
    windower = Windower.of(tokenizer, size)
    windows = windower.windows(lines)
    whole = tokenizer.encode("\n".join(lines), add_special_tokens=False).ids
    assert [i for window in windows for i in window.ids] == whole
    assert all(len(windower.framed(window)) <= size for window in windows)
    assert len(windows) == -(-len(whole) // windower.room)


@pytest.mark.parametrize("name", LYRICS)
def test_each_token_belongs_to_its_line(tokenizer, name):
    """What a line's tokens spell is what the line would spell alone."""
    lines = LYRICS[name]
    owned = tokens_of(Windower.of(tokenizer, 16).windows(lines))
    owners = [line for _, line in owned]
    assert owners == sorted(owners)
    end = tokenizer.encode("\n", add_special_tokens=False).ids
    for number, line in enumerate(lines):
        found = [i for i, owner in owned if owner == number]
        if end and found[-1:] == end and number < len(lines) - 1:
            found = found[:-1]  # its own line end
        if line and (number == len(lines) - 1 or lines[number + 1]):  # several line ends in a row may be one token
            assert found == tokenizer.encode(line, add_special_tokens=False).ids


def test_windows_are_of_about_one_size(tokenizer):
    windower = Windower.of(tokenizer, 64)
    sizes = [len(window.ids) for window in windower.windows(LYRICS["long"])]
    assert len(sizes) > 5
    assert max(sizes) - min(sizes) < len(sizes)


def test_without_takes_all_tokens_of_the_lines_and_no_other(tokenizer):
    lines = LYRICS["long"]
    for window in Windower.of(tokenizer, 64).windows(lines):
        inside = set(window.lines)
        gone = {min(inside), max(inside), 10_000}
        shorter = window.without(gone)
        assert set(shorter.lines) == inside - gone
        kept = [pair for pair in zip(window.ids, window.lines, strict=True) if pair[1] not in gone]
        assert list(zip(shorter.ids, shorter.lines, strict=True)) == kept
        assert window.without(()) == window and window.without(inside) == Window((), ())


def test_without_its_lines_a_short_text_is_the_text_of_the_others(tokenizer):
    windower = Windower.of(tokenizer, 1000)
    lines = LYRICS["plain"]
    [whole] = windower.windows(lines)
    [others] = windower.windows([lines[0], lines[2]])
    assert whole.without({1}).ids == others.ids


def test_no_lines_are_one_empty_window(tokenizer):
    windower = Windower.of(tokenizer, 16)
    assert windower.windows([]) == windower.windows([""]) == [Window((), ())]
    assert windower.framed(Window((), ())) == [*windower.before, *windower.after]


def test_a_window_reads_like_the_tokenizers_own_text(tokenizer):
    windower = Windower.of(tokenizer, 1000)
    [window] = windower.windows(LYRICS["accents"])
    assert windower.framed(window) == tokenizer.encode("\n".join(LYRICS["accents"])).ids


def test_a_tokenizer_that_cuts_and_pads_is_made_to_do_neither(tokenizer):
    tokenizer.enable_truncation(4)
    tokenizer.enable_padding(length=500)
    windower = Windower.of(tokenizer, 64)
    assert (len(windower.before), len(windower.after)) == (1, 1)
    assert sum(len(window.ids) for window in windower.windows(LYRICS["long"])) > 300


@pytest.mark.parametrize(
    ("template", "before", "after"),
    [
        ("[B] $A [E]", (1,), (2,)),
        ("[B] $A", (1,), ()),
        ("$A [E]", (), (2,)),
        ("$A", (), ()),
        ("[B] $A [E] [E]", (1,), (2, 2)),
        ("[B] [B] $A [E]", (1, 1), (2,)),
    ],
)
def test_what_stands_around_a_text_is_found_on_its_side(template, before, after):
    vocabulary = {"[U]": 0, "[B]": 1, "[E]": 2, "word": 3}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[U]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(single=template, special_tokens=[("[B]", 1), ("[E]", 2)])
    windower = Windower.of(tokenizer, 8)
    assert (windower.before, windower.after) == (before, after)
    assert windower.framed(windower.windows(["word"])[0]) == tokenizer.encode("word").ids


def test_a_tokenizer_without_a_post_processor_adds_nothing():
    tokenizer = Tokenizer(models.WordLevel({"[U]": 0, "word": 1}, unk_token="[U]"))
    windower = Windower.of(tokenizer, 8)
    assert (windower.before, windower.after, windower.room) == ((), (), 8)
