const one = selector => element.querySelector(selector);
const list = one('ol'), panel = one('.songs-in'), handle = one('.handle'), player = one('.player');
const held = () => Array.isArray(props.value) ? props.value : [];
let joined = false, drawn = [];
const past = [];  // what was held before each change, for who takes one back

const idsOf = songs => songs.map(song => song.track_id).join();
const playable = song => song.spotify || document.querySelector('.plays-clips');

const set = songs => { props.value = songs; draw(); trigger('change', {}); };
const toggle = song => {
  const others = held().filter(other => other.track_id !== song.track_id), added = others.length === held().length;
  set(added ? [...others, song] : others);
  journey.say(added ? 'On your playlist:' : 'Off your playlist:', [song]);
};
const move = (from, to) => {
  const songs = [...held()], [song] = songs.splice(from, 1);
  songs.splice(to, 0, song);
  set(songs);
  const again = list.children[to].querySelector(to < from ? '.up' : '.down');
  (again.disabled ? list.children[to].querySelector('.out') : again).focus();
};
const take = i => {
  set(held().filter((_, k) => k !== i));
  (list.children[Math.min(i, held().length - 1)]?.querySelector('.out') || handle).focus();
};

const button = (kind, sign, text, label, act) => {
  const made = document.createElement('button');
  Object.assign(made, {type: 'button', className: kind + ' round', textContent: sign, onclick: act});
  made.setAttribute('aria-label', text + ': ' + label);
  return made;
};
const draw = () => {
  const songs = held();
  if (joined && drawn.length && idsOf(drawn) !== idsOf(songs)) past.push(drawn);
  drawn = songs;
  list.replaceChildren(...songs.map((song, i) => {
    const item = document.createElement('li'), name = document.createElement('span');
    name.textContent = song.label;
    name.translate = false;
    const up = button('up', '↑', 'Move up', song.label, () => move(i, i - 1));
    const down = button('down', '↓', 'Move down', song.label, () => move(i, i + 1));
    up.disabled = !i;
    down.disabled = i + 1 === songs.length;
    item.append(name, up, down, button('out', '✕', 'Take out', song.label, () => take(i)));
    return item;
  }));
  one('.handle b').textContent = songs.length;
  one('.none').hidden = !!songs.length;
  one('.undo').hidden = !past.length;
  for (const tools of element.querySelectorAll('.tools')) tools.hidden = !songs.length;
  one('.listen').hidden = !songs.some(playable);
  element.classList.toggle('filled', !!songs.length);
  if (joined) journey.keep('tray', songs);
  journey.mark();
};
const open = shown => {
  panel.hidden = !shown;
  handle.setAttribute('aria-expanded', String(shown));
};
handle.onclick = () => open(panel.hidden);
element.addEventListener('keydown', event => {
  if (event.key === 'Escape' && !panel.hidden) { open(false); handle.focus(); }
});

// Listening: nothing is asked of anybody before the button is pressed.
let queue = [], at = 0;
const play = songs => { queue = songs.filter(playable); hear(0); };
const hear = place => {
  const song = queue[at = place], sound = document.createElement(song.spotify ? 'iframe' : 'audio');
  if (song.spotify) {
    sound.src = 'https://open.spotify.com/embed/track/' + encodeURIComponent(song.spotify);
    sound.allow = 'autoplay; encrypted-media';
    sound.title = 'Player of Spotify';
  } else {
    sound.src = 'media/clip/' + encodeURIComponent(song.track_id) + '.wav';
    sound.controls = sound.autoplay = true;
    sound.onended = () => at + 1 < queue.length ? hear(at + 1) : stop();
    sound.onerror = () => journey.say('This song cannot be played here:', [song]);
  }
  one('.playing').textContent = song.label;
  one('.about-clip').hidden = !!song.spotify;
  one('.before').disabled = !at;
  one('.next').disabled = at + 1 === queue.length;
  for (const button of [one('.before'), one('.next')]) button.hidden = queue.length < 2;
  one('.sound').replaceChildren(sound);
  player.hidden = false;
};
const stop = () => { one('.sound').replaceChildren(); player.hidden = true; };
one('.stop').onclick = stop;
one('.before').onclick = () => hear(at - 1);
one('.next').onclick = () => hear(at + 1);

// What can be done with the playlist
const save = async () => {
  const ids = held().map(song => song.track_id);
  const title = one('.title').value || one('.title').placeholder;
  const file = await server.save({ids, title, format: one('.format').value})
    .catch(() => ({problem: 'The app does not answer. Load the page again.'}));
  if (file.problem) return journey.say(file.problem);
  const mark = file.type === 'text/csv' ? '\ufeff' : '';  // spreadsheets take CSV for UTF-8 by this mark alone
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([mark + file.text], {type: file.type}));
  link.download = file.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  journey.say(file.left_out ? 'Saved. Songs without a Spotify id, left out: ' + file.left_out : 'Saved.');
};
const copy = () => navigator.clipboard.writeText(location.href).then(
  () => journey.say('The link is copied. It opens this page with this playlist.'),
  () => journey.say('The browser does not let this page copy. Copy the address instead; it holds the playlist.'));
const go = {
  save, link: copy,
  playlist: () => {
    open(false);
    journey.openTab('playlist');
    journey.whenThere(() => document.querySelector('#playlist-check:not(:disabled)'), button => setTimeout(() => button.click()));
  },
  similar: () => { open(false); journey.send('similar', held()); },
  heard: () => { open(false); journey.put('heard', held()); journey.openTab('you'); },
  clear: () => { set([]); one('.undo').focus(); },
  play: () => play(held()),
  undo: () => {
    drawn = past.pop();  // so that taking a change back is no change to take back
    set(drawn);
    (past.length ? one('.undo') : handle).focus();
  },
};
element.addEventListener('click', event => go[event.target.closest('[data-go]')?.dataset.go]?.());

watch('value', draw);
draw();
joined = true;
const named = async ids => {
  const answer = await server.named(ids).catch(() => ({songs: [], message: 'The app does not answer. Load the page again.'}));
  if (answer.message) journey.say(answer.message);
  return answer.songs;
};
setTimeout(() => journey.join('tray', {get: held, set, toggle, play, named}));
