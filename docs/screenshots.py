"""The README's pictures, one of each tab: ``python -m docs.screenshots`` (the demo world) or ``--bundle FOLDER``.

Every picture is an address of the app, which holds all that is asked, and perhaps a click. Writes ``docs/NAME.png`` and
``docs/phone.png`` (dark). Needs Chromium and what `requirements-dev.txt` brings.
"""

from __future__ import annotations

import argparse
import io
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from app import serve
from recsys.catalogue import Catalogue
from recsys.settings import Settings

OUT = Path(__file__).parent
MOST_BYTES = 300_000
SETTLE_MS = 2_000
DESKTOP, PHONE = (1280, 1010), (390, 844)
_ROWS = (0, 5, 9, 14)  # of well-known songs: the catalogue has these first


@dataclass(frozen=True)
class Shot:
    """One picture.

    Attributes:
        address: The query of the page's address.
        shows: What has to be there, a selector.
        clicks: What to press before that, one after the other.
    """

    address: Mapping[str, str]
    shows: str
    clicks: Sequence[str] = ()


def main(argv: Sequence[str] | None = None) -> None:
    """Serve the bundle, visit it, and write the pictures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--bundle", type=Path, help="folder of the bundle to show; the demo world by default")
    parser.add_argument("--out", type=Path, default=OUT, help="where the pictures go")
    parser.add_argument("--only", nargs="+", help="names of the pictures to take; all by default")
    given = parser.parse_args(argv)
    blocks, loader, url = serve(Settings(bundle=given.bundle), block=False)
    loader.wait(900)
    shots = shots_of(loader.served().capabilities.catalogue)
    with sync_playwright() as playwright:
        found = shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-dev-shm-usage"])
        for name in given.only or [*shots, "phone"]:
            phone = name == "phone"
            shot = shots["similar-songs" if phone else name]
            save(take(browser, url, shot, PHONE if phone else DESKTOP, dark=phone), given.out / f"{name}.png")
        browser.close()
    blocks.close()


def shots_of(catalogue: Catalogue) -> dict[str, Shot]:
    """Name → what to show, with well-known songs of the catalogue."""
    one, two, three, four = (catalogue.track_ids[row] for row in _ROWS)
    three_songs = f"{one},{two},{three}"
    return {
        "similar-songs": Shot(
            {"seeds": one},
            "#similar-comparison .barlayer .trace",
            ["#similar-results tbody tr:nth-child(2) [data-action=compare]"],
        ),
        "clusters": Shot({"tab": "clusters", "where": one}, '#cluster-map .annotation[data-index="2"]'),
        "lyric-genres": Shot({"tab": "lyrics"}, "#lyric-lines mark", ["#lyric-examples button:has-text('Country')"]),
        "vibe-search": Shot(
            {"tab": "vibe", "vibe": "songs for a rainy heartbreak"}, "#vibe-plane .scatterlayer .trace"
        ),
        "for-you": Shot({"tab": "you", "heard": three_songs}, "#heard-weights .barlayer .trace"),
        "path": Shot({"tab": "path"}, "#path-chart .scatterlayer .trace", ["#path-example"]),
        "blend": Shot(
            {
                "tab": "blend",
                "blend-plus": one,
                "blend-minus": four,
                "blend-text": "late night drive",
                "blend-heard": two,
            },
            "#blend-songs tbody tr",
        ),
        "group": Shot({"tab": "group"}, "#group-results tbody tr", ["#group-example"]),
        "playlist": Shot(
            {"tab": "playlist"}, "#playlist-energy .scatterlayer .trace", ["text=Try an example >> visible=true"]
        ),
    }


def take(browser: Browser, url: str, shot: Shot, size: tuple[int, int], *, dark: bool) -> bytes:
    """The window as it is once everything has come to rest, from the top of the page; on a phone without the clicks."""
    page = browser.new_page(
        viewport={"width": size[0], "height": size[1]}, color_scheme="dark" if dark else "light", locale="en-GB"
    )
    page.goto(f"{url}?{urlencode(shot.address, safe=',')}")
    if size == DESKTOP:
        for button in shot.clicks:
            page.locator(button).first.click()
        page.locator(shot.shows).first.wait_for()
    rest(page)
    png = page.screenshot()
    page.close()
    return png


def rest(page: Page) -> None:
    """Wait until nothing moves, at the top of the page."""
    page.mouse.move(0, 0)
    page.wait_for_timeout(SETTLE_MS)
    page.evaluate("() => { document.activeElement.blur(); window.scrollTo(0, 0); }")
    page.wait_for_timeout(SETTLE_MS)


def save(png: bytes, path: Path) -> None:
    """Write the picture; with 256 colours where it would else be too large for a README."""
    image = Image.open(io.BytesIO(png)).convert("RGB")
    image.save(path, optimize=True)
    if path.stat().st_size > MOST_BYTES:
        image.quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)
    print(f"Saved: {path} ({path.stat().st_size / 1000:.0f} kB)")


if __name__ == "__main__":
    main()
