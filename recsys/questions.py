"""What a program can ask: each question's name, what it takes, and who answers. `gr.api`, MCP and batches follow it.

REST has a route of the same name for each; `recsys.api` writes out those that take no body.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from recsys.errors import BundleError, NotReadyError, RecsysError
from recsys.handlers import Handlers
from recsys.journey_handlers import blend_engines, first_cards, song_path, track_tags
from recsys.journey_schemas import (
    BlendEnginesOut,
    BlendEnginesRequest,
    CardsOut,
    CardsRequest,
    PathOut,
    PathRequest,
    TrackTagsOut,
    TrackTagsRequest,
)
from recsys.loading import Capabilities
from recsys.playlist_handlers import export_playlist, group_blend, playlist_doctor
from recsys.playlist_schemas import DoctorOut, DoctorRequest, ExportRequest, GroupOut, GroupRequest, PlaylistFileOut
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
        post: Whether REST takes the request as a body; if not, its fields stand in the address.
        batch: Whether many can be asked at once.
        many: Answers many requests in their order, a RecsysError in the place of an answer that there is not; None
            where nothing is saved by taking them together.
    """

    name: str
    summary: str
    request: type[Request]
    result: Any
    answer: Callable[[Handlers, Any], Any]
    post: bool = True
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


def _of_loaded(answer: Callable[[Capabilities, Any], Any]) -> Callable[[Handlers, Any], Any]:
    return lambda handlers, request: answer(handlers.loaded, request)


QUESTIONS = (
    Question(
        "search_tracks",
        "Songs by title, artist, or both in any order; accents and typing errors are forgiven.",
        SearchRequest,
        list[TrackOut],
        lambda handlers, request: handlers.search_tracks(request.query, request.limit),
        post=False,
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
        post=False,
        batch=False,
    ),
    Question(
        "cluster_of",
        "Where a song of the catalogue falls among the clusters, and what Naive Bayes thinks of it.",
        TrackRequest,
        PlacementOut,
        lambda handlers, request: handlers.cluster_of(request.track_id),
        post=False,
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
        "track_tags",
        "The genres of a song of the catalogue: by its lyric, where one came along when the bundle was made, else as "
        "the catalogue lists them; and songs that share them.",
        TrackTagsRequest,
        TrackTagsOut,
        _of_loaded(track_tags),
        post=False,
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
        "song_path",
        "A path from one song to another, each close to the one before, and what changes on the way.",
        PathRequest,
        PathOut,
        _of_loaded(song_path),
    ),
    Question(
        "blend_engines",
        "Songs ranked by several engines together, with each one's votes. An engine that was given nothing, or that "
        "this bundle lacks, takes no part.",
        BlendEnginesRequest,
        BlendEnginesOut,
        _of_loaded(blend_engines),
    ),
    Question(
        "first_cards",
        "Well-known songs whose likes and dislikes tell the most about taste, the most telling first.",
        CardsRequest,
        CardsOut,
        _of_loaded(first_cards),
        post=False,
        batch=False,  # the same for everybody
    ),
    Question(
        "playlist_doctor",
        "What does not fit a playlist, what is there twice, what is missing, and an order to play it in. The playlist "
        "is read, looked at and forgotten.",
        DoctorRequest,
        DoctorOut,
        _of_loaded(playlist_doctor),
    ),
    Question(
        "group_blend",
        "One list for two to five listeners, and how content each may be with it. The histories are read, answered and "
        "forgotten.",
        GroupRequest,
        GroupOut,
        _of_loaded(group_blend),
    ),
    Question(
        "export_playlist",
        "A playlist as the text of a file: CSV, M3U8, JSPF or Spotify links.",
        ExportRequest,
        PlaylistFileOut,
        _of_loaded(export_playlist),
    ),
    Question(
        "about",
        "What is served and where it came from.",
        NoRequest,
        AboutOut,
        lambda handlers, _: handlers.about(),
        post=False,
        batch=False,
    ),
    Question(
        "status",
        "How far loading is, which release is served, whether the Hub answered, and what is off.",
        NoRequest,
        StatusOut,
        lambda handlers, _: handlers.status(),
        post=False,
        batch=False,
    ),
)
