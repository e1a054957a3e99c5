"""The tab "Group", used as a visitor uses it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from recsys.loading import Capabilities
from tests.browser.conftest import OpenPage, Serve
from tests.browser.steps import chips, pick_track, rows
from tests.browser.test_for_everybody import OVERFLOW, severe
from tests.browser.test_playlist import HELD, SCREENS, SECRET, held, lines
from tests.browser.test_user_history import STORED


@pytest.fixture
def tab(page: Page) -> Page:
    """The tab, opened."""
    open_group(page)
    return page


def open_group(page: Page) -> None:
    page.get_by_role("tab", name="Group").click()
    expect(page.locator("#group-make")).to_be_visible()


def found(page: Page) -> Locator:
    return rows(page, "group-results")


def bars(page: Page) -> Locator:
    return page.locator("#group-answer .group-shares tbody tr")


def alert(page: Page) -> Locator:
    return page.locator("#group-answer [role=alert]")


def try_example(page: Page) -> None:
    page.locator("#group-example").click()
    expect(found(page)).to_have_count(10)


def make(page: Page) -> None:
    page.get_by_role("button", name="Make the list").click()


def name(page: Page, number: int, text: str) -> None:
    page.get_by_role("textbox", name=f"Listener {number}", exact=True).fill(text)


def paste(page: Page, number: int, text: str) -> None:
    box = page.locator(f"#group-text-{number} textarea")
    if not box.is_visible():
        page.locator(f"#group-paste-{number}").get_by_role("button", name="Or paste a history").click()
    box.fill(text)


def test_an_example_is_one_click_away(tab: Page, demo: Capabilities):
    expect(tab.locator("#group-hint")).to_contain_text("One list for two to five people.")
    try_example(tab)
    expect(bars(tab)).to_have_count(2)
    expect(tab.locator("#group-answer")).to_contain_text("100%: as good as a list made for this listener alone.")
    first = found(tab).first.locator(".voices li")
    expect(first).to_have_count(2)
    expect(first.first).to_contain_text("because of")
    names = bars(tab).locator("th").all_inner_texts()
    assert set(names) <= set(demo.need_history().listeners)


def test_three_people_pick_and_paste(tab: Page, demo: Capabilities):
    name(tab, 1, "Ana")
    pick_track(tab, demo.catalogue.track(3), "group-1")
    pick_track(tab, demo.catalogue.track(40), "group-1")
    paste(tab, 2, f"{lines(demo, range(100, 110))}\n{SECRET}")
    make(tab)
    expect(found(tab)).to_have_count(10)
    expect(bars(tab).locator("th")).to_have_text(["Ana", "Listener 2"])
    expect(tab.locator("#group-answer .notice")).to_contain_text("10 of 11 plays are of songs in this catalogue.")
    expect(tab.locator("#group-answer .notice")).to_contain_text(f"Not here: {SECRET}.")
    tab.get_by_role("button", name="Add a listener").click()
    name(tab, 3, "Zoe")
    pick_track(tab, demo.catalogue.track(2_000), "group-3")
    make(tab)
    expect(bars(tab).locator("th")).to_have_text(["Ana", "Listener 2", "Zoe"])
    expect(found(tab).first.locator(".voices li")).to_have_count(3)


def test_listeners_come_and_go_up_to_five(tab: Page):
    more = tab.get_by_role("button", name="Add a listener")
    for number in (3, 4, 5):
        more.click()
        expect(tab.locator(f"#listener-{number}")).to_be_visible()
    expect(more).not_to_be_visible()
    name(tab, 4, "Gone")
    tab.get_by_role("button", name="Remove listener 4").click()
    expect(tab.locator("#listener-4")).not_to_be_visible()
    more.click()
    expect(tab.get_by_role("textbox", name="Listener 4", exact=True)).to_have_value("")


def test_the_way_and_new_songs_change_the_list_at_once(tab: Page, demo: Capabilities):
    try_example(tab)
    known = {
        track for name in bars(tab).locator("th").all_inner_texts() for track in demo.need_history().listeners[name]
    }
    assert not known & set(ids(tab))
    tab.locator("#group-way").get_by_label("Average").check()
    expect(tab.locator("#group-answer")).to_contain_text("Average: the most for all together")
    tab.get_by_label("Only new songs").uncheck()
    tab.wait_for_function(
        "known => [...document.querySelectorAll('#group-results tbody tr')].some(e => known.includes(e.dataset.track))",
        arg=sorted(known),
    )


def ids(page: Page) -> list[str]:
    return [str(row.get_attribute("data-track")) for row in found(page).all()]


def test_the_list_is_put_on_the_playlist_behind_what_is_there(page: Page):
    rows(page).first.locator("[data-do=keep]").click()
    kept = held(page)
    open_group(page)
    try_example(page)
    page.locator("#group-results .keep-all").click()
    page.wait_for_function(f"() => ({HELD})().length > 1")
    assert held(page) == [*kept, *(one for one in ids(page) if one not in kept)]
    expect(found(page).first.locator("[data-do=keep]")).to_have_attribute("aria-pressed", "true")


def test_a_listener_without_songs_is_named_where_the_list_would_be(tab: Page, demo: Capabilities):
    name(tab, 2, "Ben")
    pick_track(tab, demo.catalogue.track(3), "group-1")
    make(tab)
    expect(alert(tab)).to_contain_text("The history of Ben is empty. Give at least one song for each listener.")
    paste(tab, 2, SECRET)
    make(tab)
    expect(alert(tab)).to_contain_text("Ben: None of the 1 songs in the history is in this catalogue")
    name(tab, 1, "Ben")
    make(tab)
    expect(alert(tab)).to_contain_text("Two listeners are called 'Ben'.")
    expect(found(tab)).to_have_count(0)


def test_everything_works_by_keyboard(tab: Page):
    tab.locator("#group-example").focus()
    tab.keyboard.press("Enter")
    expect(found(tab)).to_have_count(10)
    tab.get_by_role("button", name="Add a listener").focus()
    tab.keyboard.press("Enter")
    expect(tab.locator("#listener-3")).to_be_visible()
    tab.get_by_role("button", name="Remove listener 3").focus()
    tab.keyboard.press("Enter")
    expect(tab.locator("#listener-3")).not_to_be_visible()
    tab.locator("#group-results .keep-all").focus()
    tab.keyboard.press("Enter")
    tab.wait_for_function(f"() => ({HELD})().length === 10")


def test_two_visitors_do_not_see_each_others_listeners(open_page: OpenPage, demo: Capabilities):
    first, second = open_page(), open_page()
    for page in (first, second):
        expect(rows(page).first).to_be_visible()
        open_group(page)
    name(first, 1, "Ana Only Here")
    paste(first, 1, f"{lines(demo, range(5))}\n{SECRET}")
    pick_track(first, demo.catalogue.track(9), "group-2")
    make(first)
    expect(found(first)).to_have_count(10)
    try_example(second)
    assert "Only Here" not in second.content() and SECRET not in second.content()
    assert ids(first) != ids(second) and chips(second, "group-2").count() == 0


def test_nothing_pasted_is_stored(tab: Page, demo: Capabilities):
    paste(tab, 1, f"{lines(demo, range(5))}\n{SECRET}")
    paste(tab, 2, lines(demo, range(20, 25)))
    make(tab)
    expect(found(tab)).to_have_count(10)
    assert "Only Mine" not in json.dumps(tab.evaluate(STORED))
    tab.reload()
    expect(rows(tab, "group-results")).to_have_count(0)
    assert SECRET not in tab.content()


def test_names_stay_text(tab: Page):
    try_example(tab)
    name(tab, 1, "<img src=x onerror=document.title='owned'>")
    make(tab)
    expect(bars(tab).first).to_contain_text("<img")
    assert tab.locator("#group-answer img, #group-results .voices img").count() == 0
    assert tab.title() == "Music recommender"


def test_without_histories_tastes_are_read_from_the_sound(
    demo_path: Path, tmp_path: Path, open_page: OpenPage, serve_bundle: Serve
):
    path = shutil.copytree(demo_path, tmp_path / "damaged")
    (path / "user_history" / "history.json").unlink()
    page = open_page(serve_bundle(path))
    open_group(page)
    expect(page.locator("#group-hint")).to_contain_text("tastes are read from how the songs sound")
    try_example(page)
    expect(bars(page).locator("th")).to_have_text(["Ana", "Ben"])
    expect(chips(page, "group-1")).to_have_count(5)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("size", SCREENS, ids=["desktop", "phone"])
def test_tab_works_on_any_screen(open_page: OpenPage, size: tuple[int, int], dark: bool):
    page = open_page(width=size[0], height=size[1], dark=dark)
    expect(rows(page).first).to_be_visible()
    open_group(page)
    assert page.evaluate(OVERFLOW) <= 0
    assert severe(page) == []
    try_example(page)
    page.get_by_role("button", name="Add a listener").click()
    expect(page.locator("#listener-3")).to_be_visible()
    assert page.evaluate(OVERFLOW) <= 0
    assert severe(page) == []
