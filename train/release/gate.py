"""The gate: what keeps a release from being published, unless somebody says why it should be all the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from recsys.bundle import Bundle, Manifest
from recsys.capabilities import Capabilities, load_capabilities
from recsys.errors import BundleError
from train.release.golden import compare_answers, golden_answers, shared_songs
from train.release.metrics import compare_metrics
from train.release.table import Comparison, Line

RELEASE = "release"
"""The manifest's key, in ``config``, of what was published against the gate."""


@dataclass(frozen=True)
class Limits:
    """How much worse a release may be: by which share of a figure, and with which share of its answers changed."""

    tolerance: float = 0.05
    changed: float = 0.3


def compare(published: Bundle | None, new: Bundle, limits: Limits = Limits(), *, unreadable: str = "") -> Comparison:
    """``new`` beside the ``published`` release; None where nothing has been published.

    Args:
        published: The release before.
        new: The bundle to publish.
        limits: How much worse it may be.
        unreadable: Why the release before cannot be read, where there is one that cannot.

    Raises:
        BundleError: the app cannot open ``new`` at all. No reason publishes that.
    """
    loaded = load_capabilities(new)
    lines = [_unusable(name, loaded.problems[name]) for name in new.capabilities if name in loaded.problems]
    if unreadable:
        refusal = f"The published release cannot be read, and so not be compared with. {unreadable}"
        return Comparison([*lines, Line("", "published release", "unreadable", verdict="REFUSED", refusal=refusal)])
    if published is None:
        return Comparison(lines, ["First publication: there is no release to compare with."])
    old, fresh = published.manifest, new.manifest
    lines += [_dropped(name) for name in published.capabilities if name not in new.capabilities]
    if fresh.synthetic and not old.synthetic:
        refusal = "The songs of this bundle are invented, those of the published release are real."
        lines.append(Line("", "songs", "real", "invented", verdict="REFUSED", refusal=refusal))
    notes = []
    if other := old.catalogue != fresh.catalogue:
        notes.append(
            "The catalogues differ: figures were measured on different songs, and only answers that both releases "
            "could give are compared."
        )
    from_demo = old.synthetic and not fresh.synthetic
    if from_demo:
        notes.append("The published songs are invented and these are real: nothing is held against them.")
    lines += compare_metrics(old.metrics, fresh.metrics, limits.tolerance, judge=not from_demo)
    if not from_demo:
        answers, note = _answers(published, loaded, limits.changed, other)
        lines += answers
        notes += [note] if note else []
    return Comparison(lines, notes)


def _unusable(capability: str, problem: str) -> Line:
    refusal = f"{capability}: the app cannot open it. {problem}"
    return Line(capability, "opens in this app", new="no", verdict="REFUSED", refusal=refusal)


def _dropped(capability: str) -> Line:
    refusal = f"{capability}: the published release has it and this bundle does not."
    return Line(capability, "is there", "yes", "no", verdict="REFUSED", refusal=refusal)


def _answers(published: Bundle, loaded: Capabilities, limit: float, other: bool) -> tuple[list[Line], str | None]:
    """The golden answers, or why there are none to compare."""
    try:
        before = load_capabilities(published)
    except BundleError as error:
        return [], f"The published release cannot be opened, so that no answers are compared. {error}"
    shared = shared_songs(before, loaded)
    if not shared.ids:
        refusal = "This bundle has no song of the published release. Is it the right repository?"
        return [Line("catalogue", "songs of both", new="0", verdict="REFUSED", refusal=refusal)], None
    lines = compare_answers(golden_answers(before, shared), golden_answers(loaded, shared), limit)
    if other:
        held = f"{len(shared.ids):,} of {len(before.catalogue):,}"
        lines.insert(0, Line("catalogue", "published songs that are kept", new=held, verdict="not judged"))
    return lines, None


@dataclass(frozen=True)
class Forced:
    """A release that was published against the gate.

    Attributes:
        reason: Why.
        overruled: What the gate said.
        published: Commit of the release that it replaces; "" where there is none.
        date: When.
    """

    reason: str
    overruled: Sequence[str]
    published: str
    date: date


def with_reasons(manifest: Manifest, published: Manifest | None, forced: Forced | None) -> Manifest:
    """``manifest`` with a record of what was published against the gate: before, and now if ``forced`` is given.

    A reason that the manifest holds and that was never published is from a run that broke off, and is dropped.
    """
    public = forced_releases(published) if published else []
    records = [record for record in forced_releases(manifest) if record in public]
    if forced is not None:
        records.append(asdict(forced) | {"overruled": list(forced.overruled), "date": forced.date.isoformat()})
    others = {name: value for name, value in manifest.config.items() if name != RELEASE}
    return replace(manifest, config=others | ({RELEASE: {"forced": records}} if records else {}))


def forced_releases(manifest: Manifest) -> list[Mapping[str, Any]]:
    """What `with_reasons` recorded, the oldest first."""
    return list(manifest.config.get(RELEASE, {}).get("forced", []))
