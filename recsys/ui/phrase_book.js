// Translates the page by a phrase book, as it comes and as it changes. Served with the book: see phrase_book.py.

/** A function that gives a text's translation, or null where the phrases do not cover all of it. */
function phraseBook(phrases) {
  const BLANK = /\{(\w*)\}/, END = /(?<=[.!?]”?) /g, SEPARATOR = /; |, (?:and )?| and | · |<br>|(?<=:) /g;
  const KINDS = {n: '([<>+−-]?\\d[\\d.,:]*)', v: '([^(),;→]+?)'};
  const exact = new Map(), templates = [], known = new Map();
  const kind = name => name.replace(/\d+$/, '');
  const quote = text => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const grouped = digits => digits.replaceAll(',', digits.length > 5 ? '\u202f' : '');
  const number = text => text.replace(/\d{1,3}(?:,\d{3})+(?![\d,])/g, grouped).replace(/(\d)%/g, '$1\u00a0%');
  for (const [from, to] of Object.entries(phrases)) {
    const parts = from.split(BLANK);  // literal, name, literal, …
    if (parts.length === 1) { exact.set(from, to); continue; }
    const pattern = parts.map((part, i) => i % 2 ? KINDS[kind(part)] || '(.+?)' : quote(part)).join('');
    const literal = parts.filter((_, i) => i % 2 === 0).join('').length;
    const names = parts.filter((_, i) => i % 2);
    templates.push({pattern: RegExp(`^${pattern}$`), literal, names, to: to.split(BLANK)});
  }
  templates.sort((a, b) => b.literal - a.literal);  // what says more goes first
  const theirs = new Set(exact.values());

  const fill = ({pattern, names, to}, text) => {
    const match = text.match(pattern);
    if (!match) return null;
    const filled = {};
    for (const [i, name] of names.entries()) {
      const given = match[i + 1];
      filled[name] = kind(name) === 'words' ? translate(given) : kind(name) === 'n' ? number(given) : given;
      if (filled[name] === null) return null;
    }
    return to.map((part, i) => i % 2 ? filled[part] : part).join('');
  };
  const phrase = text => {
    if (exact.has(text)) return exact.get(text);
    for (const template of templates) {
      const found = fill(template, text);
      if (found !== null) return found;
    }
    return null;
  };
  const sentence = text => {
    const found = phrase(text), small = text[0].toLowerCase() + text.slice(1);
    if (found !== null) return found;
    const begun = small === text ? null : phrase(small);
    if (begun !== null) return begun[0].toUpperCase() + begun.slice(1);
    const closed = text.endsWith('.') && text.length > 1 ? translate(text.slice(0, -1)) : null;
    return closed && `${closed}.`;
  };
  const series = (text, separators) => {
    for (const separator of text.matchAll(separators)) {
      const end = separator.index + separator[0].length;
      const begin = text.slice(0, separator.index);
      const first = begin && (/[\p{L}\p{N}]/u.test(begin) ? sentence(begin) : begin);
      const rest = first ? translate(text.slice(end)) : null;
      if (rest === null) continue;
      return first + (separator[0].endsWith('and ') ? (/^h?i(?!e)/i.test(rest) ? ' e ' : ' y ') : separator[0]) + rest;
    }
    return null;
  };
  const translate = text => {
    if (!text) return null;
    if (known.has(text)) return known.get(text);
    const own = theirs.has(text) ? text : null;  // of this page in its language, such as Gradio's
    const found = /\p{L}/u.test(text)
      ? series(text, END) ?? sentence(text) ?? series(text, SEPARATOR) ?? own : number(text);
    if (known.size > 5000) known.clear();
    known.set(text, found);
    return found;
  };
  return translate;
}

/** Keeps the page translated. `window.untranslated` holds the texts that no phrase covers. */
function translatePage(translate) {
  const ATTRIBUTES = ['placeholder', 'aria-label', 'title', 'alt', 'data-title'];
  const AS_IT_IS = '\u2060';  // what a text begins with that no translate="no" can be put around, as in a figure
  const written = new WeakMap();  // by node or attribute, what was put there: that is not looked at again
  window.untranslated = new Set();
  const change = node => {
    const text = node.nodeValue, words = text.trim().replace(/\s+/g, ' ');
    if (!words || words.startsWith(AS_IT_IS) || written.get(node) === text) return;
    const translated = translate(words);
    if (translated === null) { window.untranslated.add(words); return; }
    const value = text.match(/^\s*/)[0] + translated + text.match(/\s*$/)[0];
    written.set(node, value);
    if (value !== text) node.nodeValue = value;
  };
  // translate="no" is about what stands in an element: its own attributes are translated.
  const DATA = '[translate=no], script, style, textarea';
  const isData = node => node.parentElement?.closest(DATA);
  const attribute = (node, name) => { if (node.hasAttribute(name)) change(node.getAttributeNode(name)); };
  const walk = node => {
    if (node.nodeType === Node.TEXT_NODE) return change(node);
    if (node.nodeType !== Node.ELEMENT_NODE) return;
    for (const name of ATTRIBUTES) attribute(node, name);
    if (!node.matches(DATA)) node.childNodes.forEach(walk);
  };
  const read = node => { if (!isData(node)) walk(node); };
  new MutationObserver(changes => {
    for (const {type, target, addedNodes, attributeName} of changes) {
      if (type === 'attributes') { if (!isData(target)) attribute(target, attributeName); }
      else if (type === 'characterData') read(target);
      else addedNodes.forEach(read);
    }
  }).observe(document.documentElement, {
    subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ATTRIBUTES,
  });
  read(document.documentElement);
}
