"""A feed and a message of it."""

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from hospital_crm.crypto import encrypt_bytes
from integrations.models import Feed, InboundRecord


class FeedFactory(DjangoModelFactory):
    """A feed in HL7."""

    class Meta:
        model = Feed
        django_get_or_create = ("name",)

    kind = "hl7"
    name = "his"
    title = "门诊住院系统"


class InboundRecordFactory(DjangoModelFactory):
    """A message that is no message, set aside."""

    class Meta:
        model = InboundRecord

    feed = factory.SubFactory(FeedFactory)
    external_id = factory.Sequence(lambda n: f"M{n}")
    event = "ADT^A01"
    content_hash = factory.Sequence(lambda n: f"{n:064d}")
    raw = factory.LazyFunction(lambda: encrypt_bytes(b"MSH|"))
    size = 4
    state = "set_aside"
    reason = "unreadable"
    received_at = factory.LazyFunction(timezone.now)
