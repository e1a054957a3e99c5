"""Long texts in windows that a transformer can read: all of the text, in pieces of about equal size."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import accumulate

from tokenizers import Tokenizer


@dataclass(frozen=True, slots=True)
class Window:
    """A piece of a text, without the tokens that a model wants around it.

    Attributes:
        ids: Token ids.
        lines: For each token the number of the line that it comes from.
    """

    ids: tuple[int, ...]
    lines: tuple[int, ...]

    def without(self, left_out: Collection[int]) -> Window:
        """The window without the tokens of some lines."""
        kept = [i for i, line in enumerate(self.lines) if line not in left_out]
        return Window(tuple(self.ids[i] for i in kept), tuple(self.lines[i] for i in kept))


@dataclass(frozen=True)
class Windower:
    """Cuts texts for one model.

    Attributes:
        size: Most tokens in a window, those around it included.
        before, after: Token ids that the model wants around every window, such as [CLS] and [SEP].
    """

    tokenizer: Tokenizer
    size: int
    before: tuple[int, ...]
    after: tuple[int, ...]

    @classmethod
    def of(cls, tokenizer: Tokenizer, size: int) -> Windower:
        """A windower for the model that ``tokenizer`` belongs to."""
        tokenizer.no_truncation()
        tokenizer.no_padding()
        encoded = tokenizer.encode("a")
        text = [i for i, added in enumerate(encoded.special_tokens_mask) if not added] or [len(encoded.ids)]
        return cls(tokenizer, size, tuple(encoded.ids[: text[0]]), tuple(encoded.ids[text[-1] + 1 :]))

    def windows(self, lines: Sequence[str]) -> list[Window]:
        """All of ``lines``, in as few windows as hold it; at least one."""
        encoded = self.tokenizer.encode("\n".join(lines), add_special_tokens=False)
        ids = encoded.ids
        starts = list(accumulate((len(line) + 1 for line in lines), initial=0))[:-1]
        owners = [max(bisect_right(starts, first) - 1, 0) for first, _ in encoded.offsets]
        count = max(1, -(-len(ids) // self.room))
        step = max(1, -(-len(ids) // count))
        pieces = [slice(i, i + step) for i in range(0, len(ids), step)] or [slice(0, 0)]
        return [Window(tuple(ids[piece]), tuple(owners[piece])) for piece in pieces]

    @property
    def room(self) -> int:
        """Tokens of the text that fit into one window."""
        return self.size - len(self.before) - len(self.after)

    def framed(self, window: Window) -> list[int]:
        """The ids that the model reads."""
        return [*self.before, *window.ids, *self.after]
