"""One plain factory per model of campaigns."""

import datetime as dt

import factory
from factory.django import DjangoModelFactory

from campaigns import models
from tests.patients.factories import PatientFactory


class CampaignFactory(DjangoModelFactory):
    """A draft of health knowledge by mail."""

    class Meta:
        model = models.Campaign

    name = factory.Sequence(lambda n: f"血压管理{n}")
    kind = "knowledge"


class CampaignTextFactory(DjangoModelFactory):
    """Its words in Simplified Chinese."""

    class Meta:
        model = models.CampaignText

    campaign = factory.SubFactory(CampaignFactory)
    language = "zh-hans"
    subject = "每天五分钟"
    preview = "坐稳了再量，记下来。"
    blocks = factory.LazyFunction(lambda: [{"kind": "text", "text": "坐稳了再量，一天两次，量到的数都记下来。"}])


class CampaignPictureFactory(DjangoModelFactory):
    """The row of a picture; its bytes are nowhere."""

    class Meta:
        model = models.CampaignPicture

    campaign = factory.SubFactory(CampaignFactory)
    number = 1
    said = "血压计"
    storage_name = factory.Sequence(lambda n: f"campaign-{n}")
    title, content_type, size, sha256 = "血压计.png", "image/png", 1, "0" * 64


class CampaignChangeFactory(DjangoModelFactory):
    """It was begun."""

    class Meta:
        model = models.CampaignChange

    campaign = factory.SubFactory(CampaignFactory)
    at = dt.datetime(2026, 6, 1, 2, tzinfo=dt.UTC)
    state = "draft"


class CampaignRecipientFactory(DjangoModelFactory):
    """Somebody who is to be written to."""

    class Meta:
        model = models.CampaignRecipient

    campaign = factory.SubFactory(CampaignFactory)
    patient = factory.SubFactory(PatientFactory)
    outcome = "send"


class GreetingFactory(DjangoModelFactory):
    """Somebody whose birthday it is."""

    class Meta:
        model = models.Greeting

    campaign = factory.SubFactory(CampaignFactory)
    patient = factory.SubFactory(PatientFactory)
    occasion = "birthday"
    on = dt.date(2026, 6, 1)
