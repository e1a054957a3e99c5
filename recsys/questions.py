"""What a program can ask: each question's name, what it takes, and who answers. `gr.api`, MCP and batches follow it.

REST has a route of the same name for each, written out in `recsys.api`; a test compares the two.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from recsys.errors import BundleError, NotReadyError, RecsysError
from recsys.handlers import Handlers
from recsys.schemas import (
    AboutOut,
    ClustersOut,
    FeaturesRequest,
    HistoryOut,
    HistoryRequest,
    NoRequest,
    PlacementOut,
    Request,
    SearchRequest,
    SimilarToFeaturesRequest,
    SimilarTracksOut,
    SimilarTracksRequest,
    StatusOut,
    TagOut,
    TagRequest,
    TrackOut,
    TrackRequest,
    VibeOut,
    VibeRequest,
)

Many = Callable[[Handlers, Sequence[Any]], Iterator[Any]]


@dataclass(frozen=True)
class Question:
    """One thing that can be asked.

    Attributes:
        name: Of the Gradio endpoint, the MCP tool and, after the prefix, the REST route.
        summary: What the answer is, in a sentence.
        request: Its fields are the parameters.
        result: The type of the answer.
        answer: Takes the handlers and a request.
        batch: Whether many can be asked at once.
        many: Answers many requests in their order, a RecsysError in the place of an answer that there is not; None
            where nothing is saved by taking them together.
    """

    name: str
    summary: str
    request: type[Request]
    result: Any
    answer: Callable[[Handlers, Any], Any]
    batch: bool = True
    many: Many | None = None

    def each(self, handlers: Handlers, requests: Sequence[Request]) -> Iterator[Any]:
        """Answers to ``requests`` in their order, one after the other, each an answer or a RecsysError.

        Raises:
            NotReadyError, BundleError: what is wrong is not with one of the requests.
        """
        answers = self.many(handlers, requests) if self.many else (self._one(handlers, one) for one in requests)
        for answer in answers:
            if isinstance(answer, NotReadyError | BundleError):
                raise answer
            yield answer

    def _one(self, handlers: Handlers, request: Request) -> Any:
        try:
            return self.answer(handlers, request)
        except RecsysError as error:
            return error


QUESTIONS = (
    Question(
        "search_tracks",
        "Songs by title, artist, or both in any order; accents and typing errors are forgiven.",
        SearchRequest,
        list[TrackOut],
        lambda handlers, request: handlers.search_tracks(request.query, request.limit),
    ),
    Question(
        "similar_tracks",
        "Songs like the ones given, best first, each with reasons.",
        SimilarTracksRequest,
        SimilarTracksOut,
        Handlers.similar_tracks,
        many=Handlers.similar_to_each,
    ),
    Question(
        "similar_to_features",
        "Songs like one that the catalogue does not have, given by its audio features.",
        SimilarToFeaturesRequest,
        SimilarTracksOut,
        Handlers.similar_to_features,
    ),
    Question(
        "clusters",
        "The families of songs in this catalogue.",
        NoRequest,
        ClustersOut,
        lambda handlers, _: handlers.clusters(),
        batch=False,
    ),
    Question(
        "cluster_of",
        "Where a song of the catalogue falls among the clusters, and what Naive Bayes thinks of it.",
        TrackRequest,
        PlacementOut,
        lambda handlers, request: handlers.cluster_of(request.track_id),
    ),
    Question(
        "predict_cluster",
        "Where a song with these audio features would fall among the clusters.",
        FeaturesRequest,
        PlacementOut,
        lambda handlers, request: handlers.predict_cluster(request.features),
    ),
    Question(
        "tag_lyrics",
        "The genres of one lyric, the lines that speak for each, and songs of the catalogue that share them.",
        TagRequest,
        TagOut,
        lambda handlers, request: handlers.tag_lyrics(request.lyrics, request),
    ),
    Question(
        "search_vibe",
        "Songs for a free text in English or Spanish, what was understood of it, and why each song.",
        VibeRequest,
        VibeOut,
        Handlers.search_vibe,
    ),
    Question(
        "recommend_from_history",
        "Songs that follow a listening history, with reasons. The history is read, answered and forgotten.",
        HistoryRequest,
        HistoryOut,
        Handlers.recommend_from_history,
    ),
    Question(
        "about",
        "What is served and where it came from.",
        NoRequest,
        AboutOut,
        lambda handlers, _: handlers.about(),
        batch=False,
    ),
    Question(
        "status",
        "How far loading is, which release is served, whether the Hub answered, and what is off.",
        NoRequest,
        StatusOut,
        lambda handlers, _: handlers.status(),
        batch=False,
    ),
)
