"""Publishing over real HTTP, with the real client, to a Hub of our own."""

import dataclasses
import hashlib
import random

import pytest

from recsys.bundle import Bundle, Manifest, record_file, write_folder, write_manifest
from recsys.errors import BundleError, HubError
from recsys.hub.push import changes, files_of, push
from recsys.hub.repository import look
from tests.hub_double import OWNER_TOKEN, STRANGER_TOKEN, HubDouble
from tests.hub_double.client import client_of

pytestmark = pytest.mark.slow
REPO = "someone/songs"
LARGE = 300_000


@pytest.fixture(autouse=True)
def login(monkeypatch, tmp_path):
    """The file of the client's own login."""
    token = tmp_path / "home" / "token"
    token.parent.mkdir()
    token.write_text(OWNER_TOKEN)
    # The client waits half a minute in all before it gives an upload up.
    monkeypatch.setattr("huggingface_hub.utils._http.time.sleep", lambda seconds: None)
    return token


def write(path, folder, seed, names=("a", "b"), **texts):
    """A folder of a bundle: large arrays of random bytes, and small texts."""
    manifest = Bundle.open(path).manifest if (path / "manifest.json").exists() else Manifest("Songs", "c")
    with write_folder(path, folder, manifest, config={}, metrics={}) as out:
        for name in names:
            content = random.Random(f"{seed}{name}").randbytes(LARGE)
            (out.path / f"{name}.npy").write_bytes(content)
        for name, text in texts.items():
            (out.path / f"{name}.json").write_text(text)


@pytest.fixture
def bundle(tmp_path):
    path = tmp_path / "bundle"
    write(path, "catalogue", 1, about="[1]")
    write(path, "clusters", 1, names=("c",))
    (path / "README.md").write_text("---\nlicense: mit\n---\n# Songs\n")
    record_file(Bundle.open(path), "README.md")
    return path


def on_hub(hub, revision="main", repo=REPO):
    """The sha256, or the content, of each file that a commit holds."""
    files = hub.repo(repo).at(revision).files
    return {name: entry.sha256 or entry.content for name, entry in files.items()}


def on_disk(path):
    names = [*Bundle.open(path).manifest.files, "manifest.json"]
    read = {name: (path / name).read_bytes() for name in names}
    return {name: hashlib.sha256(data).hexdigest() if name.endswith(".npy") else data for name, data in read.items()}


def uploaded(hub, since=0):
    """Bytes of large files that were sent."""
    return sum(
        request.received for request in hub.requests[since:] if "_lfs/" in request.path and request.method == "PUT"
    )


def test_a_repository_is_made_and_holds_the_bundle(hub, bundle):
    pushed = push(bundle, REPO, message="First")
    assert on_hub(hub) == on_disk(bundle)
    main = hub.repo(REPO).main
    assert (pushed.sha, main.title) == (main.sha, "First")
    assert pushed.url == f"{hub.url}/{REPO}"
    assert set(pushed.sent) == set(on_disk(bundle)) and not pushed.unchanged and not pushed.removed
    assert len(hub.repo(REPO).commits) == 2, "the Hub's own first commit, and one of ours"
    assert not hub.repo(REPO).private


def test_a_new_repository_may_be_private(lfs_hub, bundle):
    push(bundle, REPO, private=True)
    assert lfs_hub.repo(REPO).private


def test_only_what_changed_is_sent_and_what_is_gone_is_removed(hub, bundle):
    push(bundle, REPO)
    before, then = on_hub(hub), len(hub.requests)
    write(bundle, "clusters", 2, names=("c", "d"))
    write(bundle, "catalogue", 1, names=("a",), about="[2]")
    pushed = push(bundle, REPO, onto=look(REPO))
    assert on_hub(hub) == on_disk(bundle)
    assert pushed.sent == ("catalogue/about.json", "clusters/c.npy", "clusters/d.npy", "manifest.json")
    assert pushed.removed == ("catalogue/b.npy",)
    assert pushed.unchanged == ("README.md", "catalogue/a.npy")
    assert before == on_hub(hub, hub.repo(REPO).commits and list(hub.repo(REPO).commits)[-2])
    assert len(hub.repo(REPO).commits) == 3
    if not hub.xet:
        assert uploaded(hub, then) == 2 * LARGE


def test_the_same_bundle_again_is_no_commit(lfs_hub, bundle):
    first = push(bundle, REPO)
    then = len(lfs_hub.requests)
    again = push(bundle, REPO, onto=look(REPO))
    assert (again.sha, again.sent, again.removed) == (first.sha, (), ())
    assert {request.method for request in lfs_hub.requests[then:]} == {"GET", "HEAD"}


def test_files_that_others_added_stay(lfs_hub, bundle):
    from huggingface_hub import HfApi

    push(bundle, REPO)
    HfApi().upload_file(path_or_fileobj=b"mine", path_in_repo="LICENSE", repo_id=REPO)
    write(bundle, "clusters", 2, names=("d",))
    pushed = push(bundle, REPO, onto=look(REPO))
    assert pushed.removed == ("clusters/c.npy",)
    assert on_hub(lfs_hub) == on_disk(bundle) | {"LICENSE": b"mine"}


def test_what_the_manifest_does_not_name_stays_at_home(lfs_hub, bundle):
    (bundle / ".cache").mkdir()
    (bundle / ".cache" / "secret").write_text("s")
    (bundle / "notes.txt").write_text("n")
    push(bundle, REPO)
    assert set(on_hub(lfs_hub)) == {*Bundle.open(bundle).manifest.files, "manifest.json"}


def test_a_hidden_file_that_the_manifest_names_is_refused(lfs_hub, bundle):
    (bundle / "clusters" / ".env").write_text("HF_TOKEN=x")
    record_file(Bundle.open(bundle), "clusters/.env")
    with pytest.raises(BundleError, match=r"names clusters/\.env, a hidden file"):
        push(bundle, REPO)
    assert not lfs_hub.requests


@pytest.mark.parametrize("damage", ["changed", "missing", "no card"])
def test_a_bundle_that_is_not_whole_is_refused_before_anything_is_asked(lfs_hub, bundle, damage):
    if damage == "changed":
        (bundle / "clusters" / "c.npy").write_bytes(b"x" * LARGE)
        said = "damaged: its sha256 is not the manifest's"
    elif damage == "missing":
        (bundle / "clusters" / "c.npy").unlink()
        said = "missing, though the manifest names it"
    else:
        manifest = Bundle.open(bundle).manifest
        files = {name: record for name, record in manifest.files.items() if name != "README.md"}
        write_manifest(bundle, dataclasses.replace(manifest, files=files))
        said = r"has no README\.md\. Run python -m train\.card"
    with pytest.raises(BundleError, match=said):
        push(bundle, REPO)
    assert not lfs_hub.requests


def test_the_tag_names_the_commit(lfs_hub, bundle):
    first = push(bundle, REPO, tag="v1")
    write(bundle, "clusters", 2, names=("c",))
    second = push(bundle, REPO, tag="v2", onto=look(REPO))
    assert lfs_hub.repo(REPO).tags == {"v1": first.sha, "v2": second.sha}


def test_a_tag_that_is_taken_is_an_error_before_anything_is_sent(lfs_hub, bundle):
    first = push(bundle, REPO, tag="v1")
    write(bundle, "clusters", 2, names=("c",))
    then = len(lfs_hub.requests)
    with pytest.raises(HubError, match=rf"has a tag v1 already, on commit {first.sha}\. Nothing was sent"):
        push(bundle, REPO, tag="v1", onto=look(REPO))
    assert {request.method for request in lfs_hub.requests[then:]} <= {"GET", "HEAD"}
    assert lfs_hub.repo(REPO).main.sha == first.sha


def test_a_tag_that_could_not_be_set_is_set_by_the_next_run(lfs_hub, bundle):
    lfs_hub.fail("/tag/", status=500)
    with pytest.raises(HubError, match=r"is published at [0-9a-f]{40}, without the tag v1.*status 500"):
        push(bundle, REPO, tag="v1")
    lfs_hub.heal()
    again = push(bundle, REPO, tag="v1", onto=look(REPO))
    assert lfs_hub.repo(REPO).tags == {"v1": again.sha} and not again.sent
    assert push(bundle, REPO, tag="v1", onto=look(REPO)).sha == again.sha, "the tag is where it should be"


def test_of_two_publishers_the_slower_one_is_refused(hub, bundle, tmp_path):
    push(bundle, REPO)
    seen = look(REPO)
    write(bundle, "clusters", 2, names=("c",))
    faster = push(bundle, REPO, onto=seen)
    write(bundle, "clusters", 3, names=("c",))
    with pytest.raises(HubError, match=r"Somebody else changed someone/songs in the meantime.*again"):
        push(bundle, REPO, onto=seen)
    assert hub.repo(REPO).main.sha == faster.sha
    assert push(bundle, REPO, onto=look(REPO)).sha == hub.repo(REPO).main.sha
    assert on_hub(hub) == on_disk(bundle)


def test_of_two_first_publishers_the_slower_one_is_refused(lfs_hub, bundle):
    assert look(REPO) is None
    faster = push(bundle, REPO)
    with pytest.raises(HubError, match=r"Somebody published to someone/songs meanwhile\. Run again"):
        push(bundle, REPO, onto=None)
    assert lfs_hub.repo(REPO).main.sha == faster.sha


@pytest.mark.parametrize("seed", range(3))
def test_an_upload_that_is_cut_leaves_the_old_release_and_goes_on_where_it_stopped(lfs_hub, bundle, seed):
    old = push(bundle, REPO)
    before = on_hub(lfs_hub)
    names = [f"n{i}" for i in range(6)]
    write(bundle, "clusters", 2, names=names)
    unlucky = hashlib.sha256((bundle / "clusters" / "n3.npy").read_bytes()).hexdigest()
    cut = lfs_hub.fail(f"/_lfs/{unlucky}", method="PUT", cut=random.Random(seed).randrange(1, LARGE))
    with pytest.raises(HubError, match=r"connection|failed"):
        push(bundle, REPO, onto=look(REPO))
    assert cut.befallen and lfs_hub.repo(REPO).main.sha == old.sha and on_hub(lfs_hub) == before
    arrived = len(list(lfs_hub.storage.lfs.iterdir()))
    lfs_hub.heal()
    then = len(lfs_hub.requests)
    push(bundle, REPO, onto=look(REPO))
    assert on_hub(lfs_hub) == on_disk(bundle)
    missing = len(list(lfs_hub.storage.lfs.iterdir())) - arrived
    assert uploaded(lfs_hub, then) == missing * LARGE
    assert 1 <= missing < 6, "what had arrived was not sent again"


def test_a_commit_that_is_cut_leaves_the_old_release(hub, bundle):
    old = push(bundle, REPO)
    before = on_hub(hub)
    write(bundle, "clusters", 2, names=("c",))
    hub.fail("/commit/", cut=50)
    with pytest.raises(HubError, match="connection"):
        push(bundle, REPO, onto=look(REPO))
    assert hub.repo(REPO).main.sha == old.sha and on_hub(hub) == before
    hub.heal()
    push(bundle, REPO, onto=look(REPO))
    assert on_hub(hub) == on_disk(bundle)


@pytest.mark.parametrize(
    ("token", "said"),
    [
        (None, r"no token to write with: set HF_TOKEN.*or run `hf auth login`"),
        ("hf_wrong", r"refused the token"),
        (STRANGER_TOKEN, r"forbade creating.*Set HF_TOKEN to a token that may write"),
    ],
)
def test_who_may_not_publish_is_told_what_is_needed(lfs_hub, bundle, login, token, said):
    login.write_text(token or "")
    with pytest.raises(HubError, match=said) as caught:
        push(bundle, REPO, onto=look(REPO) if token != "hf_wrong" else None)
    assert str(token) not in str(caught.value)
    assert not lfs_hub.repos


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (401, "may write"),
        (403, "forbade"),
        (429, r"too often \(429\).*in 7 s"),
        (500, "status 500"),
        (503, "503"),
    ],
)
@pytest.mark.parametrize("where", ["/preupload/", "objects/batch", "/commit/"])
def test_a_refusal_half_way_is_told_and_nothing_is_published(lfs_hub, bundle, where, status, said):
    old = push(bundle, REPO)
    write(bundle, "clusters", 2, names=("c",))
    lfs_hub.fail(where, status=status, headers={"Retry-After": "7"})
    with pytest.raises(HubError, match=said):
        push(bundle, REPO, onto=look(REPO))
    assert lfs_hub.repo(REPO).main.sha == old.sha


def test_a_name_that_the_hub_forbids_is_named(lfs_hub, bundle):
    with pytest.raises(HubError, match=r"'so\.\.ngs/x/y' is not a repository's name.*Write OWNER/NAME"):
        look("so..ngs/x/y")


def test_what_would_be_sent_can_be_seen_before(lfs_hub, bundle):
    assert set(changes(Bundle.open(bundle), None).sent) == set(files_of(Bundle.open(bundle)))
    push(bundle, REPO)
    write(bundle, "clusters", 2, names=("d",))
    planned = changes(Bundle.open(bundle), look(REPO))
    assert (planned.sent, planned.removed) == (("clusters/d.npy", "manifest.json"), ("clusters/c.npy",))


def test_a_published_manifest_that_cannot_be_read_removes_nothing(lfs_hub, bundle, caplog):
    from huggingface_hub import HfApi

    push(bundle, REPO)
    HfApi().upload_file(path_or_fileobj=b"not json", path_in_repo="manifest.json", repo_id=REPO)
    write(bundle, "clusters", 2, names=("d",))
    assert push(bundle, REPO, onto=look(REPO)).removed == ()
    assert "published manifest cannot be read" in caplog.text
    assert {"clusters/c.npy", "clusters/d.npy"} <= set(on_hub(lfs_hub))


@pytest.fixture
def xet_hub(monkeypatch, tmp_path):
    with HubDouble(tmp_path / "hub", xet=True) as double, client_of(double, monkeypatch, tmp_path):
        yield double


@pytest.mark.parametrize("status", [401, 403, 404])
def test_where_xet_refuses_the_old_release_stays(xet_hub, bundle, status):
    old = push(bundle, REPO)
    before = on_hub(xet_hub)
    write(bundle, "clusters", 2, names=("c",))
    xet_hub.fail("/xet-write-token/", status=status)
    with pytest.raises(HubError):
        push(bundle, REPO, onto=look(REPO))
    assert xet_hub.repo(REPO).main.sha == old.sha and on_hub(xet_hub) == before
    xet_hub.heal()
    push(bundle, REPO, onto=look(REPO))
    assert on_hub(xet_hub) == on_disk(bundle)
