"""The double is what other tests stand on, so it is tried with the real client itself."""

import hashlib
from pathlib import Path

import httpx
import pytest
from huggingface_hub import CommitOperationAdd, HfApi, hf_hub_download, snapshot_download
from huggingface_hub.errors import GatedRepoError, HfHubHTTPError, RepositoryNotFoundError

from tests.hub_double import OWNER_TOKEN, STRANGER_TOKEN
from tests.hub_double.client import upload

REPO = "someone/songs"
LARGE = bytes(range(256)) * 1200


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "release"
    (path / "catalogue").mkdir(parents=True)
    (path / "manifest.json").write_text('{"a": 1}')
    (path / "catalogue" / "songs.npy").write_bytes(LARGE)
    return path


def contents(path):
    return {p.relative_to(path).as_posix(): p.read_bytes() for p in Path(path).rglob("*") if p.is_file()}


def test_what_was_uploaded_comes_back_by_sha_tag_and_branch(hub, folder):
    sha = upload(hub, folder)
    api = HfApi(token=OWNER_TOKEN)
    api.create_tag(REPO, tag="v1")
    api.create_branch(REPO, branch="next")
    expected = contents(folder)
    (folder / "manifest.json").write_text('{"a": 2}')
    upload(hub, folder)
    for revision in (sha, "v1", "next"):
        assert contents(snapshot_download(REPO, revision=revision)) == expected
    assert contents(snapshot_download(REPO)) == contents(folder)
    assert {tag.name: tag.target_commit for tag in api.list_repo_refs(REPO).tags} == {"v1": sha}
    assert [commit.title for commit in api.list_repo_commits(REPO)] == ["Release", "Release", "initial commit"]


def test_large_files_take_the_way_of_the_mode(hub, folder):
    upload(hub, folder)
    entry = hub.repo(REPO).main.files["catalogue/songs.npy"]
    assert (entry.size, entry.sha256) == (len(LARGE), hashlib.sha256(LARGE).hexdigest())
    assert bool(entry.xet) == hub.xet
    assert hub.storage.holds(entry.sha256) != hub.xet
    snapshot_download(REPO)
    assert bool(hub.asked("/_lfs/", "GET")) != hub.xet
    assert all(request.token is None for request in hub.asked("/_lfs/", "GET"))


def test_what_did_not_change_is_not_sent_again(hub, folder):
    upload(hub, folder)
    before = len(hub.requests)
    (folder / "manifest.json").write_text('{"a": 2}')
    upload(hub, folder)
    sent = hub.requests[before:]
    assert max(request.received for request in sent) < len(LARGE)
    assert not [request for request in sent if "_lfs" in request.path]


def test_the_slower_of_two_publishers_is_refused(lfs_hub, folder):
    first = upload(lfs_hub, folder)
    upload(lfs_hub, folder, message="Other")
    (folder / "manifest.json").write_text('{"a": 2}')
    second = upload(lfs_hub, folder)
    api = HfApi(token=OWNER_TOKEN)
    late = [CommitOperationAdd("a.txt", b"late")]
    with pytest.raises(HfHubHTTPError, match="412"):
        api.create_commit(REPO, late, commit_message="Late", parent_commit=first)
    assert lfs_hub.repo(REPO).main.sha == second


def test_who_may_read_and_write(lfs_hub, folder):
    upload(lfs_hub, folder, private=True)
    assert HfApi(token=OWNER_TOKEN).repo_info(REPO).private
    for token in (False, STRANGER_TOKEN):
        with pytest.raises(RepositoryNotFoundError):
            HfApi(token=token).repo_info(REPO)
    HfApi(token=OWNER_TOKEN).update_repo_settings(REPO, private=False, gated="manual")
    with pytest.raises(GatedRepoError):
        hf_hub_download(REPO, "manifest.json", token=False)
    with pytest.raises(HfHubHTTPError, match="403"):
        HfApi(token=STRANGER_TOKEN).create_tag(REPO, tag="mine")
    with pytest.raises(HfHubHTTPError, match="Invalid credentials"):
        HfApi(token="hf_wrong").repo_info(REPO)


def test_a_space_keeps_its_variables_and_secrets(lfs_hub):
    api = HfApi(token=OWNER_TOKEN)
    api.create_repo("someone/app", repo_type="space", space_sdk="gradio")
    api.add_space_variable("someone/app", "RECSYS_REPO", REPO)
    api.add_space_secret("someone/app", "HF_TOKEN", "hf_secret")
    assert {k: v.value for k, v in api.get_space_variables("someone/app").items()} == {"RECSYS_REPO": REPO}
    assert list(api.get_space_secrets("someone/app")) == ["HF_TOKEN"]
    assert lfs_hub.repo("someone/app", "space").secrets == {"HF_TOKEN": "hf_secret"}
    api.upload_file(path_or_fileobj=b"x", path_in_repo="app.py", repo_id="someone/app", repo_type="space")
    assert api.list_repo_files("someone/app", repo_type="space") == ["app.py"]
    assert api.get_space_runtime("someone/app").stage == "RUNNING"


def test_an_upload_that_is_cut_leaves_the_release_as_it_was(lfs_hub, folder, impatient):
    sha = upload(lfs_hub, folder)
    (folder / "catalogue" / "songs.npy").write_bytes(LARGE[::-1])
    cut = lfs_hub.fail("/_lfs/", method="PUT", cut=100_000)
    with pytest.raises(RuntimeError, match=r"songs\.npy"):
        upload(lfs_hub, folder)
    assert cut.befallen and lfs_hub.repo(REPO).main.sha == sha
    assert 0 < lfs_hub.asked("/_lfs/", "PUT")[-1].received < len(LARGE)
    lfs_hub.heal()
    assert upload(lfs_hub, folder) != sha


def test_a_download_that_is_cut_goes_on_where_it_stopped(lfs_hub, folder, impatient):
    content = LARGE * 40
    (folder / "catalogue" / "songs.npy").write_bytes(content)
    upload(lfs_hub, folder)
    lfs_hub.fail("/_lfs/", method="GET", cut=len(content) - 1000, times=1)
    assert Path(hf_hub_download(REPO, "catalogue/songs.npy")).read_bytes() == content
    first, second = lfs_hub.asked("/_lfs/", "GET")
    kept = int(second.headers["range"].removeprefix("bytes=").removesuffix("-"))  # whole pieces of 10 MiB
    assert 0 < kept < first.sent == len(content) - 1000
    assert second.sent == len(content) - kept


def test_a_flipped_bit_a_status_and_a_silent_server(lfs_hub, folder):
    upload(lfs_hub, folder)
    lfs_hub.fail("/_lfs/", flip=True, times=1)
    got = Path(hf_hub_download(REPO, "catalogue/songs.npy")).read_bytes()
    assert sum(a != b for a, b in zip(got, LARGE, strict=True)) == 1
    lfs_hub.fail("/api/models/", status=429, headers={"Retry-After": "7"}, times=1)
    answer = httpx.get(f"{lfs_hub.url}/api/models/{REPO}")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")
    assert httpx.get(f"{lfs_hub.url}/api/models/{REPO}").status_code == 200
    lfs_hub.fail("/api/models/", hang=True)
    with pytest.raises(httpx.ReadTimeout):
        httpx.get(f"{lfs_hub.url}/api/models/{REPO}", timeout=0.2)


def test_down_and_up_again(lfs_hub, folder):
    upload(lfs_hub, folder)
    with httpx.Client() as client:
        assert client.get(f"{lfs_hub.url}/api/models/{REPO}").status_code == 200
        lfs_hub.down()
        with pytest.raises(httpx.TransportError):
            client.get(f"{lfs_hub.url}/api/models/{REPO}")
        lfs_hub.up()
        assert client.get(f"{lfs_hub.url}/api/models/{REPO}").status_code == 200
