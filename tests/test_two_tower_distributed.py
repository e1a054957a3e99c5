"""Two processes on one batch: the same loss and the same weights as one process."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
import torch.distributed as dist
from safetensors.torch import load_file, save_file
from torch.multiprocessing.spawn import start_processes

from tests.planted_listening import chain, kinds
from train.two_tower.config import TwoTowerConfig
from train.two_tower.distributed import current_group, gather_rows
from train.two_tower.model import TwoTower

EXACT = TwoTowerConfig(dim=16, blocks=1, max_length=12, dropout=0.0, lr=1e-2, batch=32, epochs=2, negatives=20)
WITHOUT_CHANCE = {"item_dropout": 0.0, "modality_dropout": 0.0, "id_dropout": 0.0}
CASES = {
    "full": (EXACT, False),
    "sampled": (replace(EXACT, loss="sampled"), False),
    "in_batch": (replace(EXACT, loss="in_batch"), False),
    "unit": (replace(EXACT, loss="in_batch", unit=True, item_bias=True), False),
    "odd, full": (EXACT, False),
    "odd, in_batch": (replace(EXACT, loss="in_batch"), False),
    "odd, accumulated": (replace(EXACT, loss="sampled", accumulate=2), False),
    "odd, uneven pieces": (replace(EXACT, loss="in_batch", batch=31, accumulate=16, epochs=1), False),
    "accumulated": (replace(EXACT, accumulate=2), False),
    "modalities": (replace(EXACT, loss="in_batch", **WITHOUT_CHANCE), True),  # type: ignore[arg-type]
}


def train_case(name):
    config, content = CASES[name]
    n_users = 33 if name.startswith("odd") else 120  # then one process has no part in the last batch
    given, known, _, _ = kinds() if content else (chain(n_users=n_users), None, None, None)
    return TwoTower.fit(given, known, config)


def in_a_group(rank: int, world: int, folder: str) -> None:
    """One of the processes: fits every case, and gathers rows of its own."""
    torch.set_num_threads(1)
    dist.init_process_group("gloo", init_method=f"file://{folder}/meeting", rank=rank, world_size=world)
    try:
        said = {name: torch.from_numpy(train_case(name).embeddings) for name in CASES}
        values = torch.arange(2.0 + rank, requires_grad=True)[:, None] + 10 * rank
        values.retain_grad()
        gathered = gather_rows(values, current_group())
        ((rank + 1) * gathered.square()).sum().backward()
        assert values.grad is not None
        save_file(said | {"gathered": gathered.detach(), "gradient": values.grad}, Path(folder) / f"{rank}.safetensors")
    finally:
        dist.destroy_process_group()


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    """What each of two processes came to."""
    folder = tmp_path_factory.mktemp("group")
    start_processes(in_a_group, (2, str(folder)), nprocs=2)
    return [load_file(folder / f"{rank}.safetensors") for rank in range(2)]


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_two_processes_learn_what_one_does(both, name):
    torch.set_num_threads(1)
    alone = train_case(name).embeddings
    assert np.array_equal(both[0][name], both[1][name])
    if name == "odd, uneven pieces":
        return  # each piece has negatives of its own, so two processes differ from one; they must not wait in vain
    np.testing.assert_allclose(both[0][name].numpy(), alone, atol=5e-3)


@pytest.mark.slow
def test_gathered_rows_are_everybodys_and_their_gradients_find_home(both):
    expected = [0.0, 1.0, 10.0, 11.0, 12.0]
    for rank, said in enumerate(both):
        assert said["gathered"][:, 0].tolist() == expected
        own = expected[:2] if rank == 0 else expected[2:]
        # Process 0 weighs the squares once, process 1 twice.
        assert said["gradient"][:, 0].tolist() == [6 * value for value in own]


def test_alone_there_is_nothing_to_gather():
    values = torch.randn(3, 2)
    assert gather_rows(values, current_group()) is values
    assert current_group().leads
