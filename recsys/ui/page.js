/* What the parts of the page share: songs that are sent from one place to another, the address that keeps them, keys. */

window.journey = (() => {
  // Where a song can be sent. `uid` is a song picker's; `add` keeps what it holds and stays on this tab.
  const PLACES = {
    similar: {text: 'Similar songs', tab: 'similar', uid: 'seeds'},
    cluster: {text: 'Its cluster', tab: 'clusters', uid: 'where'},
    lyrics: {text: 'Its lyric tags', tab: 'lyrics', uid: 'lyric-song'},
    vibe: {text: 'More of this vibe', tab: 'vibe', uid: 'vibe-like', empties: 'vibe'},
    heard: {text: 'Add to history', uid: 'heard', add: true, said: 'Added to your history, under “For you”:'},
    from: {text: 'A path from here', tab: 'path', uid: 'path-from'},
    to: {text: 'A path to here', tab: 'path', uid: 'path-to'},
    blend: {text: 'Blend with it', tab: 'blend', uid: 'blend-plus'},
  };
  const pickers = {}, waiting = {};

  // The address
  const read = name => new URLSearchParams(location.search).get(name) || '';
  const write = (name, value) => {
    const all = new URLSearchParams(location.search);
    if (value) all.set(name, value); else all.delete(name);
    const query = all.toString().replaceAll('%2C', ',');
    history.replaceState(history.state, '', location.pathname + (query && '?' + query) + location.hash);
  };
  const decoded = id => { try { return decodeURIComponent(id); } catch { return id; } };  // anybody may write an address
  const idsIn = uid => read(uid).split(',').filter(Boolean).map(decoded);
  const keep = (uid, songs) => write(uid, songs.map(song => encodeURIComponent(song.track_id)).join(','));

  /* A picker comes to the page, with `get` and `set` for its songs and `named`, which asks the app for the names of ids.
     It gets what was sent to it before it was there, or what the address says. */
  const join = async (uid, picker) => {
    pickers[uid] = picker;
    const ids = idsIn(uid), sent = waiting[uid];
    delete waiting[uid];
    if (sent) picker.set(sent);
    else if (ids.length && !picker.get().length) picker.set(await picker.named(ids));
  };
  const held = uid => pickers[uid] ? pickers[uid].get() : waiting[uid] || idsIn(uid).map(id => ({track_id: id}));
  const put = (uid, songs) => {
    if (pickers[uid]) pickers[uid].set(songs); else { waiting[uid] = songs; keep(uid, songs); }
  };

  // Words that the address keeps: their field, and the button that starts a search for them
  const TEXTS = {vibe: ['#vibe-text', '#vibe-start'], 'blend-text': ['#blend-text', null]};
  const fieldOf = name => document.querySelector(`${TEXTS[name][0]} :is(textarea, input)`);
  const fill = (name, words) => {
    const field = fieldOf(name);
    write(name, words);
    if (!field || field.value === words) return;
    field.value = words;
    field.dispatchEvent(new Event('input', {bubbles: true}));
  };
  const whenThere = (find, act) => {
    const look = () => { const found = find(); if (found) { seen.disconnect(); act(found); } return found; };
    const seen = new MutationObserver(look);
    seen.observe(document, {childList: true, subtree: true});
    look();
  };

  // Where to
  const openTab = id => {
    const tab = document.querySelector(`#tab-${id}-button`);
    if (!tab) return;
    tab.click();
    tab.focus({preventScroll: true});
    tab.closest('[role=tablist]').scrollIntoView({block: 'nearest'});
  };
  const send = (where, songs) => {
    const place = PLACES[where];
    if (place.empties) fill(place.empties, '');
    if (!place.add) put(place.uid, songs);
    else {
      const ids = new Set(songs.map(song => song.track_id));
      put(place.uid, [...held(place.uid).filter(song => !ids.has(song.track_id)), ...songs]);
    }
    if (place.tab) openTab(place.tab); else say(place.said, songs);
  };
  const say = (text, songs = []) => {
    const status = document.querySelector('#tray .said');
    if (!status) return;
    const name = document.createElement('span');
    name.translate = false;
    name.textContent = songs.length > 1 ? ' ' + songs.length : songs.length ? ' ' + songs[0].label : '';
    status.replaceChildren(Object.assign(document.createElement('span'), {textContent: text}), name);
    clearTimeout(say.timer);
    say.timer = setTimeout(() => status.replaceChildren(), 5000);
  };

  // The menu that opens beside a row's button
  const menu = document.createElement('div');
  let opener = null;
  const close = (back = false) => {
    if (!opener) return;
    opener.setAttribute('aria-expanded', 'false');
    if (back) opener.focus();
    menu.remove();
    opener = null;
  };
  const open = (button, song) => {
    close();
    opener = button;
    button.setAttribute('aria-expanded', 'true');
    menu.className = 'send-menu';
    menu.setAttribute('role', 'menu');
    menu.setAttribute('aria-label', 'Send this song to');
    menu.replaceChildren(...Object.entries(PLACES).map(([name, place]) => {
      const item = document.createElement('button');
      Object.assign(item, {type: 'button', textContent: place.text, tabIndex: -1});
      item.setAttribute('role', 'menuitem');
      item.onclick = () => { close(true); send(name, [song]); };
      return item;
    }));
    document.body.append(menu);
    const at = button.getBoundingClientRect(), wide = document.documentElement.clientWidth;
    menu.style.left = Math.max(8, Math.min(at.left, wide - menu.offsetWidth - 8)) + scrollX + 'px';
    const below = at.bottom + menu.offsetHeight + 8 < innerHeight || at.top < menu.offsetHeight + 8;
    menu.style.top = (below ? at.bottom + 4 : at.top - menu.offsetHeight - 4) + scrollY + 'px';
    menu.firstChild.focus({preventScroll: true});
  };
  menu.addEventListener('keydown', event => {
    const items = [...menu.children], at = items.indexOf(document.activeElement);
    const to = {ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1}[event.key];
    if (to !== undefined) items[(to + items.length) % items.length].focus();
    else if (event.key === 'Escape' || event.key === 'Tab') close(true);
    else return;
    if (event.key !== 'Tab') event.preventDefault();
  });

  // Buttons in the rows of songs
  const songOf = row => ({track_id: row.dataset.track, label: row.dataset.label, spotify: row.dataset.spotify});
  const keepAll = button => {
    const before = held('tray'), ids = new Set(before.map(song => song.track_id));
    const rows = [...button.parentElement.querySelectorAll('tr[data-label]')].map(songOf);
    const fresh = rows.filter(song => !ids.has(song.track_id));
    if (fresh.length) put('tray', [...before, ...fresh]);
    say(fresh.length ? 'Put on your playlist:' : 'All of these are on your playlist already.', fresh);
  };
  const acts = {
    send: (button, song) => opener === button ? close(true) : open(button, song),
    keep: (button, song) => pickers.tray?.toggle(song),
    play: (button, song) => pickers.tray?.play([song]),
  };
  document.addEventListener('click', event => {
    const button = event.target.closest('button[data-do]');
    if (button?.dataset.do === 'keep-all') keepAll(button);
    else if (button?.dataset.do === 'tray') document.querySelector('#tray .handle').focus();
    else if (button?.dataset.do === 'back') {
      const row = document.querySelector('#similar-results [aria-current]');
      row?.scrollIntoView({block: 'center'});
      row?.querySelector('[data-action=compare]').focus({preventScroll: true});
    }
    else if (button) {
      acts[button.dataset.do](button, songOf(button.closest('[data-label]')));
    } else if (!menu.contains(event.target)) close();
  });
  /* Show on the rows which songs are on the playlist. */
  const mark = (root = document) => {
    const ids = new Set(held('tray').map(song => song.track_id));
    for (const button of root.querySelectorAll('[data-do=keep]')) {
      const on = ids.has(button.dataset.track);
      button.setAttribute('aria-pressed', String(on));
      button.textContent = on ? '✓' : '+';
    }
  };

  // Keys that Gradio's tabs and radio buttons do not know
  const step = (items, event) => {
    const by = {ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1}[event.key];
    const to = by && items[(items.indexOf(event.target) + by + items.length) % items.length];
    if (!to || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    to.focus();
    to.click();
  };
  document.addEventListener('keydown', event => {
    const within = (item, group) => event.target.matches?.(item) && event.target.closest(group);
    const tabs = within('[role=tab]', '[role=tablist]'), radios = within('input[type=radio]', '.wrap');
    if (tabs) step([...tabs.querySelectorAll('[role=tab]')], event);
    if (radios) step([...radios.querySelectorAll('input[type=radio]:not(:disabled)')], event);
  });

  /* The content has come: open the tab that the address names, and remember the one that is opened. */
  const begin = () => {
    const named = read('tab');
    if (named) openTab(named);
    document.addEventListener('click', event => {
      const id = event.target.closest?.('[role=tab]')?.id.match(/^tab-(.+)-button$/)?.[1];
      if (id) write('tab', id === 'similar' ? '' : id);
    });
  };
  whenThere(() => document.querySelector('#tab-similar-button'), begin);
  for (const [name, [, button]] of Object.entries(TEXTS)) {
    const words = read(name);
    if (words) whenThere(() => fieldOf(name), () => setTimeout(() => {
      fill(name, words);
      if (button) document.querySelector(button).click();
    }));
  }

  return {join, keep, whenThere, send, put, held, say, mark, openTab, read, write};
})();
