"""The tab "Path", used as a visitor uses it."""

from __future__ import annotations

import shutil
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from recsys.loading import Capabilities
from recsys.ui.path import example_pair
from tests.browser.conftest import OpenPage, Serve
from tests.browser.steps import chips, is_open, pick_track, results, rows, send_on, titles, tray
from tests.browser.test_for_everybody import OVERFLOW, SCREENS, severe


@pytest.fixture
def tab(page: Page) -> Page:
    """The tab, opened."""
    open_path(page)
    return page


def open_path(page: Page) -> None:
    page.get_by_role("tab", name="Path", exact=True).click()
    expect(page.locator("#path-example")).to_be_visible()


def way(page: Page) -> Locator:
    return rows(page, "path-songs")


def example(page: Page) -> list[str]:
    """Take the example's path; its titles."""
    page.get_by_role("button", name="Show me this path").click()
    expect(page.locator("#path-songs .step")).to_have_count(9)
    return titles(way(page))


def caption(page: Page) -> Locator:
    return page.locator("#path-songs caption")


def test_one_click_shows_a_path_and_what_changes_on_it(tab: Page, demo: Capabilities):
    expect(tab.locator("#path-songs")).to_contain_text("From which song to which?")
    first, last = example_pair(demo)
    found = example(tab)
    assert [found[0], found[-1]] == [first.title, last.title]
    assert len(set(found)) == 10
    expect(way(tab).locator(".why")).to_have_count(9)
    expect(tab.locator("#path-songs")).to_contain_text("Low is smooth, high is a leap")
    expect(tab.locator("#path-chart .scatterlayer .trace")).to_have_count(3)
    expect(tab.locator("#path-map .scatterlayer .textpoint")).to_have_count(10)
    expect(tab.locator("#path-about")).to_contain_text("Energy")
    expect(tab.locator("#path-example")).not_to_be_visible()
    assert f"path-from={first.track_id}&path-to={last.track_id}" in tab.url


def test_path_is_found_without_a_mouse(tab: Page, demo: Capabilities):
    first, last = example_pair(demo)
    pick_track(tab, first, "path-from")
    expect(tab.locator("#path-songs")).to_contain_text("Where should it end?")
    pick_track(tab, last, "path-to")
    expect(way(tab)).to_have_count(10)
    slider = tab.locator("#path-steps input[type=range]")
    slider.focus()
    for count in (11, 12):
        tab.keyboard.press("ArrowRight")
        expect(way(tab)).to_have_count(count)
    tab.locator("#path-swap").focus()
    tab.keyboard.press("Enter")
    expect(caption(tab)).to_have_text(f"12 songs from {last.title} to {first.title}")
    expect(chips(tab, "path-from")).to_contain_text(last.title)
    chips(tab, "path-to").first.focus()
    tab.keyboard.press("Enter")
    expect(tab.locator("#path-songs")).to_contain_text("Where should it end?")
    expect(tab.locator("#path-go-on")).not_to_be_visible()


def test_there_are_other_ways_and_the_best_one_comes_back(tab: Page):
    best = example(tab)
    expect(tab.locator("#path-best")).not_to_be_visible()
    seen = [best]
    for number in (1, 2):
        tab.get_by_role("button", name="Another way").click()
        expect(caption(tab)).to_contain_text(f"(another way, number {number})")
        seen.append(titles(way(tab)))
    assert all([found[0], found[-1]] == [best[0], best[-1]] for found in seen)
    assert seen[0] != seen[1] != seen[2]
    tab.get_by_role("button", name="Back to the best way").click()
    expect(caption(tab)).not_to_contain_text("another way")
    assert titles(way(tab)) == best


def test_energy_rises_where_asked_and_what_cannot_be_is_said(tab: Page, demo: Capabilities):
    example(tab)
    tab.locator("#path-energy").get_by_text("Falling").click()
    expect(tab.locator("#path-songs [role=alert]")).to_contain_text("so it cannot be falling")
    expect(tab.locator("#path-chart")).not_to_be_visible()
    tab.locator("#path-energy").get_by_text("Rising").click()
    expect(way(tab)).to_have_count(10)
    ids = [row.get_attribute("data-track") for row in way(tab).all()]
    energy = demo.catalogue.numbers("energy")[demo.catalogue.rows(map(str, ids))]
    assert all(before <= after for before, after in pairwise(energy.tolist()))


def test_where_it_is_smooth_can_be_chosen(tab: Page):
    best = example(tab)
    tab.get_by_role("button", name="More options").click()
    tab.locator("#path-space").get_by_text("Audio – all audio features").click()
    tab.wait_for_function(
        "before => [...document.querySelectorAll('#path-songs .who')].map(e => e.innerText).join() !== before",
        arg=",".join(best),
    )
    expect(way(tab)).to_have_count(10)


def test_whole_path_goes_on_the_playlist_each_song_once(tab: Page):
    found = example(tab)
    way(tab).nth(3).get_by_role("button", name="On the playlist").click()
    tab.locator("#path-songs").get_by_role("button", name="All on the playlist").click()
    expect(tray(tab)).to_have_count(10)
    listed = tray(tab).locator("span").all_text_contents()
    for title, label in zip([found[3], *found[:3], *found[4:]], listed, strict=True):
        assert label.startswith(title)


def test_address_keeps_both_ends(open_page: OpenPage, app_url: str, demo: Capabilities):
    first, last = (demo.catalogue.track(row) for row in (3, 17))
    page = open_page(f"{app_url}?tab=path&path-from={first.track_id}&path-to={last.track_id}")
    is_open(page, "Path")
    expect(caption(page)).to_have_text(f"10 songs from {first.title} to {last.title}")


def test_songs_are_sent_here_from_elsewhere(page: Page, demo: Capabilities):
    pick_track(page, demo.catalogue.track(0))
    names = titles(results(page))
    send_on(page, results(page).nth(2), "A path from here")
    is_open(page, "Path")
    expect(chips(page, "path-from")).to_contain_text(names[2])
    expect(page.locator("#path-songs")).to_contain_text("Where should it end?")
    page.get_by_role("tab", name="Similar songs").click()
    send_on(page, results(page).nth(5), "A path to here")
    expect(caption(page)).to_have_text(f"10 songs from {names[2]} to {names[5]}")


def test_without_it_the_tab_says_so_and_others_work(
    demo_path: Path, tmp_path: Path, serve_bundle: Serve, open_page: OpenPage
):
    path = shutil.copytree(demo_path, tmp_path / "damaged")
    for file in (path / "song_to_song").glob("*.json"):
        file.unlink()
    page = open_page(f"{serve_bundle(path)}?tab=path")
    expect(page.locator("#path-problem")).to_contain_text("Paths are not available.")
    expect(page.locator("#path-from-input")).not_to_be_visible()
    page.get_by_role("tab", name="Vibe search").click()
    page.locator("#vibe-examples button").first.click()
    expect(rows(page, "vibe-results")).to_have_count(10)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("size", SCREENS, ids=["desktop", "phone"])
def test_tab_works_on_any_screen(open_page: OpenPage, size: tuple[int, int], dark: bool):
    page = open_page(width=size[0], height=size[1], dark=dark)
    open_path(page)
    assert page.evaluate(OVERFLOW) <= 0
    assert severe(page) == []
    example(page)
    page.get_by_role("button", name="Another way").click()
    expect(page.locator("#path-best")).to_be_visible()
    expect(page.locator("#path-map .scatterlayer .textpoint")).to_have_count(10)
    page.get_by_role("button", name="More options").click()
    assert page.evaluate(OVERFLOW) <= 0
    assert severe(page) == []
