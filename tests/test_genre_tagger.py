"""Tagging: all genres, the lines that say so, and what the readers are asked for it."""

import json
import shutil
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from recsys.bundle import Bundle, Manifest, write_folder, write_manifest
from recsys.errors import BundleError, CapabilityMissingError, EmptyQueryError, InvalidQueryError
from recsys.genre_tagger import MAX_LINES, MOST_LEFT_OUT, MOST_PASSAGES, Calibration, GenreTagger
from recsys.lyrics import read_lyrics
from tests.planted_lyrics import GENRES, labels_of, planted_corpus, planted_line, planted_song
from train.tagger.linear import fit_linear

NEUTRAL_LINES = [planted_line(None, np.random.default_rng(seed)) for seed in range(9)]
METAL_LINE = "the demon of the inferno, the blood and the skull"
WORSHIP_LINE = "the savior at the altar of mercy and grace"
PLANTED = "\n".join([*NEUTRAL_LINES[:4], METAL_LINE, *NEUTRAL_LINES[4:7], WORSHIP_LINE, *NEUTRAL_LINES[7:]])


def calibration(slope=1.5, threshold=0.5, n_genres=4):
    return Calibration(slope, np.zeros(n_genres, np.float32), np.full(n_genres, threshold, np.float32))


class CountingReader:
    """A reader that finds its genres' words, and counts how often it reads a text and how many lines in all."""

    def __init__(self, words):
        self.words, self.read, self.lines = words, 0, 0

    def log_odds(self, lines):
        self.read += 1
        self.lines += len(lines)
        text = " ".join(lines).split()
        return np.array([sum(text.count(word) for word in words) - 1.0 for words in self.words], np.float32)

    def log_odds_without(self, lines, left_out):
        return np.stack(
            [self.log_odds([line for i, line in enumerate(lines) if i not in set(numbers)]) for numbers in left_out]
        )


def counting(weights=(1.0,), threshold=0.5):
    """A tagger with a reader that counts for each of ``weights``, and the readers."""
    readers = [CountingReader([("blood",), ("altar", "mercy"), ("porch",)]) for _ in weights]
    made = calibration(slope=1.0, threshold=threshold, n_genres=3)
    return GenreTagger(
        ("Metal", "Religious", "Folk/Country"), list(zip(weights, readers, strict=True)), made, ""
    ), readers


@pytest.fixture(scope="module")
def linear():
    rows = planted_corpus(160, 20)
    return fit_linear([row["lyrics"] for row in rows], labels_of(rows), 1.0, seed=0)


@pytest.fixture(scope="module")
def tagger(linear):
    """A tagger that reads with the linear model alone, trained on planted songs."""
    return GenreTagger(GENRES, [(1.0, linear)], calibration(), "a test")


# Scores


@pytest.mark.parametrize("genre", GENRES)
def test_all_genres_come_back_the_planted_one_first(tagger, genre):
    scores = tagger.tag(planted_song((genre,), 5000))
    assert scores[0].genre == genre
    assert sorted(score.genre for score in scores) == sorted(GENRES)
    probabilities = [score.probability for score in scores]
    assert probabilities == sorted(probabilities, reverse=True) and 0 <= min(probabilities) <= max(probabilities) <= 1


def test_a_genre_is_chosen_from_its_own_threshold_on():
    tagger, _ = counting()
    tagger._calibration.thresholds[:] = [0.5, 0.6, 0.2]
    scores = {score.genre: score for score in tagger.tag("the blood is here\nan altar was there", lines=0)}
    assert {genre: score.probability for genre, score in scores.items()} == pytest.approx(
        {"Metal": 0.5, "Religious": 0.5, "Folk/Country": 1 / (1 + np.e)}
    )
    assert {genre for genre, score in scores.items() if score.chosen} == {"Metal", "Folk/Country"}
    assert scores["Religious"].threshold == pytest.approx(0.6)


def test_readers_are_mixed_before_they_are_calibrated():
    one, other = CountingReader([("blood",)]), CountingReader([("altar",)])
    mixed = Calibration(2.0, np.array([0.5], np.float32), np.array([0.5], np.float32))
    tagger = GenreTagger(("Metal",), [(0.75, one), (0.25, other)], mixed, "")
    [score] = tagger.tag("blood and blood\nand blood", lines=0)
    assert score.probability == pytest.approx(1 / (1 + np.exp(-(2 * (0.75 * 2 - 0.25) + 0.5))))


def test_extreme_log_odds_are_certain_and_warn_nobody():
    made = calibration(slope=1000.0)
    assert made.probabilities(np.array([1.0, -1.0, 0.0, 0.001])) == pytest.approx([1, 0, 0.5, 1 / (1 + np.exp(-1))])
    assert made.probabilities(np.array([1, -1, 0, 0.5], np.float32)).tolist() == [1, 0, 0.5, 1]


def test_many_are_tagged_as_one_by_one(tagger):
    texts = [planted_song((genre,), seed) for seed in range(6000, 6004) for genre in GENRES]
    assert tagger.tag_many(texts) == [tagger.tag(text, lines=0) for text in texts]
    assert tagger.tag_many([read_lyrics(text) for text in texts]) == tagger.tag_many(texts)
    assert tagger.tag_many([]) == []


def test_raw_text_is_cleaned_first(tagger):
    assert tagger.tag(f"3 ContributorsDemon Lyrics[Chorus]\n{PLANTED}2Embed", lines=0) == tagger.tag(PLANTED, lines=0)


@pytest.mark.parametrize(
    ("text", "error"), [("", EmptyQueryError), ("[Chorus]", EmptyQueryError), ("blood", InvalidQueryError)]
)
def test_what_is_no_lyric_is_refused(tagger, text, error):
    with pytest.raises(error):
        tagger.tag(text)


# Reasons


def reasons(scores):
    return {score.genre: score.lines for score in scores if score.lines}


def test_the_planted_line_is_the_first_reason_of_its_genre(linear):
    tagger = GenreTagger(GENRES, [(1.0, linear)], calibration(threshold=0.0), "")
    found = reasons(tagger.tag(PLANTED))
    assert found["Metal"][0].text == METAL_LINE and found["Metal"][0].line == 4
    assert found["Religious"][0].text == WORSHIP_LINE and found["Religious"][0].line == 8


def test_the_weight_is_by_how_much_the_log_odds_fall(linear):
    tagger = GenreTagger(GENRES, [(1.0, linear)], calibration(slope=1.5, threshold=0.0), "")
    whole, lines = linear.log_odds(PLANTED.split("\n")), PLANTED.split("\n")
    n_reasons = 0
    for score in tagger.tag(PLANTED, lines=MAX_LINES):
        weights = [reason.weight for reason in score.lines]
        assert weights == sorted(weights, reverse=True) and all(weight > 0 for weight in weights)
        for reason in score.lines:
            without = linear.log_odds([line for line in lines if line != reason.text])
            column = GENRES.index(score.genre)
            assert reason.weight == pytest.approx(1.5 * (whole - without)[column], abs=1e-4)
            n_reasons += 1
    assert n_reasons > 8


def test_only_chosen_genres_have_reasons_and_else_the_likeliest(linear):
    text = planted_song(("Metal",), 7000)
    chosen = GenreTagger(GENRES, [(1.0, linear)], calibration(threshold=0.5), "").tag(text)
    assert set(reasons(chosen)) == {score.genre for score in chosen if score.chosen} == {"Metal"}
    unsure = GenreTagger(GENRES, [(1.0, linear)], calibration(threshold=0.999), "").tag(text)
    assert set(reasons(unsure)) == {"Metal"} and not any(score.chosen for score in unsure)


def test_repeated_lines_are_left_out_together():
    tagger, _ = counting()
    chorus = "blood is on the porch"
    found = tagger.tag(f"a first line\n{chorus}\na second line\n{chorus}\n{chorus}\nblood only once")
    metal = next(score for score in found if score.genre == "Metal")
    assert [(reason.line, reason.text) for reason in metal.lines] == [(1, chorus), (5, "blood only once")]
    assert [reason.weight for reason in metal.lines] == pytest.approx([3, 1])


@pytest.mark.parametrize("lines", range(MAX_LINES + 1))
def test_no_more_lines_than_asked_for(linear, lines):
    tagger = GenreTagger(GENRES, [(1.0, linear)], calibration(threshold=0.0), "")
    scores = tagger.tag(PLANTED, lines=lines)
    assert max(len(score.lines) for score in scores) == min(lines, 9) or lines > 5
    assert all(len(score.lines) <= lines for score in scores)
    assert [(s.genre, s.probability) for s in scores] == [(s.genre, s.probability) for s in tagger.tag(PLANTED)]


def test_without_lines_nothing_is_left_out():
    tagger, [reader] = counting()
    tagger.tag(PLANTED, lines=0)
    assert reader.read == 1


def test_a_single_line_has_no_reasons(tagger):
    assert reasons(tagger.tag(f"{METAL_LINE}\n{METAL_LINE}\n{METAL_LINE}")) == {}


@pytest.mark.parametrize("lines", [-1, MAX_LINES + 1, 2.0, "3", None, True])
def test_a_number_of_lines_out_of_range_is_refused(tagger, lines):
    with pytest.raises(InvalidQueryError, match=rf"lines is .*; it must be a whole number from 0 to {MAX_LINES}"):
        tagger.tag(PLANTED, lines=lines)


# Very long lyrics


@pytest.mark.parametrize("n_lines", [100, 600, 3000])
def test_a_very_long_lyric_takes_bounded_work_and_still_finds_its_line(n_lines):
    tagger, [reader] = counting(threshold=0.1)
    lines = [f"nothing number {i}" for i in range(n_lines)]
    lines[n_lines // 2] += " blood"
    lines[n_lines // 3] += " altar mercy"
    found = reasons(tagger.tag("\n".join(lines)))
    assert [reason.line for reason in found["Metal"]] == [n_lines // 2]
    assert [reason.line for reason in found["Religious"]] == [n_lines // 3]
    assert reader.read <= MOST_PASSAGES + MOST_LEFT_OUT + 2
    assert reader.lines <= n_lines * (MOST_LEFT_OUT + 3)


def test_only_the_cheapest_reader_looks_for_candidates():
    tagger, [expensive, cheap] = counting((0.5, 0.5))
    tagger.tag("\n".join(f"blood number {i}" for i in range(3000)))
    assert expensive.read == MOST_LEFT_OUT + 2 < cheap.read


def test_the_linear_model_explains_a_very_long_lyric(linear):
    tagger = GenreTagger(GENRES, [(1.0, linear)], calibration(threshold=0.0), "")
    rng = np.random.default_rng(0)
    lines = [f"{planted_line(None, rng)} number {i}" for i in range(1500)]
    lines[700], lines[900] = METAL_LINE, WORSHIP_LINE
    found = reasons(tagger.tag("\n".join(lines)))
    assert (found["Metal"][0].line, found["Religious"][0].line) == (700, 900)


# From a bundle


@pytest.fixture(scope="module")
def tiny(tiny_tagger):
    return GenreTagger.load(Bundle.open(tiny_tagger))


@pytest.mark.slow
def test_both_readers_of_a_trained_tagger_are_served(tiny):
    assert len(tiny.readers) == 2 and sum(weight for weight, _ in tiny.readers) == pytest.approx(1)
    assert tiny.genres == GENRES and tiny.about.startswith("Read by a fine-tuned tiny-roberta")


@pytest.mark.slow
def test_a_trained_tagger_answers_the_same_whatever_came_before(tiny):
    texts = [planted_song((genre,), 8000, n_lines=n) for n in (3, 40, 12) for genre in GENRES]
    first = [tiny.tag(text) for text in texts]
    assert [tiny.tag(text) for text in reversed(texts)] == first[::-1]
    assert tiny.tag_many(texts) == [tiny.tag(text, lines=0) for text in texts]


@pytest.mark.slow
def test_eight_threads_get_the_same_answers(tiny):
    texts = [planted_song((genre,), seed, n_lines=20) for seed in range(9000, 9004) for genre in GENRES]
    expected = [tiny.tag(text) for text in texts]
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(tiny.tag, texts * 4)) == expected * 4


def for_all_genres(tagger):
    """The tagger with thresholds of 0, so that it gives reasons for all genres."""
    made = Calibration(tagger._calibration.slope, tagger._calibration.bias, np.zeros(4, np.float32))
    return GenreTagger(GENRES, tagger.readers, made, "")


@pytest.mark.slow
def test_a_trained_tagger_gives_the_planted_lines(tiny):
    found = reasons(for_all_genres(tiny).tag(PLANTED))
    assert found["Metal"][0].text == METAL_LINE and found["Religious"][0].text == WORSHIP_LINE


@pytest.mark.slow
def test_weights_of_a_trained_tagger_are_falls_of_its_mixture(tiny):
    """A lyric of one window: leaving a line out is reading the others."""
    lines = [*NEUTRAL_LINES[:2], METAL_LINE, NEUTRAL_LINES[2]]
    falls = np.zeros(4)
    for weight, reader in tiny.readers:
        whole, without = reader.log_odds_without(lines, [(), (2,)])
        np.testing.assert_allclose(whole, reader.log_odds(lines), atol=1e-5)
        np.testing.assert_allclose(without, reader.log_odds([*lines[:2], lines[3]]), atol=1e-5)
        falls += weight * tiny._calibration.slope * (whole - without)
    found = reasons(for_all_genres(tiny).tag("\n".join(lines), lines=MAX_LINES))["Metal"]
    assert found[0].line == 2 and found[0].weight == pytest.approx(falls[GENRES.index("Metal")], abs=1e-3)


@pytest.mark.slow
def test_a_long_lyric_is_read_to_its_end(tiny):
    """What stands behind the first window counts as much as what stands in it."""
    neutral = [planted_line(None, np.random.default_rng(seed)) for seed in range(100, 160)]
    tail = planted_song(("Metal",), 10_000, n_lines=60).split("\n")
    found = reasons(for_all_genres(tiny).tag("\n".join(neutral + tail)))["Metal"]
    assert len(found) == 3 and all(reason.line >= 60 for reason in found)
    transformer = tiny.readers[0][1]
    windows = [len(transformer.windower.windows(lines)) for lines in (neutral, neutral + tail)]
    assert windows[1] >= 2 * windows[0] - 1 > 4
    read = transformer.windower.windows(neutral + tail)
    values = [transformer.model.run(transformer.windower.framed(window)) for window in read]
    expected = np.average(values, axis=0, weights=[len(window.ids) for window in read])
    np.testing.assert_allclose(transformer.log_odds(neutral + tail), expected, atol=1e-5)
    assert not np.allclose(expected, transformer.log_odds(neutral), atol=1e-3)


@pytest.fixture
def copied(tiny_tagger, tmp_path):
    """A copy of the trained bundle, to be spoilt; and a function that rewrites its tagger.json."""
    path = tmp_path / "bundle"
    shutil.copytree(tiny_tagger, path)

    def rewrite(**changes):
        bundle = Bundle.open(path)
        about = bundle.json("genre_tagger/tagger.json") | changes
        files = {name: (path / name).read_bytes() for name in bundle.manifest.files}
        with write_folder(path, "genre_tagger", bundle.manifest, config={}, metrics={}) as folder:
            for name, content in files.items():
                target = folder.path / name.removeprefix("genre_tagger/")
                target.parent.mkdir(exist_ok=True)
                target.write_bytes(content)
            folder.json("tagger", {name: value for name, value in about.items() if value is not None})
        return Bundle.open(path)

    return path, rewrite


@pytest.mark.slow
def test_a_tagger_of_another_cleaning_is_refused(copied):
    _, rewrite = copied
    with pytest.raises(
        BundleError, match=r"lyrics cleaned by version 99; this app cleans by version \d+\. Train it again"
    ):
        GenreTagger.load(rewrite(cleaning_version=99))


@pytest.mark.slow
@pytest.mark.parametrize("gone", ["cleaning_version", "transformer_shares", "slope", "thresholds", "genres", "window"])
def test_a_tagger_that_lacks_a_setting_is_refused(copied, gone):
    _, rewrite = copied
    with pytest.raises(BundleError, match=rf"genre_tagger in .* cannot be used \(KeyError\('{gone}'\)\)"):
        GenreTagger.load(rewrite(**{gone: None}))


@pytest.mark.slow
@pytest.mark.parametrize("changes", [{"bias": [0.0]}, {"thresholds": [0.5] * 5}, {"genres": ["Metal"]}])
def test_settings_that_do_not_fit_each_other_are_refused(copied, changes):
    _, rewrite = copied
    with pytest.raises(BundleError, match="genre_tagger"):
        GenreTagger.load(rewrite(**changes))


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["tagger.json", "ngrams.json", "ngrams.safetensors", "model.onnx", "model/tokenizer.json"]
)
@pytest.mark.parametrize("damage", ["missing", "cut", "changed"])
def test_a_file_that_is_missing_or_damaged_is_named(copied, name, damage):
    path = copied[0] / "genre_tagger" / name
    content = path.read_bytes()
    path.unlink()
    if damage != "missing":
        path.write_bytes(content[:-1] if damage == "cut" else content[:-1] + b"\x00")
    with pytest.raises(BundleError, match=rf"{path.name} (is missing|has [\d,]+ bytes|is damaged|cannot be)"):
        GenreTagger.load(Bundle.open(copied[0]))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["ngrams.json", "ngrams.safetensors", "model.onnx", "model/tokenizer.json"])
def test_a_file_of_another_kind_is_refused(copied, name):
    """Its sha256 is what the manifest says, and yet it is no model."""
    path, rewrite = copied
    (path / "genre_tagger" / name).write_bytes(b"{}")
    manifest = json.loads((path / "manifest.json").read_text("utf-8"))
    manifest["files"][f"genre_tagger/{name}"] |= {"size": 2}
    (path / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    with pytest.raises(BundleError):
        GenreTagger.load(rewrite())


@pytest.mark.slow
def test_one_reader_serves_alone_where_the_other_has_no_weight(copied):
    path, rewrite = copied
    for share in (0.0, 1.0):
        alone = GenreTagger.load(rewrite(transformer_shares=[share] * len(GENRES)))
        assert [np.asarray(weights).tolist() for weights, _ in alone.readers] == [[1.0] * len(GENRES)]
        assert len(alone.tag(PLANTED)) == len(GENRES)
    assert path.exists()


def test_a_bundle_without_a_tagger_says_how_to_train_one(tmp_path):
    write_manifest(tmp_path, Manifest("Mine", "abc"))
    with pytest.raises(CapabilityMissingError, match=r"was trained without genre_tagger/tagger\.json\. Train it with"):
        GenreTagger.load(Bundle.open(tmp_path))
