/* Keys go by position (event.code), so that a Chinese input method does not swallow them; the number pad counts too.
   Two zones: outside the rail letters move and open, inside it they choose an outcome, or an answer of the scale that has the focus, and C calls;
   J and K lead from both to the next and the previous row; in a text field all of them type. A result is sent by Ctrl+Enter or its button, never by a plain Enter nor by a key that is still held. */
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
    if (!e.repeat) target.requestSubmit();
  };

  const decides = (input) => input.form
    && [...input.form.elements].filter((one) => one.matches('button[name=act]')).length > 1;

  const slash = (e) => {
    e.preventDefault();
    if (e.shiftKey) help();
    else crm.one('[data-search]')?.focus();
  };

  const hot = (e, code) => { if (!e.repeat) crm.one(`[data-hot=${code}]`)?.click(); };

  const walks = (code) => {
    const by = { KeyJ: 1, KeyK: -1 }[code];
    if (by) crm.step(by);
    return Boolean(by);
  };

  const outside = (e, code, form) => {
    if (Date.now() < go.until) {
      go.until = 0;
      crm.one(`[data-go=${code}]`)?.click();
      return;
    }
    if (code === 'KeyG') go.until = Date.now() + 1000;
    else if (walks(code)) return;
    else if (e.key === 'Enter') enter(e, form);
    else hot(e, code);
  };

  /* the browser would press Enter once more where the focus went: in the form, which sends it */
  const enter = (e, form) => {
    if (e.target.closest('a, button, input, select, textarea, summary')) return;
    e.preventDefault();
    if (form) crm.intoForm(form);
    else if (crm.currentRow()) crm.one('[data-open]', crm.currentRow())?.click();
  };

  const chooses = (e, code, form) => {
    const scale = e.target.closest('[data-scale]');
    const choice = (scale && crm.one(`[data-code=${code}]`, scale)) || crm.one(`[data-code=${code}]`, form);
    if (!choice) return false;
    choice.focus();
    if (!choice.checked) choice.click();
    return true;
  };

  document.addEventListener('keydown', (e) => {
    if (!e.target.closest) return;
    /* of several acts the browser would take the first: somebody chooses */
    if (e.key === 'Enter' && e.target.matches('input, select') && decides(e.target)) e.preventDefault();
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
    if (inside && e.key === 'Enter' && e.target.matches('input, select')) { e.preventDefault(); return; }
    if (crm.isText(e.target) || e.ctrlKey || e.metaKey || e.isComposing || !code) return;
    if (code === 'Slash') { slash(e); return; }
    if (!inside) { outside(e, code, form); return; }
    if (chooses(e, code, form) || walks(code)) return;
    if (code === 'KeyC') hot(e, code);
  });

  document.addEventListener('click', (e) => { if (e.target.closest?.('[data-help]')) help(); });
})();
