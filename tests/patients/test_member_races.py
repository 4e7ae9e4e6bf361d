"""A membership that ends while somebody makes a visit sheet on it."""

import datetime as dt
import threading
import time

import pytest
from django.db import connection

from accounts.models import Hospital
from hospital_crm.tenancy.scope import hospital_scope
from patients.domain import memberships, visit_sheets
from patients.domain.memberships import MembershipError
from patients.models import VisitSheet
from tests.cast import Cast, actor_of
from tests.patients.care_factories import MembershipFactory

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]
NOW = dt.datetime(2026, 6, 1, 2, 0, tzinfo=dt.UTC)
DAY = dt.date(2026, 6, 1)


def somebody_waits() -> bool:
    """Whether a connection waits for a lock."""
    with connection.cursor() as cursor:
        cursor.execute("select exists (select 1 from pg_locks where not granted)")
        return cursor.fetchone()[0]


def test_no_sheet_is_made_for_a_day_that_another_transaction_takes_away(north: Hospital, cast: Cast) -> None:
    with hospital_scope(north):
        row = MembershipFactory(contact=cast.qian)
    manager, answers = actor_of(cast.qian), []

    def make() -> None:
        try:
            with hospital_scope(north):
                visit_sheets.make_sheet(row, day=DAY + dt.timedelta(days=1), actor=manager, now=NOW)
            answers.append("made")
        except MembershipError as refusal:
            answers.append(str(refusal))
        finally:
            connection.close()

    maker = threading.Thread(target=make)
    with hospital_scope(north):
        memberships.end(row, on=DAY, reason="搬走", actor=manager, now=NOW)
        maker.start()
        while maker.is_alive() and not somebody_waits():
            time.sleep(0.01)
    maker.join()
    with hospital_scope(north):
        assert (answers, VisitSheet.objects.count()) == (["当天不在会员期内。"], 0)
