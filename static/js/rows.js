/* Rows of a list: one is chosen (aria-current); a click anywhere in a row follows its [data-open] link; J and K come through crm.step.
   What opens takes the focus: the first field that is wrong, else the outcome (crm.intoForm); a record without a form leaves it on its row. */
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

  /* of the fields of one name the checked one, else the first that is seen */
  const fieldOf = (form, name) => {
    const seen = crm.all(`[name="${CSS.escape(name)}"]`, form).filter((one) => one.getClientRects().length);
    return seen.find((one) => one.checked) || seen[0];
  };
  const wrong = (form) => crm.all('[data-error-of]', form).map((one) => fieldOf(form, one.dataset.errorOf)).find(Boolean);

  crm.intoForm = (form) => (wrong(form) || fieldOf(form, 'outcome'))?.focus();

  document.addEventListener('htmx:afterSettle', (e) => {
    if (!e.detail.target.matches?.('.rail, [data-rail]') || !e.detail.requestConfig.elt.matches('[data-open]')) return;
    const form = crm.one('[data-outcome]', e.detail.target);
    if (form) crm.intoForm(form);
    else crm.backToList();
  });

  /* A page that comes with an open record: by taking a call, by submitting, with errors. On the phone only an error takes the focus: what
     stands above is read first. Somebody who is already at work on the page is left alone. */
  document.addEventListener('DOMContentLoaded', () => {
    const at = document.activeElement;
    const form = crm.one('[data-outcome]');
    if (at && at !== document.body && !at.matches('[autofocus]')) return;
    if (form && wrong(form)) crm.intoForm(form);
    else if (crm.one('[autofocus]') || window.matchMedia('(max-width: 767.98px)').matches) return;
    else if (form) crm.intoForm(form);
    else if (crm.one('[data-rail]')) crm.backToList();
  });
})();
