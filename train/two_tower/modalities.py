"""What is known of each item, as arrays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Modality:
    """One kind of thing that is known of items.

    Attributes:
        values: (n_items, tokens, width), what an encoder made of it, or (n_items, …), what it will be made from.
            A token of zeros is not there.
        present: (n_items,), whether it is known.
    """

    values: NDArray[np.generic]
    present: NDArray[np.bool_]

    def take(self, rows: NDArray[np.int64]) -> Modality:
        """That of the items in ``rows``."""
        return Modality(self.values[rows], self.present[rows])


@dataclass(frozen=True)
class Modalities:
    """Modality by name: "audio", "lyrics", "cover", "features".

    Raises:
        ValueError: they are of different numbers of items, or not numbers where they say that they are present.
    """

    by_name: Mapping[str, Modality]

    def __post_init__(self) -> None:
        sizes = {name: (len(m.values), len(m.present)) for name, m in self.by_name.items()}
        if len({n for pair in sizes.values() for n in pair}) > 1:
            raise ValueError(f"The modalities are of different numbers of items (values, present): {sizes}.")
        for name, modality in self.by_name.items():
            if modality.values.dtype.kind == "f" and not np.isfinite(modality.values[modality.present]).all():
                raise ValueError(f"Modality {name!r} has values that are not finite. Mark such items as not present.")

    @property
    def n_items(self) -> int:
        """Rows; 0 where there is no modality."""
        return next((len(m.present) for m in self.by_name.values()), 0)

    @property
    def widths(self) -> tuple[tuple[str, int], ...]:
        """Name and width of the tokens of each."""
        return tuple((name, int(m.values.shape[-1])) for name, m in self.by_name.items())

    def take(self, rows: NDArray[np.int64]) -> Modalities:
        """Those of the items in ``rows``."""
        return Modalities({name: m.take(rows) for name, m in self.by_name.items()})

    def without(self, *names: str) -> Modalities:
        """All but those named."""
        return Modalities({name: m for name, m in self.by_name.items() if name not in names})

    def coverage(self) -> dict[str, int]:
        """Of how many items each is known."""
        return {name: int(m.present.sum()) for name, m in self.by_name.items()}


def single(values: NDArray[np.generic], present: NDArray[np.bool_] | None = None) -> Modality:
    """A modality of one token an item, from (n_items, width); rows with a number missing are not present."""
    numbers = np.asarray(values, dtype=np.float32)
    finite: NDArray[np.bool_] = np.asarray(np.isfinite(numbers).all(axis=1))
    there: NDArray[np.bool_] = finite if present is None else np.logical_and(finite, present)
    return Modality(np.where(there[:, None], numbers, 0).astype(np.float16)[:, None], there)
