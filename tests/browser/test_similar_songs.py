"""The tab "Similar songs", used as a visitor uses it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from recsys.catalogue import Track
from recsys.loading import Capabilities
from tests.browser.steps import chips, misspelt, open_options, pick, pick_track, results, rows, titles


@pytest.fixture
def song(demo: Capabilities) -> Track:
    """A song whose title is long enough to be misspelt, and is had by no other."""
    for row in range(len(demo.catalogue)):
        track = demo.catalogue.track(row)
        if max(map(len, track.title.split())) >= 6 and "(" not in track.title and " - " not in track.title:
            return track
    raise AssertionError("The demo world has no long title.")


def test_misspelt_song_is_found_and_picked_by_keyboard(page: Page, song: Track):
    pick(page, misspelt(song))
    expect(chips(page)).to_have_text(f"{song.title} – {song.artist} ✕")
    found = results(page)
    expect(found).to_have_count(10)
    expect(page.locator("#similar-results caption")).to_contain_text(f"10 songs like {song.title}")
    assert all(len(why) > 10 for why in found.locator(".why").all_inner_texts())
    assert song.title not in titles(found)


def test_suggestions_follow_the_combobox_pattern(page: Page, song: Track):
    box = page.get_by_role("combobox", name="Songs to start from")
    box.press_sequentially(song.title, delay=5)
    options = page.locator("#seeds-list [role=option]")
    expect(options.first).to_be_visible()
    expect(box).to_have_attribute("aria-expanded", "true")
    box.press("ArrowDown")
    expect(box).to_have_attribute("aria-activedescendant", "seeds-option-0")
    expect(options.first).to_have_attribute("aria-selected", "true")
    box.press("ArrowUp")
    expect(box).to_have_attribute("aria-activedescendant", f"seeds-option-{options.count() - 1}")
    box.press("Escape")
    expect(box).to_have_attribute("aria-expanded", "false")
    expect(box).to_have_value(song.title)
    box.press("Escape")
    expect(box).to_have_value("")
    box.press_sequentially(song.title, delay=5)
    expect(options.first).to_be_visible()
    box.press("Tab")
    expect(options).to_have_count(0)


def test_nothing_like_it_is_said(page: Page):
    page.locator("#seeds-input").press_sequentially("zzqxw", delay=5)
    expect(page.locator("#seeds [role=status]")).to_contain_text("No song or artist is like “zzqxw”")


def test_compare_shows_what_the_score_is_made_of(page: Page, song: Track):
    pick_track(page, song)
    second = results(page).nth(1)
    title = second.locator(".who").inner_text()
    second.get_by_role("button", name="Compare").click()
    shares = page.locator("#similar-details table.shares")
    expect(shares.locator("caption")).to_contain_text(f"Why “{title}”")
    assert shares.locator("tr").count() >= 5
    expect(page.locator("#similar-comparison .barlayer .trace")).to_have_count(2)
    expect(page.locator("#similar-comparison .legendtext")).to_have_count(2)
    expect(page.locator("#similar-details")).to_be_focused()
    expect(second).to_have_attribute("aria-current", "true")


def test_result_can_be_added_to_the_search(page: Page, song: Track):
    pick_track(page, song)
    first = titles(results(page))[0]
    rows(page).first.get_by_role("button", name="Add to search").click()
    expect(chips(page)).to_have_count(2)
    expect(page.locator("#similar-results caption")).to_contain_text(f"10 songs like {song.title} + {first}")
    assert first not in titles(results(page))


def test_steering_away_changes_the_answer(page: Page, song: Track, demo: Capabilities):
    pick_track(page, song)
    before = titles(results(page))
    open_options(page)
    pick(page, rows(page).first.locator(".who").inner_text(), "away")
    expect(chips(page, "away")).to_have_count(1)
    expect(rows(page).first.locator(".who")).not_to_have_text(before[0])


def test_chips_are_removed_by_mouse_and_by_backspace(page: Page, song: Track):
    pick_track(page, song)
    rows(page).first.get_by_role("button", name="Add to search").click()
    expect(chips(page)).to_have_count(2)
    page.locator("#seeds-input").press("Backspace")
    expect(chips(page)).to_have_count(1)
    chips(page).first.click()
    expect(chips(page)).to_have_count(0)
    expect(page.locator("#seeds-input")).to_be_focused()
    expect(page.locator("#similar-results caption")).to_have_text("Or start with one of these")


def test_suggested_song_starts_a_search(page: Page):
    title = rows(page).first.locator(".who").inner_text()
    page.get_by_role("button", name="Start here").first.click()
    results(page)
    expect(page.locator("#similar-results caption")).to_contain_text(f"10 songs like {title}")


def test_filters_that_leave_nothing_say_so_in_the_librarys_words(page: Page, song: Track):
    pick_track(page, song)
    results(page)
    open_options(page)
    years = page.get_by_label("Years")
    assert years.input_value() == ""
    years.fill("2090-")
    years.press("Enter")
    said = page.locator("#similar-results [role=alert]")
    expect(said).to_contain_text("No song passes these filters together (year from 2090: 0 songs)")
    years.fill("soon")
    years.press("Enter")
    expect(said).to_contain_text("'soon' is not a range. Write 10-20, 10- or -20.")
    years.fill("")
    page.get_by_label("Tempo (BPM)").focus()  # leaving the field is enough
    expect(results(page)).to_have_count(10)


def test_options_count_at_once(page: Page, song: Track):
    pick_track(page, song)
    before = titles(results(page))
    open_options(page)
    page.get_by_label("Mood – how it feels").check()
    expect(rows(page).locator(".who")).not_to_have_text(before)
    page.get_by_label("number input for How many songs").fill("3")
    expect(rows(page)).to_have_count(3)


@pytest.mark.parametrize("uid", ["seeds", "away"])
def test_suggestions_are_not_covered(page: Page, song: Track, uid: str):
    open_options(page)
    page.locator(f"#{uid}-input").press_sequentially(song.title.split()[0][:3], delay=5)
    expect(page.locator(f"#{uid}-list [role=option]").first).to_be_visible()
    box = page.locator(f"#{uid}-list").bounding_box()
    assert box is not None
    for part in (0.02, 0.5, 0.98):
        place = [box["x"] + box["width"] / 2, box["y"] + box["height"] * part]
        assert page.evaluate(f"([x, y]) => !!document.elementFromPoint(x, y)?.closest('#{uid}-list')", place), part


def test_song_that_is_not_in_the_catalogue(page: Page):
    page.get_by_role("button", name="A song that is not in the catalogue").click()
    for feature, value in (("Energy", "0.9"), ("Tempo (BPM)", "170"), ("Duration (seconds)", "200")):
        page.get_by_label(f"number input for {feature}").fill(value)
    page.get_by_role("button", name="Find songs like this").click()
    expect(rows(page, "new-song-results")).to_have_count(10)
    expect(page.locator("#new-song-results .notice")).to_contain_text("It would fall in ")
