"""One file of a data set on the Hub, for training."""

from __future__ import annotations

import re
from pathlib import Path

from recsys.errors import SourceError

DATASET_PREFIX = "hf://datasets/"
_NAME = r"[\w.-]+"
# The revision may follow the file, or the name as in the Hub's own addresses.
_DATASET_URL = re.compile(
    rf"hf://datasets/(?P<repo>{_NAME}/{_NAME})(?:@(?P<early>[^/@]+))?/(?P<file>[^@]*[^@/])(?:@(?P<late>[^@]+))?"
)


def fetch_dataset_file(url: str) -> Path:
    """Download one file of a data set on the Hub, or find it in the cache.

    Args:
        url: ``hf://datasets/OWNER/NAME/FILE@REVISION``; without ``@REVISION``, the newest on "main".

    Returns:
        The file in the Hub client's cache; it is not to be changed.

    Raises:
        SourceError: the address is malformed, the Hub has no such file, or it cannot be reached.
    """
    repo, file, revision = _parse(url)
    # Here and not above: a bundle from disk needs no network client.
    from huggingface_hub import errors, hf_hub_download
    from huggingface_hub.utils import httpx  # type: ignore[attr-defined]

    try:
        return Path(hf_hub_download(repo, file, repo_type="dataset", revision=revision))
    except errors.HFValidationError as error:
        raise SourceError(f"{url} is not the address of a data set: {error}") from error
    except errors.GatedRepoError as error:
        raise SourceError(
            f"Data set {repo} is gated: accept its terms on its page on the Hub, then set HF_TOKEN to your token."
        ) from error
    except errors.RepositoryNotFoundError as error:
        raise SourceError(
            f"The Hub has no data set {repo}, or it is private. Check the name in {url}, or set HF_TOKEN."
        ) from error
    except errors.RevisionNotFoundError as error:
        raise SourceError(f"Data set {repo} has no revision {revision!r}. Give a branch, a tag or a commit.") from error
    except errors.RemoteEntryNotFoundError as error:
        raise SourceError(f"Data set {repo} has no file {file!r} at revision {revision!r}.") from error
    except (errors.LocalEntryNotFoundError, errors.OfflineModeIsEnabled) as error:
        raise SourceError(
            f"{url} is not in the cache and the Hub cannot be reached. "
            "Check the connection and HF_HUB_OFFLINE, or give a local file."
        ) from error
    except (errors.HfHubHTTPError, httpx.HTTPError) as error:
        raise SourceError(f"The Hub did not give {url}: {_first_line(error)}. Try again later.") from error


def _parse(url: str) -> tuple[str, str, str]:
    """``url`` as repository, file and revision."""
    match = _DATASET_URL.fullmatch(url)
    if match is None or (match["early"] and match["late"]):
        raise SourceError(
            f"{url} is not the address of a data set's file. Write hf://datasets/OWNER/NAME/FILE@REVISION, "
            "such as hf://datasets/someone/songs/data/tracks.csv@main."
        )
    return match["repo"], match["file"], match["early"] or match["late"] or "main"


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
