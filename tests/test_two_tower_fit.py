"""Fitting: what is learnt of planted worlds, stopping, going on after an interruption, what is saved."""

import json
from dataclasses import replace

import numpy as np
import onnxruntime
import pytest
import torch

from recsys.errors import SourceError
from tests.planted_listening import chain, interactions, kinds, shuffled
from train.two_tower import fit as fitting
from train.two_tower.config import TwoTowerConfig
from train.two_tower.learner import ItemSource
from train.two_tower.modalities import Modalities, single
from train.two_tower.model import TwoTower
from train.two_tower.validation import Validation, hold_out_last, judge

TINY = TwoTowerConfig(
    dim=16, blocks=1, max_length=12, dropout=0.1, lr=1e-2, batch=32, epochs=12, patience=4, negatives=20
)
LOSSES = ["full", "sampled", "in_batch"]


@pytest.fixture(autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def chance(n_items):
    """NDCG@10 of a random order."""
    return float((1 / np.log2(np.arange(2, 12))).sum() / n_items)


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("options", [{}, {"unit": True}, {"item_bias": True, "positions": "end"}], ids=str)
def test_a_chain_is_learnt(loss, options):
    model = TwoTower.fit(chain(), None, replace(TINY, loss=loss, **options))
    assert model.history.best > 0.6


@pytest.mark.parametrize("loss", LOSSES)
def test_nothing_is_learnt_from_shuffled_histories(loss):
    model = TwoTower.fit(shuffled(chain(n_users=400)), None, replace(TINY, loss=loss, epochs=5))
    assert np.mean(model.history.judged) < 2 * chance(40)


@pytest.mark.parametrize(
    "options",
    [{"average": 0.9}, {"label_smoothing": 0.1}, {"crop": 0.5}, {"last": 4}, {"accumulate": 3}, {"norm": "post"}],
    ids=str,
)
def test_every_option_learns(options):
    assert TwoTower.fit(chain(), None, replace(TINY, **options)).history.best > 0.5


def test_a_seed_decides_everything():
    one, same, other = (TwoTower.fit(chain(), None, replace(TINY, epochs=2, seed=seed)) for seed in (0, 0, 1))
    assert np.array_equal(one.embeddings, same.embeddings)
    assert not np.array_equal(one.embeddings, other.embeddings)


def test_accumulated_pieces_are_the_step_in_one():
    one, pieces = (TwoTower.fit(chain(), None, replace(TINY, dropout=0.0, epochs=1, accumulate=n)) for n in (1, 4))
    np.testing.assert_allclose(one.embeddings, pieces.embeddings, atol=2e-4)


def test_training_stops_where_validation_gets_no_better_and_keeps_the_best():
    model = TwoTower.fit(shuffled(chain()), None, replace(TINY, epochs=40, patience=2))
    assert len(model.history.judged) < 40
    assert model.history.best == max(model.history.judged)
    assert model.history.best_epoch == np.argmax(model.history.judged) + 1


def test_a_second_training_learns_what_was_held_back_too():
    """Listeners who end with the same two songs, of which the second is only ever the last."""
    given = interactions([[*np.random.default_rng(user).permutation(20)[:5], 20, 21] for user in range(80)])
    histories = [np.array([3, 5, 20])]
    rank = {}
    for refit in (False, True):
        model = TwoTower.fit(given, None, replace(TINY, refit=refit, start="random"))
        scores = (model.query_embeddings(histories) @ model.embeddings.T)[0]
        rank[refit] = int((scores > scores[21]).sum())
    assert rank[False] > 5
    assert rank[True] == 0


def test_training_stops_when_its_time_is_up():
    model = TwoTower.fit(chain(), None, replace(TINY, epochs=10_000, patience=10_000, minutes=0.01))
    assert model.history.epoch < 10_000


@pytest.mark.parametrize("average", [0.0, 0.9])
def test_an_interrupted_training_goes_on_as_if_it_was_not(average, tmp_path, monkeypatch):
    given, settings = chain(), replace(TINY, epochs=4, average=average)
    whole = TwoTower.fit(given, None, settings)
    step = fitting.Fitting._step
    taken: list[int] = []

    def interrupt(self, batch, number):
        if len(taken) == 10:  # in the middle of the third epoch
            self._save()
            raise KeyboardInterrupt
        taken.append(number)
        step(self, batch, number)

    monkeypatch.setattr(fitting.Fitting, "_step", interrupt)
    with pytest.raises(KeyboardInterrupt):
        TwoTower.fit(given, None, settings, checkpoint=tmp_path / "kept")
    monkeypatch.setattr(fitting.Fitting, "_step", step)
    gone_on = TwoTower.fit(given, None, settings, checkpoint=tmp_path / "kept")
    assert np.array_equal(gone_on.embeddings, whole.embeddings)
    assert gone_on.history.judged == whole.history.judged


def test_a_checkpoint_of_another_training_is_refused(tmp_path):
    TwoTower.fit(chain(), None, replace(TINY, epochs=1), checkpoint=tmp_path / "kept")
    with pytest.raises(SourceError, match="other settings or other data"):
        TwoTower.fit(chain(seed=1), None, replace(TINY, epochs=1), checkpoint=tmp_path / "kept")
    with pytest.raises(SourceError, match="other settings or other data"):
        TwoTower.fit(chain(), None, replace(TINY, epochs=1, dim=8), checkpoint=tmp_path / "kept")


@pytest.mark.parametrize("damage", ["state.json", "weights.safetensors", "optimizer.safetensors"])
def test_a_damaged_checkpoint_is_named(damage, tmp_path):
    TwoTower.fit(chain(), None, replace(TINY, epochs=1), checkpoint=tmp_path / "kept")
    (tmp_path / "kept" / damage).write_bytes(b"{")
    with pytest.raises(SourceError, match="cannot be read"):
        TwoTower.fit(chain(), None, replace(TINY, epochs=2), checkpoint=tmp_path / "kept")


@pytest.mark.parametrize("histories", [[[0]], [[0], [1], [2]]], ids=len)
def test_histories_of_one_play_teach_nothing(histories):
    with pytest.raises(SourceError, match="nothing to learn from"):
        TwoTower.fit(interactions(histories), None, TINY)


def test_modalities_of_another_catalogue_are_refused():
    with pytest.raises(SourceError, match="of 3 items, the histories of 40"):
        TwoTower.fit(chain(), Modalities({"features": single(np.ones((3, 2)))}), TINY)


@pytest.mark.parametrize("options", [{}, {"unit": True, "item_bias": True}, {"positions": "end"}], ids=str)
def test_a_saved_model_answers_as_before_and_so_does_its_onnx(options, tmp_path):
    given, known, _, _ = kinds()
    model = TwoTower.fit(given, known, replace(TINY, epochs=2, **options))
    model.save(tmp_path / "model")
    model.export_user_tower(tmp_path / "user.onnx")
    loaded = TwoTower.load(tmp_path / "model")
    histories = [given.history(user)[:length] for user, length in enumerate((1, 2, 7, 10))]
    queries = loaded.query_embeddings(histories)
    assert np.array_equal(queries, model.query_embeddings(histories))
    assert np.array_equal(loaded.item_embeddings(known), model.item_embeddings(known))
    session = onnxruntime.InferenceSession(tmp_path / "user.onnx", providers=["CPUExecutionProvider"])
    for history, query in zip(histories, queries, strict=True):
        (served,) = session.run(["query"], {"items": model.embeddings[history][None]})
        np.testing.assert_allclose(served[0], query, atol=1e-4)


@pytest.mark.parametrize("damage", ["towers.json", "towers.safetensors"])
def test_a_damaged_model_is_named(damage, tmp_path):
    TwoTower.fit(chain(), None, replace(TINY, epochs=1)).save(tmp_path)
    (tmp_path / damage).write_text("{}")
    with pytest.raises(SourceError, match="does not hold a two-tower model"):
        TwoTower.load(tmp_path)


def test_nothing_that_is_saved_is_a_pickle(tmp_path):
    TwoTower.fit(chain(), None, replace(TINY, epochs=1), checkpoint=tmp_path / "kept").save(tmp_path / "model")
    suffixes = {path.suffix for path in tmp_path.rglob("*") if path.is_file()}
    assert suffixes == {".json", ".safetensors"}
    assert json.loads((tmp_path / "model" / "towers.json").read_text())["config"]["dim"] == 16


def test_empty_and_single_histories_have_queries():
    model = TwoTower.fit(chain(), None, replace(TINY, epochs=1))
    queries = model.query_embeddings([np.array([], dtype=np.int64), np.array([3])])
    assert np.isfinite(queries).all()
    assert not queries[0].any()


def test_a_very_long_history_is_read_by_its_end():
    model = TwoTower.fit(chain(), None, replace(TINY, epochs=1))
    long = np.arange(100_000) % 40
    assert np.array_equal(model.query_embeddings([long]), model.query_embeddings([long[-12:]]))


def test_cold_items_are_found_by_what_they_look_like():
    """Of songs that nobody has played, those of the listener's kind come first; ids alone know nothing of them."""
    given, known, kind, likes = kinds()
    cold = np.flatnonzero(np.bincount(given.items, minlength=given.n_items) == 0)
    histories = [given.history(user) for user in range(len(given))]

    def right(model):
        scores = model.query_embeddings(histories) @ model.item_embeddings()[cold].T
        return float((kind[cold[scores.argmax(axis=1)]] == likes).mean())

    full = TwoTower.fit(given, known, replace(TINY, epochs=20))
    assert right(full) > 0.9
    assert right(TwoTower.fit(given, None, TINY)) < 0.5
    new = full.item_embeddings(known.take(cold))
    np.testing.assert_allclose(new, full.item_embeddings()[cold], atol=1e-5)


def test_shares_say_what_an_embedding_rests_on():
    given, known, _, _ = kinds()
    model = TwoTower.fit(given, known, replace(TINY, epochs=1))
    shares = model.shares(known, np.arange(given.n_items))
    assert model.names == ("cover", "features", "id")
    np.testing.assert_allclose(shares.sum(axis=1), 1, atol=1e-5)
    absent = ~known.by_name["features"].present
    assert (shares[absent, 1] == 0).all()
    assert (shares[~absent, 1] > 0).all()


def test_without_ids_all_rests_on_what_is_known():
    given, known, _kind, _likes = kinds()
    model = TwoTower.fit(given, known, replace(TINY, ids=False))
    assert model.names == ("cover", "features")
    assert model.history.best > 2 * chance(given.n_items)


def test_validation_counts_as_the_formula_does():
    given = chain()
    rest, validation = hold_out_last(given)
    model = TwoTower.fit(rest, None, replace(TINY, epochs=1), validation)
    scores = model.query_embeddings(validation.histories) @ model.embeddings.T
    gains = []
    for row, history, target in zip(scores, validation.histories, validation.targets, strict=True):
        others = np.delete(row, np.union1d(history, [target]))
        rank = int((others >= row[target]).sum())
        gains.append(1 / np.log2(rank + 2) if rank < 10 else 0.0)
    assert model.history.best == pytest.approx(np.mean(gains), abs=1e-5)


def test_the_last_play_is_held_out_and_no_more():
    given = interactions([[0, 1, 2, 3], [4, 5], [1, 2, 1]])
    rest, validation = hold_out_last(given)
    assert [rest.history(user).tolist() for user in range(3)] == [[0, 1, 2], [4, 5], [1, 2]]
    assert validation.targets.tolist() == [3, 1]
    assert validation.is_new.tolist() == [True, False]


def test_judging_leaves_the_towers_as_they_were():
    given = chain()
    model = TwoTower.fit(given, None, replace(TINY, epochs=1))
    source = ItemSource(None, torch.ones(40, dtype=torch.bool))
    model.pair.train()
    judge(model.pair, source, Validation([given.history(0)], np.array([1])), torch.device("cpu"))
    assert model.pair.training


def test_a_song_played_again_competes_with_the_rest_of_its_history():
    """One question, of which all other songs are in the history: masking these would put the target first."""
    given = interactions([[*range(20), 3]], 20)
    model = TwoTower.fit(given, None, replace(TINY, epochs=0), validation=Validation([given.history(0)], np.array([3])))
    source = ItemSource(None, torch.ones(20, dtype=torch.bool))
    everything = [
        judge(model.pair, source, Validation([given.history(0)], np.array([item])), torch.device("cpu"))
        for item in range(20)
    ]
    assert sorted(everything)[-1] == 1 and sum(value == 1 for value in everything) == 1
