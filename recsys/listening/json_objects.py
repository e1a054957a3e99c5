"""The objects of a JSON text, one after the other: of an array, of JSON lines, of a text whose end is missing."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

_OBJECT, _OR_TEXT = re.compile(r"[{\[]"), re.compile(r"[{\[\"]")
_DECODER = json.JSONDecoder(parse_constant=lambda name: None)
_BETWEEN = re.compile(r"[\s,\]]*")
_MOST_FAILURES = 2_000
_LONGEST_OBJECT = 1 << 25
_TOO_DEEP = 20_000  # what it costs to find that something is nested too deeply, in characters read


class JsonObjects:
    """Iterates over the values of an array or of a sequence of values.

    What cannot be read is passed over: the next object that is whole is looked for, also inside of one that is not.

    Attributes:
        damaged: How often something had to be passed over.
        cut: The text ended within an object or an array.
    """

    def __init__(self, blocks: Iterable[bytes]) -> None:
        self._blocks = iter(blocks)
        self._text = ""
        self._ended = False
        self._budget = 0
        self.damaged = 0
        self.cut = False

    def __iter__(self) -> Iterator[Any]:
        self._more()
        position = self._opening()
        failures = 0
        while True:
            start = self._next_value(position)
            if start is None:
                return
            position = start
            try:
                value, position = _DECODER.raw_decode(self._text, position)
            except (ValueError, RecursionError) as error:
                if not self._ended and len(self._text) - position < _LONGEST_OBJECT:
                    position = self._forget(position)
                    self._more()
                    continue
                at_end = getattr(error, "pos", 0) >= len(self._text) - 12 or "Unterminated" in str(error)
                self.cut |= self._ended and at_end
                self.damaged += not at_end
                failures += 1
                self._budget -= max(getattr(error, "pos", position + _TOO_DEEP) - position, 1)
                if failures > _MOST_FAILURES or self._budget < 0:
                    self.cut = True
                    return
                position += 1
                continue
            failures = 0
            yield value
            if position > _LONGEST_OBJECT:
                position = self._forget(position)

    def _opening(self) -> int:
        """Where the first value is: inside of the array, if the text is one; counts that it must close."""
        start = _BETWEEN.match(self._text).end()  # type: ignore[union-attr]
        self._array = self._text.startswith("[", start)
        start += self._array
        # Text is a value only where the first value is one: else it is part of something that could not be read.
        self._value = _OR_TEXT if self._text[start : start + 100].lstrip().startswith('"') else _OBJECT
        return start

    def _next_value(self, position: int) -> int | None:
        """Where the next object, array or text begins, or None at the end."""
        while True:
            match = self._value.search(self._text, position)
            if match:
                return match.start()
            tail = self._text[position:]
            position = self._forget(len(self._text))
            if not self._more():
                if self._array and "]" not in tail:
                    self.cut = True
                return None

    def _forget(self, position: int) -> int:
        """Drop what lies before ``position``, which is 0 from now on."""
        self._text = self._text[position:]
        return 0

    def _more(self) -> bool:
        block = next(self._blocks, None)
        if block is None:
            self._ended = True
            return False
        text = block.decode("utf-8", "replace").lstrip("\ufeff")
        self._text += text
        self._budget += 8 * len(text) + 100_000
        return True
