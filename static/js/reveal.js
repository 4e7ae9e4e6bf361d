/* A full value is shown for a limited time: [data-hide-after="60"] goes back to data-masked. Copying: [data-copy="text"] or the element it names. */
(() => {
  'use strict';
  const { crm } = window;

  crm.each('[data-hide-after]', (box) => {
    setTimeout(() => {
      box.textContent = box.dataset.masked;
      box.classList.remove('masked-shown');
    }, Number(box.dataset.hideAfter) * 1000);
  });

  const copyText = async (text) => {
    if (navigator.clipboard) { await navigator.clipboard.writeText(text); return; }
    const field = Object.assign(document.createElement('textarea'), { value: text });
    (crm.one('dialog[open]') || document.body).append(field);
    field.select();
    document.execCommand('copy');
    field.remove();
  };

  document.addEventListener('click', async (e) => {
    const button = e.target.closest?.('[data-copy]');
    if (!button) return;
    const asked = button.dataset.copy;
    const source = asked.startsWith('#') ? crm.one(asked) : null;
    await copyText(source ? (source.value ?? source.textContent).trim() : asked);
    const before = button.textContent;
    button.textContent = crm.say('copied');
    setTimeout(() => { button.textContent = before; }, 2000);
  });
})();
