/* Two records side by side: what nobody has chosen by hand follows the record that is kept. */
(() => {
  'use strict';
  const { crm } = window;

  document.addEventListener('change', (e) => {
    const table = e.target.closest?.('#compare');
    if (!table) return;
    if (e.target.name !== 'kept') {
      e.target.closest('tr').dataset.chosen = '1';
      return;
    }
    crm.all('tr[data-left]:not([data-chosen])', table).forEach((row) => {
      crm.one(`[value="${row.dataset[e.target.value]}"]`, row).checked = true;
    });
  });
})();
