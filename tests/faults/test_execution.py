"""Phones that send a result again and again while the web server is killed: every result is kept, each once."""

import signal
import threading
import time
import uuid

import pytest

pytestmark = [pytest.mark.faults, pytest.mark.timeout(900)]

ORDERS = 40

GIVE = """
import types
from tests.followups.scene import order_of
with hospital_scope(north):
    li = StaffMember.objects.get(user__username="li")
cast = types.SimpleNamespace(hospital=north)
result = [str(order_of(cast, li, days=2).public_id) for _ in range(given["count"])]
"""
ATTEMPTS = """
    select o.state, count(a.id), count(distinct a.key)
      from followups_followuporder o left join followups_attempt a on a.order_id = o.id
     group by o.id, o.state
"""
EVENTS = """
    select object_id, count(*) from accounts_auditevent where verb = 'followups.attempt.record' group by 1
"""


def send_until_answered(browser, public_id: str, form: dict[str, str], seen: list[int]) -> None:
    """What a phone does with a bad connection: the same submission, until something answers it."""
    for _ in range(200):
        answer = browser.post(f"/north/followups/orders/{public_id}/record/", form)
        seen.append(answer.status)
        if answer.status == 200:
            return
        time.sleep(0.3)


def test_every_result_is_kept_once(house):
    house.start_web()
    ids = house.python(GIVE, count=ORDERS)
    forms = {
        one: {
            "outcome": "completed",
            "has_finding": "0",
            "note": "恢复好",
            "version": "0",
            "idempotency_key": str(uuid.uuid4()),
        }
        for one in ids
    }
    seen: list[int] = []
    phones = [house.signed_in() for _ in range(3)]

    def work(phone) -> None:
        for one in ids:
            send_until_answered(phone, one, forms[one], seen)

    threads = [threading.Thread(target=work, args=(phone,)) for phone in phones]
    for thread in threads:
        thread.start()
    for _ in range(3):
        time.sleep(1.5)
        house.stop("web", signal.SIGKILL)
        time.sleep(0.5)
        house.start_web()
    for thread in threads:
        thread.join(400)
    assert house.rows(ATTEMPTS) == [("submitted", 1, 1)] * ORDERS
    assert 0 in seen and not {status for status in seen if status >= 500}
    found = dict(house.rows(EVENTS))
    assert sorted(found.values()) == [1] * ORDERS
