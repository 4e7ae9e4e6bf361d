"""One plain factory per model of messaging. Rows are made inside a hospital's scope."""

import datetime as dt

import factory
from factory.django import DjangoModelFactory

from messaging import models
from tests.accounts.factories import StaffMemberFactory

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
