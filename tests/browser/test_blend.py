"""The tab "Blend", used as a visitor uses it."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from recsys.loading import Capabilities
from recsys.ui.blend import examples_of
from tests.browser.conftest import OpenPage, Serve
from tests.browser.steps import chips, is_open, pick_track, results, rows, send_on, titles, tray
from tests.browser.test_for_everybody import OVERFLOW, SCREENS, severe


@pytest.fixture
def tab(page: Page) -> Page:
    """The tab, opened."""
    open_blend(page)
    return page


def open_blend(page: Page) -> None:
    page.get_by_role("tab", name="Blend", exact=True).click()
    expect(page.locator("#blend-start")).to_be_visible()


def found(page: Page) -> Locator:
    return rows(page, "blend-songs")


def caption(page: Page) -> Locator:
    return page.locator("#blend-songs caption")


def engines(page: Page) -> Locator:
    return page.locator("#blend-songs .voters li")


def words(page: Page) -> Locator:
    return page.get_by_role("textbox", name="And this vibe")


def test_one_click_blends_a_song_and_a_vibe_and_shows_the_votes(tab: Page, demo: Capabilities):
    expect(tab.locator("#blend-hint")).to_contain_text("With the first two alone it is plain arithmetic")
    first = examples_of(demo)[0]
    tab.get_by_role("button", name=first.label).click()
    expect(caption(tab)).to_have_text("10 songs for " + first.label.removeprefix("\N{WORD JOINER}"))
    expect(found(tab)).to_have_count(10)
    expect(tab.locator("#blend-start")).not_to_be_visible()
    expect(engines(tab)).to_have_text(
        ["Likeness votes.", "Kind votes.", "Vibe votes.", "History is silent: no history was given."]
    )
    for said in tab.locator("#blend-songs .votes").all_text_contents():
        assert said.startswith("Votes: ") or "Votes: " in said
        assert 98 <= sum(map(int, re.findall(r"(\d+)%", said))) <= 102
    assert f"blend-plus={first.plus[0].track_id}" in tab.url
    expect(words(tab)).to_have_value(first.text)


def test_every_kind_of_input_is_heard_without_a_mouse(tab: Page, demo: Capabilities):
    plus, minus, heard = (demo.catalogue.track(row) for row in (0, 40, 80))
    pick_track(tab, plus, "blend-plus")
    expect(caption(tab)).to_have_text(f"10 songs for {plus.title}")
    before = titles(found(tab))
    pick_track(tab, minus, "blend-minus")
    expect(caption(tab)).to_have_text(f"10 songs for {plus.title} \N{MINUS SIGN} {minus.title}")
    expect(found(tab).locator(".who")).not_to_have_text(before)
    words(tab).focus()
    tab.keyboard.type("calm and sad", delay=10)  # and no more: the words count when one stops
    expect(caption(tab)).to_contain_text("“calm and sad”")
    pick_track(tab, heard, "blend-heard")
    expect(caption(tab)).to_contain_text(f"after {heard.title}")
    expect(engines(tab).filter(has_text="votes.")).to_have_count(4)
    assert "blend-text=calm+and+sad" in tab.url


def test_sliders_decide_who_is_heard(tab: Page):
    tab.locator("#blend-start button").first.click()
    expect(found(tab)).to_have_count(10)
    tab.locator("#blend-vibe input[type=range]").focus()
    tab.keyboard.press("Home")
    expect(engines(tab).nth(2)).to_have_text("Vibe is silent: its weight is 0.")
    expect(tab.locator("#blend-songs .votes", has_text="Vibe")).to_have_count(0)
    for name in ("audio", "latent"):
        tab.locator(f"#blend-{name} input[type=range]").focus()
        tab.keyboard.press("Home")
    expect(tab.locator("#blend-songs [role=alert]")).to_contain_text("There is nothing to rank by.")
    tab.locator("#blend-latent input[type=range]").focus()
    tab.keyboard.press("End")
    expect(engines(tab).filter(has_text="votes.")).to_have_text(["Kind votes."])
    expect(tab.locator("#blend-songs .votes", has_text="Kind 100%")).to_have_count(10)


def test_when_all_is_taken_back_the_tab_teaches_again(tab: Page, demo: Capabilities):
    pick_track(tab, demo.catalogue.track(4), "blend-minus")
    expect(tab.locator("#blend-songs")).to_contain_text("Unlike these, but like what?")
    chips(tab, "blend-minus").first.click()
    expect(tab.locator("#blend-start")).to_be_visible()
    words(tab).fill("sad")
    expect(found(tab)).to_have_count(10)
    words(tab).fill("")
    expect(tab.locator("#blend-start")).to_be_visible()
    expect(found(tab)).to_have_count(0)


def test_what_is_wrong_is_said_where_the_songs_would_be(tab: Page):
    words(tab).fill("x" * 1_001)
    expect(tab.locator("#blend-songs [role=alert]")).to_contain_text("1,000")
    expect(found(tab)).to_have_count(0)


def test_what_was_found_goes_on_the_playlist(tab: Page):
    tab.locator("#blend-start button").first.click()
    expect(found(tab)).to_have_count(10)
    tab.locator("#blend-songs").get_by_role("button", name="All on the playlist").click()
    expect(tray(tab)).to_have_count(10)
    expect(found(tab).first.get_by_role("button", name="On the playlist")).to_have_attribute("aria-pressed", "true")


def test_address_keeps_what_is_blended(open_page: OpenPage, app_url: str, demo: Capabilities):
    plus, minus = demo.catalogue.track(3), demo.catalogue.track(17)
    query = f"tab=blend&blend-plus={plus.track_id}&blend-minus={minus.track_id}&blend-text=late+night"
    page = open_page(f"{app_url}?{query}")
    is_open(page, "Blend")
    expect(caption(page)).to_have_text(f"10 songs for {plus.title} + “late night” \N{MINUS SIGN} {minus.title}")
    page = open_page(f"{app_url}?tab=blend&blend-text=sad")
    expect(caption(page)).to_have_text("10 songs for “sad”")


def test_songs_are_sent_here_from_elsewhere(page: Page, demo: Capabilities):
    pick_track(page, demo.catalogue.track(0))
    title = titles(results(page))[1]
    send_on(page, results(page).nth(1), "Blend with it")
    is_open(page, "Blend")
    expect(caption(page)).to_have_text(f"10 songs for {title}")


def test_without_an_engine_the_others_rank(
    demo_path: Path, tmp_path: Path, serve_bundle: Serve, open_page: OpenPage, demo: Capabilities
):
    path = shutil.copytree(demo_path, tmp_path / "damaged")
    for file in (path / "vibe_search").glob("*.json"):
        file.unlink()
    page = open_page(f"{serve_bundle(path)}?tab=blend")
    expect(page.locator("#blend-problem")).to_contain_text("Without Vibe.")
    expect(page.locator("#blend-start button")).to_have_count(1)
    expect(page.locator("#blend-text")).not_to_be_visible()
    page.locator("#blend-start button").click()
    expect(found(page)).to_have_count(10)
    pick_track(page, demo.catalogue.track(0), "blend-plus")
    expect(caption(page)).to_contain_text(demo.catalogue.track(0).title)
    expect(found(page)).to_have_count(10)
    expect(page.locator("#blend-vibe")).not_to_be_visible()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("size", SCREENS, ids=["desktop", "phone"])
def test_tab_works_on_any_screen(open_page: OpenPage, size: tuple[int, int], dark: bool):
    page = open_page(width=size[0], height=size[1], dark=dark)
    open_blend(page)
    assert page.evaluate(OVERFLOW) <= 0
    assert severe(page) == []
    page.locator("#blend-start button").last.click()
    expect(found(page)).to_have_count(10)
    assert page.evaluate(OVERFLOW) <= 0
    assert severe(page) == []
