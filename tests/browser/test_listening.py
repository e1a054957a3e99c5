"""Real songs are played by Spotify's own player, and nobody is asked anything before that is wanted."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest
from playwright.sync_api import Page, expect

from recsys.catalogue import Catalogue
from tests.browser.conftest import OpenPage, Serve
from tests.browser.steps import open_clusters, rows, titles
from tests.contract import random_catalogue, write_bundle
from tests.spotify_double import spotify_id

SPOTIFY = "open.spotify.com"


@pytest.fixture
def real_songs(tmp_path: Path, serve_bundle: Serve) -> str:
    """The address of an app that serves songs of which every other one has a Spotify id."""
    from train.clusters import main

    table = random_catalogue(60).table
    ids = pa.array([spotify_id(row) if row % 2 else None for row in range(60)], pa.string())
    catalogue = Catalogue(table.set_column(table.schema.get_field_index("spotify_id"), "spotify_id", ids))
    write_bundle(tmp_path / "bundle", catalogue)
    main(["--out", str(tmp_path / "bundle"), "--k", "3"])
    return serve_bundle(tmp_path / "bundle")


def test_spotify_is_asked_at_a_click_and_no_sooner(real_songs: str, open_page: OpenPage, allowed: set[str]):
    page = open_page(real_songs)
    asked: list[str] = []

    def answer(route):
        asked.append(route.request.url)
        route.fulfill(body="<p>A player</p>", content_type="text/html")

    page.route(f"https://{SPOTIFY}/**", answer)
    open_clusters(page)
    song = playable(page).first
    song.hover()
    assert not asked
    allowed.add(SPOTIFY)
    song.get_by_role("button", name="Listen").click()
    expect(page.frame_locator("#tray iframe").get_by_text("A player")).to_be_visible()
    assert asked == [f"https://{SPOTIFY}/embed/track/{song.get_attribute('data-spotify')}"]
    expect(page.locator("#tray .playing")).to_contain_text(titles(song)[0])


def test_a_real_song_without_an_id_has_no_button_to_hear_it(real_songs: str, open_page: OpenPage):
    page = open_page(real_songs)
    open_clusters(page)
    silent = page.locator("#cluster-examples tr[data-label]:not([data-spotify])").first
    expect(silent).to_be_visible()
    expect(silent.locator("[data-do=play]")).to_be_hidden()
    expect(playable(page).first.locator("[data-do=play]")).to_be_visible()
    expect(rows(page, "cluster-examples").first.locator("img")).to_be_visible()


def playable(page: Page):
    return page.locator("#cluster-examples tr[data-spotify]")
