"""The tab "For you", used as a visitor uses it."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from recsys.catalogue import Track
from recsys.loading import Capabilities
from tests.browser.conftest import OpenPage, Serve
from tests.browser.steps import chips, is_open, pick_track, results, rows, send_on, titles
from tests.browser.test_for_everybody import OVERFLOW, severe

SECRET = "Nobody Known – A Song That Is Only Mine"
SCREENS = [(1280, 900), (390, 844), (375, 812)]
STORED = """async () => ({
  local: Object.entries({...localStorage}).flat().join(' '),
  session: Object.entries({...sessionStorage}).flat().join(' '),
  cookies: document.cookie,
  databases: indexedDB.databases ? (await indexedDB.databases()).map(d => d.name).join(' ') : '',
  caches: (await caches.keys()).join(' '),
})"""


@pytest.fixture
def tab(page: Page) -> Page:
    """The tab, opened."""
    open_for_you(page)
    return page


def open_for_you(page: Page) -> None:
    page.get_by_role("tab", name="For you").click()
    expect(page.locator("#heard-input")).to_be_visible()


def ten_lines(demo: Capabilities, start: int = 0) -> str:
    """Ten songs as a person would write them."""
    return "\n".join(line(demo.catalogue.track(row)) for row in range(start, start + 10))


def line(track: Track) -> str:
    return f"{track.artist} – {track.title}"


def open_paste(page: Page) -> Locator:
    box = page.locator("#heard-text textarea")
    if not box.is_visible():
        page.get_by_role("button", name="Or paste a history").click()
    expect(box).to_be_visible()
    return box


def paste(page: Page, text: str) -> None:
    open_paste(page).fill(text)
    page.get_by_role("button", name="Use this history").click()


def found(page: Page) -> Locator:
    return rows(page, "heard-results")


def told(page: Page) -> Locator:
    return page.locator("#heard-chips button")


def account(page: Page) -> Locator:
    return page.locator("#heard-account")


def alert(page: Page) -> Locator:
    return page.locator("#heard-results [role=alert]")


def dial(page: Page, known: int) -> None:
    """Move the dial by keys, as a mouse would leave it."""
    slider = page.locator("#heard-familiar input[type=range]")
    slider.focus()
    now = int(float(slider.input_value()))
    for _ in range(abs(known - now)):
        page.keyboard.press("ArrowRight" if known > now else "ArrowLeft")
    slider.dispatch_event("pointerup")
    expect(slider).to_have_value(str(known))


def pasted(page: Page, demo: Capabilities, start: int = 0) -> list[str]:
    """Paste ten songs and wait for ten that follow; their titles."""
    paste(page, ten_lines(demo, start))
    expect(account(page)).to_contain_text("Read as lines of songs.")
    expect(found(page)).to_have_count(10)
    return titles(found(page))


def known_titles(demo: Capabilities, start: int = 0) -> set[str]:
    return {demo.catalogue.track(row).title for row in range(start, start + 10)}


def test_ten_pasted_songs_are_followed_by_ten_with_reasons(tab: Page, demo: Capabilities):
    expect(tab.locator("#heard-results")).to_contain_text("What have you been listening to?")
    pasted(tab, demo)
    expect(account(tab)).to_contain_text("10 of 10 plays are of songs in this catalogue")
    expect(told(tab)).to_have_count(1)
    expect(told(tab)).to_contain_text("10 plays from a pasted history (lines of songs)")
    expect(tab.locator("#heard-results caption")).to_have_text("10 songs that follow")
    reasons = found(tab).locator(".why").all_inner_texts()
    assert len(reasons) == 10 and all(why.endswith(".") for why in reasons)
    assert any(title in why for why in reasons for title in known_titles(demo))


@pytest.mark.parametrize("known", [3, 8])
def test_the_dial_brings_known_songs_and_takes_them_away(tab: Page, demo: Capabilities, known: int):
    before = pasted(tab, demo)
    heard = demo.catalogue.track_ids[:10]
    expect(known_rows(tab, heard)).to_have_count(0)
    dial(tab, known)
    expect(known_rows(tab, heard)).to_have_count(known)
    expect(found(tab)).to_have_count(10)
    dial(tab, 0)
    expect(known_rows(tab, heard)).to_have_count(0)
    expect(found(tab).locator(".who")).to_have_text(before)


def known_rows(page: Page, track_ids: list[str]) -> Locator:
    """Rows of songs that are in the history."""
    wanted = ", ".join(f'[data-action=liked][data-track="{track_id}"]' for track_id in track_ids)
    return found(page).locator(wanted)


def test_what_is_not_for_me_goes_at_once_and_comes_back_with_its_chip(tab: Page, demo: Capabilities):
    before = pasted(tab, demo)
    found(tab).first.get_by_role("button", name="Not for me").click()
    expect(told(tab)).to_have_count(2)
    expect(told(tab).nth(1)).to_contain_text(f"Not {before[0]}")
    expect(found(tab).locator(".who", has_text=before[0])).to_have_count(0)
    expect(found(tab)).to_have_count(10)
    told(tab).nth(1).click()
    expect(told(tab)).to_have_count(1)
    expect(found(tab).locator(".who")).to_have_text(before)


def test_a_liked_song_acts_at_once(tab: Page, demo: Capabilities):
    before = pasted(tab, demo)
    found(tab).nth(3).get_by_role("button", name="Like", exact=False).first.click()
    expect(told(tab)).to_have_count(2)
    expect(told(tab).nth(1)).to_contain_text(f"Liked {before[3]}")
    expect(found(tab).locator(".who")).not_to_have_text(before)
    assert before[3] not in titles(found(tab))
    assert any(before[3] in why for why in found(tab).locator(".why").all_inner_texts()), "it is a reason now"


def test_the_history_itself_can_be_taken_back(tab: Page, demo: Capabilities):
    pasted(tab, demo)
    told(tab).first.click()
    expect(told(tab)).to_have_count(0)
    expect(tab.locator("#heard-results")).to_contain_text("What have you been listening to?")


def test_chips_work_without_a_mouse(tab: Page, demo: Capabilities):
    pasted(tab, demo)
    told(tab).first.focus()
    tab.keyboard.press("Enter")
    expect(told(tab)).to_have_count(0)


def test_a_listener_of_the_demo_world_can_be_played(tab: Page, demo: Capabilities):
    name, plays = next(iter(demo.need_history().listeners.items()))
    box = tab.get_by_role("listbox", name="Or be a listener of the demo world").or_(
        tab.locator("#heard-listener input")
    )
    box.first.click()
    tab.get_by_role("option", name=name).click()
    expect(account(tab)).to_contain_text(f"{len(plays)} plays of {name}, who is invented like the songs.")
    expect(found(tab)).to_have_count(10)
    expect(told(tab)).to_contain_text(f"{len(plays):,} plays from {name}")


def test_songs_can_be_picked_one_by_one(tab: Page, demo: Capabilities):
    pick_track(tab, demo.catalogue.track(20), "heard")
    expect(found(tab)).to_have_count(10)
    before = titles(found(tab))
    pick_track(tab, demo.catalogue.track(2_000), "heard")
    expect(chips(tab, "heard")).to_have_count(2)
    tab.wait_for_function(
        "before => [...document.querySelectorAll('#heard-results .who')].map(e => e.innerText).join() !== before",
        arg=",".join(before),
    )
    expect(found(tab)).to_have_count(10)
    chips(tab, "heard").first.click()
    chips(tab, "heard").first.click()
    expect(tab.locator("#heard-results")).to_contain_text("What have you been listening to?")


def test_artists_can_be_left_out(tab: Page, demo: Capabilities):
    pasted(tab, demo)
    artist = found(tab).first.locator(".by").inner_text().split(" · ")[0]
    box = tab.get_by_role("textbox", name="Artists to leave out")
    box.fill("Nobody At All")
    box.press("Enter")
    expect(alert(tab)).to_contain_text("No artist here is called 'Nobody At All'")
    box.fill(artist)
    box.press("Enter")
    expect(found(tab).locator(".by", has_text=re.compile(f"^{re.escape(artist)} · "))).to_have_count(0)
    expect(found(tab)).to_have_count(10)


def test_song_leads_to_similar_ones(tab: Page, demo: Capabilities):
    title = pasted(tab, demo)[0]
    send_on(tab, found(tab).first, "Similar songs")
    is_open(tab, "Similar songs")
    expect(chips(tab)).to_contain_text(title)
    results(tab)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "The history is empty. Paste some songs"),
        ("  \n ", "The history is empty."),
        (f"{SECRET}\n", "None of the 1 songs in the history is in this catalogue"),
        ("<html><body></body></html>", "The text is a web page or XML, not a history."),
        ('[{"ts": "2020-04-11T00:2', "The text "),
    ],
    ids=["empty", "blank", "unknown", "page", "truncated"],
)
def test_a_history_that_is_none_is_answered_in_plain_words(tab: Page, demo: Capabilities, text: str, words: str):
    paste(tab, text)
    expect(account(tab).get_by_role("alert")).to_contain_text(words)
    expect(found(tab)).to_have_count(0)
    pasted(tab, demo)
    expect(account(tab).get_by_role("alert")).to_have_count(0)


def test_songs_that_are_not_here_are_named(tab: Page, demo: Capabilities):
    paste(tab, f"{ten_lines(demo)}\n{SECRET}")
    expect(account(tab)).to_contain_text("10 of 11 plays are of songs in this catalogue")
    expect(account(tab)).to_contain_text(f"Not here: {SECRET} (1).")
    expect(found(tab)).to_have_count(10)


def test_pasted_html_stays_text(tab: Page, demo: Capabilities):
    paste(tab, f"{ten_lines(demo)}\n<img src=x onerror=document.title='owned'> – <script>x</script>")
    expect(account(tab)).to_contain_text("Not here:")
    assert (
        tab.locator(
            "#heard-account :is(img, script), #heard-results :is(img:not([src^='media/cover/']), script)"
        ).count()
        == 0
    )
    assert tab.title() == "Music recommender"


def test_nothing_pasted_is_stored(tab: Page, demo: Capabilities, app_url: str, demo_path: Path):
    before = {path: path.stat().st_mtime_ns for path in demo_path.rglob("*")}
    asked: list[tuple[str, str]] = []
    tab.on("request", lambda request: asked.append((request.url, request.post_data or "")))
    paste(tab, f"{ten_lines(demo)}\n{SECRET}")
    expect(account(tab)).to_contain_text(SECRET)
    expect(found(tab)).to_have_count(10)
    assert not any(SECRET in kept or "Only Mine" in kept for kept in tab.evaluate(STORED).values())
    assert not any("upload" in url or "storage" in url for url, _ in asked)
    assert not any("Mine" in url for url, _ in asked), "an address is kept in histories and logs"
    holders = [url for url, body in asked if "Only Mine" in body]
    assert holders and all(url.startswith(app_url) and "/gradio_api/" in url for url in holders)
    assert {path: path.stat().st_mtime_ns for path in demo_path.rglob("*")} == before
    tab.reload()
    is_open(tab, "For you")  # the address tells the tab, and not what was pasted
    open_for_you(tab)
    expect(told(tab)).to_have_count(0)
    assert open_paste(tab).input_value() == ""
    assert SECRET not in tab.content()


def test_without_it_the_tab_says_so_and_the_others_work(
    demo_path: Path, tmp_path: Path, open_page: OpenPage, serve_bundle: Serve, demo: Capabilities
):
    path = shutil.copytree(demo_path, tmp_path / "damaged")
    (path / "user_history" / "history.json").unlink()
    page = open_page(serve_bundle(path))
    pick_track(page, demo.catalogue.track(0))
    expect(results(page)).to_have_count(10)
    page.get_by_role("tab", name="For you").click()
    expect(page.locator("#history-problem")).to_contain_text("Recommendations from a history are not available.")
    expect(page.locator("#history-problem")).to_contain_text("history.json")
    expect(page.locator("#heard-input")).not_to_be_visible()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("size", SCREENS, ids=["desktop", "phone", "small phone"])
def test_tab_works_on_any_screen(open_page: OpenPage, demo: Capabilities, size: tuple[int, int], dark: bool):
    page = open_page(width=size[0], height=size[1], dark=dark)
    expect(rows(page).first).to_be_visible()
    open_for_you(page)
    assert severe(page) == []
    pasted(page, demo)
    found(page).first.get_by_role("button", name="Not for me").click()
    expect(told(page)).to_have_count(2)
    expect(page.locator("#heard-weights .main-svg, #heard-modalities .main-svg").first).to_be_visible()
    expect(page.locator("[aria-label='Empty value']:visible")).to_have_count(0)  # what Gradio shows before a plot
    assert severe(page) == []
    paste(page, SECRET)
    expect(account(page).get_by_role("alert")).to_be_in_viewport()
    assert severe(page) == []


@pytest.mark.parametrize("size", SCREENS, ids=["desktop", "phone", "small phone"])
def test_page_is_no_wider_than_the_screen(open_page: OpenPage, demo: Capabilities, size: tuple[int, int]):
    page = open_page(width=size[0], height=size[1])
    expect(rows(page).first).to_be_visible()
    assert page.evaluate(OVERFLOW) <= 0
    open_for_you(page)
    assert page.evaluate(OVERFLOW) <= 0
    pasted(page, demo)
    assert page.evaluate(OVERFLOW) <= 0
