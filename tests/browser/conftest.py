"""The browser of the journeys: the machine's own Chromium, in Chinese, wide and narrow.

Without one they are skipped and say why; with CRM_REQUIRE_BROWSER=1 they fail.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.servers.basehttp import ThreadedWSGIServer
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from playwright.sync_api import Browser, BrowserContext, Page

from accounts.models import StaffMember, User
from tests.browser.tools import settle, watched
from tests.browser.tools import sign_in as give_session

# Playwright keeps an event loop in this thread; the ORM is used beside it, never inside it.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

# The shell is Chromium without a window of its own, which takes a third of the processor time of a test.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
CHROMIUM = next(filter(None, map(shutil.which, BROWSERS)), None)
REQUIRED = os.environ.get("CRM_REQUIRE_BROWSER") == "1"
# What the browser would load beside each page for its own window: suggestions of the address bar, a process in reserve.
# Of two lists the last one counts, so what Playwright switches off stands here too.
SWITCHED_OFF = (
    *("WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "WebUIOmniboxFullPopup", "SpareRendererForSitePerProcess"),
    *("AimEnabled", "AvoidCorsURLLoaderRestartOnRedirect", "AvoidUnnecessaryBeforeUnloadCheckSync"),
    *("DestroyProfileOnBrowserClose", "HttpsFirstBalancedModeAutoEnable", "HttpsUpgrades", "LensOverlay"),
    *("MediaRouter", "NetworkTimeServiceQuerying", "OptimizationHints", "PaintHolding", "PreconnectToSearch"),
    "ThirdPartyStoragePartitioning",
)
DESKTOP, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every journey is marked `browser`."""
    for item in items:
        if "tests/browser/" in str(item.path):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session", autouse=True)
def files_are_kept() -> Iterator[None]:
    """As in production the browser asks for a file of ours once, not anew on every page."""
    serve = StaticFilesHandler.serve

    def kept(handler: StaticFilesHandler, request: HttpRequest) -> HttpResponseBase:
        answer = serve(handler, request)
        answer.headers["Cache-Control"] = "max-age=3600"
        return answer

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(StaticFilesHandler, "serve", kept)
        yield


@pytest.fixture(scope="session", autouse=True)
def connections_are_kept(django_db_setup: None) -> Iterator[None]:
    """As in production a thread that answers finds a connection to the database in which PostgreSQL knows the tables
    already. Here a thread ends with the connection of a browser; the next one takes over what it leaves.
    """
    left: list[BaseDatabaseWrapper] = []
    answer = ThreadedWSGIServer.process_request_thread

    def with_one_left(server: ThreadedWSGIServer, *asked: object) -> None:
        with suppress(IndexError):
            connections["default"] = left.pop()
        answer(server, *asked)

    def leave(server: ThreadedWSGIServer) -> None:
        one = connections["default"]
        if one.connection is None or one.in_atomic_block:
            connections.close_all()
            return
        if not one.allow_thread_sharing:
            one.inc_thread_sharing()
        left.append(one)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ThreadedWSGIServer, "process_request_thread", with_one_left)
        patch.setattr(ThreadedWSGIServer, "_close_connections", leave)
        yield
    for one in left:
        one.close()


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict) -> dict:
    """Which Chromium is started."""
    if CHROMIUM is None:
        reason = f"no Chromium here: none of {', '.join(BROWSERS)} is on the path"
        if REQUIRED:
            pytest.fail(reason, pytrace=False)
        pytest.skip(reason)
    switches = ["--no-sandbox", f"--disable-features={','.join(SWITCHED_OFF)}"]
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": switches}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict) -> dict:
    """A Chinese browser in Shanghai."""
    return {**browser_context_args, "locale": "zh-CN", "timezone_id": "Asia/Shanghai"}


@pytest.fixture
def open_browser(browser: Browser, browser_context_args: dict, live_server) -> Iterator[Callable[..., Page]]:  # noqa: ANN001
    """`open_browser(width=…, height=…)`: a page of its own that knows the server (`page.goto("/north/")`)."""
    contexts: list[BrowserContext] = []

    def start(width: int, height: int, **options: object) -> Page:
        arguments = {
            **browser_context_args,
            "viewport": {"width": width, "height": height},
            "base_url": live_server.url,
            **options,
        }
        contexts.append(browser.new_context(**arguments))
        return watched(contexts[-1])

    yield start
    for context in contexts:  # a panel still loading would hold rows of the database that is emptied next
        for page in context.pages:
            settle(page)
        context.close()


@pytest.fixture
def desktop(open_browser: Callable[..., Page]) -> Page:
    """A page on a desk, 1440 × 900."""
    return open_browser(**DESKTOP)


@pytest.fixture
def phone(open_browser: Callable[..., Page]) -> Page:
    """A page on a phone, 390 × 844, touched."""
    return open_browser(**PHONE, has_touch=True, is_mobile=True)


@pytest.fixture(params=["desktop", "phone"])
def screen(request: pytest.FixtureRequest) -> Page:
    """The journey at both widths."""
    return request.getfixturevalue(request.param)


@pytest.fixture
def sign_in(live_server) -> Callable[[Page, StaffMember | User | str], None]:  # noqa: ANN001
    """`sign_in(page, cast.chen)` or `sign_in(page, "chen.north")`."""
    return lambda page, who: give_session(page, who, live_server.url)
