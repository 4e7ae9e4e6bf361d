"""What every journey uses: signing in, looking, and the one check that each page must pass."""

import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.test import Client
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request

from accounts.models import StaffMember, User
from tests.cast import BACKEND

AXE = f"{settings.STATIC_URL}vendor/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
_LISTEN = """document.addEventListener('securitypolicyviolation', (e) =>
  console.error(`policy: ${e.violatedDirective} ${e.blockedURI} ${e.sourceFile}:${e.lineNumber}`));"""
_FAULTS = """async (rules) => {
  const found = await axe.run(document, {runOnly: {type: 'tag', values: rules}, resultTypes: ['violations'],
    preload: {assets: ['media']}});
  return found.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(' ') + ' ' +
    n.any.concat(n.all).map((c) => c.message).join(' ')).join(' | ')}`);
}"""


def watched(context: BrowserContext) -> Page:
    """A page that remembers what the browser complained about: policy, scripts, files that are not there."""
    page = context.new_page()
    page.add_init_script(_LISTEN)
    complaints: list[str] = []
    page.complaints = complaints  # type: ignore[attr-defined]

    def begun(request: Request) -> None:
        on_its_way.add(request)

    def ended(request: Request) -> None:
        on_its_way.discard(request)

    def heard(message: ConsoleMessage) -> None:
        if message.type == "error" and "Failed to load resource" not in message.text:
            complaints.append(f"console: {message.text}")

    def failed(request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":
            complaints.append(f"not loaded: {request.url} {request.failure}")

    on_its_way: set[Request] = set()
    page.on_its_way = on_its_way  # type: ignore[attr-defined]
    page.on("request", begun)
    page.on("requestfinished", ended)
    page.on("requestfailed", ended)
    page.on("console", heard)
    page.on("pageerror", lambda error: complaints.append(f"script: {error}"))
    page.on("requestfailed", failed)
    page.on(
        "response",
        lambda r: complaints.append(f"{r.status}: {r.url}") if "/static/" in r.url and r.status >= 400 else None,
    )
    return page


def settle(page: Page) -> None:
    """Waits until the page stands and nothing has been on its way for a fifth of a second."""
    page.wait_for_load_state("load")
    calm = 0
    for _round in range(200):
        page.wait_for_timeout(50)
        calm = 0 if page.on_its_way else calm + 1  # type: ignore[attr-defined]
        if calm == 4:
            return
    page.wait_for_load_state("networkidle")


def sign_in(page: Page, who: StaffMember | User | str, address: str) -> None:
    """Gives the page's browser a session of this member of staff, account or user name; `address` is the server's."""
    user = (
        who.user if isinstance(who, StaffMember) else who if isinstance(who, User) else User.objects.get(username=who)
    )
    client = Client()
    client.force_login(user, backend=BACKEND)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie.value, "url": address}])


def sideways(page: Page) -> list[str]:
    """What reaches beyond the right edge, when the page scrolls sideways."""
    return page.evaluate(
        """() => { const w = document.documentElement.clientWidth;
          if (document.documentElement.scrollWidth <= w) return [];
          return [...document.querySelectorAll('body *')].filter((e) => e.getBoundingClientRect().right > w + 1)
            .map((e) => `${e.tagName}.${e.className}`).slice(0, 8); }"""
    )


def accessibility_faults(page: Page) -> list[str]:
    """Violations of WCAG 2.2 A and AA that axe-core finds; the page fetches it, so that the browser keeps it."""
    if not page.evaluate("'axe' in window"):
        page.add_script_tag(url=AXE).evaluate("(tag) => tag.remove()")
    return page.evaluate(_FAULTS, RULES)


def assert_page_ok(page: Page) -> None:
    """No complaint of the browser or its policy, no sideways scrolling, nothing axe-core objects to."""
    settle(page)
    complaints: list[Any] = page.complaints  # type: ignore[attr-defined]
    assert complaints == []
    assert sideways(page) == []
    faults = accessibility_faults(page)
    assert faults == [], faults


def look(page: Page, name: str) -> None:
    """Keeps a picture in CRM_SCREENSHOTS, when it is set, for somebody to look at."""
    folder = os.environ.get("CRM_SCREENSHOTS")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=str(Path(folder) / f"{name}.png"))


_SMALL = """([least, sentences]) => {
  const box = (e) => e.getBoundingClientRect();
  const seen = (e) => e.checkVisibility({visibilityProperty: true, opacityProperty: true}) && box(e).width > 1;
  const words = (e) => (e.getAttribute('aria-label') || e.name || e.textContent).trim().slice(0, 20);
  const inText = (e) => getComputedStyle(e).display === 'inline' && [...e.parentElement.childNodes]
    .some((n) => n !== e && n.textContent.trim() && (n.nodeType === 3 || getComputedStyle(n).display === 'inline'));
  const area = (e) => e.matches('[type=checkbox], [type=radio]') ? e.labels[0] || e : e;
  return [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')]
    .filter((e) => seen(area(e)) && !e.matches('.skip') && (sentences || !(e.matches('a') && inText(e))))
    .map((e) => [e, Math.max(box(area(e)).height, box(e).height)])
    .filter(([, height]) => height < least - 0.5)
    .map(([e, height]) => `${Math.round(height)} ${e.tagName}.${e.className} ${words(e)}`);
}"""
TOUCH = 44


def small_targets(page: Page, *, sentences: bool = False) -> list[str]:
    """What can be touched and is lower than 44 px. Links within a sentence are excepted (WCAG 2.5.8) where not
    `sentences`; of a box its label counts.
    """
    return page.evaluate(_SMALL, [TOUCH, sentences])
