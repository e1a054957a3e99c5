"""One journey through all tabs: songs that are sent on, the playlist they come together on, and the address."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from recsys.loading import Capabilities
from tests.browser.conftest import OpenPage
from tests.browser.steps import chips, is_open, open_options, pick_track, results, rows, send_on, titles, tray
from tests.browser.test_for_everybody import OVERFLOW, severe


@pytest.fixture
def found(page: Page, demo: Capabilities) -> Page:
    """The page with songs like the first one of the catalogue."""
    pick_track(page, demo.catalogue.track(0))
    results(page)
    return page


def put_on_playlist(page: Page, numbers: list[int]) -> list[str]:
    shown = results(page)
    for number in numbers:
        shown.nth(number).get_by_role("button", name="On the playlist").click()
    return [titles(shown)[number] for number in numbers]


@pytest.mark.parametrize(
    ("where", "tab", "picker", "result"),
    [
        ("Its cluster", "Clusters", "where", "#clicked-song .who"),
        ("More of this vibe", "Vibe search", "vibe-like", "#vibe-results tbody tr"),
        ("Similar songs", "Similar songs", "seeds", "#similar-results [data-action=compare]"),
    ],
)
def test_a_song_is_sent_on_and_answered(found: Page, where: str, tab: str, picker: str, result: str):
    title = titles(results(found))[1]
    send_on(found, results(found).nth(1), where)
    is_open(found, tab)
    expect(chips(found, picker)).to_have_count(1)
    expect(chips(found, picker)).to_contain_text(title)
    expect(found.locator(result).first).to_be_visible()


def test_songs_are_added_to_the_history_without_leaving(found: Page):
    names = titles(results(found))[:2]
    for number in (0, 1, 0):
        send_on(found, results(found).nth(number), "Add to history")
        expect(found.locator("#tray .said")).to_contain_text("Added to your history")
        is_open(found, "Similar songs")
    found.get_by_role("tab", name="For you").click()
    expect(chips(found, "heard")).to_contain_text(names[::-1])  # each once, the last one last
    expect(rows(found, "heard-results")).to_have_count(10)
    expect(found.locator("#heard-cards li")).to_have_count(0)


def test_a_playlist_is_put_together_ordered_and_saved(found: Page, demo: Capabilities, tmp_path: Path):
    names = put_on_playlist(found, [0, 2, 4])
    expect(found.locator("#tray .handle b")).to_have_text("3")
    expect(results(found).nth(2).get_by_role("button", name="On the playlist")).to_have_attribute(
        "aria-pressed", "true"
    )
    found.locator("#tray .handle").click()
    for name, item in zip(names, tray(found).all(), strict=True):
        expect(item).to_contain_text(name)
    tray(found).nth(2).get_by_role("button", name="Move up").click()
    tray(found).first.get_by_role("button", name="Take out").click()
    expect(tray(found)).to_have_count(2)
    expect(tray(found).first).to_contain_text(names[2])
    expect(results(found).first.get_by_role("button", name="On the playlist")).to_have_attribute(
        "aria-pressed", "false"
    )
    found.get_by_label("Name").fill("Rainy days")
    for format_, ending in (("csv", "csv"), ("m3u8", "m3u8"), ("jspf", "jspf")):
        found.get_by_label("File").select_option(format_)
        with found.expect_download() as download:
            found.get_by_role("button", name="Save", exact=True).click()
        assert download.value.suggested_filename == f"rainy-days.{ending}"
        path = tmp_path / ending
        download.value.save_as(path)
        text = path.read_text("utf-8")
        assert text.index(names[2]) < text.index(names[1])
        assert text.startswith("\ufeff") == (format_ == "csv")
    assert len(json.loads(text)["playlist"]["track"]) == 2
    found.get_by_label("File").select_option("links")
    found.get_by_role("button", name="Save", exact=True).click()
    expect(found.locator("#tray .said")).to_contain_text("no link to write")  # these songs are invented


def test_a_whole_list_is_put_on_the_playlist_and_each_song_once(found: Page):
    put_on_playlist(found, [3])
    found.locator("#similar-results").get_by_role("button", name="All on the playlist").click()
    expect(found.locator("#tray .said")).to_contain_text("Put on your playlist: 9")
    expect(found.locator("#tray .handle b")).to_have_text("10")
    assert sorted(tray(found).locator("span").all_text_contents()) == sorted(
        f"{title} – {by.split(' · ')[0]}"
        for title, by in zip(titles(results(found)), results(found).locator(".by").all_inner_texts(), strict=True)
    )


def test_an_invented_song_is_heard_only_once_asked_for(found: Page):
    asked: list[str] = []
    found.on("request", lambda request: asked.append(request.url))
    results(found).first.hover()
    assert not any("/media/clip/" in url for url in asked)
    results(found).first.get_by_role("button", name="Listen").click()
    expect(found.locator("#tray .playing")).to_contain_text(titles(results(found))[0])
    found.wait_for_function("() => document.querySelector('#tray audio').duration > 3")
    assert sum("/media/clip/" in url for url in asked) >= 1
    found.get_by_role("button", name="Close the player").click()
    expect(found.locator("#tray audio")).to_have_count(0)


def test_a_change_of_the_playlist_can_be_taken_back(found: Page):
    names = put_on_playlist(found, [0, 2])
    found.locator("#tray .handle").click()
    undo = found.get_by_role("button", name="Undo the last change")
    tray(found).first.get_by_role("button", name="Move down").click()
    expect(tray(found).first).to_contain_text(names[1])
    found.get_by_role("button", name="Empty it").click()
    expect(tray(found)).to_have_count(0)
    undo.click()
    expect(tray(found).first).to_contain_text(names[1])
    undo.click()
    expect(tray(found).first).to_contain_text(names[0])
    expect(tray(found)).to_have_count(2)
    undo.click()
    expect(tray(found)).to_have_count(1)
    expect(undo).to_be_hidden()
    expect(found.locator("#tray .handle b")).to_have_text("1")
    assert found.url.count("demo") == 1 + len(chips(found).all())  # the address follows


def test_the_playlist_is_played_from_song_to_song(found: Page):
    names = put_on_playlist(found, [0, 2])
    found.locator("#tray .handle").click()
    found.get_by_role("button", name="Play it").click()
    playing, after = found.locator("#tray .playing"), found.get_by_role("button", name="Play the next song")
    expect(playing).to_contain_text(names[0])
    found.wait_for_function("() => document.querySelector('#tray audio').duration > 3")
    found.locator("#tray audio").evaluate("sound => { sound.currentTime = sound.duration - 0.2; }")
    expect(playing).to_contain_text(names[1])  # by itself, at the end of the first
    expect(after).to_be_disabled()
    found.get_by_role("button", name="Play the song before").click()
    expect(playing).to_contain_text(names[0])
    after.click()
    expect(playing).to_contain_text(names[1])
    found.wait_for_function("() => document.querySelector('#tray audio').duration > 3")
    found.locator("#tray audio").evaluate("sound => { sound.currentTime = sound.duration - 0.2; }")
    expect(found.locator("#tray .player")).to_be_hidden()


def test_the_playlist_leads_on(found: Page):
    put_on_playlist(found, [1, 3])
    found.locator("#tray .handle").click()
    found.get_by_role("button", name="Find songs like these").click()
    expect(chips(found)).to_have_count(2)
    found.locator("#tray .handle").click()
    found.get_by_role("button", name="What comes next").click()
    is_open(found, "For you")
    expect(chips(found, "heard")).to_have_count(2)
    expect(rows(found, "heard-results")).to_have_count(10)


def test_the_address_brings_everything_back(found: Page, open_page: OpenPage):
    put_on_playlist(found, [0, 1])
    send_on(found, results(found).first, "More of this vibe")
    expect(rows(found, "vibe-results")).to_have_count(10)
    before = titles(rows(found, "vibe-results"))
    other = open_page(found.url)
    is_open(other, "Vibe search")
    expect(rows(other, "vibe-results").locator(".who")).to_have_text(before)
    expect(other.locator("#tray .handle b")).to_have_text("2")
    other.get_by_role("tab", name="Similar songs").click()
    expect(chips(other)).to_have_count(1)
    results(other)


def test_a_link_brings_the_options_along(found: Page, open_page: OpenPage):
    open_options(found)
    found.locator("#space").get_by_text("Mood").click()
    found.locator("#songs input[type=number]").fill("7")
    found.locator("#same-cluster input").click()
    found.locator("#explicit").get_by_text("Clean only").click()
    found.locator("#year textarea").fill("1990-1999")
    found.locator("#year textarea").press("Enter")
    expect(found.locator("#similar-results caption")).to_contain_text("7 songs like")
    expect(found.locator("#similar-results .by", has_text=re.compile(r"· 199\d"))).to_have_count(7)
    for part in ("space=mood", "songs=7", "same-cluster=false", "explicit=Clean+only", "year=1990-1999"):
        expect(found).to_have_url(re.compile(re.escape(part)))  # in any order
    mine = titles(results(found))
    other = open_page(found.url)
    expect(rows(other).locator(".who")).to_have_text(mine)
    open_options(other)
    expect(other.locator("#same-cluster input")).not_to_be_checked()
    expect(other.locator("#year textarea")).to_have_value("1990-1999")
    assert other.url == found.url
    other.get_by_role("button", name="Back to the usual options").click()
    expect(other.locator("#similar-results caption")).to_contain_text("10 songs like")
    expect(other).to_have_url(re.compile(r"\?seeds=\w+$"))


def test_words_are_in_the_address_too(open_page: OpenPage, app_url: str):
    page = open_page(app_url + "?tab=vibe&vibe=sad+90s")
    expect(page.locator("#vibe-results caption")).to_contain_text("songs for “sad 90s”")
    page.locator("#vibe-text textarea").fill("happy")
    page.get_by_role("button", name="Search", exact=True).click()
    expect(page.locator("#vibe-results caption")).to_contain_text("songs for “happy”")
    page.wait_for_url("**vibe=happy**")


def test_songs_of_another_catalogue_are_named_as_missing(open_page: OpenPage, app_url: str, demo: Capabilities):
    known = demo.catalogue.track(5)
    page = open_page(f"{app_url}?seeds=nobody,%25zz,{known.track_id}&tab=nowhere")
    expect(chips(page)).to_have_count(1)
    expect(chips(page)).to_contain_text(known.title)
    expect(page.locator("#seeds [role=status]")).to_contain_text("not in this catalogue: 2")


def test_two_visitors_keep_their_own(found: Page, open_page: OpenPage, demo: Capabilities):
    put_on_playlist(found, [0])
    other = open_page()
    expect(rows(other).first).to_be_visible()
    expect(other.locator("#tray .handle b")).to_have_text("0")
    pick_track(other, demo.catalogue.track(9))
    mine = titles(results(other))
    assert mine != titles(results(found))
    expect(chips(found)).not_to_contain_text(demo.catalogue.track(9).title)


def test_the_menu_and_the_tray_need_no_mouse(found: Page):
    button = results(found).first.get_by_role("button", name="Send on")
    button.focus()
    found.keyboard.press("Enter")
    menu = found.get_by_role("menuitem")
    expect(menu.first).to_be_focused()
    found.keyboard.press("ArrowUp")
    expect(menu.last).to_be_focused()
    found.keyboard.press("Escape")
    expect(menu).to_have_count(0)
    expect(button).to_be_focused()
    results(found).first.get_by_role("button", name="On the playlist").press("Enter")
    handle = found.locator("#tray .handle")
    handle.press("Enter")
    expect(tray(found)).to_have_count(1)
    tray(found).first.get_by_role("button", name="Take out").press("Enter")
    expect(tray(found)).to_have_count(0)
    found.keyboard.press("Escape")
    expect(found.locator("#tray-songs")).to_be_hidden()
    expect(handle).to_be_focused()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("size", [(1280, 900), (390, 844)], ids=["desktop", "phone"])
def test_tray_player_and_menu_are_fit_for_everybody(
    open_page: OpenPage, app_url: str, demo: Capabilities, size: tuple[int, int], dark: bool
):
    ids = demo.catalogue.track_ids
    page = open_page(f"{app_url}?seeds={ids[0]}&tray={','.join(ids[1:12])}", width=size[0], height=size[1], dark=dark)
    results(page).first.get_by_role("button", name="Listen").click()
    page.locator("#tray .handle").click()
    expect(tray(page)).to_have_count(11)
    expect(page.locator("#tray audio")).to_be_visible()
    assert page.evaluate(OVERFLOW) <= 0
    assert severe(page) == []
    page.locator("#tray .handle").click()
    page.get_by_role("button", name="Close the player").click()
    results(page).first.get_by_role("button", name="Send on").click()
    expect(page.get_by_role("menuitem").first).to_be_in_viewport()
    assert severe(page) == []


def test_the_tray_asks_for_a_check_by_itself(found: Page):
    put_on_playlist(found, [0, 1, 2, 3, 4])
    found.locator("#tray .handle").click()
    found.get_by_role("button", name="Check and mend it").click()
    is_open(found, "Playlist")
    expect(found.locator("#playlist-summary")).to_contain_text("5 songs")
    expect(found.locator("#playlist-energy .scatterlayer .trace").first).to_be_visible()


def test_compare_leads_back_to_its_song(found: Page):
    button = results(found).nth(6).locator("[data-action=compare]")
    button.click()
    found.get_by_role("button", name="Back to the song in the list").click()
    expect(button).to_be_focused()
    expect(button).to_be_in_viewport()


def test_arrow_keys_go_through_tabs_and_choices(page: Page):
    page.get_by_role("tab", name="Similar songs").focus()
    page.keyboard.press("ArrowRight")
    is_open(page, "Clusters")
    page.keyboard.press("ArrowLeft")
    is_open(page, "Similar songs")
    page.get_by_role("button", name="Options and filters").click()
    first = page.locator("#space input").first
    first.focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator("#space input").nth(1)).to_be_checked()
    expect(page.locator("#space input").nth(1)).to_be_focused()


def test_options_go_back_to_the_usual(found: Page):
    found.get_by_role("button", name="Options and filters").click()
    before = titles(results(found))
    found.get_by_label("Years").fill("1990-1995")
    found.keyboard.press("Enter")
    expect(results(found).locator(".who")).not_to_have_text(before)
    found.get_by_role("button", name="Back to the usual options").click()
    expect(found.get_by_label("Years")).to_have_value("")
    expect(results(found).locator(".who")).to_have_text(before)


def test_somebody_new_starts_with_cards(page: Page):
    page.get_by_role("tab", name="For you").click()
    cards = page.locator("#heard-cards li")
    expect(cards).to_have_count(10)
    last = cards.last.locator("strong").inner_text()
    cards.nth(1).get_by_role("button", name="Don’t know it").click()
    expect(cards).to_have_count(10)
    expect(cards.nth(8).locator("strong")).to_have_text(last)  # the others moved up, and another one came
    cards.first.get_by_role("button", name="Not for me").click()
    expect(cards).to_have_count(9)
    cards.first.get_by_role("button", name="Like", exact=False).first.click()
    expect(rows(page, "heard-results")).to_have_count(10)
    expect(cards).to_have_count(8)
    expect(page.locator("#heard-chips button")).to_have_count(2)
