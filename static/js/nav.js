/* The navigation: the entry of the page is in view, however many there are; which groups were closed is kept in a cookie, so that the next
   page comes with them closed. On the phone the same for what 更多 opens. */
(() => {
  'use strict';
  const { crm } = window;
  const show = (list) => crm.one('[aria-current=page]', list)?.scrollIntoView({ block: 'nearest' });
  const groups = () => crm.all('[data-nav-group]');

  const nav = crm.one('.sidenav');
  if (nav) show(nav);

  /* by a press or a key, not by `toggle`: that is also told of groups that come open */
  document.addEventListener('click', (e) => {
    const pressed = e.target.closest?.('[data-nav-group] > summary')?.parentElement;
    if (!pressed) return;
    const closed = groups().filter((one) => (one === pressed ? one.open : !one.open)).map((one) => one.dataset.navGroup);
    document.cookie = `nav_closed=${closed.join('.')}; path=/; max-age=31536000; samesite=lax`;
  });

  document.addEventListener('toggle', (e) => {
    if (e.target.matches?.('.tabs details') && e.target.open) show(e.target);
  }, true);
})();
