"""The protocol every hospital starts with, and that a published one stays as it is."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Hospital
from followups.domain import protocols
from followups.models import Protocol, ProtocolStep, TierRule
from tests.followups.factories import TierRuleFactory

NOW = dt.datetime(2026, 3, 3, 2, 0, tzinfo=dt.UTC)


def test_every_hospital_starts_with_the_shipped_protocol(in_north: Hospital) -> None:
    protocol = Protocol.objects.get()
    assert (protocol.code, protocol.version, protocol.state) == ("discharge", 1, "published")
    assert (TierRule.objects.count(), ProtocolStep.objects.count()) == (21, 14)
    assert protocols.install_default(now=NOW) == protocol


@pytest.mark.sql
def test_a_published_protocol_does_not_change(in_north: Hospital) -> None:
    protocol = Protocol.objects.get()
    for change in (
        lambda: protocol.rules.update(tier="B"),
        lambda: protocol.steps.filter(number=1).update(latest_days=40),
        lambda: TierRuleFactory(protocol=protocol),
        lambda: Protocol.objects.update(code="other"),
        lambda: Protocol.objects.update(state="draft"),
        lambda: protocol.rules.all().delete(),
    ):
        with pytest.raises(IntegrityError, match="published protocol"), transaction.atomic():
            change()
