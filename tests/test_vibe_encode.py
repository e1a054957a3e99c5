"""Embedding many texts: each once, in any number of threads, and on from where an interrupted run stopped."""

from typing import Any

import numpy as np
import pytest

from recsys.errors import SourceError
from tests.planted_vibes import PlantedEncoder
from train.vibe import encode
from train.vibe.encode import Embedder, Shard

TEXTS = [f"song {i} of winter" for i in range(10)]


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch):
    monkeypatch.setattr(encode, "_BLOCK", 4)


def embed(texts, encoder: Any, kept, workers=1):
    return Embedder(encoder, kept, workers).embed(texts, "Reading")


def test_every_text_has_its_embedding_in_its_place(tmp_path):
    found = embed(TEXTS, PlantedEncoder(), tmp_path)
    expected = np.stack([PlantedEncoder().embed(text) for text in TEXTS])
    assert found.dtype == np.float16 and found.shape == (10, PlantedEncoder.dim)
    np.testing.assert_allclose(found, expected, atol=1e-3)


def test_equal_texts_are_read_once(tmp_path):
    encoder = PlantedEncoder()
    found = embed(["b", "a", "b", "b", "c", "a"], encoder, tmp_path)
    assert sorted(encoder.read) == ["a", "b", "c"]
    np.testing.assert_array_equal(found[[0, 1]], found[[2, 5]])
    assert not np.array_equal(found[0], found[1])


@pytest.mark.parametrize("workers", [1, 4])
def test_the_number_of_workers_does_not_matter(tmp_path, workers):
    expected = embed(TEXTS, PlantedEncoder(), tmp_path / "one", 1)
    np.testing.assert_array_equal(embed(TEXTS, PlantedEncoder(), tmp_path / f"{workers}", workers), expected)


@pytest.mark.parametrize("workers", [1, 4])
def test_an_interrupted_run_goes_on_where_it_stopped(tmp_path, workers):
    with pytest.raises(RuntimeError, match="the power went out"):
        embed(TEXTS, PlantedEncoder(fails_after=6), tmp_path, workers)
    second = PlantedEncoder()
    found = embed(TEXTS, second, tmp_path, workers)
    assert sorted(second.read) == TEXTS[4:]
    np.testing.assert_array_equal(found, embed(TEXTS, PlantedEncoder(), tmp_path / "at once"))


def test_what_is_there_already_is_not_read_again(tmp_path):
    expected = embed(TEXTS, PlantedEncoder(), tmp_path)
    np.testing.assert_array_equal(embed(TEXTS, PlantedEncoder(fails_after=0), tmp_path), expected)


def test_other_texts_are_read_though_as_many_were_kept(tmp_path):
    embed(TEXTS, PlantedEncoder(), tmp_path)
    encoder = PlantedEncoder()
    embed([f"{text}!" for text in TEXTS], encoder, tmp_path)
    assert len(encoder.read) == 10


def test_half_a_file_is_not_taken_for_a_whole_one(tmp_path, monkeypatch):
    def fails_half_way(path, array, allow_pickle):
        path.write_bytes(b"\x93NUMPY")
        raise OSError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(np, "save", fails_half_way)
        with pytest.raises(OSError, match="the disk is full"):
            embed(TEXTS, PlantedEncoder(), tmp_path)
    assert len(embed(TEXTS, PlantedEncoder(), tmp_path)) == 10


@pytest.mark.parametrize("n", [2, 3, 7])
def test_processes_share_the_work_and_end_with_the_same(tmp_path, n):
    expected = embed(TEXTS, PlantedEncoder(), tmp_path / "alone")
    first: Any = PlantedEncoder(fails_after=4)
    with pytest.raises(RuntimeError):  # ended early: the others do what it has not done
        Embedder(first, tmp_path / "shared", 1, Shard(n - 1, n)).embed(TEXTS, "Reading")
    assert first.read and first.read[0] != TEXTS[0]
    others: Any = PlantedEncoder()
    found = Embedder(others, tmp_path / "shared", 1, Shard(0, n)).embed(TEXTS, "Reading")
    np.testing.assert_array_equal(found, expected)
    assert len(others.read) < len(TEXTS)
    for number in range(n):
        idle: Any = PlantedEncoder(fails_after=0)
        done = Embedder(idle, tmp_path / "shared", 1, Shard(number, n)).embed(TEXTS, "Reading")
        np.testing.assert_array_equal(done, expected)


def test_a_shard_is_read():
    assert Shard.parse("2/4") == Shard(1, 4) and Shard.parse("1/1") == Shard()


@pytest.mark.parametrize("given", ["", "0/4", "5/4", "2", "2/", "/4", "a/b", "1/2/3", "-1/4"])
def test_a_shard_that_there_is_not_is_a_clear_error(given):
    with pytest.raises(SourceError, match="such as 2/4"):
        Shard.parse(given)
