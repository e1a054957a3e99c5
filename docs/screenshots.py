"""The README's screenshots, of a served bundle: ``python -m docs.screenshots --bundle bundles/tidytuesday``.

Writes ``similar-songs.png``, ``clusters.png``, ``lyric-genres.png``, ``vibe-search.png``, ``for-you.png`` (desktop,
light) and ``phone.png`` (dark) into ``docs``. Needs Chromium and what `requirements-dev.txt` brings.
"""

from __future__ import annotations

import argparse
import io
import shutil
from collections.abc import Sequence
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from app import serve
from recsys.settings import Settings

OUT = Path(__file__).parent
MOST_BYTES = 300_000
SETTLE_MS = 1200
HEARD = ("led zeppelin stairway to heaven", "eagles hotel california", "queen bohemian rhapsody")


def main(argv: Sequence[str] | None = None) -> None:
    """Serve the bundle, visit it, and write the pictures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--bundle", type=Path, required=True, help="folder of the bundle to show")
    parser.add_argument("--song", default="queen bohemian rhapsody", help="what to type into the song picker")
    parser.add_argument("--heard", nargs="+", default=HEARD, help="what to type into the picker of songs played")
    parser.add_argument("--out", type=Path, default=OUT, help="where the pictures go")
    given = parser.parse_args(argv)
    blocks, loader, url = serve(Settings(bundle=given.bundle), block=False)
    loader.wait(60)
    with sync_playwright() as playwright:
        found = shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-dev-shm-usage"])
        similar = similar_songs(browser, url, given.song, dark=False, width=1280, height=1010)
        save(similar, given.out / "similar-songs.png")
        save(clusters(browser, url), given.out / "clusters.png")
        save(lyric_genres(browser, url), given.out / "lyric-genres.png")
        save(vibe_search(browser, url), given.out / "vibe-search.png")
        save(for_you(browser, url, given.heard), given.out / "for-you.png")
        save(similar_songs(browser, url, given.song, dark=True, width=390, height=844), given.out / "phone.png")
        browser.close()
    blocks.close()


def similar_songs(browser: Browser, url: str, song: str, *, dark: bool, width: int, height: int) -> bytes:
    """The first tab, with an answer; on a wide screen with the second song compared, on a phone the top."""
    page = open_page(browser, url, width, height, dark=dark)
    page.locator("#seeds-input").press_sequentially(song, delay=20)
    page.locator("#seeds-list [role=option]").first.wait_for()
    page.keyboard.press("Enter")
    compare = page.locator("#similar-results [data-action=compare]")
    compare.first.wait_for()
    if width > 800:
        compare.nth(1).click()
        page.locator("#similar-comparison .barlayer .trace").first.wait_for()
    return shoot(page)


def lyric_genres(browser: Browser, url: str) -> bytes:
    """The third tab, with one of its examples tagged."""
    page = open_page(browser, url, 1280, 1010, dark=False)
    page.get_by_role("tab", name="Lyric genres").click()
    page.get_by_role("button", name="Country", exact=True).click()
    page.locator("#lyric-lines mark").first.wait_for()
    return shoot(page)


def vibe_search(browser: Browser, url: str) -> bytes:
    """The fourth tab, with its first example answered."""
    page = open_page(browser, url, 1280, 1010, dark=False)
    page.get_by_role("tab", name="Vibe search").click()
    page.locator("#vibe-examples button").first.click()
    page.locator("#vibe-results [data-action=more]").first.wait_for()
    page.locator("#vibe-plane .scatterlayer .trace").first.wait_for()
    return shoot(page)


def for_you(browser: Browser, url: str, heard: Sequence[str]) -> bytes:
    """The fifth tab, after a few songs."""
    page = open_page(browser, url, 1280, 1010, dark=False)
    page.get_by_role("tab", name="For you").click()
    for song in heard:
        page.locator("#heard-input").press_sequentially(song, delay=20)
        page.locator("#heard-list [role=option]").first.wait_for()
        page.keyboard.press("Enter")
    page.locator("#heard-results [data-action=liked]").first.wait_for()
    page.locator("#heard-weights .barlayer .trace").first.wait_for()
    return shoot(page)


def clusters(browser: Browser, url: str) -> bytes:
    """The second tab, with a song of the second cluster marked on the map."""
    page = open_page(browser, url, 1280, 900, dark=False)
    page.get_by_role("tab", name="Clusters").click()
    page.locator("#cluster-choice input").nth(1).check()
    page.wait_for_timeout(SETTLE_MS)
    page.locator("#cluster-examples [data-action=map]").nth(1).click()
    page.locator('#cluster-map .annotation[data-index="2"]').wait_for()
    return shoot(page)


def open_page(browser: Browser, url: str, width: int, height: int, *, dark: bool) -> Page:
    """The app, loaded."""
    page = browser.new_page(viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light")
    page.goto(url)
    page.locator("#similar-results table").wait_for()
    return page


def shoot(page: Page) -> bytes:
    """The window as it is once everything has come to rest, from the top of the page."""
    page.mouse.move(0, 0)
    page.evaluate("() => { document.activeElement.blur(); window.scrollTo(0, 0); }")
    page.wait_for_timeout(SETTLE_MS)
    return page.screenshot()


def save(png: bytes, path: Path) -> None:
    """Write the picture; with 256 colours where it would else be too large for a README."""
    image = Image.open(io.BytesIO(png)).convert("RGB")
    image.save(path, optimize=True)
    if path.stat().st_size > MOST_BYTES:
        image.quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)
    print(f"Saved: {path} ({path.stat().st_size / 1000:.0f} kB)")


if __name__ == "__main__":
    main()
