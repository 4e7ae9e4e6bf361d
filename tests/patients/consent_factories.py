"""Plain factories of what stands around consents: what waits, kept sheets, wordings."""

import datetime as dt

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from patients import models
from tests.accounts.factories import StaffMemberFactory
from tests.patients.factories import PatientFactory


class AwaitedConsentFactory(DjangoModelFactory):
    """News by e-mail, to be confirmed by the link within two weeks."""

    class Meta:
        model = models.AwaitedConsent

    patient = factory.SubFactory(PatientFactory)
    purpose = "marketing_mail"
    channel = "email"
    wording_version = "S1"
    language = "zh-hans"
    source = "counter"
    said_by = "self"
    asked_at = factory.LazyFunction(timezone.now)
    expires_at = factory.LazyAttribute(lambda row: row.asked_at + dt.timedelta(days=14))


class ConsentEvidenceFactory(DjangoModelFactory):
    """The row of a signed sheet that is not on disk."""

    class Meta:
        model = models.ConsentEvidence

    patient = factory.SubFactory(PatientFactory)
    storage_name = factory.Sequence(lambda n: f"sheet-{n}")
    title = "签字单.pdf"
    content_type = "application/pdf"
    size = 1
    sha256 = "0" * 64


class ConsentWordingFactory(DjangoModelFactory):
    """The hospital's own text for invitations."""

    class Meta:
        model = models.ConsentWording

    purpose = "community"
    version = factory.Sequence(lambda n: f"2026-{n}")
    language = "zh-hans"
    text = "我同意医院邀请我参加活动。"
    published_at = factory.LazyFunction(timezone.now)
    published_by = factory.SubFactory(StaffMemberFactory)
