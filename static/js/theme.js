/* Light or dark before the first paint. data-theme on <html> is the user's choice (auto, light, dark); data-bs-theme is what is shown.
   Loaded in the head without defer, so that a dark screen never flashes white. */
(() => {
  'use strict';
  const root = document.documentElement;
  const dark = window.matchMedia('(prefers-color-scheme: dark)');

  const show = () => {
    const choice = root.dataset.theme || 'auto';
    const shown = choice === 'auto' ? (dark.matches ? 'dark' : 'light') : choice;
    if (root.dataset.bsTheme === shown) return;
    root.dataset.bsTheme = shown;
    document.dispatchEvent(new CustomEvent('crm:theme'));
  };

  show();
  dark.addEventListener?.('change', show);

  document.addEventListener('click', (e) => {
    const button = e.target.closest?.('[data-theme-toggle]');
    if (!button) return;
    root.dataset.theme = root.dataset.bsTheme === 'dark' ? 'light' : 'dark';
    show();
    document.cookie = `theme=${root.dataset.theme}; path=/; max-age=31536000; samesite=lax`;
    const url = button.dataset.themeToggle;
    if (url) window.crm.post(url, new URLSearchParams({ theme: root.dataset.theme }));
  });
})();
