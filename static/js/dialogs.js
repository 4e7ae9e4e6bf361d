/* Confirmations. A link or button with data-dialog leads to a page that holds one [data-confirm] part; with scripts on, that part is
   shown in a dialog instead. A submit button with data-dialog posts its form (the marked rows) to its formaction the same way.
   <button data-dialog-open="#id"> opens a dialog that is already in the page; [data-dialog-close] closes it. */
(() => {
  'use strict';
  const { crm } = window;

  const show = (part) => {
    const box = document.createElement('dialog');
    box.className = 'dialog';
    const head = part.querySelector('h1, h2');
    if (head) {
      head.id = head.id || 'dialog-head';
      box.setAttribute('aria-labelledby', head.id);
    }
    box.append(part);
    document.body.append(box);
    box.addEventListener('close', () => box.remove());
    box.showModal();
    crm.added(box);
    window.htmx?.process(box);
  };

  /* the page that came back: its [data-confirm] part in a dialog; when it has none and we were led elsewhere, that page itself */
  const take = async (response) => {
    const page = new DOMParser().parseFromString(await response.text(), 'text/html');
    const part = page.querySelector('[data-confirm]');
    if (part) show(document.importNode(part, true));
    else if (response.redirected) window.location.assign(response.url);
    else crm.toast(page.querySelector('[data-error-page] h1')?.textContent || crm.say('failed'), { late: true });
  };

  const fetchPart = (url, options) => fetch(url, { credentials: 'same-origin', ...options })
    .then(take)
    .catch(() => crm.toast(crm.say('offline'), { late: true }));

  document.addEventListener('click', (e) => {
    const link = e.target.closest?.('a[data-dialog]');
    if (link && !e.ctrlKey && !e.metaKey && !e.shiftKey) {
      e.preventDefault();
      fetchPart(link.href);
      return;
    }
    const opener = e.target.closest?.('[data-dialog-open]');
    if (opener) { e.preventDefault(); crm.one(opener.dataset.dialogOpen)?.showModal(); return; }
    const closer = e.target.closest?.('[data-dialog-close]');
    const box = closer?.closest('dialog');
    if (box) { e.preventDefault(); box.close(); }
  });

  document.addEventListener('submit', (e) => {
    const button = e.submitter;
    if (!button?.matches('[data-dialog]')) return;
    e.preventDefault();
    const body = new FormData(e.target, button);
    if (button.formMethod === 'get' || (!button.hasAttribute('formmethod') && e.target.method === 'get')) {
      const url = new URL(button.formAction);
      new URLSearchParams(body).forEach((value, name) => url.searchParams.append(name, value));
      fetchPart(url);
      return;
    }
    fetchPart(button.formAction, { method: 'POST', body, headers: { 'X-CSRFToken': crm.csrf() } });
  });
})();
