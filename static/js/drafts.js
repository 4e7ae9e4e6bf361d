/* Drafts save themselves: <form data-draft-url="…" data-draft-key="order id"> posts its fields some seconds after the last change and says
   草稿10:42已存 in [data-draft-note]. The browser keeps a copy only while the server does not have it; submit and sign-out remove it.
   Without a network a submit is held back: the form stays, and the copy with it.
   Answers: 2xx saved (JSON {"saved_at": "10:42"} optional), 409 or 410 somebody has finished it: nothing more is sent. */
(() => {
  'use strict';
  const { crm } = window;
  const prefix = 'crm:draft:';
  const pause = 3000;
  const skipped = ['csrfmiddlewaretoken', 'idempotency_key'];
  const clock = () => new Date().toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });

  const clear = () => Object.keys(localStorage).filter((k) => k.startsWith(prefix)).forEach((k) => localStorage.removeItem(k));
  if (crm.one('[data-clear-drafts]')) clear();

  const note = (form, text, stuck) => {
    crm.all('[data-draft-note]', form.closest('[data-rail], .app') || document).forEach((el) => {
      el.textContent = text;
      el.classList.toggle('is-stuck', Boolean(stuck));
    });
  };

  const fill = (form, fields) => {
    const kept = new Map();
    fields.forEach(([name, value]) => kept.set(name, [...(kept.get(name) || []), value]));
    [...form.elements].filter((el) => el.name && el.type !== 'hidden').forEach((el) => {
      const values = kept.get(el.name) || [];
      if (el.type === 'radio' || el.type === 'checkbox') el.checked = values.includes(el.value);
      else if (values.length) [el.value] = values;
    });
  };

  const start = (form) => {
    const key = prefix + form.dataset.draftKey;
    const state = { timer: 0, wait: pause, closed: false };

    const fields = () => [...new FormData(form)].filter(([name, value]) => !skipped.includes(name) && typeof value === 'string');

    const again = (ms) => {
      clearTimeout(state.timer);
      state.timer = setTimeout(save, ms);
    };

    const saved = async (response) => {
      const answer = await response.json().catch(() => ({}));
      localStorage.removeItem(key);
      state.wait = pause;
      crm.settled(form);
      note(form, crm.say('draft_saved', { at: answer.saved_at || clock() }));
    };

    const stuck = () => {
      state.wait = Math.min(state.wait * 2, 30000);
      note(form, crm.say('draft_kept', { at: clock() }), true);
      again(state.wait);
    };

    const save = async () => {
      if (state.closed || !form.isConnected) return;
      try {
        const response = await crm.post(form.dataset.draftUrl, new URLSearchParams(fields()));
        if (state.closed) return;
        if (response.ok && !response.redirected) await saved(response);
        else if (response.status === 409 || response.status === 410) { state.closed = true; localStorage.removeItem(key); note(form, crm.say('draft_closed'), true); }
        else stuck();
      } catch {
        stuck();
      }
    };

    const changed = () => {
      if (state.closed) return;
      localStorage.setItem(key, JSON.stringify({ at: clock(), fields: fields() }));
      again(pause);
    };

    const kept = localStorage.getItem(key);
    if (kept) {
      const copy = JSON.parse(kept);
      fill(form, copy.fields);
      note(form, crm.say('draft_restored', { at: copy.at }));
      again(pause);
    }
    form.addEventListener('input', changed);
    form.addEventListener('change', changed);
    form.addEventListener('submit', (e) => {
      if (!navigator.onLine) {
        e.preventDefault();
        changed();
        crm.toast(crm.say('offline'), { late: true });
        return;
      }
      state.closed = true;
      clearTimeout(state.timer);
      localStorage.removeItem(key);
    });
    window.addEventListener('online', () => { if (localStorage.getItem(key)) again(0); });
  };

  crm.each('form[data-draft-url]', start);
  document.addEventListener('submit', (e) => { if (e.target.matches('[data-sign-out]')) clear(); });
})();
