"""The tab "Lyric genres", used as a visitor uses it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from recsys.catalogue import Track
from recsys.genres import MACRO_GENRES
from recsys.loading import Capabilities
from recsys.tagging import TaggedLyric, tag
from recsys.track_tags import track_tags
from recsys.ui.example_lyrics import EXAMPLES
from tests.browser.conftest import OpenPage
from tests.browser.steps import chips, is_open, pick_track, results, rows, send_on, titles
from tests.browser.test_for_everybody import OVERFLOW, severe


@pytest.fixture(scope="module")
def sure(demo: Capabilities) -> TaggedLyric:
    """An example of which the demo world's tagger is sure, with reasons."""
    answers = (tag(demo, text) for text in EXAMPLES.values())
    return next(answer for answer in answers if answer.chosen and answer.genres[0].lines)


@pytest.fixture
def tab(page: Page) -> Page:
    """The tab, opened."""
    open_lyrics(page)
    return page


def open_lyrics(page: Page) -> None:
    page.get_by_role("tab", name="Lyric genres").click()
    expect(box(page)).to_be_visible()


def box(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Lyrics")


def paste(page: Page, text: str) -> None:
    box(page).fill(text)
    page.get_by_role("button", name="Tag", exact=True).click()


def bars(page: Page) -> Locator:
    return page.locator("#lyric-answer .genres li")


def alert(page: Page) -> Locator:
    return page.locator("#lyric-answer [role=alert]")


def test_pasted_lyric_shows_bars_lines_and_songs(tab: Page, sure: TaggedLyric):
    paste(tab, sure.lyrics.text)
    expect(bars(tab)).to_have_count(len(MACRO_GENRES))
    assert bars(tab).locator(".genre").all_inner_texts() == [score.genre for score in sure.genres]
    expect(bars(tab).filter(has_text="yes")).to_have_count(len(sure.chosen))
    expect(tab.locator("#lyric-answer .answer")).to_contain_text(sure.chosen[0])
    first = sure.genres[0].lines[0]
    marked = tab.locator("#lyric-lines .speaks", has_text=first.text)
    expect(marked).to_have_count(sure.lyrics.lines.count(first.text))
    expect(marked.first).to_contain_text(sure.genres[0].genre)
    expect(tab.locator("#lyric-lines .lyric p")).to_have_count(len(sure.lyrics.lines))
    expect(rows(tab, "lyric-songs")).to_have_count(5)
    expect(tab.locator("#lyric-songs caption")).to_contain_text(re.compile("Songs here that (share|come closest to) "))


def test_bars_are_as_long_as_their_genres_are_probable(tab: Page, sure: TaggedLyric):
    paste(tab, sure.lyrics.text)
    expect(bars(tab)).to_have_count(len(MACRO_GENRES))
    share = "bar => bar.querySelector('i').getBoundingClientRect().width / bar.getBoundingClientRect().width"
    for number in (0, 1):
        shown = bars(tab).nth(number).locator(".bar").evaluate(share)
        assert shown == pytest.approx(sure.genres[number].probability, abs=0.02)


@pytest.mark.parametrize("name", EXAMPLES)
def test_example_fills_the_box_and_is_tagged(tab: Page, name: str):
    tab.get_by_role("button", name=name, exact=True).click()
    expect(box(tab)).to_have_value(EXAMPLES[name])
    expect(bars(tab)).to_have_count(len(MACRO_GENRES))


def test_another_language_is_noted(tab: Page):
    tab.get_by_role("button", name="In Spanish", exact=True).click()
    expect(tab.locator("#lyric-answer .notice").filter(has_text="Spanish")).to_be_visible()


def test_song_leads_to_similar_ones(tab: Page, sure: TaggedLyric):
    paste(tab, sure.lyrics.text)
    track = sure.songs[0].track
    send_on(tab, rows(tab, "lyric-songs").first, "Similar songs")
    is_open(tab, "Similar songs")
    expect(chips(tab)).to_have_text(f"{track.title} – {track.artist} ✕")
    results(tab)


def of_lyric(demo: Capabilities) -> Track:
    """A song whose lyric was tagged when the bundle was made."""
    tagger = demo.need_tagger()
    assert tagger.song_tags is not None
    found = (int(row) for row in tagger.song_tags.rows)
    return next(demo.catalogue.track(row) for row in found if any(score.chosen for score in tagger.tags_of(row) or ()))


def without_lyric(demo: Capabilities) -> Track:
    """A song whose lyric was not tagged, with a genre that leads to one of the 14."""
    tracks = (track_tags(demo, track_id, 0) for track_id in reversed(demo.catalogue.track_ids))
    return next(tags.track for tags in tracks if tags.source == "catalogue" and tags.chosen)


def test_song_of_the_catalogue_shows_the_tags_of_its_lyric(tab: Page, demo: Capabilities):
    track = of_lyric(demo)
    tags = track_tags(demo, track.track_id)
    pick_track(tab, track, "lyric-song")
    expect(bars(tab)).to_have_count(len(MACRO_GENRES))
    assert bars(tab).locator(".genre").all_inner_texts() == [score.genre for score in tags.genres]
    expect(tab.locator("#lyric-answer .of-song")).to_contain_text(track.title)
    expect(tab.locator("#lyric-answer .remarks")).to_contain_text("Read from its lyric when the bundle was made")
    assert titles(rows(tab, "lyric-songs")) == [song.track.title for song in tags.songs]
    expect(tab).to_have_url(re.compile(f"lyric-song={track.track_id}"))


def test_song_without_a_tagged_lyric_shows_the_genres_of_the_catalogue(tab: Page, demo: Capabilities):
    track = without_lyric(demo)
    pick_track(tab, track, "lyric-song")
    expect(tab.locator("#lyric-answer")).to_contain_text("Not by its words, but by the genres that the catalogue lists")
    expect(tab.locator("#lyric-answer .remarks")).to_contain_text("Paste its words to have them tagged.")
    expect(bars(tab)).to_have_count(0)
    expect(rows(tab, "lyric-songs")).to_have_count(5)


def test_pasted_words_take_the_place_of_a_chosen_song(tab: Page, demo: Capabilities, sure: TaggedLyric):
    pick_track(tab, of_lyric(demo), "lyric-song")
    expect(tab.locator("#lyric-answer .of-song")).to_be_visible()
    paste(tab, sure.lyrics.text)
    expect(tab.locator("#lyric-answer .of-song")).to_have_count(0)
    expect(chips(tab, "lyric-song")).to_have_count(0)
    expect(tab.locator("#lyric-lines .speaks").first).to_be_visible()
    expect(bars(tab)).to_have_count(len(MACRO_GENRES))


def test_address_brings_a_song_and_another_row_the_next(open_page: OpenPage, app_url: str, demo: Capabilities):
    track = of_lyric(demo)
    page = open_page(f"{app_url}?tab=lyrics&lyric-song={track.track_id}")
    is_open(page, "Lyric genres")
    expect(page.locator("#lyric-answer .of-song")).to_contain_text(track.title)
    row = rows(page, "lyric-songs").first
    title = row.locator(".who").inner_text()
    send_on(page, row, "Its lyric tags")
    expect(page.locator("#lyric-answer .of-song")).to_contain_text(title)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "The lyrics are empty. Paste the words of a song."),
        ("love", "The lyrics have only 1 word"),
        ("[Chorus]\n(x2)", "No words of a song were found"),
        ("🎵🎶💔", "No words of a song were found"),
        ("<script>alert(1)</script>", "No words of a song were found"),
        ("la " * 350_000, "The lyrics have 1,050,000 characters; at most 100,000 are read"),
    ],
    ids=["empty", "one word", "directions", "emoji", "script", "a megabyte"],
)
def test_bad_lyric_is_answered_in_plain_words(tab: Page, text: str, words: str):
    paste(tab, text)
    expect(alert(tab)).to_contain_text(words)
    expect(bars(tab)).to_have_count(0)
    tab.get_by_role("button", name="Country", exact=True).click()
    expect(bars(tab)).to_have_count(len(MACRO_GENRES))
    expect(alert(tab)).to_have_count(0)


def test_a_mistake_takes_the_last_answer_away(tab: Page, sure: TaggedLyric):
    paste(tab, sure.lyrics.text)
    expect(rows(tab, "lyric-songs").first).to_be_visible()
    paste(tab, "love")
    expect(alert(tab)).to_be_visible()
    expect(tab.locator("#lyric-lines .lyric")).to_have_count(0)
    expect(rows(tab, "lyric-songs")).to_have_count(0)


def test_pasted_html_stays_text(tab: Page):
    evil = "I love <3 the <img src=x onerror=document.title='owned' and the night is long\nwe <dance & sing all night"
    paste(tab, f"{evil}\n<iframe src=javascript:alert(1)></iframe>over the hills we go")
    expect(bars(tab)).to_have_count(len(MACRO_GENRES))
    assert tab.locator("#lyric-lines :is(img, script, iframe)").count() == 0
    assert tab.title() == "Music recommender"


def test_keyboard_alone_tags_and_reads_the_lyric(tab: Page, sure: TaggedLyric):
    box(tab).fill(sure.lyrics.text)
    box(tab).press("Shift+Enter")
    expect(bars(tab)).to_have_count(len(MACRO_GENRES))
    lyric = tab.get_by_role("region", name="The lyric, line by line")
    lyric.focus()
    expect(lyric).to_be_focused()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("size", [(1280, 900), (375, 812)], ids=["desktop", "phone"])
def test_tab_works_on_any_screen(open_page: OpenPage, sure: TaggedLyric, size: tuple[int, int], dark: bool):
    page = open_page(width=size[0], height=size[1], dark=dark)
    expect(rows(page).first).to_be_visible()
    open_lyrics(page)
    assert severe(page) == []
    paste(page, sure.lyrics.text)
    expect(bars(page).first).to_be_in_viewport()
    expect(rows(page, "lyric-songs").first).to_be_visible()
    assert page.evaluate(OVERFLOW) <= 0
    assert severe(page) == []
    paste(page, "love")
    expect(alert(page)).to_be_in_viewport()
    assert severe(page) == []
