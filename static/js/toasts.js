/* What was done, said once: messages of the page, HX-Trigger {"toast": {"text", "undo", "late"}}, and crm.toast(), which may lead somewhere
   (url, action). Undo is a POST. */
(() => {
  'use strict';
  const { crm } = window;
  const stay = 8000;
  const stayWithUndo = 60000;

  const arm = (toast) => {
    if (toast.dataset.toast === 'late') return;
    const wait = crm.one('form', toast) ? stayWithUndo : stay;
    let timer = setTimeout(() => toast.remove(), wait);
    const hold = () => clearTimeout(timer);
    const letGo = () => { hold(); timer = setTimeout(() => toast.remove(), wait); };
    toast.addEventListener('mouseenter', hold);
    toast.addEventListener('focusin', hold);
    toast.addEventListener('mouseleave', letGo);
    toast.addEventListener('focusout', letGo);
  };

  const undoForm = (url) => {
    const form = document.createElement('form');
    form.method = 'post';
    form.action = url;
    const token = Object.assign(document.createElement('input'), { type: 'hidden', name: 'csrfmiddlewaretoken', value: crm.csrf() });
    const button = Object.assign(document.createElement('button'), { textContent: crm.say('undo') });
    form.append(token, button);
    return form;
  };

  crm.toast = (text, { undo = '', late = false, url = '', action = '' } = {}) => {
    const toast = document.createElement('div');
    toast.className = late ? 'note-toast note-toast-late' : 'note-toast';
    toast.dataset.toast = late ? 'late' : '';
    const said = Object.assign(document.createElement('span'), { className: 'grow', textContent: text });
    const close = Object.assign(document.createElement('button'), { type: 'button', className: 'toast-close', textContent: '×' });
    close.setAttribute('aria-label', crm.say('close'));
    const link = Object.assign(document.createElement('a'), { href: url, textContent: action });
    toast.append(said, ...(undo ? [undoForm(undo)] : []), ...(url ? [link] : []), close);
    crm.one('[data-toasts]')?.append(toast);
    crm.added(toast);
  };

  crm.each('[data-toast]', arm);

  document.addEventListener('click', (e) => { if (e.target.closest?.('.toast-close')) e.target.closest('.note-toast').remove(); });
  document.addEventListener('toast', (e) => { crm.toast(e.detail.text, { undo: e.detail.undo, late: e.detail.late }); });
  document.addEventListener('htmx:responseError', (e) => {
    const { status } = e.detail.xhr;
    const key = { 403: 'forbidden', 404: 'missing', 409: 'changed', 413: 'too_large', 429: 'too_many' }[status] || 'failed';
    crm.toast(crm.say(key), { late: true });
  });
  document.addEventListener('htmx:sendError', () => crm.toast(crm.say('offline'), { late: true }));
})();
