"""The fitted two-tower model: embeddings of items, queries of histories, saved as safetensors and JSON."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from recsys.errors import SourceError
from recsys.towers.pair import TowerPair
from train.history.interactions import Interactions
from train.two_tower.batches import Rows
from train.two_tower.checkpoint import Progress
from train.two_tower.config import TwoTowerConfig
from train.two_tower.distributed import Group, process_group
from train.two_tower.export import export_user_tower
from train.two_tower.fit import Fitting
from train.two_tower.learner import ItemSource, Learner
from train.two_tower.modalities import Modalities
from train.two_tower.start import starting_embeddings
from train.two_tower.validation import Validation, embed_items, hold_out_last, last_queries

log = logging.getLogger(__name__)

Vectors = NDArray[np.float32]
_WEIGHTS, _SETTINGS = "towers.safetensors", "towers.json"
_CHUNK = 8_192


@dataclass
class TwoTower:
    """The towers, fitted.

    Attributes:
        pair: In evaluation mode, on the CPU.
        config: The settings that it was fitted with.
        widths: Modality → width of its tokens.
        known: (n_items,), whether an item's id was learnt.
        embeddings: (n_items, dim) of the items that it was fitted on; with one more number, the bias, where there is.
        history: How the fitting went.
    """

    pair: TowerPair
    config: TwoTowerConfig
    widths: tuple[tuple[str, int], ...]
    known: NDArray[np.bool_]
    embeddings: Vectors
    history: Progress

    @classmethod
    def fit(
        cls,
        interactions: Interactions,
        modalities: Modalities | None,
        config: TwoTowerConfig,
        validation: Validation | None = None,
        checkpoint: Path | None = None,
        encoders: torch.nn.ModuleDict | None = None,
        hold_out: int = 5_000,
    ) -> TwoTower:
        """Fit both towers; under torchrun, in all processes together.

        Args:
            interactions: What is learnt from.
            modalities: What is known of each item; None for ids alone. With ``encoders``, what these read.
            config: The settings.
            validation: What decides when to stop; by default the last plays of some listeners, held back.
            checkpoint: A folder; a training that was interrupted goes on from there.
            encoders: Learnt too (`TwoTowerConfig.train_encoders`).
            hold_out: Of how many listeners; with 0 all epochs are done, and the last weights are kept.

        Raises:
            SourceError: there is nothing to learn from, modalities are of another number of items, or the checkpoint
                is of another training.
        """
        _check(interactions, modalities)
        with process_group() as group:
            if validation is not None or not hold_out:
                return cls._learn(interactions, modalities, config, validation, checkpoint, encoders, group)
            rest, held_out = hold_out_last(interactions, hold_out, config.seed)
            first = cls._learn(rest, modalities, config, held_out, checkpoint, encoders, group)
            if not config.refit or encoders is not None or not first.history.best_epoch:
                return first
            log.info("Once more with what was held back, for %d epochs", first.history.best_epoch)
            again = replace(config, epochs=first.history.best_epoch, minutes=None)
            kept = checkpoint and checkpoint.with_name(checkpoint.name + "-again")
            second = cls._learn(interactions, modalities, again, None, kept, None, group)
            return replace(second, config=config, history=first.history)

    @classmethod
    def _learn(
        cls,
        interactions: Interactions,
        modalities: Modalities | None,
        config: TwoTowerConfig,
        validation: Validation | None,
        checkpoint: Path | None,
        encoders: torch.nn.ModuleDict | None,
        group: Group,
    ) -> TwoTower:
        torch.manual_seed(config.seed)
        widths = _widths(modalities, encoders)
        played = np.bincount(interactions.items, minlength=interactions.n_items) > 0
        known = played if widths else np.ones_like(played)
        pair = _build(interactions.n_items, widths, config)
        _set_scales(pair, modalities, encoders, known)
        if pair.item_tower.id is not None and config.start == "factors":
            start = starting_embeddings(interactions, config.dim, config.seed)
            pair.item_tower.id.weight.data.copy_(torch.from_numpy(start))
        pair.to(group.device)
        if encoders is not None:
            encoders.to(group.device)
        source = ItemSource(modalities, torch.from_numpy(known).to(group.device), encoders)
        learner = Learner(pair, source, config, interactions, group)
        progress = Fitting(learner, interactions, validation, config, group, checkpoint).run()
        embeddings = embed_items(pair, source, group.device)
        pair.cpu().eval()
        return cls(pair, config, widths, known, _folded(pair, embeddings.float().cpu()), progress)

    def item_embeddings(self, modalities: Modalities | None = None, rows: Rows | None = None) -> Vectors:
        """(n_items, dim) of the items that it was fitted on, or of any others.

        Args:
            modalities: What is known of other items (outputs of the encoders); None for those of the fitting.
            rows: (n,), the row that each had in the fitting, -1 for a new item; by default they are all new.
        """
        if modalities is None:
            return self.embeddings
        own = np.full(modalities.n_items, -1) if rows is None else rows
        known = torch.from_numpy((own >= 0) & self.known[np.maximum(own, 0)])
        ids = torch.from_numpy(np.maximum(own, 0).astype(np.int64))
        parts = []
        with torch.no_grad():
            for start in range(0, modalities.n_items, _CHUNK):
                part = slice(start, start + _CHUNK)
                tokens = ItemSource(modalities, known).tokens(torch.arange(modalities.n_items)[part])
                parts.append(self.pair.items(ids[part], tokens, known[part]))
        bias = None if self.pair.bias is None else self.pair.bias[ids] * known
        return _folded(self.pair, torch.cat(parts), bias)

    def shares(self, modalities: Modalities, rows: Rows | None = None) -> Vectors:
        """(n_items, names): how much of its attention each item gave to each modality, in the order of `names`."""
        own = np.full(modalities.n_items, -1) if rows is None else rows
        known = torch.from_numpy((own >= 0) & self.known[np.maximum(own, 0)])
        ids = torch.from_numpy(np.maximum(own, 0).astype(np.int64))
        with torch.no_grad():
            tokens = ItemSource(modalities, known).tokens(torch.arange(modalities.n_items))
            return self.pair.item_tower.explain(ids, tokens, known).shares.numpy()

    @property
    def names(self) -> tuple[str, ...]:
        """What `shares` are of: the modalities, and "id"."""
        return self.pair.item_tower.shape.names

    def query_embeddings(self, histories: Sequence[Rows], embeddings: Vectors | None = None) -> Vectors:
        """(n, dim); the score of an item is the inner product with its embedding.

        Args:
            histories: Rows of ``embeddings``, oldest first; an empty one asks for nothing in particular.
            embeddings: Those that the rows are of; by default of the items of the fitting.
        """
        items = torch.from_numpy(self.embeddings if embeddings is None else embeddings)
        plain = items if self.pair.bias is None else items[:, :-1].contiguous()
        queries = last_queries(self.pair, plain, histories)
        if self.pair.bias is not None:
            queries = torch.cat([queries, torch.ones(len(queries), 1)], dim=1)
        return queries.numpy()

    def save(self, folder: Path) -> None:
        """Write ``towers.safetensors`` and ``towers.json``, without the seconds: a seed gives the same bytes."""
        folder.mkdir(parents=True, exist_ok=True)
        arrays = {"known": torch.from_numpy(self.known), "embeddings": torch.from_numpy(self.embeddings)}
        weights = {f"pair.{name}": value.contiguous() for name, value in self.pair.state_dict().items()}
        save_file(weights | arrays, folder / _WEIGHTS)
        said = {
            "config": asdict(self.config),
            "widths": self.widths,
            "history": asdict(replace(self.history, seconds=0.0)),
        }
        (folder / _SETTINGS).write_text(json.dumps(said, indent=1), "utf-8")

    @classmethod
    def load(cls, folder: Path) -> TwoTower:
        """What `save` wrote.

        Raises:
            SourceError: it is not there, or damaged.
        """
        try:
            said = json.loads((folder / _SETTINGS).read_text("utf-8"))
            tensors = load_file(folder / _WEIGHTS)
            config = TwoTowerConfig(**said["config"])
            widths = tuple((str(name), int(width)) for name, width in said["widths"])
            known, embeddings = tensors.pop("known").numpy(), tensors.pop("embeddings").numpy()
            pair = _build(len(known), widths, config)
            pair.load_state_dict({name.removeprefix("pair."): value for name, value in tensors.items()})
            history = Progress(**said["history"] | {"judged": tuple(said["history"]["judged"])})
        except (OSError, ValueError, TypeError, KeyError, RuntimeError, SafetensorError) as error:
            raise SourceError(f"{folder} does not hold a two-tower model that can be read ({error!r}).") from error
        return cls(pair.eval(), config, widths, known, embeddings, history)

    def export_user_tower(self, path: Path) -> None:
        """Write the user tower as ONNX: (1, length, dim) item embeddings → (1, dim), the query."""
        export_user_tower(self.pair, self.embeddings.shape[1], path)


def _build(n_items: int, widths: tuple[tuple[str, int], ...], config: TwoTowerConfig) -> TowerPair:
    items, users = config.item_shape(n_items, widths), config.user_shape()
    return TowerPair(items, users, config.unit, config.temperature, config.item_bias)


def _widths(modalities: Modalities | None, encoders: torch.nn.ModuleDict | None) -> tuple[tuple[str, int], ...]:
    if modalities is None:
        return ()
    learnt = {name: int(encoder.width) for name, encoder in encoders.items()} if encoders else {}  # type: ignore[arg-type]
    return tuple((name, learnt.get(name, width)) for name, width in modalities.widths)


def _set_scales(
    pair: TowerPair, modalities: Modalities | None, encoders: torch.nn.ModuleDict | None, known: NDArray[np.bool_]
) -> None:
    """Standardise what is read by the items that are learnt from; what an encoder gives changes as it learns."""
    for name, modality in (modalities.by_name if modalities else {}).items():
        if name not in (encoders or {}):
            values = modality.values[modality.present & known].astype(np.float32)
            there = (values != 0).any(axis=-1)
            if there.any():
                pair.item_tower.set_scale(name, torch.from_numpy(values[there]))


def _folded(pair: TowerPair, embeddings: Tensor, bias: Tensor | None = None) -> Vectors:
    """With the items' bias as the last number, where there is one."""
    if pair.bias is None:
        return embeddings.detach().numpy()
    own = pair.bias if bias is None else bias
    return torch.cat([embeddings, own.detach()[:, None]], dim=1).detach().numpy()


def _check(interactions: Interactions, modalities: Modalities | None) -> None:
    if not len(interactions) or int(np.diff(interactions.starts).max()) < 2:
        raise SourceError("There is nothing to learn from: no listener has two plays. Give longer histories.")
    if modalities is not None and modalities.n_items != interactions.n_items:
        raise SourceError(
            f"The modalities are of {modalities.n_items} items, the histories of {interactions.n_items}. "
            "Read both with one catalogue."
        )
