"""Redis is gone for a minute: pages answer, work is kept in the database and done afterwards."""

import time

import pytest

from tests.faults.test_workers import QUEUE, states

pytestmark = [pytest.mark.faults, pytest.mark.timeout(900)]

TIMED = "started = time.monotonic()\n" + QUEUE + "\nresult = time.monotonic() - started"


def test_pages_answer_and_work_is_done_afterwards(house, away):
    house.start_web()
    house.start_worker()
    house.start_beat()
    browser = house.signed_in()
    house.kill_engine("valkey")
    end, slowest = time.monotonic() + away, 0.0
    assert house.python(TIMED, channel="bell", key="gone", count=3) < 10
    while time.monotonic() < end:
        for path in ("/north/messages/", "/north/messages/bell/", "/accounts/login/", "/readyz"):
            answer = browser.get(path)
            assert answer.status == 200, (path, answer)
            slowest = max(slowest, answer.seconds)
        time.sleep(0.5)
    assert house.signed_in().get("/north/messages/").status == 200
    assert '"redis": false' in browser.get("/readyz").text
    assert states(house, "gone") == {"planned": 3}
    house.restart_engines()
    house.wait_for(lambda: states(house, "gone") == {"delivered": 3}, "the notices", seconds=120)
    house.wait_for(lambda: '"redis": true' in browser.get("/readyz").text, "Redis in /readyz", seconds=10)
    assert slowest < 10
