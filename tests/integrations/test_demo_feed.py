"""The feed of the demo: most of its messages are applied, one waits for a decision, two are set aside."""

from collections import Counter

import pytest
from django.utils import timezone

from accounts.models import Hospital
from hospital_crm.demo.data.feeds import send_messages
from hospital_crm.tenancy.scope import hospital_scope
from integrations.models import InboundRecord
from tests.patients.factories import IdentifierFactory

pytestmark = pytest.mark.django_db


def test_the_demo_shows_something_of_each(north: Hospital) -> None:
    with hospital_scope(north):
        IdentifierFactory(system="mrn", value="900001")
    send_messages(north, now=timezone.now())
    with hospital_scope(north):
        found = Counter(InboundRecord.objects.values_list("state", flat=True))
    assert found == {"applied": 19, "kept": 1, "waiting": 1, "set_aside": 2}
