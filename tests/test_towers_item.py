"""The item tower: any subset of modalities, weights that can be read, nothing that is not a number."""

from itertools import chain, combinations

import pytest
import torch

from recsys.towers.item_tower import ItemShape, ItemTower, Tokens

WIDTHS = (("audio", 5), ("lyrics", 4), ("cover", 3))
NAMES = [name for name, _ in WIDTHS]
SUBSETS = list(chain.from_iterable(combinations(NAMES, size) for size in range(4)))


def tower_of(ids=True, **options):
    torch.manual_seed(0)
    return ItemTower(ItemShape(6, dim=8, widths=WIDTHS, ids=ids, heads=2, **options)).eval()


def tokens(present=None, n=6):
    generator = torch.Generator().manual_seed(1)
    counts = {"audio": 1, "lyrics": 3, "cover": 1}
    there = torch.ones(n, dtype=torch.bool) if present is None else present
    return {name: Tokens(torch.randn(n, counts[name], width, generator=generator), there) for name, width in WIDTHS}


@pytest.mark.parametrize("ids", [True, False])
@pytest.mark.parametrize("subset", SUBSETS, ids="+".join)
def test_any_subset_gives_an_embedding_and_shares_that_add_up(subset, ids):
    tower, given = tower_of(ids), tokens()
    out = tower.explain(torch.arange(6), {name: given[name] for name in subset})
    assert out.embeddings.shape == (6, 8)
    assert torch.isfinite(out.embeddings).all()
    expected = torch.tensor([[float(name in subset) for name in NAMES] + [1.0] * ids] * 6)
    assert ((out.shares > 0) == (expected > 0)).all()
    total = out.shares.sum(dim=1)
    torch.testing.assert_close(total, torch.full((6,), float(bool(subset) or ids)))


@pytest.mark.parametrize("ids", [True, False])
def test_what_is_marked_absent_is_as_what_is_not_given(ids):
    tower, given, rows = tower_of(ids), tokens(), torch.arange(6)
    absent = given | {"audio": Tokens(given["audio"].values, torch.zeros(6, dtype=torch.bool))}
    left = {name: given[name] for name in NAMES if name != "audio"}
    torch.testing.assert_close(tower(rows, absent), tower(rows, left))


def test_a_token_of_zeros_is_not_there():
    tower, given, rows = tower_of(), tokens(), torch.arange(6)
    blanked = given["lyrics"].values.clone()
    blanked[:, 2] = 0
    shorter = given | {"lyrics": Tokens(given["lyrics"].values[:, :2], given["lyrics"].present)}
    torch.testing.assert_close(
        tower(rows, given | {"lyrics": Tokens(blanked, given["lyrics"].present)}), tower(rows, shorter)
    )


def test_presence_is_each_items_own():
    present = torch.tensor([True, False, True, False, True, False])
    tower, rows = tower_of(ids=False), torch.arange(6)
    mixed, full = tower(rows, tokens(present)), tower(rows, tokens())
    torch.testing.assert_close(mixed[present], full[present])
    torch.testing.assert_close(mixed[~present], tower.nothing.expand(3, 8))


def test_an_item_of_which_nothing_is_known_has_a_learnt_embedding_with_a_finite_gradient():
    tower = tower_of(ids=False).train()
    out = tower(torch.arange(6), tokens(torch.zeros(6, dtype=torch.bool)))
    out.sum().backward()
    assert torch.equal(out, tower.nothing.expand(6, 8))
    assert all(p.grad is None or torch.isfinite(p.grad).all() for p in tower.parameters())


def test_an_unknown_id_is_masked():
    tower, given = tower_of(), tokens()
    known = torch.tensor([True, False] * 3)
    first = tower(torch.tensor([0, 1, 2, 3, 4, 5]), given, known)
    second = tower(torch.tensor([0, 5, 2, 1, 4, 3]), given, known)
    torch.testing.assert_close(first, second)
    assert (tower.explain(torch.arange(6), given, known).shares[:, -1] > 0).tolist() == known.tolist()


@pytest.mark.parametrize(("modality", "identity"), [(0.5, 0.0), (0.0, 0.5), (1.0, 1.0)])
def test_in_training_modalities_and_ids_are_left_out_as_often_as_asked(modality, identity):
    tower = tower_of(modality_dropout=modality, id_dropout=identity).train()
    rows = torch.zeros(4_000, dtype=torch.long)
    shares = tower.explain(rows, tokens(n=4_000)).shares
    left_out = (shares == 0).float().mean(dim=0)
    torch.testing.assert_close(left_out, torch.tensor([modality] * 3 + [identity]), atol=0.04, rtol=0)


def test_without_modalities_it_is_the_ids_embedding():
    tower = ItemTower(ItemShape(6, dim=8))
    assert tower.id is not None
    assert torch.equal(tower(torch.tensor([4, 2])), tower.id.weight[[4, 2]])


def test_modalities_are_read_on_their_own_scale():
    given, rows = tokens(), torch.arange(6)
    plain, scaled = tower_of(), tower_of()
    values = given["audio"].values
    plain.set_scale("audio", values[:, 0])
    scaled.set_scale("audio", 100 * values[:, 0] + 7)
    moved = given | {"audio": Tokens(100 * values + 7, given["audio"].present)}
    torch.testing.assert_close(plain(rows, given), scaled(rows, moved), atol=1e-4, rtol=1e-4)
