"""A song picker for a million titles: type, choose with mouse or keys, take back.

A Dropdown would carry every title to the page; this asks the server for a dozen as one types. It is an ARIA combobox
(https://www.w3.org/WAI/ARIA/apg/patterns/combobox/), so that it works without a mouse and with a screen reader.
"""

from __future__ import annotations

from typing import Any

import gradio as gr

from recsys.catalogue import Track, tracks_of
from recsys.errors import RecsysError
from recsys.handlers import Handlers
from recsys.text import fold
from recsys.ui.song_table import label_of, spotify_id_of

SUGGESTIONS = 12
_MOST_PICKED = 50
MOST_NAMED = 500
"""Of the ids in an address, as many are looked up."""

_HTML = """
<div class="picker">
  <label for="${uid}-input">${label}</label>
  <div class="chips" role="group" aria-label="${label}: chosen"></div>
  <input id="${uid}-input" type="text" role="combobox" aria-autocomplete="list" aria-expanded="false"
    aria-controls="${uid}-list" autocomplete="off" spellcheck="false" placeholder="${placeholder}"/>
  <ul id="${uid}-list" role="listbox" aria-label="${label}: suggestions" hidden></ul>
  <div class="status unseen" role="status"></div>
</div>
"""

_CSS = """
.picker { position: relative; }
.picker > label { display: block; font-weight: 600; margin-bottom: 6px; color: var(--body-text-color); }
input { width: 100%; padding: 10px 12px; font-size: 16px; border: 1px solid var(--input-border-color);
  border-radius: 8px; background: var(--input-background-fill); color: var(--body-text-color); box-sizing: border-box; }
input::placeholder { color: var(--input-placeholder-color); opacity: 1; }
ul { list-style: none; margin: 4px 0 0; padding: 4px; max-height: 320px; overflow: auto; position: absolute; left: 0;
  right: 0; z-index: 90; background: var(--background-fill-primary); border: 1px solid var(--border-color-primary);
  border-radius: 8px; box-shadow: 0 6px 20px rgba(0,0,0,.2); }
ul[hidden] { display: none; }
li { padding: 8px 10px; cursor: pointer; border-radius: 6px; color: var(--body-text-color); }
li[aria-selected=true], li:hover { background: var(--color-accent-soft); }
li small { color: var(--body-text-color-subdued); display: block; font-size: 13px; }
.chips { display: flex; flex-wrap: wrap; gap: 6px; } .chips:not(:empty) { margin-bottom: 6px; }
.chips button { border: 1px solid var(--border-color-primary); border-radius: 999px; padding: 4px 12px; cursor: pointer;
  background: var(--color-accent-soft); color: var(--body-text-color); font-size: 14px; text-align: left; }
.status:not(.unseen) { font-size: 14px; margin-top: 4px; color: var(--body-text-color); }
"""

_JS = """
const input = element.querySelector('input'), list = element.querySelector('ul');
const chips = element.querySelector('.chips'), status = element.querySelector('.status');
const SILENT = 'The app does not answer. Load the page again.';
let found = [], at = -1, asked = 0, timer = null, joined = false;
const picked = () => Array.isArray(props.value) ? props.value : [];
// Only what one has to know is seen; the rest is for screen readers.
const say = (text, seen = false) => { status.textContent = text; status.classList.toggle('unseen', !seen); };

const drawChips = () => {
  chips.replaceChildren(...picked().map((song, i) => {
    const chip = document.createElement('button');
    chip.type = 'button';
    chip.textContent = song.label + ' ✕';
    chip.translate = false;
    chip.setAttribute('aria-label', 'Remove ' + song.label);
    chip.onclick = () => { remove(i); input.focus(); };
    return chip;
  }));
  if (joined) journey.keep(props.uid, picked());
};
const drawList = () => {
  list.replaceChildren(...found.map((song, i) => {
    const item = document.createElement('li'), by = document.createElement('small');
    item.id = props.uid + '-option-' + i;
    item.setAttribute('role', 'option');
    item.setAttribute('aria-selected', String(i === at));
    item.textContent = song.title;
    item.translate = false;
    by.textContent = song.by;
    item.append(by);
    item.onmousedown = event => { event.preventDefault(); pick(i); };
    return item;
  }));
  list.hidden = !found.length;
  input.setAttribute('aria-expanded', String(!!found.length));
  if (at >= 0) {
    input.setAttribute('aria-activedescendant', props.uid + '-option-' + at);
    list.children[at].scrollIntoView({block: 'nearest'});
  } else input.removeAttribute('aria-activedescendant');
};
const close = () => { found = []; at = -1; asked++; clearTimeout(timer); drawList(); };
const set = songs => { props.value = songs; drawChips(); trigger('change', {}); };
const named = async ids => {
  const answer = await server.named(ids).catch(() => ({songs: [], message: SILENT}));
  say(answer.message, true);
  return answer.songs;
};
const remove = i => {
  const song = picked()[i];
  set(picked().filter((_, k) => k !== i));
  say('Removed: ' + song.label);
};
const pick = i => {
  const song = found[i];
  close();
  input.value = '';
  const others = props.many ? picked().filter(p => p.track_id !== song.track_id) : [];
  set([...others, {track_id: song.track_id, label: song.label, spotify: song.spotify}]);
  say('Chosen: ' + song.label);
};
const ask = async () => {
  const mine = ++asked;
  const answer = await server.suggest(input.value).catch(() => ({songs: [], message: SILENT}));
  if (mine !== asked) return;
  found = answer.songs; at = -1;
  say(answer.message, !found.length);
  drawList();
};
input.addEventListener('input', () => {
  clearTimeout(timer);
  if (input.value.trim()) timer = setTimeout(ask, 120); else { close(); say(''); }
});
input.addEventListener('keydown', event => {
  if (event.key === 'ArrowDown' && found.length) at = (at + 1) % found.length;
  else if (event.key === 'ArrowUp' && found.length) at = (at - 1 + found.length) % found.length;
  else if (event.key === 'Enter' && found.length) { event.preventDefault(); pick(Math.max(at, 0)); return; }
  else if (event.key === 'Escape') {
    if (!found.length) input.value = '';
    close();
    say('');
  } else if (event.key === 'Backspace' && !input.value && picked().length) remove(picked().length - 1);
  else return;
  event.preventDefault();
  drawList();
});
input.addEventListener('blur', close);
watch('value', drawChips);
drawChips();
joined = true;
const take = given => set(props.many ? given : given.slice(-1));
setTimeout(() => journey.join(props.uid, {get: picked, set: take, named}));  // once the page listens to changes
"""


def song_picker(handlers: Handlers, label: str, uid: str, *, many: bool = True) -> gr.HTML:
    """A search box with suggestions; `picked` reads what it holds.

    Args:
        handlers: Who is asked for suggestions.
        label: What it is for.
        uid: Unique on the page.
        many: Whether it holds several songs, or the last one only.
    """

    def suggest(query: str) -> dict[str, Any]:
        return _suggest(handlers, query)

    def named(track_ids: object) -> dict[str, Any]:
        return named_songs(handlers, track_ids)

    return gr.HTML(
        value=[],
        label=label,
        html_template=_HTML,
        css_template=_CSS,
        js_on_load=_JS,
        apply_default_css=False,
        server_functions=[suggest, named],
        elem_id=uid,
        uid=uid,
        many=many,
        placeholder="Title, artist, or both",
    )


def picked(value: object) -> list[str]:
    """The track ids in a picker's value; whatever else is in it is passed over, for it may come from anybody."""
    songs = value if isinstance(value, list) else []
    ids = [song["track_id"] for song in songs if isinstance(song, dict) and isinstance(song.get("track_id"), str)]
    return ids[:_MOST_PICKED]


def chip(track: Track) -> dict[str, str]:
    """How the picker holds a track."""
    return {"track_id": track.track_id, "label": label_of(track), "spotify": spotify_id_of(track)}


def named_songs(handlers: Handlers, track_ids: object) -> dict[str, Any]:
    """The songs with these ids as a picker holds them, and a message about those that are not in the catalogue."""
    given = [one for one in track_ids if isinstance(one, str)] if isinstance(track_ids, list) else []
    try:
        catalogue = handlers.loaded.catalogue
    except RecsysError as error:
        return {"songs": [], "message": str(error)}
    known = [one for one in dict.fromkeys(given[:MOST_NAMED]) if one in catalogue]
    missing = len(set(given)) - len(known)
    message = f"Songs of this address that are not in this catalogue: {missing}." if missing else ""
    return {"songs": [chip(track) for track in tracks_of(catalogue, catalogue.rows(known))], "message": message}


def _suggest(handlers: Handlers, query: object) -> dict[str, Any]:
    """Up to a dozen songs for what has been typed, one for each title and artist, and a message for screen readers."""
    if not isinstance(query, str):
        return {"songs": [], "message": ""}
    try:
        found = handlers.search_tracks(query, 4 * SUGGESTIONS)
        catalogue = handlers.loaded.catalogue
        rows = catalogue.rows([track.track_id for track in found])
    except RecsysError as error:
        return {"songs": [], "message": str(error)}
    songs: dict[tuple[str, str], dict[str, str]] = {}
    for track in tracks_of(catalogue, rows):
        about = " · ".join(str(part) for part in (track.artists, track.album, track.year) if part)
        song = {**chip(track), "title": track.title, "by": about}
        songs.setdefault((fold(track.title), fold(track.artist)), song)
    shown = list(songs.values())[:SUGGESTIONS]
    count = f"{len(shown)} song{'s' * (len(shown) > 1)} found"
    message = count if shown else f"No song or artist is like “{query[:60]}”. Try fewer words."
    return {"songs": shown, "message": message}
