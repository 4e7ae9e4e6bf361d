"""One plain factory per model of what is promised to a person: memberships, requests, holds; and of watched viewing."""

import datetime as dt

import factory
from factory.django import DjangoModelFactory

from accounts.domain.numbers import draw_number
from accounts.models import NumberSeries
from patients import models
from tests.accounts.factories import StaffMemberFactory
from tests.patients.factories import PatientFactory


class LegalHoldFactory(DjangoModelFactory):
    """A hold that a court demanded."""

    class Meta:
        model = models.LegalHold

    patient = factory.SubFactory(PatientFactory)
    demanded_by = "清江县法院"
    reason = "医疗纠纷"


class PrivacyRequestFactory(DjangoModelFactory):
    """A copy that the person asked for, in work."""

    class Meta:
        model = models.PrivacyRequest

    serial = factory.LazyFunction(lambda: draw_number(NumberSeries.Register.REQUESTS))
    patient = factory.SubFactory(PatientFactory)
    kind = "copy"
    words = "请提供我的全部资料"
    identity_check = "papers"
    received_on = dt.date(2026, 3, 2)
    due_on = dt.date(2026, 3, 23)
    registered_by = factory.SubFactory(StaffMemberFactory)
    registered_at = dt.datetime(2026, 3, 2, 1, 0, tzinfo=dt.UTC)
    state = "in_work"
    assignee = factory.SelfAttribute("registered_by")


class PrivacyCopyFactory(DjangoModelFactory):
    """The row of a sealed file that is not on disk."""

    class Meta:
        model = models.PrivacyCopy

    request = factory.SubFactory(PrivacyRequestFactory)
    storage_name = factory.Sequence(lambda n: f"copy-{n}")
    title = "R000001.zip"
    content_type = "application/zip"
    size = 1
    sha256 = "0" * 64
    sealed_by = factory.SubFactory(StaffMemberFactory)
    expires_at = dt.datetime(2026, 3, 30, 1, 0, tzinfo=dt.UTC)


class MembershipLevelFactory(DjangoModelFactory):
    """A level without services."""

    class Meta:
        model = models.MembershipLevel

    names = factory.Sequence(lambda n: {"zh-hans": f"特需{n}级"})


class MembershipFactory(DjangoModelFactory):
    """A membership of the year 2026."""

    class Meta:
        model = models.Membership

    patient = factory.SubFactory(PatientFactory)
    level = factory.SubFactory(MembershipLevelFactory)
    starts_on = dt.date(2026, 1, 1)
    ends_on = dt.date(2026, 12, 31)
    agreed_until = factory.SelfAttribute("ends_on")
    contact = factory.SubFactory(StaffMemberFactory)


class ViewingFlagFactory(DjangoModelFactory):
    """Somebody looked at a VIP person twice."""

    class Meta:
        model = models.ViewingFlag

    staff = factory.SubFactory(StaffMemberFactory)
    role_code = "agent"
    patient = factory.SubFactory(PatientFactory)
    day = dt.date(2026, 5, 31)
    first_at = factory.Sequence(lambda n: dt.datetime(2026, 5, 31, 3, 0, tzinfo=dt.UTC) + dt.timedelta(seconds=n))
    last_at = factory.SelfAttribute("first_at")
    views = 2
    reasons = factory.LazyFunction(lambda: ["vip"])
