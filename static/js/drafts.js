/* Drafts save themselves: <form data-draft-url="…" data-draft-key="order id" data-draft-page="…"> posts its fields some seconds after the last
   change and says 草稿10:42已存 in [data-draft-note]. The browser keeps a copy of what the server does not have yet, under the mark of who is
   signed in (meta person). It goes when the server has it ([data-draft-done] of the page after a submit), at sign-out, with the first page of
   somebody else, and after a day; it outlasts a session that ended by itself, and is put back on the form's next page.
   Without a network a submit is held back: the form stays, and the copy with it.
   Where the form can no longer be written, its page shows the copy to be read, copied and discarded (<section data-draft-left="key"
   data-left-url="…" hidden>: the address tells the fields in words).
   Answers: 2xx saved (JSON {"saved_at": "10:42"} optional), 409 or 410 somebody has finished it: nothing more is sent. 401, 403 or a way
   elsewhere: the session is over, which is said at once. */
(() => {
  'use strict';
  const { crm } = window;
  const prefix = 'crm:draft:';
  const pause = 3000;
  const longest = 24 * 3600 * 1000;
  const skipped = ['csrfmiddlewaretoken', 'idempotency_key'];
  const clock = () => new Date().toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
  const person = crm.one('meta[name=person]')?.content || '';
  let isLeaving = false;  /* a field that is left on the way out still says that it changed */

  const copyOf = (key) => {
    try { return JSON.parse(localStorage.getItem(key)) || {}; } catch { return {}; }
  };
  const drop = (key) => localStorage.removeItem(key);
  const keys = () => Object.keys(localStorage).filter((key) => key.startsWith(prefix));
  const isStranger = ({ by, since }) => (person && by !== person) || !(Date.now() - since < longest);

  keys().filter((key) => isStranger(copyOf(key))).forEach(drop);
  crm.each('[data-draft-done]', (el) => drop(prefix + el.dataset.draftDone));

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
    const state = { timer: 0, wait: pause, closed: false, isOver: false };

    const fields = () => [...new FormData(form)].filter(([name, value]) => !skipped.includes(name) && typeof value === 'string');
    const content = () => JSON.stringify(fields());
    const keep = () => {
      if (!isLeaving) localStorage.setItem(key, JSON.stringify({ by: person, at: clock(), since: Date.now(), fields: fields() }));
    };

    const again = (ms) => {
      clearTimeout(state.timer);
      state.timer = setTimeout(save, ms);
    };

    /* what was typed while the answer was on its way is still to be saved */
    const saved = async (response, sent) => {
      const answer = await response.json().catch(() => ({}));
      state.wait = pause;
      note(form, crm.say('draft_saved', { at: answer.saved_at || clock() }));
      if (content() !== sent) return;
      drop(key);
      crm.settled(form);
    };

    const stuck = () => {
      state.wait = Math.min(state.wait * 2, 30000);
      note(form, crm.say('draft_kept', { at: clock() }), true);
      again(state.wait);
    };

    const finished = () => {
      state.closed = true;
      note(form, crm.say('draft_closed'), true);
    };

    /* Another try would be refused as well: the page has to be opened anew, and brings the copy back. There is none where the person signed
       out in another tab. */
    const over = () => {
      const isKept = localStorage.getItem(key) !== null;
      state.isOver = isKept;
      state.closed = !isKept;
      form.toggleAttribute('data-kept', isKept);
      note(form, crm.say(isKept ? 'draft_kept_signed_out' : 'draft_signed_out', { at: clock() }), true);
      crm.toast(crm.say(isKept ? 'signed_out_kept' : 'signed_out'), { late: true, url: window.location.href, action: crm.say('sign_in') });
    };

    const save = async () => {
      if (state.closed || !form.isConnected) return;
      const sent = content();
      try {
        const response = await crm.post(form.dataset.draftUrl, new URLSearchParams(fields()));
        if (state.closed) return;
        if (response.redirected || response.status === 401 || response.status === 403) over();
        else if (response.ok) await saved(response, sent);
        else if (response.status === 409 || response.status === 410) finished();
        else stuck();
      } catch {
        stuck();
      }
    };

    const changed = () => {
      if (state.closed) return;
      keep();
      if (!state.isOver) again(pause);
    };

    const restore = () => {
      const copy = copyOf(key);
      if (!copy.fields || copy.by !== person) return;
      const before = content();
      fill(form, copy.fields);
      if (content() === before) return;
      note(form, crm.say('draft_restored', { at: copy.at }));
      crm.toast(crm.say('draft_back'));
      again(pause);
    };

    /* a form that came back with errors stands at the address it was sent to, which cannot be opened */
    if (form.dataset.draftPage && window.location.pathname === new URL(form.action).pathname) {
      window.history.replaceState(null, '', form.dataset.draftPage);
    }
    restore();
    form.addEventListener('input', changed);
    form.addEventListener('change', changed);
    form.addEventListener('submit', (e) => {
      keep();
      if (!navigator.onLine) {
        e.preventDefault();
        again(pause);
        crm.toast(crm.say('offline'), { late: true });
        return;
      }
      state.closed = true;
      clearTimeout(state.timer);
    });
    window.addEventListener('online', () => { if (localStorage.getItem(key)) again(0); });
    document.addEventListener('crm:leaving', () => crm.settled(form));
    document.addEventListener('submit', (e) => { if (form.closest('.rail')?.contains(e.target)) crm.settled(form); });  /* taking the call: the copy comes back with the page */
  };

  /* 11-29 10:42 */
  const momentOf = (since) => {
    const at = new Date(since);
    const two = (n) => String(n).padStart(2, '0');
    return `${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}`;
  };

  const showLeft = async (section) => {
    const key = prefix + section.dataset.draftLeft;
    const copy = copyOf(key);
    if (!copy.fields || copy.by !== person) return;
    const response = await crm.post(section.dataset.leftUrl, new URLSearchParams(copy.fields)).catch(() => null);
    if (!response?.ok) { crm.toast(crm.say('failed'), { late: true }); return; }
    if (response.status === 204) { drop(key); return; }
    const page = new DOMParser().parseFromString(await response.text(), 'text/html');
    crm.one('[data-left-says]', section).textContent = crm.say('draft_left', { at: momentOf(copy.since) });
    crm.one('[data-left-words]', section).append(document.importNode(crm.one('section', page), true));
    crm.one('[data-left-drop]', section).addEventListener('click', () => { drop(key); section.remove(); });
    section.hidden = false;
    crm.added(section);
  };

  crm.each('form[data-draft-url]', start);
  crm.each('[data-draft-left]', showLeft);
  document.addEventListener('submit', (e) => {
    if (!e.target.matches('[data-sign-out]')) return;
    isLeaving = true;
    keys().forEach(drop);
  });
})();
