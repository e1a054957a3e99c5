"""A fine-tuned transformer's opinion of a lyric, over all of its windows."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from recsys.lyric_ngrams import LogOdds
from recsys.onnx_model import OnnxModel
from recsys.text_windows import Window, Windower


@dataclass(frozen=True)
class LyricTransformer:
    """A graph that gives one log-odds a genre, and the windower of the tokenizer that it was trained with."""

    windower: Windower
    model: OnnxModel

    def log_odds(self, lines: Sequence[str]) -> LogOdds:
        """(n_genres,): the mean over the lyric's windows, each counting by its tokens."""
        windows = self.windower.windows(lines)
        return _pooled(windows, [self._of(window) for window in windows])

    def log_odds_without(self, lines: Sequence[str], left_out: Sequence[Collection[int]]) -> LogOdds:
        """(len(left_out), n_genres): each row for the lyric without the lines whose numbers it names.

        Only the windows that hold such a line are read again.
        """
        windows = self.windower.windows(lines)
        whole = [self._of(window) for window in windows]
        rows = []
        for numbers in left_out:
            without = set(numbers)
            kept = [window.without(without) for window in windows]
            values = [
                value if len(shorter.ids) == len(window.ids) else self._of(shorter)
                for window, shorter, value in zip(windows, kept, whole, strict=True)
            ]
            rows.append(_pooled(kept, values))
        return np.stack(rows)

    def _of(self, window: Window) -> LogOdds:
        return self.model.run(self.windower.framed(window))


def _pooled(windows: Sequence[Window], values: Sequence[LogOdds]) -> LogOdds:
    """A window without tokens counts only if all are."""
    sizes = np.array([len(window.ids) for window in windows], np.float32)
    return np.average(np.stack(values), axis=0, weights=sizes if sizes.any() else None).astype(np.float32)
