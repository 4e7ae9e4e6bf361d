/* Leaving by itself: a person who does nothing is warned two minutes before the session ends. Moving or typing anywhere, in any tab, counts
   as being there and is told to the server at most every two minutes. <body data-idle-seconds="1800" data-keepalive="url">. */
(() => {
  'use strict';
  const { crm } = window;
  const limit = Number(document.body.dataset.idleSeconds || 0) * 1000;
  const box = crm.one('[data-idle-box]');
  if (!limit || !box) return;
  const warnBefore = Math.min(120000, limit / 2);
  const key = 'crm:seen';
  let told = Date.now();

  const seen = () => Math.max(Number(localStorage.getItem(key) || 0), told);
  const tell = () => {
    told = Date.now();
    localStorage.setItem(key, String(told));
    fetch(document.body.dataset.keepalive, { method: 'POST', credentials: 'same-origin', headers: { 'X-CSRFToken': crm.csrf() } });
  };

  localStorage.setItem(key, String(told));
  ['pointerdown', 'keydown', 'scroll', 'pointermove'].forEach((name) => document.addEventListener(name, () => {
    if (!box.open && Date.now() - seen() > 120000) tell();
  }, { passive: true, capture: true }));
  document.addEventListener('htmx:afterRequest', (e) => {
    if (e.detail.requestConfig?.headers['X-Poll']) return;  /* what the page asks by itself is nobody's doing */
    told = Date.now(); localStorage.setItem(key, String(told));
  });
  box.addEventListener('close', tell);

  setInterval(() => {
    const left = seen() + limit - Date.now();
    if (left <= 0) {
      document.dispatchEvent(new Event('crm:leaving'));  /* what is written is kept; the page must not stand until somebody answers a question */
      window.location.reload();
      return;
    }
    if (left <= warnBefore) {
      crm.one('[data-idle-left]', box).textContent = crm.say('idle_left', { seconds: Math.ceil(left / 1000) });
      if (!box.open) box.showModal();
    } else if (box.open) box.close();
  }, 1000);
})();
