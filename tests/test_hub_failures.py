"""Each failure of the Hub, provoked over real HTTP, and the words for it."""

import pytest
from huggingface_hub import HfApi, constants, hf_hub_download

from recsys.errors import HubError
from recsys.hub.failures import hub_error, hub_failures
from tests.hub_double import OWNER_TOKEN, STRANGER_TOKEN

REPO = "someone/songs"


@pytest.fixture
def repo(lfs_hub):
    api = HfApi(token=OWNER_TOKEN)
    api.create_repo(REPO)
    api.upload_file(path_or_fileobj=b"{}", path_in_repo="manifest.json", repo_id=REPO)
    return lfs_hub.repo(REPO)


def ask(token=False, revision=None, timeout=1.0):
    with hub_failures("looking up main", REPO):
        HfApi().repo_info(REPO, revision=revision, token=token, timeout=timeout)


@pytest.mark.parametrize(
    ("status", "headers", "words"),
    [
        (401, {}, r"no model someone/songs that it shows to you: .* or it is private\. Set HF_TOKEN"),
        (
            401,
            {"X-Error-Message": "Invalid credentials in Authorization header"},
            r"refused the token while looking up",
        ),
        (403, {"X-Error-Message": "no"}, r"The Hub forbade looking up main: 403 Forbidden: no\. Set HF_TOKEN"),
        (404, {"X-Error-Code": "RevisionNotFound"}, r"no such revision\. Give a branch, a tag or a commit"),
        (404, {"X-Error-Code": "GatedRepo"}, r"is gated: accept its terms"),
        (404, {"X-Error-Code": "EntryNotFound"}, r"lacks a file"),
        (412, {}, r"Somebody else changed someone/songs"),
        (429, {"Retry-After": "7"}, r"asked too often \(429\) while looking up main\. Try again in 7 s"),
        (500, {}, r"failed while looking up main \(status 500\)\. Try again later"),
    ],
)
def test_what_the_hub_answers_is_said_plainly(lfs_hub, repo, status, headers, words):
    lfs_hub.fail("/api/models", status=status, headers=headers)
    with pytest.raises(HubError, match=words) as caught:
        ask()
    assert caught.value.answered


def test_something_that_is_no_hub(lfs_hub, repo):
    lfs_hub.fail("/api/models", status=200)
    with pytest.raises(HubError, match=r"What answered while looking up main is no Hub\. Check HF_ENDPOINT"):
        ask()


def test_a_private_repository_and_a_strangers_token(lfs_hub, repo):
    repo.private = True
    for token in (False, STRANGER_TOKEN):
        with pytest.raises(HubError, match="or it is private"):
            ask(token)
    with pytest.raises(HubError, match=r"forbade|may write it"), hub_failures("tagging", REPO):
        repo.private = False
        HfApi(token=STRANGER_TOKEN).create_tag(REPO, tag="mine")


def test_a_bad_token_is_never_shown(lfs_hub, repo):
    with pytest.raises(HubError, match="refused the token") as caught:
        ask("hf_wrong")
    assert "hf_wrong" not in str(caught.value)


def test_a_hub_that_says_nothing(lfs_hub, repo):
    lfs_hub.fail("/api/models", hang=True)
    with pytest.raises(HubError, match=r"did not answer in time while looking up main") as caught:
        ask(timeout=0.2)
    assert not caught.value.answered


def test_a_hub_that_is_down(lfs_hub, repo, impatient):
    lfs_hub.down()
    with pytest.raises(HubError, match=r"The connection to the Hub failed while looking up main \(.*refused"):
        ask()
    with pytest.raises(HubError, match=r"The connection to the Hub failed while downloading"):
        with hub_failures("downloading manifest.json", REPO):
            hf_hub_download(REPO, "manifest.json")


def test_offline_by_ones_own_wish(lfs_hub, repo, monkeypatch):
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(HubError, match="HF_HUB_OFFLINE is set"):
        ask()


def test_a_name_that_is_none():
    with pytest.raises(HubError, match="'a/b/c' is not a repository's name"), hub_failures("looking", "a/b/c"):
        HfApi().repo_info("a/b/c")


def test_bugs_pass_through():
    with pytest.raises(KeyError), hub_failures("looking", REPO):
        dict[str, str]()["nothing"]
    assert hub_error(TypeError("x"), "looking", REPO) is None
