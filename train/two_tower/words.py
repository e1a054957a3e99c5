"""Lyrics as numbers of tokens, in chunks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from transformers import AutoTokenizer

from recsys.errors import SourceError
from train.base_model import find_base_model


class Chunker:
    """Texts → (n, chunks, length) numbers of tokens, padded; of a long text the chunks are spread evenly."""

    def __init__(self, base: str, chunks: int = 4, length: int = 128) -> None:
        try:
            self.tokenizer: Any = AutoTokenizer.from_pretrained(find_base_model(base))
        except (OSError, ValueError) as error:
            raise SourceError(
                f"The text encoder {base!r} cannot be opened ({error}). Give 'minilm', which comes with the "
                "requirements, a folder that save_pretrained wrote, or a name on the Hub "
                "('microsoft/mdeberta-v3-base')."
            ) from error
        self.chunks, self.length = chunks, length
        self.padding = int(self.tokenizer.pad_token_id or 0)

    def __call__(self, texts: Sequence[str]) -> NDArray[np.int32]:
        """Every chunk has the tokenizer's own beginning and end; a chunk that a text does not fill up to is padding."""
        out = np.full((len(texts), self.chunks, self.length), self.padding, dtype=np.int32)
        for row, text in enumerate(texts):
            if not text.strip():
                continue
            said = self.tokenizer(
                text, truncation=True, max_length=self.length, return_overflowing_tokens=True, stride=0
            )
            windows = said["input_ids"] if isinstance(said["input_ids"][0], list) else [said["input_ids"]]
            taken = np.unique(np.linspace(0, len(windows) - 1, min(self.chunks, len(windows))).round().astype(int))
            for place, window in enumerate(taken):
                out[row, place, : len(windows[window])] = windows[window]
        return out
