"""What a comparison of two releases consists of, and how it is printed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from train.ingest.report import table

_HEADING = ("capability", "what", "published", "new", "change", "verdict")


@dataclass(frozen=True)
class Line:
    """One thing that was compared.

    Attributes:
        capability: Folder of the bundle that it is about; "" for the bundle as a whole.
        what: What was compared.
        published, new, change: As they are shown.
        verdict: In a word or two.
        refusal: Why the release is not to be published because of it, as a sentence; None where it may be.
    """

    capability: str
    what: str
    published: str = ""
    new: str = ""
    change: str = ""
    verdict: str = ""
    refusal: str | None = None


@dataclass(frozen=True)
class Comparison:
    """A new bundle beside the published one.

    Attributes:
        lines: Everything that was compared.
        notes: What a reader must know to read them.
    """

    lines: Sequence[Line]
    notes: Sequence[str] = ()

    @property
    def refusals(self) -> list[str]:
        """Why the new bundle is not to be published; empty where it may be."""
        return [line.refusal for line in self.lines if line.refusal]

    def __str__(self) -> str:
        rows = [(one.capability, one.what, one.published, one.new, one.change, one.verdict) for one in self.lines]
        shown = [table(_HEADING, rows)] if rows else []
        return "\n".join([*shown, *(f"  {note}" for note in self.notes)])
