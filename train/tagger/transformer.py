"""Fine-tuning an encoder on lyrics with transformers' Trainer, alone or under torchrun."""

from __future__ import annotations

import logging
import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from accelerate import PartialState
from torch.utils.data import Dataset, Sampler, SequentialSampler
from transformers import (
    AutoConfig,
    AutoModelForSequenceClassification,
    AutoTokenizer,
    EarlyStoppingCallback,
    EvalPrediction,
    PreTrainedModel,
    PreTrainedTokenizerBase,
    Trainer,
    TrainerCallback,
    TrainerControl,
    TrainerState,
    TrainingArguments,
    set_seed,
)

from recsys.errors import SourceError
from recsys.text_windows import Windower
from train.base_model import find_base_model
from train.common import report_progress
from train.tagger.mean_layer import add_mean_layer
from train.tagger.quality import Labels, common, macro_auc
from train.tagger.recipe import EFFECTIVE_BATCH, Recipe
from train.tagger.windows import AllWindows, RandomWindows, collate, cut

log = logging.getLogger(__name__)

_BEFORE_LAST = ("pooler", "classifier.dense")
_HEAD_NAMES = ("classifier", "pooler", "score", "pre_classifier")


@dataclass(frozen=True)
class Tuned:
    """A fine-tuned encoder, with the validation's macro AUC after each epoch."""

    name: str
    model: PreTrainedModel
    tokenizer: PreTrainedTokenizerBase
    windower: Windower
    epochs: list[float]
    is_main_process: bool


def fine_tune(
    recipe: Recipe,
    genres: Sequence[str],
    train: tuple[Sequence[str], Labels],
    validation: tuple[Sequence[str], Labels],
) -> Tuned:
    """Fit on ``train``, keep the epoch that does best on ``validation``; both are texts and (n, n_genres) labels."""
    set_seed(recipe.seed)
    tokenizer, model = _open(recipe, genres, train[1])
    windower = Windower.of(tokenizer.backend_tokenizer, _window(recipe, model))
    learning = RandomWindows(windower, cut(windower, train[0]), train[1], recipe.seed)
    judged = AllWindows(windower, cut(windower, validation[0]), validation[1])
    with tempfile.TemporaryDirectory(prefix="genre-tagger-") as folder:
        arguments = _arguments(recipe, Path(folder), len(learning))
        trainer = _Trainer(
            model=model,
            args=arguments,
            train_dataset=learning,
            eval_dataset=judged,
            data_collator=collate(tokenizer.pad_token_id or 0),
            compute_metrics=_judge(judged, validation[1]),
            callbacks=[EarlyStoppingCallback(recipe.patience), _Progress()],
            optimizers=(_optimizer(model, recipe), None),
        )
        trainer.train()
        scores = [entry["eval_macro_auc"] for entry in trainer.state.log_history if "eval_macro_auc" in entry]
        main = trainer.is_world_process_zero()
    name = Path(recipe.base_model).name if Path(recipe.base_model).exists() else recipe.base_model
    return Tuned(name, model.cpu(), tokenizer, windower, scores, main)


def _open(recipe: Recipe, genres: Sequence[str], labels: Labels) -> tuple[PreTrainedTokenizerBase, PreTrainedModel]:
    path = find_base_model(recipe.base_model)
    try:
        tokenizer = AutoTokenizer.from_pretrained(path)
        config = AutoConfig.from_pretrained(
            path,
            num_labels=len(genres),
            id2label=dict(enumerate(genres)),
            label2id={genre: i for i, genre in enumerate(genres)},
            problem_type="multi_label_classification",
        )
        if recipe.layers:
            config.num_hidden_layers = min(recipe.layers, config.num_hidden_layers)
        model = AutoModelForSequenceClassification.from_pretrained(path, config=config)
        if recipe.pool == "mean":
            add_mean_layer(model)
    except (OSError, ValueError) as error:
        raise SourceError(
            f"The base model {recipe.base_model!r} cannot be opened ({error}). Give the name of an encoder on the Hub, "
            "a folder that save_pretrained wrote, or 'minilm', which comes with the requirements."
        ) from error
    if not tokenizer.is_fast or len(tokenizer) <= len(tokenizer.all_special_ids):  # made up where none was found
        raise SourceError(f"{recipe.base_model!r} has no tokenizer.json; the tagger needs a fast tokenizer.")
    _start_from_prior(model, labels)
    return tokenizer, model


def _start_from_prior(model: PreTrainedModel, labels: Labels) -> None:
    """Set the last layer so that before any step it says how common each genre is."""
    last = [module for module in model.modules() if isinstance(module, torch.nn.Linear)][-1]
    share = labels.mean(axis=0).clip(1e-3, 1 - 1e-3)
    with torch.no_grad():
        last.bias.copy_(torch.from_numpy(np.log(share / (1 - share))))


def _window(recipe: Recipe, model: PreTrainedModel) -> int:
    """The window, if the model has as many positions; RoBERTa counts its own from the padding's number on."""
    positions = getattr(model.config, "max_position_embeddings", recipe.window)
    offset = (model.config.pad_token_id or 0) + 1 if "roberta" in model.config.model_type else 0
    return min(recipe.window, positions - offset)


def _arguments(recipe: Recipe, folder: Path, n_songs: int) -> TrainingArguments:
    cuda = torch.cuda.is_available()
    bf16 = cuda and torch.cuda.is_bf16_supported()
    processes = PartialState().num_processes  # what torchrun started, or 1
    batch = min(recipe.batch, max(1, EFFECTIVE_BATCH // processes))
    accumulate = max(1, EFFECTIVE_BATCH // (batch * processes))
    steps = max(1, n_songs // (batch * processes * accumulate)) * recipe.epochs
    return TrainingArguments(
        output_dir=str(folder),
        num_train_epochs=recipe.epochs,
        per_device_train_batch_size=batch,
        per_device_eval_batch_size=32,
        gradient_accumulation_steps=accumulate,
        warmup_steps=max(1, steps // 10),
        weight_decay=0.01,
        bf16=bf16,
        fp16=cuda and not bf16,
        train_sampling_strategy="group_by_length",
        eval_strategy="epoch",
        save_strategy="epoch",
        save_total_limit=1,
        save_only_model=True,
        load_best_model_at_end=True,
        metric_for_best_model="macro_auc",
        greater_is_better=True,
        logging_strategy="epoch",
        report_to="none",
        dataloader_pin_memory=cuda,
        ddp_find_unused_parameters=False,
        seed=recipe.seed,
        full_determinism=False,
    )


def _judge(judged: AllWindows, labels: Labels) -> Any:
    def compute(prediction: EvalPrediction) -> dict[str, float]:
        kept = common(labels)
        return {"macro_auc": macro_auc(labels[:, kept], judged.pooled(np.asarray(prediction.predictions))[:, kept])}

    return compute


def _optimizer(model: PreTrainedModel, recipe: Recipe) -> torch.optim.Optimizer:
    """AdamW with a rate that falls from layer to layer downwards (Howard and Ruder, 2018)."""
    n_layers = model.config.num_hidden_layers
    frozen = min(recipe.freeze, n_layers - (recipe.pool == "mean"))  # the mean layer learns in any case
    groups: dict[tuple[float, bool], list[torch.nn.Parameter]] = {}
    for name, parameter in model.named_parameters():
        layer = re.search(r"\.layers?\.(\d+)\.", name)
        is_head = any(head in name for head in _HEAD_NAMES)
        depth = int(layer[1]) + 1 if layer else 0
        if recipe.freeze and not is_head and depth <= frozen:
            parameter.requires_grad_(False)
            continue
        # What add_mean_layer set is no longer new, and a high rate would undo it.
        is_new = is_head and not (recipe.pool == "mean" and any(part in name for part in _BEFORE_LAST))
        depth = n_layers if is_head else depth
        rate = recipe.head_rate if is_new else recipe.rate * recipe.decay ** (n_layers - depth)
        groups.setdefault((rate, parameter.ndim > 1), []).append(parameter)
    return torch.optim.AdamW(
        [
            {"params": parameters, "lr": rate, "weight_decay": 0.01 if decays else 0.0}
            for (rate, decays), parameters in groups.items()
        ]
    )


class _Trainer(Trainer):
    """Judges windows in their own order, by which `AllWindows.pooled` knows whose they are.

    Grouping by length, meant for training, would shuffle them.
    """

    def _get_eval_sampler(self, eval_dataset: Dataset[Any]) -> Sampler[int]:
        return SequentialSampler(eval_dataset)  # type: ignore[arg-type]


class _Progress(TrainerCallback):
    """Tells the app that waits how far training is."""

    def on_step_end(self, args: Any, state: TrainerState, control: TrainerControl, **_: Any) -> None:
        if state.is_world_process_zero and state.global_step % 10 == 0:
            report_progress("Genre tagger: fine-tuning the transformer", state.global_step / max(state.max_steps, 1))
