"""The flags of `train.user_history`, mode by mode."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from recsys.errors import SourceError
from train.history.linear import RECIPES, Settings, choose_settings
from train.history.splits import Split
from train.ingest.history_filters import HistoryOptions as Kept


@dataclass(frozen=True)
class Read:
    """What every mode that reads histories asks for."""

    histories: tuple[str, ...] = field(
        default=(), metadata={"help": "files or folders of histories, in any known format"}
    )
    k_core: int = field(default=0, metadata={"help": "drop users and items with fewer plays, again and again"})
    min_length: int = field(default=2, metadata={"help": "drop users with fewer plays"})
    repeats: bool = field(default=True, metadata={"help": "keep a song that is played again right after itself"})

    def kept(self) -> Kept:
        return Kept(repeats=self.repeats, k_core=self.k_core, min_length=self.min_length)


@dataclass(frozen=True)
class Engines:
    """What is learnt. Settings of the towers that are not given are those recommended for the data."""

    engines: tuple[str, ...] = field(default=tuple(RECIPES), metadata={"help": "linear engines"})
    choose: bool = field(default=True, metadata={"help": "choose the settings of the linear engines on a validation"})
    towers: bool = field(default=True, metadata={"help": "fit the two towers beside the linear engines"})
    audio: str = field(default="", metadata={"help": "folder of clips named after track ids, or .npz of embeddings"})
    covers: str = field(default="", metadata={"help": "folder of covers named after track ids, or .npz of embeddings"})
    verses: str = field(default="", metadata={"help": ".npz of embeddings of lyrics, instead of vibe search's"})
    dim: int | None = field(default=None, metadata={"help": "dimensions of the space that songs and listeners share"})
    max_length: int | None = field(default=None, metadata={"help": "plays that the user tower reads, the latest"})
    dropout: float | None = field(default=None, metadata={"help": "of the user tower"})
    batch: int | None = field(default=None, metadata={"help": "histories a step"})
    lr: float | None = field(default=None, metadata={"help": "learning rate"})
    epochs: int | None = field(default=None, metadata={"help": "at most"})
    patience: int | None = field(default=None, metadata={"help": "epochs without a better validation, then stop"})
    minutes: float | None = field(default=None, metadata={"help": "stop fitting the towers after so long"})
    seed: int = field(default=0, metadata={"help": "seeds everything random"})

    def changes(self) -> dict[str, object]:
        """Settings of the towers that were given."""
        names = ("dim", "max_length", "dropout", "batch", "lr", "epochs", "patience", "minutes")
        return {name: getattr(self, name) for name in names if getattr(self, name) is not None}

    def settings(self, split: Split) -> Settings:
        """Of the linear engines: chosen, or those to begin with."""
        if unknown := [name for name in self.engines if name not in RECIPES]:
            raise SourceError(f"There is no linear engine {unknown[0]!r}; there are {', '.join(RECIPES)}.")
        if not self.choose:
            return {name: dict(RECIPES[name].start) for name in self.engines}
        return choose_settings(split, seed=self.seed, names=self.engines)


@dataclass(frozen=True)
class TrainConfig(Engines, Read):
    out: Path = field(default=Path("bundles/main"), metadata={"help": "the bundle, which holds the catalogue already"})
    evaluate: bool = field(default=True, metadata={"help": "judge on a test first; takes three times as long"})


@dataclass(frozen=True)
class EvaluateConfig(Engines, Read):
    out: Path | None = field(default=None, metadata={"help": "a bundle; without one, items are the files' own"})
    split: str = field(default="leave-one-out", metadata={"help": "leave-one-out, or time: all after a moment"})
    seeds: int = field(default=1, metadata={"help": "how often the towers are fitted and judged"})
    ids_alone: bool = field(default=True, metadata={"help": "fit the towers on ids alone too"})


@dataclass(frozen=True)
class IndexConfig:
    out: Path = field(default=Path("bundles/main"), metadata={"help": "the bundle with the catalogue to embed"})
    trained: Path | None = field(
        default=None, metadata={"help": "the bundle with the trained towers, if it is another"}
    )
    audio: str = field(default="", metadata={"help": "as in training"})
    covers: str = field(default="", metadata={"help": "as in training"})
    verses: str = field(default="", metadata={"help": "as in training"})
    seed: int = field(default=0, metadata={"help": "seeds the quick codes"})


@dataclass(frozen=True)
class EncodeConfig(Read):
    out: Path = field(default=Path("embeddings"), metadata={"help": "folder for the embeddings and the encoders"})
    bundle: Path = field(default=Path("bundles/main"), metadata={"help": "the bundle with the catalogue"})
    audio: str = field(default="", metadata={"help": "folder of clips named after track ids"})
    covers: str = field(default="", metadata={"help": "folder of covers named after track ids"})
    lyrics: tuple[str, ...] = field(default=(), metadata={"help": "files of lyrics with artist and title"})
    encoders: str = field(default="small", metadata={"help": "small, or big: ResNet-18 and mDeBERTa with LoRA"})
    learnt: Path | None = field(default=None, metadata={"help": "folder of encoders to apply rather than to train"})
    batch: int | None = field(default=None, metadata={"help": "histories a step, over all processes"})
    accumulate: int | None = field(default=None, metadata={"help": "pieces in which a process works through its share"})
    max_length: int | None = field(default=None, metadata={"help": "plays that the user tower reads, the latest"})
    epochs: int | None = field(default=None, metadata={"help": "at most"})
    seed: int = field(default=0, metadata={"help": "seeds everything random"})

    def changes(self) -> dict[str, object]:
        """Settings of the towers that were given."""
        names = ("batch", "accumulate", "max_length", "epochs", "seed")
        return {name: getattr(self, name) for name in names if getattr(self, name) is not None}


@dataclass(frozen=True)
class RecommendConfig(Read):
    out: Path = field(default=Path("bundles/main"), metadata={"help": "the bundle"})
    min_length: int = field(default=1, metadata={"help": "drop users with fewer plays"})
    user_id: str = field(default="", metadata={"help": "whose history of those in --histories"})
    k: int = field(default=10, metadata={"help": "how many songs"})
    familiar: float = field(default=0.0, metadata={"help": "share of songs that the user has played, 0 to 1"})
