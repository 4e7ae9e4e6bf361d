/* Unsaved changes: a form with data-guard asks before it is left, unless the browser keeps them (data-kept), and no form is ever sent twice.
   A form whose answer is a file (data-download) leaves the page standing and may be sent again. */
(() => {
  'use strict';
  const { crm } = window;
  const changed = new Set();

  crm.settled = (form) => changed.delete(form);

  document.addEventListener('input', (e) => {
    const form = e.target.closest?.('form[data-guard]');
    if (form) changed.add(form);
  });

  window.addEventListener('beforeunload', (e) => {
    if ([...changed].some((form) => form.isConnected && !form.matches('[data-kept]'))) e.preventDefault();
  });

  document.addEventListener('submit', (e) => {
    const form = e.target;
    changed.delete(form);
    if (e.defaultPrevented || form.method !== 'post' || form.matches('[hx-post], [data-hx-post], [data-download]')) return;
    if (form.dataset.sent) { e.preventDefault(); return; }
    form.dataset.sent = '1';
    crm.all('button:not([type=button])', form).forEach((b) => b.setAttribute('aria-disabled', 'true'));
  });

  /* back with the browser's button: the form can be sent again */
  window.addEventListener('pageshow', (e) => {
    if (!e.persisted) return;
    crm.all('form[data-sent]').forEach((form) => {
      delete form.dataset.sent;
      crm.all('button[aria-disabled]', form).forEach((b) => b.removeAttribute('aria-disabled'));
    });
  });
})();
