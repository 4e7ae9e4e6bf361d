/* The boxes of the admin that search while one types (select2) show their value alone: each is given the name of its field, and so is the
   field to type in while it is open. */
(() => {
  'use strict';

  const labelOf = (select) => {
    const label = select.labels?.[0] || document.querySelector(`label[for="${CSS.escape(select.id)}"]`);
    if (label && !label.id) label.id = `${select.id}-label`;
    return label;
  };

  const name = (select) => {
    const label = labelOf(select);
    const box = select.nextElementSibling?.querySelector('[role=combobox]');
    if (!label || !box) return;
    const shown = box.querySelector('.select2-selection__rendered');
    shown?.setAttribute('aria-labelledby', label.id);
    box.setAttribute('aria-labelledby', [label.id, shown?.id].filter(Boolean).join(' '));
  };

  const nameAll = (from) => from.querySelectorAll('select.admin-autocomplete').forEach(name);

  // Django makes the boxes when its jQuery says that the page is ready, which may be after the page has loaded: ours comes behind.
  window.addEventListener('load', () => window.django?.jQuery(() => nameAll(document)));
  document.addEventListener('formset:added', (e) => setTimeout(() => nameAll(e.target)));
  document.addEventListener('focusin', (e) => {
    if (!e.target.matches?.('.select2-search__field')) return;
    const open = document.querySelector('.select2-container--open');
    const box = open?.querySelector('[role=combobox][aria-owns]');
    box?.setAttribute('aria-controls', box.getAttribute('aria-owns'));
    const select = open?.previousElementSibling;
    const label = select?.matches('select') && labelOf(select);
    if (label) e.target.setAttribute('aria-labelledby', label.id);
  });
})();
