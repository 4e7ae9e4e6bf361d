"""A feed and a message of it, a list, a receiver of webhooks."""

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from hospital_crm.crypto import encrypt, encrypt_bytes
from integrations.models import Feed, ImportBatch, InboundRecord, WebhookDelivery, WebhookEndpoint


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


class ImportBatchFactory(DjangoModelFactory):
    """A discharge list that is in."""

    class Meta:
        model = ImportBatch

    kind = "discharges"
    state = "done"
    file_name = factory.Sequence(lambda n: f"出院{n}.csv")
    size = 1
    sha256 = "0" * 64
    format = "text"
    header_line = 1
    columns = factory.LazyFunction(lambda: ["姓名"])
    counts = factory.LazyFunction(lambda: {"rejected": 0, "warning": 0, "stays_created": 0, "stays_updated": 0})
    created_at = factory.LazyFunction(timezone.now)


class WebhookEndpointFactory(DjangoModelFactory):
    """A receiver that hears of deaths."""

    class Meta:
        model = WebhookEndpoint

    name = factory.Sequence(lambda n: f"排队叫号 {n}")
    url = "https://receiver.example/crm"
    secret = factory.LazyFunction(lambda: encrypt("s3cret"))
    facts = ["people.deceased"]
    created_at = factory.LazyFunction(timezone.now)


class WebhookDeliveryFactory(DjangoModelFactory):
    """Something that was given up."""

    class Meta:
        model = WebhookDelivery

    endpoint = factory.SubFactory(WebhookEndpointFactory)
    fact = "people.deceased"
    items = [{"person": "7f1c5a0e-8f1e-4f57-9b0a-111111111111"}]
    state = "failed"
    created_at = factory.LazyFunction(timezone.now)
    not_before = factory.LazyFunction(timezone.now)
    state_at = factory.LazyFunction(timezone.now)
