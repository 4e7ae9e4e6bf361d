"""One plain factory per model of messaging. Rows are made inside a hospital's scope."""

import datetime as dt

import factory
from factory.django import DjangoModelFactory

from messaging import models
from tests.accounts.factories import StaffMemberFactory
from tests.patients.factories import PatientFactory

NOW = dt.datetime(2026, 11, 23, 0, 0, tzinfo=dt.UTC)


class MessageFactory(DjangoModelFactory):
    """A digest by bell, due since NOW."""

    class Meta:
        model = models.Message

    key = factory.Sequence(lambda n: f"message:{n}")
    purpose = "digest"
    channel = models.Channel.BELL
    staff = factory.SubFactory(StaffMemberFactory)
    template = "digest"
    context = factory.LazyFunction(lambda: {"day": "11-23", "summary": "5", "lines": "5"})
    not_before = NOW
    created_at = NOW
    state_at = NOW


class MessageChangeFactory(DjangoModelFactory):
    """A message was queued."""

    class Meta:
        model = models.MessageChange

    message = factory.SubFactory(MessageFactory)
    at = NOW
    state = models.State.PLANNED


class DigestDayFactory(DjangoModelFactory):
    """The digest of a day, made for nobody."""

    class Meta:
        model = models.DigestDay

    day = NOW.date()
    made_at = NOW
    people = 0


class BlackoutDayFactory(DjangoModelFactory):
    """One day without marketing."""

    class Meta:
        model = models.BlackoutDay

    first_on = NOW.date()
    last_on = NOW.date()
    name = "清明"


class TouchFactory(DjangoModelFactory):
    """Somebody was written to."""

    class Meta:
        model = models.Touch

    person = factory.SubFactory(PatientFactory)
    day = NOW.date()
    at = NOW
    channel = models.Touch.By.EMAIL
    purpose = "digest"
    is_approach = True
    is_call = False
    source = "test"
    source_id = factory.Sequence(lambda n: n)


class SuppressionFactory(DjangoModelFactory):
    """An address that does not exist."""

    class Meta:
        model = models.Suppression

    channel = models.Channel.EMAIL
    address = factory.Sequence(lambda n: f"gone{n}@person.invalid")
    reason = models.Suppression.Reason.HARD_BOUNCE
    source = "550 5.1.1"
    at = NOW


class PlannedTouchFactory(DjangoModelFactory):
    """Something wanted that is done as wished."""

    class Meta:
        model = models.PlannedTouch

    person = factory.SubFactory(PatientFactory)
    key = factory.Sequence(lambda n: f"test:{n}")
    purpose = "digest"
    channel = models.Touch.By.EMAIL
    wished_at = NOW
    at = NOW
    fate = models.PlannedTouch.Fate.KEPT
    planned_at = NOW
