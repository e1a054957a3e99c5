"""Text to embedding: a sentence encoder served by ONNX Runtime, and the tokenizer that it was trained with."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from recsys.index import Vectors, normalise
from recsys.onnx_model import OnnxModel
from recsys.text_windows import Windower


@dataclass(frozen=True)
class TextEncoder:
    """A graph that gives a text's unit embedding, and the windower of its tokenizer."""

    windower: Windower
    model: OnnxModel

    @classmethod
    def open(cls, graph: Path, tokenizer: Path, window: int, threads: int = 0) -> TextEncoder:
        """``graph``: an ONNX file; ``tokenizer``: a tokenizer.json; ``window``: most tokens read at a time."""
        return cls(Windower.of(Tokenizer.from_file(str(tokenizer)), window), OnnxModel(graph, threads))

    @cached_property
    def dim(self) -> int:
        """Dimensions of an embedding."""
        return len(self.embed("a"))

    def knows(self, word: str) -> bool:
        """Whether ``word``, folded, is one of its own rather than put together from pieces."""
        return self.windower.tokenizer.token_to_id(word) is not None

    def embed(self, text: str) -> Vectors:
        """(dim,), of unit length. A text longer than a window is read in several, each counting by its tokens."""
        windows = self.windower.windows([text])
        read = np.stack([self.model.run(self.windower.framed(window)) for window in windows])
        if len(windows) == 1:
            return read[0]
        weights = np.array([len(window.ids) for window in windows], np.float32)
        return normalise(weights @ read)
