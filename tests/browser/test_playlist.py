"""The tab "Playlist", used as a visitor uses it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect

from recsys.loading import Capabilities
from recsys.playlist_files import write_playlist
from tests.browser.conftest import OpenPage, Serve
from tests.browser.steps import rows, titles
from tests.browser.test_for_everybody import OVERFLOW, severe
from tests.browser.test_user_history import STORED

SCREENS = [(1280, 900), (390, 844)]
SECRET = "Nobody Known – A Song That Is Only Mine"
HELD = "() => journey.held('tray').map(song => song.track_id)"


@pytest.fixture
def tab(page: Page) -> Page:
    """The tab, opened."""
    open_playlist(page)
    return page


def open_playlist(page: Page) -> None:
    page.get_by_role("tab", name="Playlist").click()
    expect(page.locator("#playlist-summary")).to_be_visible()


def try_example(page: Page) -> None:
    page.locator("#playlist-start").get_by_role("button", name="Try an example").click()
    expect(ordered(page).first).to_be_visible()


def paste(page: Page, text: str, button: str = "Use it as the playlist") -> None:
    box = page.locator("#playlist-text textarea")
    if not box.is_visible():
        page.get_by_role("button", name="Paste or upload a playlist").click()
    box.fill(text)
    page.get_by_role("button", name=button).click()


def lines(demo: Capabilities, found: range) -> str:
    tracks = [demo.catalogue.track(row) for row in found]
    return "\n".join(f"{track.artist} – {track.title}" for track in tracks)


def ordered(page: Page) -> Locator:
    return rows(page, "playlist-order")


def account(page: Page) -> Locator:
    return page.locator("#playlist-account")


def held(page: Page) -> list[str]:
    """Ids of the songs on the playlist."""
    return page.evaluate(HELD)


def wait_for_songs(page: Page, number: int) -> None:
    page.wait_for_function(f"() => ({HELD})().length === {number}")
    expect(page.locator("#playlist-summary h2").first).to_contain_text(f"{number} songs, looked at")


def test_an_empty_playlist_teaches_and_an_example_is_one_click_away(tab: Page):
    expect(tab.locator("#playlist-summary")).to_contain_text("The playlist is empty. Press + beside any song")
    expect(tab.locator("#playlist-parts")).not_to_be_visible()
    try_example(tab)
    for heading in ("What it is like", "What does not fit", "The same song twice", "Songs to add", "An order in which"):
        expect(tab.get_by_role("heading", name=heading)).to_be_visible()
    expect(tab.locator("#playlist-energy .scatterlayer .trace")).to_have_count(2)
    expect(tab.locator("#playlist-start").get_by_role("button", name="Try an example")).not_to_be_visible()


def test_what_does_not_fit_is_taken_out(tab: Page):
    try_example(tab)
    before, odd = held(tab), rows(tab, "playlist-misfits")
    expect(odd.first).to_contain_text("of the catalogue would fit better")
    out = odd.first.get_attribute("data-track")
    odd.first.get_by_role("button", name="Take out").click()
    wait_for_songs(tab, len(before) - 1)
    assert held(tab) == [one for one in before if one != out]


def test_one_version_is_kept(tab: Page):
    try_example(tab)
    before, versions = held(tab), rows(tab, "playlist-repeats")
    expect(versions).to_have_count(2)
    gone = versions.nth(1).get_attribute("data-track")
    versions.first.get_by_role("button", name="Keep this one").click()
    wait_for_songs(tab, len(before) - 1)
    assert held(tab) == [one for one in before if one != gone]
    expect(tab.locator("#playlist-repeats")).to_contain_text("No song is there in two versions.")


def test_a_song_is_added_at_its_place(tab: Page):
    try_example(tab)
    before, first = held(tab), rows(tab, "playlist-gaps").first
    place = first.locator(".fit").inner_text()
    new = str(first.get_attribute("data-track"))
    names = dict(zip(ordered_ids(tab), titles(ordered(tab)), strict=True))
    first.get_by_role("button", name="Add:").click()
    wait_for_songs(tab, len(before) + 1)
    after = held(tab)
    at = after.index(new)
    assert place == ("Best place: first" if at == 0 else f"Best place: after “{names[after[at - 1]]}”")
    assert [one for one in after if one != new] == before


def ordered_ids(page: Page) -> list[str]:
    """Ids of the songs in the proposed order."""
    return [str(row.get_attribute("data-track")) for row in ordered(page).all()]


def test_all_songs_to_add_are_put_on_the_playlist(tab: Page):
    try_example(tab)
    before, more = held(tab), rows(tab, "playlist-gaps").count()
    tab.locator("#playlist-parts").get_by_role("button", name="Put all on the playlist").click()
    wait_for_songs(tab, len(before) + more)
    assert [one for one in held(tab) if one in before] == before


def test_the_new_order_is_used_and_then_nothing_is_left_to_gain(tab: Page):
    try_example(tab)
    expect(tab.locator("#playlist-smoothness")).to_contain_text("smaller jumps")
    wanted = ordered_ids(tab)
    assert wanted != held(tab)
    tab.get_by_role("button", name="Use this order").click()
    expect(tab.locator("#playlist-smoothness")).to_contain_text("as smooth as it can be already")
    assert held(tab) == wanted


def test_the_energy_does_what_is_chosen(tab: Page):
    try_example(tab)
    before = titles(ordered(tab))
    tab.locator("#playlist-arc").get_by_label("Rising: calm first, energetic last").check()
    tab.wait_for_function(
        "before => [...document.querySelectorAll('#playlist-order .who')].map(e => e.innerText).join() !== before",
        arg=",".join(before),
    )
    levels = [int(text.split()[0]) for text in ordered(tab).locator(".energy").all_inner_texts()]
    half = len(levels) // 2
    assert sum(levels[:half]) / half < sum(levels[half:]) / (len(levels) - half)


def test_a_pasted_playlist_is_looked_at_and_what_is_not_here_is_named(tab: Page, demo: Capabilities):
    paste(tab, f"{lines(demo, range(10, 22))}\n{SECRET}")
    expect(account(tab)).to_contain_text("12 of 13 songs are in this catalogue")
    expect(account(tab)).to_contain_text(f"Not here: {SECRET}.")
    wait_for_songs(tab, 12)
    assert held(tab) == [demo.catalogue.track_ids[row] for row in range(10, 22)]
    paste(tab, lines(demo, range(20, 26)), "Add it to the playlist")
    wait_for_songs(tab, 16)
    paste(tab, lines(demo, range(30, 35)))
    wait_for_songs(tab, 5)


@pytest.mark.parametrize("kind", ["csv", "m3u8", "jspf"])
def test_a_file_is_read_in_the_browser(tab: Page, demo: Capabilities, kind: str):
    wanted = [demo.catalogue.track_ids[row] for row in range(40, 50)]
    file = write_playlist(demo.catalogue, wanted, kind, "Mine")
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    tab.get_by_role("button", name="Paste or upload a playlist").click()
    tab.locator("#playlist-file input").set_input_files(
        {"name": file.name, "mimeType": file.media_type, "buffer": file.text.encode()}
    )
    expect(tab.locator("#playlist-text textarea")).not_to_have_value("")
    tab.get_by_role("button", name="Use it as the playlist").click()
    wait_for_songs(tab, 10)
    assert held(tab) == wanted
    assert not any("upload" in url for url in asked), "no copy of the file is left on a disk"


def test_a_file_that_is_too_large_is_refused_at_once(tab: Page):
    tab.get_by_role("button", name="Paste or upload a playlist").click()
    big = FilePayload(name="big.csv", mimeType="text/csv", buffer=b"a" * 2_000_001)
    tab.locator("#playlist-file input").set_input_files(big)
    expect(tab.locator("#playlist-file [role=status]")).to_contain_text("at most 2 are read")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "The playlist is empty."),
        (SECRET, "None of the 1 songs in the playlist is in this catalogue"),
        ("<html><body></body></html>", "The text is a web page or XML"),
    ],
    ids=["empty", "unknown", "page"],
)
def test_a_playlist_that_is_none_is_answered_in_plain_words(tab: Page, text: str, words: str):
    paste(tab, text)
    expect(account(tab).get_by_role("alert")).to_contain_text(words)
    assert held(tab) == []


def test_songs_from_elsewhere_come_and_the_answer_says_that_it_is_old(page: Page):
    for row in range(4):
        rows(page).nth(row).locator("[data-do=keep]").click()
    open_playlist(page)
    expect(page.locator("#playlist-summary")).to_contain_text("4 songs are on the playlist.")
    page.get_by_role("button", name="Check this playlist").click()
    wait_for_songs(page, 4)
    page.get_by_role("tab", name="Similar songs").click()
    rows(page).nth(4).locator("[data-do=keep]").click()
    open_playlist(page)
    expect(page.locator("#playlist-state")).to_contain_text("no longer the one that was looked at")
    page.get_by_role("button", name="Check this playlist").click()
    wait_for_songs(page, 5)
    expect(page.locator("#playlist-state")).to_have_text("")


def test_everything_works_by_keyboard(tab: Page):
    button = tab.locator("#playlist-start").get_by_role("button", name="Try an example")
    button.focus()
    tab.keyboard.press("Enter")
    expect(ordered(tab).first).to_be_visible()
    before = len(held(tab))
    rows(tab, "playlist-misfits").first.get_by_role("button", name="Take out").focus()
    tab.keyboard.press("Enter")
    wait_for_songs(tab, before - 1)
    expect(tab.get_by_role("heading", name="What does not fit")).to_be_focused()
    tab.get_by_role("button", name="Paste or upload a playlist").focus()
    tab.keyboard.press("Enter")
    expect(tab.locator("#playlist-text textarea")).to_be_visible()
    tab.locator("#playlist-text textarea").focus()
    tab.keyboard.press("Tab")
    expect(tab.locator("#playlist-file input")).to_be_focused()


def test_two_visitors_do_not_see_each_others_playlist(open_page: OpenPage, demo: Capabilities):
    first, second = open_page(), open_page()
    for page in (first, second):
        expect(rows(page).first).to_be_visible()
        open_playlist(page)
    paste(first, f"{lines(demo, range(5))}\n{SECRET}")
    wait_for_songs(first, 5)
    paste(second, lines(demo, range(50, 58)))
    wait_for_songs(second, 8)
    first.get_by_role("button", name="Check this playlist").click()
    wait_for_songs(first, 5)
    assert SECRET not in second.content() and held(first) != held(second)


def test_nothing_pasted_is_stored(tab: Page, demo: Capabilities):
    paste(tab, f"{lines(demo, range(5))}\n{SECRET}")
    wait_for_songs(tab, 5)
    assert "Only Mine" not in json.dumps(tab.evaluate(STORED))
    assert "Only" not in tab.url


def test_pasted_html_stays_text(tab: Page, demo: Capabilities):
    paste(tab, f"{lines(demo, range(5))}\n<img src=x onerror=document.title='owned'> – <script>x</script>")
    expect(account(tab)).to_contain_text("Not here:")
    assert tab.locator("#playlist-account :is(img, script)").count() == 0
    assert tab.title() == "Music recommender"


def test_without_songs_to_compare_the_tab_says_so(
    demo_path: Path, tmp_path: Path, open_page: OpenPage, serve_bundle: Serve
):
    path = shutil.copytree(demo_path, tmp_path / "damaged")
    shutil.rmtree(path / "song_to_song")
    page = open_page(serve_bundle(path))
    page.get_by_role("tab", name="Playlist").click()
    expect(page.locator("#playlist-problem")).to_contain_text("Checking playlists is not available.")
    expect(page.get_by_role("button", name="Check this playlist")).not_to_be_visible()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("size", SCREENS, ids=["desktop", "phone"])
def test_tab_works_on_any_screen(open_page: OpenPage, size: tuple[int, int], dark: bool):
    page = open_page(width=size[0], height=size[1], dark=dark)
    expect(rows(page).first).to_be_visible()
    open_playlist(page)
    assert page.evaluate(OVERFLOW) <= 0
    assert severe(page) == []
    try_example(page)
    expect(page.locator("#playlist-energy .main-svg").first).to_be_visible()
    assert page.evaluate(OVERFLOW) <= 0
    assert severe(page) == []
