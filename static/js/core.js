/* crm: the helpers all other scripts share. Texts come from the page (#shell-words), so that they are translated once. */
(() => {
  'use strict';
  const words = document.getElementById('shell-words');
  const texts = words ? JSON.parse(words.textContent) : {};
  const done = new WeakMap();
  const watchers = [];

  const crm = {
    one: (query, from = document) => from.querySelector(query),
    all: (query, from = document) => [...from.querySelectorAll(query)],

    /* a translated text with {names} filled in */
    say: (key, values = {}) => (texts[key] || key).replace(/\{(\w+)\}/g, (_, name) => values[name] ?? ''),

    csrf: () => crm.one('meta[name=csrf-token]')?.content || crm.one('[name=csrfmiddlewaretoken]')?.value || '',

    post: (url, body) => fetch(url, {
      method: 'POST',
      body,
      credentials: 'same-origin',
      headers: { 'X-CSRFToken': crm.csrf(), 'X-Requested-With': 'XMLHttpRequest' },
    }),

    /* run fn once for every element that fits, now and whenever htmx or a dialog brings new ones */
    each: (query, fn) => {
      const run = (from) => {
        const found = crm.all(query, from);
        if (from.matches?.(query)) found.unshift(from);
        found.forEach((el) => {
          const seen = done.get(el) || new Set();
          if (seen.has(fn)) return;
          seen.add(fn);
          done.set(el, seen);
          fn(el);
        });
      };
      watchers.push(run);
      run(document);
    },

    added: (from) => watchers.forEach((run) => run(from)),

    isText: (el) => Boolean(el.matches?.('textarea, select, [contenteditable], input:not([type=radio]):not([type=checkbox]):not([type=button]):not([type=submit])')),
  };

  document.addEventListener('htmx:configRequest', (e) => { e.detail.headers['X-CSRFToken'] = crm.csrf(); });
  document.addEventListener('htmx:load', (e) => { crm.added(e.detail.elt); });
  window.crm = crm;
})();
