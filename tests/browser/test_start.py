"""Before the models are there, and where some of them never will be."""

from __future__ import annotations

import shutil
from pathlib import Path
from unittest.mock import patch

import pytest
from playwright.sync_api import expect

from recsys.loading import Capabilities, Loader
from recsys.settings import Settings
from tests.browser.conftest import OpenPage, Serve
from tests.browser.steps import open_clusters, pick_track, results, rows


def test_page_is_up_before_the_models_and_fills_in_by_itself(open_page: OpenPage, demo_path: Path):
    from app import serve

    with patch.object(Loader, "start"):
        blocks, loader, url = serve(Settings(bundle=demo_path), block=False)
    try:
        page = open_page(url)
        notice = page.locator("#status")
        expect(notice).to_contain_text("Getting ready: 0%.")
        expect(page.get_by_role("heading", name="Music recommender")).to_be_visible()
        loader._report("Learning which songs are alike", 0.4)
        expect(notice).to_contain_text("Getting ready: 40%. Learning which songs are alike.")
        expect(page.get_by_role("progressbar", name="Loading")).to_have_attribute("aria-valuenow", "40")
        expect(page.locator("#seeds-input")).not_to_be_visible()
        loader.start()
        expect(rows(page).first).to_be_visible()
        expect(notice).not_to_be_visible()
        expect(page.locator(".badge")).to_contain_text("Invented songs (demo)")
        page.close()  # before its server is gone
    finally:
        blocks.close()


def test_page_left_open_asks_for_nothing(open_page: OpenPage):
    page = open_page()
    expect(rows(page).first).to_be_visible()
    page.wait_for_timeout(1000)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.wait_for_timeout(2500)
    assert [url for url in asked if "heartbeat" not in url] == []


@pytest.mark.usefixtures("demo_path")
def test_bundle_that_is_not_there_is_named_above_the_demo_world(
    open_page: OpenPage, serve_bundle: Serve, tmp_path: Path
):
    page = open_page(serve_bundle(tmp_path / "nowhere"))
    alert = page.locator("#status [role=alert]")
    expect(alert).to_contain_text("These are not the songs that were asked for.")
    expect(alert).to_contain_text("nowhere holds no manifest.json")
    expect(page.locator(".badge")).to_contain_text("Invented songs (demo)")
    expect(page.locator("#page-foot")).to_contain_text("Serving the demo world.")


@pytest.fixture
def damaged(demo_path: Path, tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """The demo bundle with one byte of the named file flipped."""
    path = tmp_path / "damaged"
    shutil.copytree(demo_path, path)
    file = path / request.param
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    file.write_bytes(content)
    return path


@pytest.mark.parametrize("damaged", ["clusters/model.safetensors"], indirect=True)
def test_damaged_clusters_leave_similar_songs(
    damaged: Path, open_page: OpenPage, serve_bundle: Serve, demo: Capabilities
):
    page = open_page(serve_bundle(damaged))
    pick_track(page, demo.catalogue.track(0))
    expect(results(page)).to_have_count(10)
    page.get_by_role("tab", name="Clusters").click()
    expect(page.locator("#cluster-problem")).to_contain_text("Clusters are not available.")
    expect(page.locator("#cluster-problem")).to_contain_text("model.safetensors")
    expect(page.locator("#cluster-map")).not_to_be_visible()


@pytest.mark.parametrize("damaged", ["genre_tagger/tagger.json"], indirect=True)
def test_damaged_tagger_leaves_the_clusters(damaged: Path, open_page: OpenPage, serve_bundle: Serve):
    page = open_page(serve_bundle(damaged))
    page.get_by_role("tab", name="Lyric genres").click()
    expect(page.locator("#lyric-problem")).to_contain_text("Lyric genres are not available.")
    expect(page.locator("#lyric-problem")).to_contain_text("tagger.json")
    expect(page.locator("#lyric-text")).not_to_be_visible()
    open_clusters(page)
    expect(rows(page, "cluster-examples").first).to_be_visible()


@pytest.mark.parametrize("damaged", ["song_to_song/spaces.json"], indirect=True)
def test_damaged_song_to_song_leaves_the_clusters(
    damaged: Path, open_page: OpenPage, serve_bundle: Serve, demo: Capabilities
):
    page = open_page(serve_bundle(damaged))
    expect(page.locator("#similar-results")).to_contain_text("Similar songs are not available.")
    expect(page.locator("#similar-results")).to_contain_text("spaces.json")
    pick_track(page, demo.catalogue.track(0))
    expect(page.locator("#similar-results [role=alert]")).to_contain_text("spaces.json")
    open_clusters(page)
    expect(rows(page, "cluster-examples").first).to_be_visible()
