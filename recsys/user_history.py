"""What next: songs for a listening history, new or known, each with the songs that it follows from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from recsys.bundle import Bundle
from recsys.calibration import in_proportion
from recsys.catalogue import Catalogue, Mask, Rows
from recsys.errors import BundleError, EmptyQueryError, InvalidQueryError, NoMatchError
from recsys.fast_index import FastIndex
from recsys.filters import NO_FILTERS, Filters
from recsys.history_engines import AskedHistory, Heard, HistoryEngines, Ranked, influence, latest, list_weights
from recsys.history_reasons import explain
from recsys.item_to_item import ItemToItem
from recsys.results import ScoredTrack, check_k
from recsys.score_fusion import ScoreFusion
from recsys.selection import pass_over
from recsys.two_towers import TwoTowers

FOLDER = "user_history"
NEW_ONLY, EVERYTHING = "new only", "everything"
_DEPTH = 300
VOTERS = 12  # songs of a history that are asked how much they weigh
_DEPTH_OF_A_LIST = 2_000  # where no song is ahead, what is good for all is far from the top of each engine
_VOTERS_OF_A_LIST = 50
_TO_CHOOSE_FROM = 90  # candidates beside those that are shown
_MOST = 100_000
_NONE = Ranked(np.empty(0, np.int64), np.empty((0, 0), np.float32))


@dataclass(frozen=True)
class HistoryOptions:
    """What may come back.

    Attributes:
        familiar: The share of the list that may be songs of the history, from 0, only new ones, to 1.
        liked: Track ids that count as played just now, and do not come back.
        disliked: Track ids to turn away from; they do not come back either.
        per_artist, one_version, exclude, filters: As in song-to-song.
        in_order: Whether the history is in the order of listening, as those that were learnt from. A list that is not
            is answered as a whole: late songs count a little more, and each has its share in the new songs. These come
            in an order in which every start of the list has something of each part, not by their scores.
    """

    familiar: float = 0.0
    liked: tuple[str, ...] = ()
    disliked: tuple[str, ...] = ()
    per_artist: int = 2
    one_version: bool = True
    exclude: tuple[str, ...] = ()
    filters: Filters = NO_FILTERS
    in_order: bool = True


@dataclass(frozen=True)
class HistoryAnswer:
    """What comes next, and what it rests on.

    Attributes:
        results: Best first.
        weights: Track id of a song in the history → its share in what speaks for the results; only the last songs, and
            only what has a share.
        modalities: "audio", "lyrics", "id", … → the share of the item tower's attention, mean over the results; empty
            without towers.
    """

    results: list[ScoredTrack]
    weights: Mapping[str, float]
    modalities: Mapping[str, float]


class UserHistory:
    """Ranks the catalogue by how well each track follows a history."""

    def __init__(
        self,
        catalogue: Catalogue,
        engines: HistoryEngines,
        new: ScoreFusion,
        everything: ScoreFusion,
        listeners: Mapping[str, Sequence[str]] = MappingProxyType({}),
    ) -> None:
        """Take what the bundle has.

        Args:
            catalogue: Ranked.
            engines: Rank it.
            new: Weighs them for songs that are not in the history.
            everything: Weighs them for those that are too.
            listeners: Invented histories to try the app with: name → track ids, oldest first.
        """
        if engines.n_items != len(catalogue):
            raise BundleError(
                f"user_history has {engines.n_items:,} items for a catalogue of {len(catalogue):,}. Train it again."
            )
        self.catalogue = catalogue
        self.engines = engines
        self.listeners = {name: tuple(track_ids) for name, track_ids in listeners.items()}
        self.fusions = {NEW_ONLY: new, EVERYTHING: everything}

    @classmethod
    def load(cls, bundle: Bundle, catalogue: Catalogue) -> UserHistory:
        """Open the folder in ``bundle``; raises BundleError where it is missing or damaged."""
        about = bundle.json(f"{FOLDER}/history.json")
        try:
            links = {str(name): _links(bundle, given) for name, given in about["links"].items()}
            towers = _towers(bundle, about["towers"]) if about["towers"] else None
            new, everything = (ScoreFusion(dict(about["weights"][case])) for case in (NEW_ONLY, EVERYTHING))
            listeners = dict(bundle.json(f"{FOLDER}/listeners.json"))
        except BundleError:
            raise
        except Exception as error:  # a file of another kind makes each parser fail in its own way
            raise BundleError(f"user_history cannot be read ({error}). Train or download the bundle again.") from error
        for name, engine in links.items():
            if fault := _fault(engine, len(catalogue)):
                raise BundleError(f"user_history's links {name!r} {fault}. Train or download it again.")
        if towers is not None and len(towers.index) != len(catalogue):
            raise BundleError(
                f"user_history has embeddings of {len(towers.index):,} items for a catalogue of {len(catalogue):,}. "
                "Train or download it again."
            )
        return cls(catalogue, HistoryEngines(links, towers, len(catalogue)), new, everything, listeners)

    def recommend(
        self, history: Sequence[str], k: int = 10, options: HistoryOptions = HistoryOptions()
    ) -> list[ScoredTrack]:
        """The ``k`` tracks that follow best, best first. See `answer`."""
        return self.answer(history, k, options).results

    def answer(self, history: Sequence[str], k: int = 10, options: HistoryOptions = HistoryOptions()) -> HistoryAnswer:
        """The ``k`` tracks that follow best, fewer only where fewer qualify, and what they rest on.

        Args:
            history: Track ids, oldest first; with what is liked, at least one.
            k: How many.
            options: What may come back.

        Raises:
            EmptyQueryError: there is no history.
            InvalidQueryError: ``k`` or an option is off, or the history has more than 100,000 plays.
            UnknownTrackError: a track is not in the catalogue.
            NoMatchError: no track qualifies.
        """
        k = check_k(k)
        if not 0 <= options.familiar <= 1:
            raise InvalidQueryError(f"familiar is {options.familiar}; give a share from 0 (only new songs) to 1.")
        if options.per_artist < 0:
            raise InvalidQueryError(f"per_artist is {options.per_artist}; give 1 or more, or 0 for no limit.")
        heard = self._heard(history, options)
        played, disliked = heard.history, heard.disliked
        excluded = np.concatenate([self.catalogue.rows((*options.exclude, *options.liked)), disliked])
        mask = options.filters.mask(self.catalogue)
        known = self._known(heard, round(options.familiar * k), mask, excluded, options)
        out = np.concatenate([excluded, played])  # a version of a song that was played is not new
        new = self._unheard(heard, k - len(known.rows), mask, out, options, known.rows)
        if not len(known.rows) + len(new.rows):
            raise NoMatchError("No song qualifies. Loosen the filters, or allow songs that are in the history.")
        return self._answer(heard, known, new)

    def ask(self, history: Sequence[str], mask: Mask | None = None, *, new_only: bool = True) -> AskedHistory:
        """What the history asks of the songs of ``mask``, to rank beside other engines or listeners.

        ``new_only`` keeps the history out. Raises as `answer` does.
        """
        heard = self._heard(history, HistoryOptions())
        if not new_only:
            return AskedHistory(self.engines, self.fusions[EVERYTHING], heard, mask, new_only=False)
        fresh = np.ones(len(self.catalogue), np.bool_) if mask is None else mask.copy()
        fresh[heard.history] = False
        return AskedHistory(self.engines, self.fusions[NEW_ONLY], heard, fresh)

    def _heard(self, history: Sequence[str], options: HistoryOptions) -> Heard:
        """What was played and is not disliked, with what is."""
        if len(history) > _MOST:
            raise InvalidQueryError(
                f"The history has {len(history):,} plays; at most {_MOST:,} are read. Give the latest."
            )
        disliked = self.catalogue.rows(options.disliked)
        played = self.catalogue.rows((*history, *options.liked))
        played = played[~np.isin(played, disliked)]
        if not len(played):
            raise EmptyQueryError("The history is empty. Give at least one song that was played and is not disliked.")
        return Heard(played, disliked, options.in_order)

    def _unheard(
        self, heard: Heard, k: int, mask: Mask | None, excluded: Rows, options: HistoryOptions, known: Rows
    ) -> Ranked:
        """The best ``k`` songs that are not in the history, to be shown beside the rows in ``known``."""
        if not k:
            return _NONE
        fresh = np.ones(len(self.catalogue), np.bool_) if mask is None else mask.copy()
        fresh[heard.history] = False
        depth = (_DEPTH if heard.in_order else _DEPTH_OF_A_LIST) + 4 * k
        wanted = k if heard.in_order else k + _TO_CHOOSE_FROM
        while True:
            ranked = self.engines.rank(heard, self.fusions[NEW_ONLY], depth, fresh, new_only=True)
            shown = self._shown(ranked, wanted, excluded, options, known)
            if len(shown.rows) >= k or depth >= len(self.catalogue):
                return shown if heard.in_order else self._in_proportion(heard, shown, k)
            depth *= 8

    def _in_proportion(self, heard: Heard, ranked: Ranked, k: int) -> Ranked:
        """``k`` of ``ranked``, so that each song of the history has its share in them."""
        voices = influence(self.engines, self.fusions[NEW_ONLY], heard, ranked, _VOTERS_OF_A_LIST)
        wanted = list_weights(heard.history)[1][:_VOTERS_OF_A_LIST]
        chosen = in_proportion(ranked.parts.sum(axis=1), voices, wanted / wanted.sum(), k)
        return Ranked(ranked.rows[chosen], ranked.parts[chosen])

    def _known(self, heard: Heard, k: int, mask: Mask | None, excluded: Rows, options: HistoryOptions) -> Ranked:
        """The best ``k`` songs of the history."""
        if not k:
            return _NONE
        theirs = np.zeros(len(self.catalogue), np.bool_)
        theirs[heard.history] = True
        if mask is not None:
            theirs &= mask
        ranked = self.engines.rank(heard, self.fusions[EVERYTHING], len(self.catalogue), theirs, new_only=False)
        return self._shown(ranked, k, excluded, options)

    def _shown(
        self, ranked: Ranked, k: int, excluded: Rows, options: HistoryOptions, beside: Rows | None = None
    ) -> Ranked:
        shown = pass_over(
            self.catalogue,
            ranked.rows,
            k,
            per_artist=options.per_artist,
            one_version=options.one_version,
            excluded=excluded,
            shown=beside,
        )
        places = {row: i for i, row in enumerate(ranked.rows.tolist())}
        return Ranked(shown, ranked.parts[[places[row] for row in shown.tolist()]])

    def _answer(self, heard: Heard, known: Ranked, new: Ranked) -> HistoryAnswer:
        """New songs and known ones, taking turns in proportion, each group in its order."""
        most = VOTERS if heard.in_order else _VOTERS_OF_A_LIST
        voters = latest(heard.history, most)
        places, total = [], np.zeros(len(voters))
        for group, fusion in ((new, self.fusions[NEW_ONLY]), (known, self.fusions[EVERYTHING])):
            if not len(group.rows):
                continue
            speaking = influence(self.engines, fusion, heard, group, most)
            total += speaking.sum(axis=0)
            found = explain(self.catalogue, self.engines.towers, fusion, group, voters, speaking)
            places += [((i + 0.5) / len(found), one) for i, one in enumerate(found)]
        results = [one for _, one in sorted(places, key=lambda pair: pair[0])]
        shares = total / total.sum() if total.any() else total
        weights = {
            self.catalogue.track(row).track_id: s for row, s in zip(voters.tolist(), shares.tolist(), strict=True)
        }
        rows = np.concatenate([new.rows, known.rows])
        return HistoryAnswer(results, {name: share for name, share in weights.items() if share}, self._modalities(rows))

    def _modalities(self, rows: Rows) -> dict[str, float]:
        if (towers := self.engines.towers) is None:
            return {}
        return dict(zip(towers.names, towers.shares[rows].astype(np.float64).mean(axis=0).tolist(), strict=True))


def _links(bundle: Bundle, given: dict[str, object]) -> ItemToItem:
    """An engine's arrays, each in a file of its own; the prior may be missing."""
    starts, items, gains, prior = (
        f"{FOLDER}/{given['files']}_{name}.npy" for name in ("starts", "items", "gains", "prior")
    )
    reach = given["reach"]
    return ItemToItem(
        bundle.array(starts),
        bundle.array(items),
        bundle.array(gains),
        prior=bundle.array(prior) if prior in bundle.manifest.files else None,
        decay=float(str(given["decay"])),
        reach=None if reach is None else int(str(reach)),
        distinct=bool(given["distinct"]),
    )


def _fault(links: ItemToItem, n_items: int) -> str:
    """What makes ``links`` useless for a catalogue of ``n_items``; "" where nothing does."""
    starts, items, gains, prior = links.starts, links.items, links.gains, links.prior
    if starts.shape != (n_items + 1,) or (prior is not None and prior.shape != (n_items,)):
        return f"are of another catalogue than this of {n_items:,} tracks"
    if items.ndim != 1 or items.shape != gains.shape:
        return f"lead to {items.shape} items with {gains.shape} gains"
    if starts[0] or starts[-1] != len(items) or (np.diff(starts) < 0).any():
        return f"are not divided among the items that they lead from: {len(items):,} of them"
    if len(items) and not 0 <= items.min() <= items.max() < n_items:
        return f"lead to items outside this catalogue of {n_items:,} tracks"
    return ""


def _towers(bundle: Bundle, given: dict[str, object]) -> TwoTowers:
    vectors, codebook, codes, shares = (
        bundle.array(f"{FOLDER}/item_{name}.npy") for name in ("vectors", "codebook", "codes", "shares")
    )
    names = given["names"]
    assert isinstance(names, list)
    return TwoTowers(
        bundle.file(f"{FOLDER}/user_tower.onnx"),
        FastIndex(vectors, codebook, codes),
        int(str(given["width"])),
        int(str(given["max_length"])),
        [str(name) for name in names],
        shares,
    )
