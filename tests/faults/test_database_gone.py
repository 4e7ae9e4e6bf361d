"""The database is gone for a minute, or restarted under load: a clear page, no fault of ours, and everything by
itself again.
"""

import threading
import time

import pytest

from tests.faults.house import heading
from tests.faults.test_workers import QUEUE, states

pytestmark = [pytest.mark.faults, pytest.mark.timeout(900)]


def test_pages_say_so_and_recover(house, away):
    house.start_web()
    house.start_worker()
    house.start_beat()
    browser = house.signed_in()
    house.kill_engine("postgres")
    house.wait_for(lambda: browser.get("/north/messages/").status == 503, "the end of the last connection", seconds=15)
    end = time.monotonic() + away
    while time.monotonic() < end:
        for language, words in (("zh-hans", "稍后恢复"), ("en", "Back in a moment")):
            answer = house.get("/north/messages/", Cookie=f"crm_language={language}")
            assert (answer.status, heading(answer.text)) == (503, words)
            assert answer.headers["X-Request-ID"] in answer.text
            assert "Traceback" not in answer.text
        assert browser.get("/north/messages/").status == 503
        assert (house.get("/healthz").status, house.get("/readyz").status) == (200, 503)
        time.sleep(1)
    house.restart_engines()
    house.wait_for(lambda: browser.get("/north/messages/").status == 200, "the page", seconds=15)
    assert house.get("/readyz").status == 200
    house.python(QUEUE, channel="bell", key="back", count=1)
    house.wait_for(lambda: states(house, "back") == {"delivered": 1}, "the notice", seconds=90)


def test_restart_under_load(house, away):
    """Four people work on; they see pages or the clear page, and at the end only pages."""
    house.start_web()
    browsers = [house.signed_in() for _ in range(4)]
    seen: list[int] = []
    over = threading.Event()

    def work(browser):
        while not over.is_set():
            seen.append(browser.get("/north/messages/").status)
            seen.append(browser.post("/north/messages/read/", {}).status)

    threads = [threading.Thread(target=work, args=(browser,)) for browser in browsers]
    for thread in threads:
        thread.start()
    for _ in range(3):
        time.sleep(min(away, 10) / 3)
        house.kill_engine("postgres")
        house.restart_engines()
    time.sleep(2)
    over.set()
    for thread in threads:
        thread.join(60)
    assert set(seen) <= {200, 503}
    assert seen.count(200) > 20
    assert [browser.get("/north/messages/").status for browser in browsers] == [200] * 4


def test_web_killed_and_started_again(house):
    """Nobody is signed out by it: sessions live in the database."""
    import signal

    house.start_web()
    browser = house.signed_in()
    house.stop("web", signal.SIGKILL)
    assert browser.get("/north/messages/").status == 0
    house.start_web()
    assert browser.get("/north/messages/").status == 200
