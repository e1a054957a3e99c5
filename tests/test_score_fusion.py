import numpy as np
import pytest

from recsys.score_fusion import ScoreFusion, normalised

ALL = np.ones(4, np.bool_)


def test_normalised_scores_have_no_unit_and_no_origin():
    scores = np.array([1.0, 5.0, 2.0, 4.0], np.float32)
    np.testing.assert_allclose(normalised(scores * 1000 - 7, ALL), normalised(scores, ALL), atol=1e-4)


def test_the_order_stays():
    scores = np.random.default_rng(0).normal(size=(3, 50)).astype(np.float32)
    allowed = np.ones(scores.shape, np.bool_)
    np.testing.assert_array_equal(normalised(scores, allowed).argsort(axis=1), scores.argsort(axis=1))


def test_items_that_are_not_allowed_have_no_part():
    scores = np.array([1.0, 2.0, 3.0, 1e9], np.float32)
    allowed = np.array([True, True, True, False])
    np.testing.assert_allclose(normalised(scores, allowed)[:3], normalised(scores[:3], ALL[:3]), atol=1e-6)
    assert normalised(scores, allowed)[3] == 0


@pytest.mark.parametrize("level", [0.0, 3.3, -1e6])
def test_an_engine_that_scores_all_alike_says_nothing(level):
    assert not normalised(np.full(4, level, np.float32), ALL).any()


def test_nothing_allowed_is_no_error():
    assert not normalised(np.arange(4, dtype=np.float32), ~ALL).any()


def test_minus_infinity_where_it_is_not_allowed_does_no_harm():
    scores = np.array([1.0, 2.0, 3.0, -np.inf], np.float32)
    assert np.isfinite(normalised(scores, np.array([True, True, True, False]))).all()


def test_fused_is_the_weighted_sum_and_engines_without_say_need_no_scores():
    a, b = np.array([1.0, 2, 3, 9], np.float32), np.array([4.0, 1, 1, 1], np.float32)
    fusion = ScoreFusion({"a": 2.0, "b": 0.5, "c": 0.0})
    assert fusion.engines == ["a", "b"]
    expected = 2 * normalised(a, ALL) + 0.5 * normalised(b, ALL)
    np.testing.assert_allclose(fusion.fuse({"a": a, "b": b}, ALL), expected, rtol=1e-6)
