"""What a visitor does, in the words of the page."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from recsys.catalogue import Track

QUIET = """() => !document.querySelector('.pending, [data-testid=status-tracker].translucent')
  && document.getAnimations().every(a => a.playState !== 'running'
    || a.effect.getComputedTiming().iterations === Infinity)"""


def misspelt(track: Track) -> str:
    """The artist, then the title with two letters changed over: both a typing error and the other order."""
    longest = max(track.title.split(), key=len)
    middle = len(longest) // 2
    wrong = longest[: middle - 1] + longest[middle] + longest[middle - 1] + longest[middle + 1 :]
    return f"{track.artist} {track.title.replace(longest, wrong)}"


def pick(page: Page, text: str, uid: str = "seeds") -> None:
    """Write into a picker and take its first suggestion, without a mouse; at once, so that it is one for all of it."""
    box = page.locator(f"#{uid}-input")
    box.focus()
    page.keyboard.insert_text(text)
    expect(page.locator(f"#{uid}-list [role=option]").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")


def pick_track(page: Page, track: Track, uid: str = "seeds") -> None:
    pick(page, f"{track.title} {track.artist}", uid)
    expect(chips(page, uid).first).to_be_visible()


def chips(page: Page, uid: str = "seeds") -> Locator:
    return page.locator(f"#{uid} .chips button")


def rows(page: Page, table: str = "similar-results") -> Locator:
    return page.locator(f"#{table} tbody tr")


def results(page: Page) -> Locator:
    """The rows of an answer, not those of the suggestions to start from."""
    expect(page.locator("#similar-results [data-action=compare]").first).to_be_visible()
    return rows(page)


def titles(found: Locator) -> list[str]:
    return found.locator(".who").all_inner_texts()


def settled(page: Page) -> None:
    """Wait until every answer is there and has faded in: half faded, its colours are not those it will have."""
    page.wait_for_function(QUIET)


def send_on(page: Page, row: Locator, where: str) -> None:
    """Send a row's song to another part of the page."""
    row.get_by_role("button", name="Send on").click()
    page.get_by_role("menuitem", name=where, exact=True).click()


def is_open(page: Page, tab: str) -> None:
    """Wait until this tab is the one that is shown."""
    expect(page.get_by_role("tab", name=tab, exact=True)).to_have_attribute("aria-selected", "true")


def tray(page: Page) -> Locator:
    """The songs on the playlist."""
    return page.locator("#tray li")


def open_clusters(page: Page) -> None:
    page.get_by_role("tab", name="Clusters").click()
    expect(page.locator("#cluster-map .nsewdrag")).to_be_visible()


def open_options(page: Page) -> None:
    page.get_by_role("button", name="Options and filters").click()
    expect(page.locator("#away-input")).to_be_visible()
