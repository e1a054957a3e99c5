"""What the page says of the release it serves, and of the one that comes after it."""

# ruff: noqa: F811  (a fixture of another module is asked for by its name)

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from recsys import loading, releases
from recsys.errors import BundleError
from recsys.loading import Loader
from recsys.settings import Settings
from recsys.ui import page as page_module
from tests.browser.conftest import OpenPage
from tests.browser.steps import open_clusters
from tests.hub_double import HubDouble
from tests.hub_double.client import upload
from tests.small_releases import REPO, clustered, write_release  # noqa: F401

Started = tuple[str, Loader]


@pytest.fixture
def started(lfs_hub: HubDouble, clustered: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Started]:
    """The app on a release of the double, looking for newer ones when told to; its pages look twice a second."""
    from app import serve

    monkeypatch.setattr(page_module, "_LOOK_SECONDS", 0.5)
    upload(lfs_hub, clustered)
    blocks, loader, url = serve(Settings(repo=REPO, refresh_minutes=60), block=False)
    loader.wait(60)
    yield url, loader
    loader.stop()
    blocks.close()


def test_foot_and_choices_follow_the_release(
    started: Started, lfs_hub: HubDouble, open_page: OpenPage, clustered: Path, tmp_path: Path
):
    url, loader = started
    page = open_page(url)
    first = lfs_hub.repo(REPO).main.sha
    expect(page.locator("#page-foot")).to_contain_text(f"Serving someone/songs @ {first[:7]}: latest on main; the Hub")
    expect(page.locator("#status")).not_to_be_visible()
    expect(page.locator(".badge")).to_contain_text("200 songs")
    open_clusters(page)
    expect(page.locator("#cluster-choice input[type=radio]")).to_have_count(3)

    lfs_hub.down()
    loader.look_again()
    expect(page.locator("#status [role=alert]")).to_contain_text("The Hub did not say what is newest.")
    expect(page.locator("#page-foot")).to_contain_text("the Hub did not confirm it at")
    lfs_hub.up()

    second = upload(lfs_hub, write_release(tmp_path / "release", 30))
    loader.look_again()
    expect(page.locator("#status")).to_contain_text("A newer release is served since you opened this page.")
    expect(page.locator("#page-foot")).to_contain_text(second[:7])
    page.reload()
    expect(page.locator(".badge")).to_contain_text("30 songs")
    expect(page.locator("#status")).not_to_be_visible()
    page.get_by_role("tab", name="Clusters").click()
    expect(page.locator("#cluster-problem")).to_contain_text("Clusters are not available.")
    page.close()  # before its server is gone


def test_page_that_cannot_start_fills_in_once_the_hub_is_back(
    lfs_hub: HubDouble, open_page: OpenPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    from app import serve

    def no_demo(cache: Path, report: object) -> Path:
        raise BundleError("There is nothing to train with.")

    monkeypatch.setattr(page_module, "_LOOK_SECONDS", 0.5)
    monkeypatch.setattr(loading, "RETRY_SECONDS", 0.2)
    monkeypatch.setattr(releases, "demo_bundle", no_demo)
    upload(lfs_hub, write_release(tmp_path / "release", 30))
    lfs_hub.down()
    blocks, loader, url = serve(Settings(repo=REPO), block=False)
    try:
        page = open_page(url)
        expect(page.locator("#status [role=alert]")).to_contain_text("The app cannot start. The connection to the Hub")
        lfs_hub.up()
        expect(page.locator(".badge")).to_contain_text("30 songs")
        expect(page.locator("#status")).not_to_be_visible()
        page.close()  # before its server is gone
    finally:
        loader.stop()
        blocks.close()
