"""Any screen, light or dark, with a mouse or without, seen or read aloud."""

from __future__ import annotations

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, expect

from recsys.loading import Capabilities
from tests.browser.conftest import OpenPage
from tests.browser.steps import chips, is_open, open_clusters, open_options, pick_track, results, rows, settled

SCREENS = [(1280, 900), (390, 844)]
OVERFLOW = "() => document.documentElement.scrollWidth - window.innerWidth"

SEVERE = """async () => {
  const found = await axe.run(document, {resultTypes: ['violations']});
  return found.violations.filter(v => ['serious', 'critical'].includes(v.impact)).flatMap(
    v => v.nodes.map(n => v.id + ': ' + n.html.slice(0, 200) + ' ' + (n.any[0]?.message || n.failureSummary)));
}"""


def severe(page: Page) -> list[str]:
    """What axe-core finds serious or critical on the page, Gradio's own parts included."""
    settled(page)
    page.evaluate(AXE_SCRIPT)
    return page.evaluate(SEVERE)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("size", SCREENS, ids=["desktop", "phone"])
def test_main_job_works_on_any_screen(open_page: OpenPage, demo: Capabilities, size: tuple[int, int], dark: bool):
    page = open_page(width=size[0], height=size[1], dark=dark)
    expect(rows(page).first).to_be_visible()
    pick_track(page, demo.catalogue.track(0))
    expect(results(page).first).to_be_in_viewport()
    open_options(page)
    page.get_by_role("button", name="Compare").first.click()
    expect(page.locator("#similar-comparison .barlayer .trace")).to_have_count(2)
    expect(page.locator("#similar-details caption")).to_be_in_viewport()
    assert page.evaluate(OVERFLOW) <= 0
    assert severe(page) == []
    open_clusters(page)
    rows(page, "cluster-examples").first.get_by_role("button", name="Show on map").click()
    expect(page.locator("#clicked-song .who")).to_be_visible()
    assert page.evaluate(OVERFLOW) <= 0
    assert severe(page) == []


def test_everything_can_be_done_without_a_mouse(page: Page, demo: Capabilities):
    track = demo.catalogue.track(3)

    def go_to(wanted: str) -> None:
        for _ in range(60):
            page.keyboard.press("Tab")
            if page.evaluate("wanted => document.activeElement.matches(wanted)", wanted):
                return
        raise AssertionError(f"Tab never came to {wanted}.")

    go_to("#seeds-input")
    page.keyboard.type(f"{track.title} {track.artist}", delay=5)
    expect(page.locator("#seeds-list [role=option]").first).to_be_visible()
    page.keyboard.press("Enter")
    expect(chips(page)).to_have_count(1)
    results(page)
    go_to("#similar-results [data-action=compare]")
    outline = page.evaluate("() => getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    page.keyboard.press("Enter")
    expect(page.locator("#similar-details")).to_be_focused()
    page.get_by_role("tab", name="Similar songs").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#cluster-map .nsewdrag")).to_be_visible()
    go_to("#cluster-choice label:nth-of-type(2) input")  # each of Gradio's radio buttons is a stop of its own
    page.keyboard.press("Space")
    expect(page.locator("#cluster-about")).to_contain_text(demo.need_clusters().clusters[1].name)
    go_to("#cluster-examples [data-do=send]")
    page.keyboard.press("Enter")
    expect(page.get_by_role("menuitem").first).to_be_focused()
    page.keyboard.press("Enter")
    is_open(page, "Similar songs")
    expect(chips(page)).to_have_count(1)
    expect(chips(page)).not_to_have_text(f"{track.title} – {track.artist} ✕")


SLOW = {"offline": False, "latency": 400, "downloadThroughput": 180_000, "uploadThroughput": 90_000}


def test_a_slow_network_shows_what_is_to_come_and_then_the_songs(open_page: OpenPage, demo: Capabilities):
    """About 1.5 Mbit a second and 400 ms, as on a bad phone line."""
    page = open_page()
    expect(rows(page).first).to_be_visible()
    page.context.new_cdp_session(page).send("Network.emulateNetworkConditions", SLOW)
    track = demo.catalogue.track(4)
    page.locator("#seeds-input").press_sequentially(track.title, delay=30)
    expect(page.locator("#seeds-list [role=option]").first).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator("#similar-results .translucent")).to_be_attached()
    results(page)
    expect(page.locator("#similar-results .translucent")).to_have_count(0)
    other = open_page("about:blank")
    other.context.new_cdp_session(other).send("Network.emulateNetworkConditions", SLOW)
    other.goto(page.url, timeout=90_000)
    expect(other.locator("#similar-results [data-action=compare]").first).to_be_visible(timeout=60_000)


def test_motion_is_reduced_where_that_is_wished(open_page: OpenPage):
    page = open_page()
    expect(rows(page).first).to_be_visible()
    page.emulate_media(reduced_motion="reduce")
    moving = page.evaluate(
        """() => [...document.querySelectorAll('body *')].filter(one => {
          const style = getComputedStyle(one);
          return style.animationName !== 'none' || parseFloat(style.transitionDuration) > 0;
        }).map(one => one.outerHTML.slice(0, 120))"""
    )
    assert moving == []


def test_api_documentation_is_linked_and_loads_from_here(page: Page):
    with page.expect_popup() as opened:  # what was picked on this page stays
        page.get_by_role("link", name="REST API").click()
    expect(opened.value.locator(".swagger-ui .opblock").first).to_be_visible()
