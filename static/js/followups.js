/* Pages of follow-up. The result form: a ready phrase goes to the end of the note; the group of outcomes follows the outcome chosen by key; a low
   answer on satisfaction opens what the person is not content with; the number that is dialled or copied is chosen as the one called. */
(() => {
  'use strict';
  const { crm } = window;

  document.addEventListener('click', (e) => {
    const button = e.target.closest?.('[data-phrase]');
    if (!button) return;
    const note = crm.one(button.dataset.phrase);
    const words = button.textContent.trim();
    if (note.value.includes(words)) return;
    note.value = note.value.trim() ? `${note.value.trim()}${document.documentElement.lang.startsWith('zh') ? '，' : ', '}${words}` : words;
    note.dispatchEvent(new Event('input', { bubbles: true }));
    note.focus();
  });

  /* on the phone the open order is a page of its own, not a part beside the list */
  document.addEventListener('htmx:beforeRequest', (e) => {
    const link = e.detail.elt;
    if (!link.matches?.('a[data-open]') || !window.matchMedia('(max-width: 767.98px)').matches) return;
    e.preventDefault();
    window.location.assign(link.href);
  });

  /* the number that is dialled or copied is the number called */
  document.addEventListener('click', (e) => {
    const dialled = e.target.closest?.('[data-number]');
    const choice = dialled && crm.one('#contact_point');
    if (!choice) return;
    choice.value = dialled.dataset.number;
    choice.dispatchEvent(new Event('change', { bubbles: true }));
  });

  document.addEventListener('change', (e) => {
    const opens = e.target.matches?.('[data-opens]:checked') && crm.one(e.target.dataset.opens, e.target.form);
    if (opens) opens.open = true;
    if (!e.target.matches?.('[data-outcome] [name=outcome]')) return;
    const group = e.target.closest('[data-of]');
    const choice = group && crm.one(`[data-group="${group.dataset.of}"]`, e.target.form);
    if (choice) choice.checked = true;
  });
})();
