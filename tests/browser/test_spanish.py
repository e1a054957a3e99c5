"""The page for a browser that speaks Spanish: everything is said in it, but for titles, names and what was typed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlparse

import pytest
from playwright.sync_api import Page, expect

from recsys.loading import Capabilities
from tests.browser.conftest import OpenPage
from tests.browser.steps import pick_track, results, rows, titles


@pytest.fixture
def spanish(open_page: OpenPage) -> Iterator[Page]:
    """The app in a Spanish browser; whatever a test shows has to be translated."""
    page = open_page(locale="es-ES")
    expect(rows(page).first).to_be_visible()
    yield page
    assert page.evaluate("[...window.untranslated]") == []


def open_tab(page: Page, name: str) -> None:
    page.get_by_role("tab", name=name, exact=True).click()


def test_page_says_its_language(spanish: Page):
    expect(spanish).to_have_title("Recomendador de música")
    assert spanish.evaluate("document.documentElement.lang") == "es"
    assert spanish.evaluate("getComputedStyle(document.body).visibility") == "visible"
    expect(spanish.locator("#page-head")).to_contain_text("Canciones inventadas")
    expect(spanish.locator("#seeds-input")).to_have_attribute("placeholder", "Título, artista o ambos")
    spanish.get_by_text("Fuentes y licencias").click()


def test_similar_songs(spanish: Page, demo: Capabilities):
    track = demo.catalogue.track(0)
    pick_track(spanish, track)
    results(spanish)
    known = {demo.catalogue.track(row).title for row in range(len(demo.catalogue))}
    assert set(titles(rows(spanish))) <= known
    expect(spanish.locator("#similar-results caption")).to_contain_text(f"canciones parecidas a {track.title}")
    spanish.get_by_role("button", name="Opciones y filtros").click()
    expect(spanish.get_by_label("Años")).to_be_visible()
    spanish.get_by_role("button", name="Comparar").first.click()
    expect(spanish.locator("#similar-comparison .legendtext").first).to_contain_text(track.title[:10])
    expect(spanish.locator("#similar-comparison .ytick").first).to_contain_text("Duración")
    spanish.get_by_label("Años").fill("hace mucho")
    spanish.get_by_label("Años").press("Enter")
    expect(spanish.get_by_role("alert")).to_contain_text("'hace mucho' no es un intervalo")


def test_song_that_is_not_in_the_catalogue(spanish: Page):
    spanish.get_by_role("button", name="Una canción que no está en el catálogo").click()
    spanish.get_by_role("button", name="Buscar canciones así").click()
    expect(spanish.locator("#new-song-results")).to_contain_text("Caería en")


def test_clusters(spanish: Page):
    open_tab(spanish, "Grupos")
    expect(spanish.locator("#cluster-map .xtitle")).to_contain_text("más")
    expect(spanish.locator("#cluster-about")).to_contain_text("en comparación con el resto de este catálogo")
    rows(spanish, "cluster-examples").first.get_by_role("button", name="Ver en el mapa").click()
    expect(spanish.locator("#clicked-song")).to_contain_text("Naive Bayes")
    for kind in ("En el límite", "Naive Bayes discrepa"):
        spanish.get_by_text(kind, exact=True).click()
        expect(rows(spanish, "cluster-examples").first).to_be_visible()
    spanish.get_by_role("button", name="Cómo se hallaron los grupos").click()
    expect(spanish.get_by_text("¿Cuántos grupos?")).to_be_visible()


def test_lyric_genres(spanish: Page, demo: Capabilities):
    open_tab(spanish, "Género por la letra")
    for name in ("Rap", "En español"):
        spanish.get_by_role("button", name=name, exact=True).click()
        expect(spanish.locator("#lyric-answer .needs").first).to_contain_text("pide")
    expect(spanish.locator("#lyric-answer")).to_contain_text("Parece español")
    expect(spanish.locator("#lyric-text textarea")).to_have_value(re.compile("^Mi corazón te busca"))
    scores = {row for row in range(len(demo.catalogue)) if demo.need_tagger().tags_of(row)}
    unread = next(row for row in range(len(demo.catalogue)) if row not in scores)
    for row, said in ((min(scores), "Por su letra"), (unread, "sino por los géneros que da el catálogo")):
        spanish.goto(f"{spanish.url.split('?')[0]}?tab=lyrics&lyric-song={demo.catalogue.track_ids[row]}")
        expect(spanish.locator("#lyric-answer")).to_contain_text(said)


def test_vibe_search(spanish: Page):
    open_tab(spanish, "Búsqueda por ambiente")
    box = spanish.get_by_label("¿Cómo debe ser la música?")
    box.fill("sad songs from the 90s, no live versions")
    box.press("Enter")
    expect(spanish.locator("#vibe-chips")).to_contain_text("Busca sad")
    expect(spanish.locator("#vibe-chips")).to_contain_text("Solo sin versiones en vivo")
    expect(rows(spanish, "vibe-results").first).to_be_visible()
    expect(spanish.locator("#vibe-plane .xtitle")).to_have_text("alegría: triste → alegre")
    box.fill("?")
    box.press("Enter")
    expect(spanish.get_by_role("alert")).to_contain_text("La búsqueda está vacía.")


def test_for_you(spanish: Page, demo: Capabilities):
    open_tab(spanish, "Para ti")
    track = demo.catalogue.track(1)
    pick_track(spanish, track, "heard")
    expect(spanish.locator("#heard-results caption")).to_contain_text("canciones que siguen")
    spanish.get_by_role("button", name="O pega un historial").click()
    spanish.get_by_label("Historial").fill(f"{track.artist} - {track.title}\nNadie - Nada de nada")
    spanish.get_by_role("button", name="Usar este historial").click()
    expect(spanish.locator("#heard-account")).to_contain_text("No están aquí:")


def test_somebody_new(spanish: Page):
    open_tab(spanish, "Para ti")
    cards = spanish.locator("#heard-cards li")
    expect(cards).to_have_count(10)
    cards.first.get_by_role("button", name="Me gusta").click()
    expect(spanish.locator("#heard-results caption")).to_contain_text("canciones que siguen")


def test_path(spanish: Page):
    open_tab(spanish, "Camino")
    spanish.get_by_role("button", name="Muéstrame este camino").click()
    expect(spanish.locator("#path-songs")).to_contain_text("Paso: ")
    expect(spanish.locator("#path-chart .legendtext").first).to_have_text("Energía")
    spanish.get_by_role("button", name="Otro camino").click()
    expect(spanish.locator("#path-songs caption")).to_contain_text("(otro camino, el número 1)")


def test_blend(spanish: Page):
    open_tab(spanish, "Mezcla")
    examples = spanish.locator("#blend-start button")
    last = examples.last.inner_text()
    assert " después de " in last
    examples.last.click()
    expect(spanish.locator("#blend-songs caption")).to_contain_text(f"canciones para {last.split(' después')[0]}")
    expect(spanish.locator("#blend-songs .votes").first).to_contain_text("Historial")


def test_group(spanish: Page):
    open_tab(spanish, "En grupo")
    spanish.locator("#tab-group").get_by_role("button", name="Probar un ejemplo").click()
    expect(spanish.locator("#group-being-1 input")).not_to_have_value("")
    spanish.get_by_role("button", name="Hacer la lista").click()
    expect(spanish.locator("#group-answer")).to_contain_text("Qué tan a gusto puede estar cada uno")
    expect(rows(spanish, "group-results").first).to_contain_text(", por")


def test_playlist(spanish: Page):
    open_tab(spanish, "Lista")
    spanish.locator("#tab-playlist").get_by_role("button", name="Probar un ejemplo").click()
    expect(spanish.locator("#playlist-summary")).to_contain_text("vistas por todos lados")
    expect(spanish.locator("#playlist-order caption")).to_contain_text("Un salto es suave hasta")
    expect(spanish.locator("#playlist-order tbody tr").nth(1)).to_contain_text("BPM")


def test_tray_and_menu(spanish: Page):
    rows(spanish).first.locator("[data-do=keep]").click()
    expect(spanish.locator("#tray .said")).to_contain_text("En tu lista:")
    rows(spanish).first.locator("[data-do=send]").click()
    spanish.get_by_role("menuitem", name="Añadir al historial").click()
    expect(spanish.locator("#tray .said")).to_contain_text("Añadida a tu historial")
    spanish.locator("#tray .handle").click()
    expect(spanish.get_by_role("button", name="Buscar canciones así").last).to_be_visible()


def test_title_that_is_a_phrase_stays(spanish: Page):
    """As a page's script or Gradio may change a text at any time, so does this."""
    html = '<p translate="no">Dreams</p><button aria-label="Like: Rain by Money">Like</button><p id="new">rain</p>'
    spanish.evaluate("html => document.querySelector('#page-foot').insertAdjacentHTML('beforeend', html)", html)
    foot = spanish.locator("#page-foot")
    expect(foot.get_by_role("button", name="Me gusta: Rain de Money")).to_have_text("Me gusta")
    expect(foot.get_by_text("Dreams", exact=True)).to_be_visible()
    expect(foot.locator("#new")).to_have_text("lluvia")
    spanish.evaluate("document.querySelector('#new').firstChild.data = 'the sea'")
    expect(foot.locator("#new")).to_have_text("el mar")
    spanish.evaluate("document.querySelector('#new').firstChild.data = 'rain'")
    expect(foot.locator("#new")).to_have_text("lluvia")


def test_uncovered_text_is_noted(open_page: OpenPage):
    page = open_page(locale="es-MX")
    expect(rows(page).first).to_be_visible()
    page.evaluate("document.querySelector('#page-foot').append('Sympathy for nobody')")
    page.wait_for_function("window.untranslated.has('Sympathy for nobody')")


@pytest.mark.parametrize(("locale", "query", "language"), [("en-GB", "", "en"), ("es-ES", "?lang=en", "en")])
def test_english_pages_fetch_no_phrases(open_page: OpenPage, app_url: str, locale: str, query: str, language: str):
    page = open_page("about:blank", locale=locale)
    asked = []
    page.on("request", lambda request: asked.append(urlparse(request.url).path))
    page.goto(app_url + query)
    expect(page.get_by_role("tab", name="Similar songs")).to_be_visible()
    assert "/phrase_book.js" not in asked
    assert page.evaluate("document.documentElement.lang") == language


def test_address_may_ask_for_spanish(open_page: OpenPage, app_url: str):
    page = open_page(f"{app_url}?lang=es")
    expect(page.get_by_role("tab", name="Canciones parecidas")).to_be_visible()
    expect(page.get_by_role("button", name="Configuración")).to_be_visible()
