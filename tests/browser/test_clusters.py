"""The tab "Clusters", used as a visitor uses it."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from recsys.catalogue import Track
from recsys.loading import Capabilities
from tests.browser.steps import chips, is_open, open_clusters, pick_track, results, rows, send_on, titles

# The rightmost point of the map: where it is on the screen, and its row.
RIGHTMOST = """() => {
  const map = document.querySelector('#cluster-map .js-plotly-plot'), layout = map._fullLayout;
  const points = map._fullData.flatMap(t => [...t.x].map((x, i) => ({x, y: t.y[i], row: t.customdata[i]})));
  const far = points.reduce((best, p) => p.x > best.x ? p : best);
  const box = map.getBoundingClientRect();
  return {row: far.row, x: box.x + layout.xaxis._offset + layout.xaxis.d2p(far.x),
          y: box.y + layout.yaxis._offset + layout.yaxis.d2p(far.y)};
}"""
MARK = '#cluster-map .annotation[data-index="2"]'


@pytest.fixture
def tab(page: Page) -> Page:
    """The tab, opened."""
    open_clusters(page)
    return page


def click_map(page: Page, demo: Capabilities) -> Track:
    point: dict[str, Any] = page.evaluate(RIGHTMOST)
    page.mouse.click(point["x"], point["y"])
    return demo.catalogue.track(point["row"])


def test_clicked_point_is_shown_and_leads_to_its_neighbours(tab: Page, demo: Capabilities):
    track = click_map(tab, demo)
    shown = tab.locator("#clicked-song")
    expect(shown.locator(".who")).to_have_text(track.title)
    cluster = demo.need_clusters().cluster_of(track.track_id)
    expect(shown.locator(".notice")).to_contain_text(f"In {cluster.name}, ")
    expect(chips(tab, "where")).to_have_text(f"{track.title} – {track.artist} ✕")
    expect(tab.locator(MARK)).to_contain_text(track.title[:20])
    send_on(tab, shown, "Similar songs")
    is_open(tab, "Similar songs")
    expect(chips(tab)).to_have_text(f"{track.title} – {track.artist} ✕")
    assert track.title not in titles(results(tab))


def test_axes_can_be_features(tab: Page):
    tab.get_by_label("Across").click()
    tab.get_by_role("option", name="Tempo").click()
    expect(tab.locator("#cluster-map .xtitle")).to_have_text("Tempo (BPM) →")
    tab.get_by_label("Up", exact=True).click()
    tab.get_by_role("option", name="Energy").click()
    expect(tab.locator('#cluster-map .annotation[data-index="1"]')).to_have_text("Energy ↑")


def test_chosen_cluster_stands_out_and_shows_its_songs(tab: Page, demo: Capabilities):
    clusters = demo.need_clusters()
    last = clusters.clusters[-1]
    before = titles(rows(tab, "cluster-examples"))
    tab.get_by_label(last.name, exact=True).check()
    expect(tab.locator("#cluster-about")).to_contain_text(f"{last.name} {last.size:,} songs.")
    expect(rows(tab, "cluster-examples").first.locator(".who")).not_to_have_text(before[0])
    lit = "() => document.querySelector('#cluster-map .js-plotly-plot')._fullData.map(t => t.marker.opacity)"
    opacity = tab.evaluate(lit)
    assert opacity[last.label] == max(opacity) and opacity.count(max(opacity)) == 1
    ids = [clusters.catalogue.track(int(row)).title for row in clusters.examples(last.label, "exemplars")]
    assert titles(rows(tab, "cluster-examples")) == ids


def test_each_kind_of_example_is_explained(tab: Page):
    for kind, caption in (
        ("Borderline", "Songs about as near to another cluster"),
        ("Naive Bayes disagrees", "Songs that Naive Bayes would place elsewhere"),
        ("Typical", "Songs nearest the middle of the cluster"),
    ):
        tab.get_by_label(kind, exact=True).check()
        expect(tab.locator("#cluster-examples")).to_contain_text(caption)


def test_download_holds_the_clusters_songs(tab: Page, demo: Capabilities, tmp_path: Path):
    clusters = demo.need_clusters()
    cluster = clusters.clusters[1]
    tab.get_by_label(cluster.name, exact=True).check()
    expect(tab.locator("#cluster-about")).to_contain_text(cluster.name)
    with tab.expect_download() as download:
        tab.get_by_role("button", name="Download this cluster").click()
    assert download.value.suggested_filename.endswith(".csv")
    path = tmp_path / "playlist.csv"
    download.value.save_as(path)
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.DictReader(file))
    ids = [clusters.catalogue.track(int(row)).track_id for row in clusters.rows(cluster.label)]
    assert [line["track_id"] for line in lines] == ids
    assert all(0 <= float(line["energy"]) <= 1 for line in lines)


def test_song_is_found_on_the_map(tab: Page, demo: Capabilities):
    track = demo.catalogue.track(7)
    pick_track(tab, track, "where")
    expect(tab.locator("#clicked-song .who")).to_have_text(track.title)
    expect(tab.locator(MARK)).to_contain_text(track.title[:20])
    expect(tab.locator(MARK)).to_be_in_viewport()
    chips(tab, "where").click()
    expect(tab.locator("#clicked-song .who")).to_have_count(0)
    expect(tab.locator(MARK)).to_have_count(0)


def test_example_is_shown_on_the_map(tab: Page):
    example = rows(tab, "cluster-examples").nth(5)
    title = example.locator(".who").inner_text()
    example.get_by_role("button", name="Show on map").click()
    expect(tab.locator(MARK)).to_contain_text(title[:20])
    expect(tab.locator(MARK)).to_be_in_viewport()
    expect(tab.get_by_role("tab", name="Clusters")).to_have_attribute("aria-selected", "true")


def test_figures_show_how_the_clusters_were_found(tab: Page, demo: Capabilities):
    tab.get_by_role("button", name="How the clusters were found").click()
    for title in ("Each cluster’s mean", "How many clusters?", "Songs in each cluster", "Naive Bayes agrees on"):
        expect(tab.locator(".gtitle", has_text=title)).to_be_visible()
    expect(tab.locator(".heatmaplayer .hm")).to_have_count(2)
