"""One plain factory per model of groups. Names are invented."""

import datetime as dt

import factory
from factory.django import DjangoModelFactory

from groups import models
from tests.patients.factories import PatientFactory


class GroupCustomerFactory(DjangoModelFactory):
    """A signed unit without an owner."""

    class Meta:
        model = models.GroupCustomer

    name = factory.Sequence(lambda n: f"清屿机械厂{n}")
    status = "signed"


class GroupContactFactory(DjangoModelFactory):
    """The health contact person of a unit."""

    class Meta:
        model = models.GroupContact

    group = factory.SubFactory(GroupCustomerFactory)
    name = "钱工"


class GroupVisitFactory(DjangoModelFactory):
    """A planned visit to a unit."""

    class Meta:
        model = models.GroupVisit

    group = factory.SubFactory(GroupCustomerFactory)
    planned_on = dt.date(2026, 6, 10)
    purpose = "商谈体检"


class ContractFactory(DjangoModelFactory):
    """A contract of the year 2026."""

    class Meta:
        model = models.Contract

    group = factory.SubFactory(GroupCustomerFactory)
    number = factory.Sequence(lambda n: f"HT2026-{n:03d}")
    starts_on = dt.date(2026, 1, 1)
    ends_on = dt.date(2026, 12, 31)


class BenefitFactory(DjangoModelFactory):
    """Ten percent off health checks."""

    class Meta:
        model = models.Benefit

    contract = factory.SubFactory(ContractFactory)
    kind = "discount"
    name = "体检九折"
    percent = 10


class GroupMemberFactory(DjangoModelFactory):
    """A member who is no key person."""

    class Meta:
        model = models.GroupMember

    group = factory.SubFactory(GroupCustomerFactory)
    patient = factory.SubFactory(PatientFactory)
