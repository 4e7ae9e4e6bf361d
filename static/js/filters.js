/* Filters and columns: a form with data-autosubmit goes off when a choice changes (not inside [data-waits], which has its own button); empty fields stay out of the address;
   the column chooser [data-columns="#table"] hides cells with data-col and remembers it on this machine (names of columns only). */
(() => {
  'use strict';
  const { crm } = window;

  document.addEventListener('change', (e) => {
    const form = e.target.closest?.('form[data-autosubmit]');
    if (form && !e.target.closest('[data-waits]') && e.target.matches('select, input[type=radio], input[type=checkbox], input[type=date]')) form.requestSubmit();
  });

  document.addEventListener('submit', (e) => {
    if (e.target.method !== 'get' || e.target.matches('[hx-get]')) return;
    crm.all('input, select', e.target).forEach((el) => { if (!el.value && !el.disabled) el.disabled = true; });
  });
  window.addEventListener('pageshow', (e) => {
    if (e.persisted) crm.all('form[method=get] :disabled').forEach((el) => { el.disabled = false; });
  });

  const place = (chooser) => `crm:columns:${chooser.dataset.columns}`;
  const apply = (chooser) => {
    const table = crm.one(chooser.dataset.columns);
    if (!table) return;
    crm.all('input[type=checkbox]', chooser).forEach((box) => {
      crm.all(`[data-col="${CSS.escape(box.value)}"]`, table).forEach((cell) => { cell.hidden = !box.checked; });
    });
  };

  crm.each('[data-columns]', (chooser) => {
    const off = JSON.parse(localStorage.getItem(place(chooser)) || '[]');
    crm.all('input[type=checkbox]', chooser).forEach((box) => { if (off.includes(box.value)) box.checked = false; });
    apply(chooser);
    chooser.addEventListener('change', () => {
      const hidden = crm.all('input[type=checkbox]', chooser).filter((b) => !b.checked).map((b) => b.value);
      localStorage.setItem(place(chooser), JSON.stringify(hidden));
      apply(chooser);
    });
  });
  document.addEventListener('htmx:afterSwap', () => crm.all('[data-columns]').forEach(apply));
})();
