"""A page that opens one order asks the database at most fifteen times, its first answer in a new process counted."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.domain import sessions
from hospital_crm.tenancy import directory
from tests.cast import Cast
from tests.followups.scene import order_of, submitted_of

pytestmark = pytest.mark.django_db

LIMIT = 15
# Transactions, and the end of a scope inside the test's own transaction, which no real request has.
CONTROL = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "select set_config('role'")
PAGES = [
    ("physician", "followups/orders/{mine}/"),
    ("physician", "followups/orders/{mine}/result/"),
    ("physician", "followups/orders/{mine}/why/"),
    ("agent", "followups/orders/{mine}/"),
    ("agent", "followups/calls/?order={pool}"),
    ("centre_manager", "followups/review/?order={sent}"),
    ("centre_manager", "followups/orders/{mine}/"),
    ("department_head", "followups/orders/{mine}/"),
]


@pytest.mark.parametrize(("role", "page"), PAGES)
def test_the_first_answer_takes_few_statements(role: str, page: str, cast: Cast, client_as) -> None:
    orders = {
        "mine": order_of(cast, cast.holding("physician")),
        "pool": order_of(cast, assignee_role="centre"),
        "sent": submitted_of(cast, cast.holding("physician")),
    }
    client = client_as(role)
    sessions.forget_idle()
    directory.forget()
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(page.format(**{name: order.public_id for name, order in orders.items()}))
    asked = [one["sql"] for one in captured.captured_queries if not one["sql"].startswith(CONTROL)]
    assert answer.status_code == 200
    assert len(asked) <= LIMIT, "\n".join(asked)
