"""From a trained bundle to a release on the Hub, and what keeps it from becoming one."""

import json
import logging
import shutil

import pytest

from recsys.bundle import Bundle
from recsys.capabilities import load_capabilities
from recsys.errors import BundleError, HubError, ReleaseError, SourceError
from recsys.hub import Source, fetch, find
from tests.clustered_releases import changed, small_release, with_metric
from tests.hub_double import OWNER_TOKEN
from train import all as train_all
from train import card, publish
from train.release import gate

pytestmark = pytest.mark.slow
REPO = "someone/songs"


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    path = tmp_path_factory.mktemp("trained") / "bundle"
    small_release(path)
    card.main(["--out", str(path)])
    return path


@pytest.fixture
def bundle(trained, tmp_path):
    return shutil.copytree(trained, tmp_path / "bundle")


@pytest.fixture(autouse=True)
def login(tmp_path, caplog):
    """The client's own login; and what is said is kept."""
    caplog.set_level(logging.INFO)
    token = tmp_path / "home" / "token"
    token.parent.mkdir()
    token.write_text(OWNER_TOKEN)
    return token


def release(bundle, *flags):
    publish.main(["--bundle", str(bundle), "--repo", REPO, *flags])


def manifest_on(hub):
    return json.loads(hub.repo(REPO).main.files["manifest.json"].content)


def worse(bundle):
    silhouette = Bundle.open(bundle).manifest.metrics["clusters"]["silhouette"]
    with_metric(Bundle.open(bundle), "clusters", silhouette=silhouette / 2)


def better(bundle):
    silhouette = Bundle.open(bundle).manifest.metrics["clusters"]["silhouette"]
    with_metric(Bundle.open(bundle), "clusters", silhouette=silhouette * 2)


def test_a_first_release_a_better_one_and_a_worse_one(hub, bundle, caplog):
    release(bundle, "--tag", "v1")
    first = hub.repo(REPO).main.sha
    assert "First publication" in caplog.text
    better(bundle)
    release(bundle, "--tag", "v2")
    second = hub.repo(REPO).main.sha
    assert hub.repo(REPO).tags == {"v1": first, "v2": second} and first != second
    assert "silhouette" in caplog.text and "+100.0%" in caplog.text
    worse(bundle)
    worse(bundle)
    with pytest.raises(ReleaseError, match=r"is not published to someone/songs:\n  - clusters: silhouette went from"):
        release(bundle, "--tag", "v3")
    assert hub.repo(REPO).main.sha == second and "v3" not in hub.repo(REPO).tags
    assert not [request for request in hub.requests if "/tag/" in request.path and b"v3" in request.body]


def test_what_is_published_is_what_the_app_opens(hub, bundle):
    release(bundle)
    source = Source(REPO)
    loaded = load_capabilities(fetch(source, find(source), lambda step, fraction: None).open())
    assert loaded.need_clusters().cluster_of("t0").name
    readme = hub.repo(REPO).main.files["README.md"].content.decode()
    assert f"RECSYS_REPO={REPO}" in readme


def test_a_reason_publishes_what_is_worse_and_stays_in_the_manifest(lfs_hub, bundle):
    release(bundle)
    old = lfs_hub.repo(REPO).main.sha
    worse(bundle)
    release(bundle, "--force", "a fairer test set")
    (forced,) = manifest_on(lfs_hub)["config"]["release"]["forced"]
    assert (forced["reason"], forced["published"]) == ("a fairer test set", old)
    assert "silhouette went from" in forced["overruled"][0]
    assert "a fairer test set" in lfs_hub.repo(REPO).main.files["README.md"].content.decode()
    sha = lfs_hub.repo(REPO).main.sha
    release(bundle)
    assert lfs_hub.repo(REPO).main.sha == sha, "the record stays, and nothing else has changed"


def test_a_reason_that_is_not_needed_is_not_recorded(lfs_hub, bundle):
    release(bundle, "--force", "just in case")
    assert "release" not in manifest_on(lfs_hub)["config"]


@pytest.mark.parametrize("forced", [False, True])
def test_each_refusal_can_be_overruled_and_only_with_a_reason(lfs_hub, bundle, tmp_path, forced):
    release(bundle)
    published = lfs_hub.repo(REPO).main.sha
    other = tmp_path / "other"
    small_release(other, seed=5, synthetic=True)
    kept = {n: r for n, r in Bundle.open(other).manifest.files.items() if not n.startswith("clusters/")}
    changed(other, files=kept)
    flags = ["--force", "starting over"] if forced else []
    if forced:
        release(other, *flags)
        (record,) = manifest_on(lfs_hub)["config"]["release"]["forced"]
        assert {said.split(":")[0] for said in record["overruled"]} >= {"clusters"}
        assert any("invented" in said for said in record["overruled"])
        assert not [name for name in lfs_hub.repo(REPO).main.files if name.startswith("clusters/")]
    else:
        with pytest.raises(ReleaseError, match="the published release has it"):
            release(other)
        assert lfs_hub.repo(REPO).main.sha == published


def test_a_bundle_that_nothing_can_open_is_not_published_for_any_reason(lfs_hub, bundle):
    (bundle / "catalogue" / "tracks.parquet").write_bytes(b"")
    with pytest.raises(BundleError, match=r"tracks\.parquet"):
        release(bundle, "--force", "please")
    assert not lfs_hub.repos


def test_a_dry_run_compares_and_sends_nothing(lfs_hub, bundle, caplog):
    release(bundle)
    published = lfs_hub.repo(REPO).main.sha
    better(bundle)
    before, then = (bundle / "manifest.json").read_bytes(), len(lfs_hub.requests)
    release(bundle, "--dry-run")
    assert "Would send 1 files (manifest.json)" in caplog.text and "better" in caplog.text
    assert {request.method for request in lfs_hub.requests[then:]} <= {"GET", "HEAD"}
    assert lfs_hub.repo(REPO).main.sha == published and (bundle / "manifest.json").read_bytes() == before
    worse(bundle)
    worse(bundle)
    with pytest.raises(ReleaseError):
        release(bundle, "--dry-run")


def test_a_repository_that_holds_no_release_yet_is_published_to(lfs_hub, bundle):
    from huggingface_hub import HfApi

    HfApi().create_repo(REPO)
    release(bundle)
    assert "manifest.json" in lfs_hub.repo(REPO).main.files


def test_a_private_repository_stays_private(lfs_hub, bundle):
    release(bundle, "--private")
    better(bundle)
    release(bundle)
    assert lfs_hub.repo(REPO).private and len(lfs_hub.repo(REPO).commits) == 3


def test_somebody_who_publishes_during_the_comparison_is_not_overwritten(lfs_hub, bundle, monkeypatch):
    release(bundle)
    better(bundle)

    def slowly(*given, **named):
        from huggingface_hub import HfApi

        HfApi().upload_file(path_or_fileobj=b"theirs", path_in_repo="theirs.txt", repo_id=REPO)
        return gate.compare(*given, **named)

    monkeypatch.setattr(publish, "compare", slowly)
    with pytest.raises(HubError, match="Somebody else changed"):
        release(bundle)
    assert "theirs.txt" in lfs_hub.repo(REPO).main.files


def test_a_release_that_cannot_be_downloaded_is_not_published_over(lfs_hub, bundle):
    release(bundle)
    published = lfs_hub.repo(REPO).main.sha
    better(bundle)
    lfs_hub.fail("/resolve/.*labels", status=404)
    with pytest.raises(HubError, match="published release cannot be compared with"):
        release(bundle)
    assert lfs_hub.repo(REPO).main.sha == published


def test_a_published_release_that_cannot_be_read_is_replaced_with_a_reason_only(lfs_hub, bundle):
    from huggingface_hub import HfApi

    release(bundle)
    HfApi().upload_file(path_or_fileobj=b"not json", path_in_repo="manifest.json", repo_id=REPO)
    with pytest.raises(ReleaseError, match="published release cannot be read"):
        release(bundle)
    release(bundle, "--force", "somebody broke it")
    (forced,) = manifest_on(lfs_hub)["config"]["release"]["forced"]
    assert forced["reason"] == "somebody broke it"


def test_a_bundle_and_its_space_in_one_go(lfs_hub, bundle):
    release(bundle, "--space", "someone/app")
    space = lfs_hub.repo("someone/app", "space")
    assert space.variables["RECSYS_REVISION"] == lfs_hub.repo(REPO).main.sha


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        ([], r"Nothing to do: give --bundle DIR with --repo"),
        (["--bundle", "b"], r"Say where to publish the bundle: --repo"),
        (["--bundle", "b", "--repo", REPO, "--revision", "v1"], r"--revision is for a Space alone"),
    ],
)
def test_flags_that_make_no_sense_are_errors(flags, said):
    with pytest.raises(SourceError, match=said):
        publish.main(flags)


def test_a_folder_that_is_no_bundle_is_an_error(lfs_hub, tmp_path):
    with pytest.raises(BundleError, match=r"holds no manifest\.json"):
        release(tmp_path)


def test_the_token_is_never_shown(lfs_hub, bundle, login, caplog):
    release(bundle)
    login.write_text("hf_wrong_and_secret")
    with pytest.raises(HubError) as caught:
        release(bundle)
    for secret in (OWNER_TOKEN, "hf_wrong_and_secret"):
        assert secret not in caplog.text + str(caught.value)
    assert all(OWNER_TOKEN.encode() not in (entry.content or b"") for entry in lfs_hub.repo(REPO).main.files.values())


def test_training_publishes_where_it_is_told_to(monkeypatch, tmp_path):
    asked: list[list[str]] = []
    monkeypatch.setattr(train_all, "train", lambda config, files: None)
    monkeypatch.setattr(publish, "main", asked.append)
    tracks = ["--tracks", "songs.csv", "--out", str(tmp_path)]
    train_all.main(tracks)
    assert not asked
    train_all.main([*tracks, "--push-to", REPO])
    assert asked == [["--bundle", str(tmp_path), "--repo", REPO]]


def test_updating_a_space_needs_nothing_that_only_training_has():
    import subprocess
    import sys

    heavy = ("matplotlib", "torch", "tensorflow", "sklearn", "pandas", "scipy", "transformers", "gradio")
    code = f"import sys, train.publish; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "[]"
