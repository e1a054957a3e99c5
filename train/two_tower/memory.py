"""How much memory a GPU needs for training end to end, by formula; `python -m train.two_tower.memory` prints a table.

Weights, gradients and Adam's two moments are 16 bytes a trained weight (all kept in float32; bf16 is only computed
with), 4 a frozen one. Activations are kept as bf16: per layer of a transformer about 34 · length · width bytes and
5 · heads · length² (Korthikanti et al., 2022, "Reducing activation recomputation"), or with checkpointing
2 · length · width at each layer's entrance and one layer in full; of a ResNet, what each convolution, norm and
rectifier leaves (6 bytes a number), or the stages' entrances and the largest stage.

The formulae are checked by tests against weights and activations counted in small models. They were not compared with
a GPU's own count: leave a fifth of its memory free.
"""

from __future__ import annotations

from dataclasses import dataclass

from recsys.towers.encoders import ResNetShape
from train.common import parse_config
from train.two_tower.config import TwoTowerConfig

_GIB = 2**30
_ADAM, _FROZEN = 16, 4


@dataclass(frozen=True)
class TextShape:
    """Of a text encoder; by default mDeBERTa-v3-base.

    Attributes:
        weights: All of them, in numbers.
        trained: Those that learn: LoRA's.
        layers: Of the transformer.
        width: Of its states.
        heads: Of its attention.
        factor: Attention matrices a layer; DeBERTa has three (content, and two with positions).
    """

    weights: int = 278_000_000
    trained: int = 1_180_000
    layers: int = 12
    width: int = 768
    heads: int = 12
    factor: int = 3


@dataclass(frozen=True)
class Load:
    """What a step holds in memory.

    Attributes:
        users: Histories a step and process, a piece of the batch with accumulation.
        length: Items of each that are read end to end.
        chunks: Chunks of lyrics a track.
        words: Tokens a chunk.
        bands: Of the spectrogram.
        frames: Of the spectrogram.
        side: Of the cover, in pixels.
        remember: Keep all activations rather than compute them again.
    """

    users: int
    length: int = 20
    chunks: int = 4
    words: int = 128
    bands: int = 128
    frames: int = 512
    side: int = 224
    remember: bool = False

    @property
    def tracks(self) -> int:
        """At most so many different tracks."""
        return self.users * (self.length + 1)


def resnet_activations(shape: ResNetShape, height: int, width: int, remember: bool) -> int:
    """Bytes for one picture."""
    height, width = height // 2, width // 2
    stem = 6 * shape.stem * height * width
    height, width = height // 2, width // 2
    entrance = [2 * shape.stem * height * width]
    stages = []
    for number, (channels, depth) in enumerate(zip(shape.widths, shape.depths, strict=True)):
        if number:
            height, width = (height + 1) // 2, (width + 1) // 2
        stages.append(12 * depth * channels * height * width)  # two convolutions a layer
        entrance.append(2 * channels * height * width)
    return stem + (sum(stages) if remember else sum(entrance) + max(stages))


def text_activations(shape: TextShape, words: int, remember: bool) -> int:
    """Bytes for one chunk."""
    layer = 34 * words * shape.width + 5 * shape.factor * shape.heads * words**2
    return layer * shape.layers if remember else 2 * words * shape.width * shape.layers + layer


def resnet_weights(shape: ResNetShape) -> int:
    """Weights, in numbers: convolutions, norms and shortcuts."""
    total, inward = 3 * shape.stem * 49 + 2 * shape.stem, shape.stem
    for number, (channels, depth) in enumerate(zip(shape.widths, shape.depths, strict=True)):
        for layer in range(depth):
            before = inward if layer == 0 else channels
            total += 9 * before * channels + 9 * channels**2 + 4 * channels
            if layer == 0 and (before != channels or number):
                total += before * channels + 2 * channels
        inward = channels
    return total


def tower_weights(config: TwoTowerConfig, n_items: int) -> int:
    """Weights of the id table and of the user tower."""
    block = (4 + 2 * config.hidden) * config.dim**2
    return n_items * config.dim + config.blocks * block + config.max_length * config.dim


def step_bytes(
    load: Load, config: TwoTowerConfig, n_items: int, audio: ResNetShape, cover: ResNetShape, text: TextShape
) -> int:
    """All that a step end to end holds, in bytes."""
    trained = tower_weights(config, n_items) + resnet_weights(audio) + resnet_weights(cover) + text.trained
    frozen = text.weights - text.trained if text.trained < text.weights else 0
    track = resnet_activations(audio, load.bands, load.frames, load.remember)
    track += resnet_activations(cover, load.side, load.side, load.remember)
    track += load.chunks * text_activations(text, load.words, load.remember)
    track += 4 * load.bands * load.frames + 3 * load.side**2 * 5
    scores = 4 * 4 * load.users * load.length * load.tracks  # InfoNCE among the batch's own
    return _ADAM * trained + _FROZEN * frozen + load.tracks * track + scores


@dataclass(frozen=True)
class Config:
    """Flags of the table."""

    users: tuple[int, ...] = (1, 2, 4, 8, 16, 32)
    length: int = 20
    n_items: int = 100_000
    dim: int = 128


def main(argv: list[str] | None = None) -> None:
    """Print GiB by histories a step, with and without activations remembered."""
    asked = parse_config(Config, argv, __doc__)
    config = TwoTowerConfig(dim=asked.dim)
    print(
        f"{'histories':>9} {'tracks':>7} {'recomputed':>11} {'remembered':>11}   GiB, with ResNet-18 twice and mDeBERTa"
    )
    for users in asked.users:
        sizes = []
        for remember in (False, True):
            load = Load(users, asked.length, remember=remember)
            shapes = (ResNetShape(), ResNetShape(), TextShape())
            sizes.append(step_bytes(load, config, asked.n_items, *shapes) / _GIB)
        print(f"{users:>9} {load.tracks:>7} {sizes[0]:>11.1f} {sizes[1]:>11.1f}")


if __name__ == "__main__":
    main()
