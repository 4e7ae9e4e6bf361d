/* Menus and reveal boxes are <details>: one open at a time, closed by Esc, a click elsewhere, or leaving with Tab. */
(() => {
  'use strict';
  const floating = 'details.menu, details.reveal';
  const opened = () => window.crm.all(floating).filter((d) => d.open);
  const close = (menu, back) => {
    menu.open = false;
    if (back) window.crm.one('summary', menu)?.focus();
  };

  document.addEventListener('toggle', (e) => {
    if (!e.target.matches?.(floating) || !e.target.open) return;
    opened().forEach((d) => { if (d !== e.target && !d.contains(e.target) && !e.target.contains(d)) close(d); });
  }, true);

  document.addEventListener('click', (e) => {
    opened().forEach((d) => { if (!d.contains(e.target)) close(d); });
    if (e.target.closest?.('[data-print]')) window.print();
  });

  document.addEventListener('focusin', (e) => {
    opened().forEach((d) => { if (!d.contains(e.target)) close(d); });
  });

  document.addEventListener('keydown', (e) => {
    if (e.key !== 'Escape') return;
    const inner = opened().pop();
    if (!inner) return;
    close(inner, inner.contains(document.activeElement));
    e.stopImmediatePropagation();
  });
})();
