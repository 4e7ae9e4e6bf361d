/* Rows of a list: one is chosen (aria-current); a click anywhere in a row follows its [data-open] link; J and K come through crm.step. */
(() => {
  'use strict';
  const { crm } = window;
  const rows = () => crm.all('[data-keys=rows] [data-row]');
  const link = (row) => crm.one('[data-open]', row);

  const choose = (row) => {
    rows().forEach((r) => r.removeAttribute('aria-current'));
    row.setAttribute('aria-current', 'true');
    row.scrollIntoView({ block: 'nearest' });
  };

  crm.step = (by) => {
    const all = rows();
    if (!all.length) return;
    const at = all.findIndex((r) => r.getAttribute('aria-current') === 'true');
    const next = all[Math.max(0, Math.min(all.length - 1, at + by))];
    choose(next);
    link(next)?.focus({ preventScroll: true });
  };

  crm.currentRow = () => rows().find((r) => r.getAttribute('aria-current') === 'true');
  crm.backToList = () => {
    const row = crm.currentRow();
    if (row) (link(row) || row).focus();
  };

  document.addEventListener('click', (e) => {
    const row = e.target.closest?.('[data-row]');
    if (!row || !row.closest('[data-keys=rows]')) return;
    choose(row);
    if (e.target.closest('a, button, input, select, textarea, label, summary') || window.getSelection()?.toString()) return;
    link(row)?.click();
  });

  /* opened from the keyboard: the right rail takes the focus */
  document.addEventListener('htmx:afterSwap', (e) => {
    if (!e.detail.target.matches?.('.rail, [data-rail]')) return;
    if (!document.activeElement?.matches('[data-open]')) return;
    crm.one('[data-outcome] input:checked, [data-outcome] input:not([type=hidden]), h2, h1', e.detail.target)?.focus();
  });
})();
