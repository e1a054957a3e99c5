"""One training in several processes: who they are, and embeddings gathered from all of them with their gradients."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor
from torch.nn import functional


@dataclass(frozen=True)
class Group:
    """The processes that train together.

    Attributes:
        rank: This process's number, from 0.
        world: How many there are.
        device: Where this one computes.
    """

    rank: int
    world: int
    device: torch.device

    @property
    def leads(self) -> bool:
        """Whether this is the process that judges, saves and reports."""
        return self.rank == 0


@contextmanager
def process_group() -> Iterator[Group]:
    """The processes that torchrun started, or this one alone. NCCL between GPUs, gloo elsewhere."""
    cuda = torch.cuda.is_available()
    ours = dist.is_torchelastic_launched() and not dist.is_initialized()
    if ours:
        dist.init_process_group("nccl" if cuda else "gloo")
    try:
        yield current_group()
    finally:
        if ours:
            dist.destroy_process_group()


def current_group() -> Group:
    """The processes as they are now."""
    together = dist.is_available() and dist.is_initialized()
    rank, world = (dist.get_rank(), dist.get_world_size()) if together else (0, 1)
    if not torch.cuda.is_available():
        return Group(rank, world, torch.device("cpu"))
    local = dist.get_node_local_rank(fallback_rank=rank % torch.cuda.device_count()) if together else 0
    torch.cuda.set_device(local)
    return Group(rank, world, torch.device("cuda", local))


def from_leader(value: float, group: Group) -> float:
    """``value`` as the first process has it."""
    if group.world == 1:
        return value
    shared = torch.tensor(value, dtype=torch.float64, device=group.device)
    dist.broadcast(shared, src=0)
    return float(shared)


def gather_rows(values: Tensor, group: Group) -> Tensor:
    """The rows of ``values`` (n, …) of all processes, in the order of their ranks; n may differ between them.

    Gradients flow back to the process that the rows came from, summed over all that used them.
    """
    if group.world == 1:
        return values
    own = torch.tensor([len(values)], device=values.device)
    sizes = [torch.zeros_like(own) for _ in range(group.world)]
    dist.all_gather(sizes, own)
    counts = [int(size) for size in sizes]
    padded = functional.pad(values, [0, 0] * (values.dim() - 1) + [0, max(counts) - len(values)])
    gathered: Tensor = _Gather.apply(padded, group)  # type: ignore[no-untyped-call]
    return torch.cat([part[:count] for part, count in zip(gathered, counts, strict=True)])


class _Gather(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, values: Tensor, group: Group) -> Tensor:
        ctx.group = group
        parts = [torch.empty_like(values) for _ in range(group.world)]
        dist.all_gather(parts, values.contiguous())
        return torch.stack(parts)  # (world, n, …)

    @staticmethod
    def backward(ctx: Any, *outer: Tensor) -> tuple[Tensor, None]:
        summed = outer[0].contiguous()
        dist.all_reduce(summed)
        return summed[ctx.group.rank], None
