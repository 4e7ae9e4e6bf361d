"""One plain factory per model of followups. Rows are made inside a hospital's scope."""

import datetime as dt
import uuid

import factory
from factory.django import DjangoModelFactory

from followups import models
from tests.accounts.factories import StaffMemberFactory
from tests.patients.factories import EncounterFactory

DISCHARGED_ON = dt.date(2026, 3, 2)


class ProtocolFactory(DjangoModelFactory):
    """A draft without rules or steps; `followups.domain.protocols.install_default` makes the shipped one."""

    class Meta:
        model = models.Protocol

    code = factory.Sequence(lambda n: f"protocol-{n}")
    name = factory.LazyFunction(lambda: {"zh-hans": "方案", "zh-hant": "方案", "en": "Protocol"})


class TierRuleFactory(DjangoModelFactory):
    """A rule: 80 years or older."""

    class Meta:
        model = models.TierRule

    protocol = factory.SubFactory(ProtocolFactory)
    tier = "A"
    code = factory.Sequence(lambda n: f"A{n}")
    condition = "age_at_least"
    params = factory.LazyFunction(lambda: {"years": 80})
    title = factory.LazyFunction(lambda: {"zh-hans": "年龄≥80", "zh-hant": "年齡≥80", "en": "age ≥ 80"})


class ProtocolStepFactory(DjangoModelFactory):
    """A call a week after discharge."""

    class Meta:
        model = models.ProtocolStep

    protocol = factory.SubFactory(ProtocolFactory)
    tier = "B"
    number = factory.Sequence(lambda n: n + 1)
    title = factory.LazyFunction(lambda: {"zh-hans": "电话回访", "zh-hant": "電話回訪", "en": "call"})
    earliest_days = 3
    due_days = 7
    latest_days = 10
    ladder = factory.LazyFunction(lambda: ["attending", "nurse", "department_head", "centre"])


class EscalationRuleFactory(DjangoModelFactory):
    """The assignee hears after a day."""

    class Meta:
        model = models.EscalationRule

    protocol = factory.SubFactory(ProtocolFactory)
    tier = "A"
    level = 1
    after_hours = 24
    recipients = factory.LazyFunction(lambda: ["assignee"])


class TierTargetFactory(DjangoModelFactory):
    """What tier B aims at."""

    class Meta:
        model = models.TierTarget

    protocol = factory.SubFactory(ProtocolFactory)
    tier = "B"
    attempted_percent = 98
    effective_percent = 85


class TierAssignmentFactory(DjangoModelFactory):
    """Tier B because of age."""

    class Meta:
        model = models.TierAssignment

    encounter = factory.SubFactory(EncounterFactory)
    protocol = factory.SubFactory(ProtocolFactory)
    tier = "B"
    computed_tier = factory.SelfAttribute("tier")


class FollowUpRunFactory(DjangoModelFactory):
    """An open run after a stay."""

    class Meta:
        model = models.FollowUpRun

    encounter = factory.SubFactory(EncounterFactory)
    patient = factory.SelfAttribute("encounter.patient")
    protocol = factory.SubFactory(ProtocolFactory)
    protocol_code = factory.SelfAttribute("protocol.code")
    anchor_on = DISCHARGED_ON
    tier = "B"


class FollowUpOrderFactory(DjangoModelFactory):
    """A planned call with its window, assigned to nobody."""

    class Meta:
        model = models.FollowUpOrder

    run = factory.SubFactory(FollowUpRunFactory)
    patient = factory.SelfAttribute("run.patient")
    step = factory.SubFactory(ProtocolStepFactory, protocol=factory.SelfAttribute("..run.protocol"))
    tier = factory.SelfAttribute("run.tier")
    department = factory.SelfAttribute("run.encounter.department")
    ward = factory.SelfAttribute("run.encounter.ward")
    attending = factory.SelfAttribute("run.encounter.attending")
    earliest_on = DISCHARGED_ON + dt.timedelta(3)
    due_on = DISCHARGED_ON + dt.timedelta(7)
    latest_on = DISCHARGED_ON + dt.timedelta(10)


class AttemptFactory(DjangoModelFactory):
    """Nobody answered in the morning."""

    class Meta:
        model = models.Attempt

    order = factory.SubFactory(FollowUpOrderFactory)
    patient = factory.SelfAttribute("order.patient")
    staff = factory.SubFactory(StaffMemberFactory)
    at = dt.datetime(2026, 3, 9, 2, 0, tzinfo=dt.UTC)
    on = dt.date(2026, 3, 9)
    day_part = "morning"
    outcome = "no_answer"
    is_reached = False
    key = factory.LazyFunction(uuid.uuid4)


class ReviewFactory(DjangoModelFactory):
    """The centre filed a result."""

    class Meta:
        model = models.Review

    order = factory.SubFactory(FollowUpOrderFactory)
    kind = "centre"
    verdict = "filed"
    reviewer = factory.SubFactory(StaffMemberFactory)
    at = dt.datetime(2026, 3, 10, 2, 0, tzinfo=dt.UTC)


class SampleDrawFactory(DjangoModelFactory):
    """One result, drawn from itself."""

    class Meta:
        model = models.SampleDraw

    month = dt.date(2026, 3, 1)
    orders = factory.LazyFunction(lambda: [1])
    drawn = factory.LazyFunction(lambda: [1])
    seed = "seed"
    at = dt.datetime(2026, 4, 1, 2, 0, tzinfo=dt.UTC)


class DissatisfactionFactory(DjangoModelFactory):
    """Somebody waited too long."""

    class Meta:
        model = models.Dissatisfaction

    order = factory.SubFactory(FollowUpOrderFactory)
    patient = factory.SelfAttribute("order.patient")
    department = factory.SelfAttribute("order.department")
    cause = "waiting"
    heard_by = factory.SubFactory(StaffMemberFactory)
    heard_at = dt.datetime(2026, 3, 9, 2, 0, tzinfo=dt.UTC)


class DissatisfactionEntryFactory(DjangoModelFactory):
    """It was heard."""

    class Meta:
        model = models.DissatisfactionEntry

    dissatisfaction = factory.SubFactory(DissatisfactionFactory)
    kind = "heard"
    at = dt.datetime(2026, 3, 9, 2, 0, tzinfo=dt.UTC)
    by = factory.SubFactory(StaffMemberFactory)


class OrderTransferFactory(DjangoModelFactory):
    """An order was given to somebody by hand."""

    class Meta:
        model = models.OrderTransfer

    order = factory.SubFactory(FollowUpOrderFactory)
    to_staff = factory.SubFactory(StaffMemberFactory)
    reason = "请假"
    at = dt.datetime(2026, 3, 9, 2, 0, tzinfo=dt.UTC)


class ReminderFactory(DjangoModelFactory):
    """A head reminded the assignee."""

    class Meta:
        model = models.Reminder

    order = factory.SubFactory(FollowUpOrderFactory)
    kind = "person"
    staff = factory.SubFactory(StaffMemberFactory)
    at = dt.datetime(2026, 3, 14, 2, 0, tzinfo=dt.UTC)
