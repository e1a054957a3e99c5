"""The tab "Vibe search", used as a visitor uses it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.steps import chips, is_open, results, rows, send_on, titles
from tests.browser.test_for_everybody import OVERFLOW, severe

QUERY = "sad but fast, 90s, no live versions"


@pytest.fixture
def tab(page: Page) -> Page:
    """The tab, opened."""
    open_vibe(page)
    return page


def open_vibe(page: Page) -> None:
    page.get_by_role("tab", name="Vibe search").click()
    expect(box(page)).to_be_visible()


def box(page: Page) -> Locator:
    return page.get_by_role("textbox", name="What should the music be like?")


def search(page: Page, text: str) -> None:
    """Type and press Enter; the answer's heading names the query."""
    box(page).fill(text)
    box(page).press("Enter")
    expect(caption(page)).to_contain_text(f"songs for “{text}”")


def caption(page: Page) -> Locator:
    return page.locator("#vibe-results caption")


def found(page: Page) -> Locator:
    return rows(page, "vibe-results")


def understood(page: Page) -> Locator:
    return page.locator("#vibe-chips button")


def alert(page: Page) -> Locator:
    return page.locator("#vibe-results [role=alert]")


def test_enter_searches_and_shows_what_was_understood(tab: Page):
    search(tab, QUERY)
    expect(understood(tab)).to_have_text(
        ["Looks for sad ✕", "Looks for fast ✕", "Only 1990–1999 ✕", "Only no live versions ✕"]
    )
    expect(found(tab)).to_have_count(10)
    for line in found(tab).locator(".by").all_inner_texts():
        assert "· 199" in line
    assert all(why.endswith(".") for why in found(tab).locator(".why").all_inner_texts())
    expect(tab.locator("#vibe-plane .scatterlayer .textpoint")).to_have_count(10)
    expect(tab.locator("#vibe-profile .barlayer .point").first).to_be_visible()


def test_the_button_searches_too(tab: Page):
    box(tab).fill("calm piano")
    tab.get_by_role("button", name="Search", exact=True).click()
    expect(found(tab)).to_have_count(10)


def test_a_chip_taken_back_changes_the_songs(tab: Page):
    search(tab, QUERY)
    before = titles(found(tab))
    tab.get_by_role("button", name="Take back: Only 1990–1999").click()
    expect(understood(tab)).to_have_count(3)
    expect(found(tab).locator(".who")).not_to_have_text(before)
    expect(found(tab)).to_have_count(10)
    assert not all("· 199" in line for line in found(tab).locator(".by").all_inner_texts())


def test_more_like_this_adds_a_chip_that_can_be_taken_back(tab: Page):
    search(tab, "sad")
    before = titles(found(tab))
    found(tab).nth(4).get_by_role("button", name="More like this").click()
    expect(chips(tab, "vibe-like")).to_contain_text(before[4])
    expect(understood(tab)).to_have_text(["Looks for sad ✕"])
    expect(found(tab).locator(".who")).not_to_have_text(before)
    expect(found(tab)).to_have_count(10)
    chips(tab, "vibe-like").click()
    expect(found(tab).locator(".who")).to_have_text(before)


def test_less_like_this_takes_the_song_away(tab: Page):
    search(tab, "sad")
    before = titles(found(tab))
    found(tab).first.get_by_role("button", name="Less like this").click()
    expect(understood(tab)).to_have_text(["Looks for sad ✕", f"Less like {before[0]} ✕"])
    expect(found(tab).locator(".who", has_text=before[0])).to_have_count(0)
    expect(found(tab)).to_have_count(10)


def test_song_leads_to_similar_ones(tab: Page):
    search(tab, "happy")
    title = titles(found(tab))[0]
    send_on(tab, found(tab).first, "Similar songs")
    is_open(tab, "Similar songs")
    expect(chips(tab)).to_contain_text(title)
    results(tab)


def test_examples_fill_the_box_and_find_songs(tab: Page):
    for button in tab.locator("#vibe-examples button").all():
        button.click()
        expect(box(tab)).to_have_value(button.inner_text())
        expect(caption(tab)).to_contain_text(f"songs for “{button.inner_text()}”")
        expect(found(tab)).to_have_count(10)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("🎵🎶💔", "The query is empty."),
        ("sad " * 2_500, "at most 1,000 are read. Shorten it."),
        ("90s, before 1980", "No song can be both '1990–1999' and 'up to 1979'."),
    ],
    ids=["emoji", "long", "contradiction"],
)
def test_a_bad_query_is_answered_in_plain_words(tab: Page, text: str, words: str):
    box(tab).fill(text)
    box(tab).press("Enter")
    expect(alert(tab)).to_contain_text(words)
    expect(found(tab)).to_have_count(0)
    search(tab, "sad")
    expect(alert(tab)).to_have_count(0)


def test_an_unknown_name_is_noted(tab: Page):
    search(tab, "sad, like Nobody Known")
    expect(tab.locator("#vibe-results .notice")).to_contain_text("No artist or song here is called 'Nobody Known'")


def test_typed_html_stays_text(tab: Page):
    search(tab, "<img src=x onerror=document.title='owned'> sad")
    assert (
        tab.locator("#vibe-results :is(img:not([src^='media/cover/']), script), #vibe-chips :is(img, script)").count()
        == 0
    )
    assert tab.title() == "Music recommender"


def test_chips_work_without_a_mouse(tab: Page):
    search(tab, QUERY)
    understood(tab).nth(2).focus()
    tab.keyboard.press("Enter")
    expect(understood(tab)).to_have_count(3)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("size", [(1280, 900), (375, 812)], ids=["desktop", "phone"])
def test_tab_works_on_any_screen(open_page: OpenPage, size: tuple[int, int], dark: bool):
    page = open_page(width=size[0], height=size[1], dark=dark)
    expect(rows(page).first).to_be_visible()
    open_vibe(page)
    assert severe(page) == []
    search(page, QUERY)
    found(page).first.get_by_role("button", name="More like this").click()
    expect(chips(page, "vibe-like")).to_have_count(1)
    expect(page.locator("#vibe-profile .barlayer .point").first).to_be_visible()
    assert page.evaluate(OVERFLOW) <= 0
    assert severe(page) == []
    box(page).fill("90s, before 1980")
    box(page).press("Enter")
    expect(alert(page)).to_be_in_viewport()
    assert severe(page) == []
