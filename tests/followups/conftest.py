"""An order of tier B and the nurse who holds it."""

from typing import Any

import pytest

from accounts.actors import Actor
from accounts.models import Hospital
from followups.models import FollowUpOrder
from tests.followups.test_planning import a_stay, planned
from tests.patients.factories import ContactPointFactory


@pytest.fixture
def nurse(actor: Any) -> Actor:
    return actor("nurse")


@pytest.fixture
def order(in_north: Hospital, nurse: Actor) -> FollowUpOrder:
    """Step 1 of tier B for a person with one number, dispatched to the nurse; due on 9 March, latest on 12 March."""
    stay = a_stay(surgery_level=2)
    ContactPointFactory(patient=stay.patient)
    planned(stay)
    FollowUpOrder.objects.update(assignee=nurse.staff, state="dispatched", assignee_role="nurse")
    return FollowUpOrder.objects.get(step__number=1)
