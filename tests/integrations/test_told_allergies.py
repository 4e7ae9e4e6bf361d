"""Allergies that a feed tells, beside those on record."""

import pytest

from accounts.models import Hospital
from integrations.models import InboundRecord
from patients.models import Patient
from tests.integrations.factories import FeedFactory
from tests.integrations.hl7_messages import adt
from tests.integrations.outside import apply_all

pytestmark = pytest.mark.django_db


def test_an_allergy_is_written_whole_or_not_at_all(in_north: Hospital) -> None:
    feed = FeedFactory()
    apply_all(feed, [adt("A28", "1")])
    known = "、".join(f"药{number:02}" + "甲" * 42 for number in range(4))
    Patient.objects.update(allergies=known)
    apply_all(feed, [adt("A31", "2", more="AL1|1|DA|^" + "乙" * 70 + "\rAL1|2|DA|^青霉素")])
    assert Patient.objects.get().allergies == f"{known}、青霉素"
    assert InboundRecord.objects.order_by("-id")[0].findings == ["allergies_too_many"]
