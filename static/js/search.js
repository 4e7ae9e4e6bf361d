/* The search box: what it offers closes by Esc or a click elsewhere; the arrows walk through it. */
(() => {
  'use strict';
  const { crm } = window;
  const box = crm.one('[data-search]');
  const hits = crm.one('[data-search-hits]');
  if (!box || !hits) return;
  const links = () => crm.all('a', hits);
  const empty = () => hits.replaceChildren();

  const move = (e, by) => {
    const all = [box, ...links()];
    const at = all.indexOf(document.activeElement);
    if (at < 0 || all.length === 1) return;
    e.preventDefault();
    all[(at + by + all.length) % all.length].focus();
  };

  box.form.addEventListener('keydown', (e) => {
    if (e.key === 'ArrowDown') move(e, 1);
    else if (e.key === 'ArrowUp') move(e, -1);
    else if (e.key === 'Escape') { empty(); box.focus(); }
  });
  document.addEventListener('click', (e) => { if (!box.form.contains(e.target)) empty(); });
  box.addEventListener('input', () => { if (!box.value.trim()) empty(); });
})();
