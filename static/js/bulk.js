/* Bulk work: the button carries the number of marked rows; "all that match" is its own step and sends all_matching=1.
   <form data-bulk="#table"> … <button data-label="催办#步">, [data-picked="已选#条"], <button data-pick-matching="1000+">. */
(() => {
  'use strict';
  const { crm } = window;
  const table = (bar) => crm.one(bar.dataset.bulk);
  const marks = (bar) => crm.all('input[data-pick]', table(bar) || bar);
  const number = (n) => Number(n).toLocaleString('en-US');

  const tally = (bar) => {
    const boxes = marks(bar);
    const all = crm.one('input[name=all_matching]', bar);
    const every = all && all.value === '1';
    const marked = boxes.filter((b) => b.checked).length;
    const n = every ? crm.one('[data-pick-matching]', bar).dataset.pickMatching : number(marked);
    crm.all('[data-label]', bar).forEach((b) => {
      b.textContent = marked ? b.dataset.label.replace('#', n) : b.dataset.none || b.dataset.label.replace('#', '');
      b.disabled = marked === 0;
    });
    crm.all('[data-picked]', bar).forEach((el) => { el.textContent = el.dataset.picked.replace('#', n); });
    const heads = crm.all('input[data-pick-all]', table(bar) || bar);
    heads.forEach((h) => {
      h.checked = boxes.length > 0 && boxes.every((b) => b.checked);
      h.indeterminate = !h.checked && boxes.some((b) => b.checked);
    });
  };

  const bars = () => crm.all('[data-bulk]');

  document.addEventListener('change', (e) => {
    if (!e.target.matches?.('input[data-pick], input[data-pick-all]')) return;
    bars().forEach((bar) => {
      if (!(table(bar) || bar).contains(e.target)) return;
      if (e.target.matches('[data-pick-all]')) marks(bar).forEach((b) => { b.checked = e.target.checked; });
      const all = crm.one('input[name=all_matching]', bar);
      if (all) all.value = '';
      tally(bar);
    });
  });

  document.addEventListener('click', (e) => {
    const button = e.target.closest?.('[data-pick-matching]');
    if (!button) return;
    const bar = button.closest('[data-bulk]');
    marks(bar).forEach((b) => { b.checked = true; });
    crm.one('input[name=all_matching]', bar).value = '1';
    tally(bar);
  });

  crm.each('[data-bulk]', tally);
  document.addEventListener('htmx:afterSwap', () => bars().forEach(tally));
})();
