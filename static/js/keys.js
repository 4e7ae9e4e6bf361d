/* Keys go by position (event.code), so that a Chinese input method does not swallow them; the number pad counts too.
   Two zones: outside the rail letters move and open, inside it they choose an outcome, or an answer of the scale that has the focus; in a text field they type. */
(() => {
  'use strict';
  const { crm } = window;
  const go = { until: 0 };

  const help = () => {
    const box = crm.one('[data-help-box]');
    if (box && !box.open) box.showModal();
  };

  const submitForm = (e, form) => {
    const target = e.target.closest('form') || form;
    if (!target || target.method === 'dialog') return;
    e.preventDefault();
    target.requestSubmit();
  };

  const decides = (input) => input.form
    && [...input.form.elements].filter((one) => one.matches('button[name=act]')).length > 1;

  const slash = (e) => {
    e.preventDefault();
    if (e.shiftKey) help();
    else crm.one('[data-search]')?.focus();
  };

  const outside = (e, code, form) => {
    if (Date.now() < go.until) {
      go.until = 0;
      crm.one(`[data-go=${code}]`)?.click();
      return;
    }
    if (code === 'KeyG') go.until = Date.now() + 1000;
    else if (code === 'KeyJ') crm.step(1);
    else if (code === 'KeyK') crm.step(-1);
    else if (e.key === 'Enter') enter(e, form);
    else crm.one(`[data-hot=${code}]`)?.click();
  };

  const enter = (e, form) => {
    if (e.target !== document.body) return;
    const open = crm.currentRow && crm.currentRow() && crm.one('[data-open]', crm.currentRow());
    if (form) crm.one('input:checked, input:not([type=hidden])', form)?.focus();
    else open?.click();
  };

  document.addEventListener('keydown', (e) => {
    if (!e.target.closest) return;
    /* of several acts the browser would take the first: somebody chooses */
    if (e.key === 'Enter' && e.target.matches('input') && decides(e.target)) e.preventDefault();
    if (crm.one('dialog[open]')) {
      if (e.key === 'Enter' && (e.ctrlKey || e.metaKey)) submitForm(e, null);
      return;
    }
    const form = crm.one('[data-outcome]');
    const code = (e.code || '').replace('Numpad', 'Digit');
    const inside = Boolean(form && (form.contains(e.target) || e.target.closest('.rail')));
    if (e.key === 'Enter' && (e.ctrlKey || e.metaKey)) { submitForm(e, form); return; }
    if (e.altKey && code) { crm.one(`[data-alt=${code}]`)?.click(); return; }
    if (e.key === 'Escape') { e.target.blur(); if (inside) crm.backToList(); return; }
    if (inside && e.key === 'Enter' && e.target.matches('input')) { e.preventDefault(); return; }  /* a result is never sent by a stray Enter */
    if (crm.isText(e.target) || e.ctrlKey || e.metaKey || e.isComposing || !code) return;
    if (code === 'Slash') { slash(e); return; }
    if (!inside) { outside(e, code, form); return; }
    const scale = e.target.closest('[data-scale]');
    const choice = (scale && crm.one(`[data-code=${code}]`, scale)) || crm.one(`[data-code=${code}]`, form);
    if (!choice) return;
    choice.focus();
    if (!choice.checked) choice.click();
  });

  document.addEventListener('click', (e) => { if (e.target.closest?.('[data-help]')) help(); });
})();
