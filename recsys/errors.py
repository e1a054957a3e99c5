"""Every error this project raises on purpose.

RecsysError
├── UnknownTrackError   the caller named a track the catalogue does not hold
├── NoClipError         the track is known, but cannot be heard here
├── InvalidQueryError   the query cannot be answered as it stands: k, a feature, a filter is off
│   ├── EmptyQueryError     nothing to search or recommend from
│   └── NoMatchError        the query is fine, but its filters leave no song
├── NotReadyError       the models are still loading
├── BusyError           too much is asked at once
├── BundleError         an artifact is missing, damaged, or made for something else
│   └── CapabilityMissingError  this bundle does not hold the capability that was asked for
├── HubError            the Hub refused, failed, or could not be reached
├── ReleaseError        a bundle is worse than the release that it would replace
├── SettingsError       environment variables that make no sense, or not together
└── SourceError         a file given to training cannot be read as what it should be

Messages say what was given, what was expected and what to do; the UI and the API show them as they stand.
"""


class RecsysError(Exception):
    """Base class: catch this to show a message instead of a traceback."""


class UnknownTrackError(RecsysError, LookupError):
    """No track in the catalogue has this id."""


class NoClipError(RecsysError, LookupError):
    """The songs of this catalogue have no sound that could be rendered."""


class InvalidQueryError(RecsysError, ValueError):
    """A parameter of the query is out of its range or of the wrong type."""


class EmptyQueryError(InvalidQueryError):
    """The query holds nothing to rank against."""


class NoMatchError(InvalidQueryError):
    """No track passes the filters."""


class NotReadyError(RecsysError):
    """The models are still being fetched, built or loaded."""


class BusyError(RecsysError):
    """Too much is asked at once; it would be answered a little later."""


class BundleError(RecsysError):
    """The bundle cannot be used: missing file, wrong kind, damage, or another catalogue."""


class CapabilityMissingError(BundleError):
    """The bundle is fine but was trained without this capability."""


class SourceError(RecsysError):
    """A source file is missing, damaged, or not in a format that a reader knows."""


class HubError(RecsysError):
    """The Hub refused, failed or could not be reached.

    Attributes:
        answered: Whether the Hub did answer, if only to refuse.
    """

    def __init__(self, message: str, *, answered: bool = False) -> None:
        super().__init__(message)
        self.answered = answered


class ReleaseError(RecsysError):
    """A bundle is not to be published as it stands."""


class SettingsError(RecsysError, ValueError):
    """An environment variable has a value that cannot be used, or two contradict each other."""
