"""One plain factory per model of groups. Names are invented."""

import datetime as dt

import factory
from factory.django import DjangoModelFactory

from groups import models
from tests.accounts.factories import StaffMemberFactory
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


class BenefitUseFactory(DjangoModelFactory):
    """A benefit was given to somebody."""

    class Meta:
        model = models.BenefitUse

    benefit = factory.SubFactory(BenefitFactory)
    patient = factory.SubFactory(PatientFactory)
    used_on = dt.date(2026, 6, 1)


class OpportunityFactory(DjangoModelFactory):
    """Health checks that may be ordered."""

    class Meta:
        model = models.Opportunity

    group = factory.SubFactory(GroupCustomerFactory)
    kind = "checkup"
    title = "年度体检"
    amount = 100000
    expected_on = dt.date(2026, 7, 1)


class StatusChangeFactory(DjangoModelFactory):
    """A unit nearby came to be negotiated with."""

    class Meta:
        model = models.StatusChange

    group = factory.SubFactory(GroupCustomerFactory)
    before, after = "nearby", "negotiating"
    at = dt.datetime(2026, 6, 1, 2, tzinfo=dt.UTC)


class OwnerChangeFactory(DjangoModelFactory):
    """A unit was handed over."""

    class Meta:
        model = models.OwnerChange

    group = factory.SubFactory(GroupCustomerFactory)
    reason = "调岗"
    at = dt.datetime(2026, 6, 1, 2, tzinfo=dt.UTC)


class GroupValueFactory(DjangoModelFactory):
    """What was billed in 2026."""

    class Meta:
        model = models.GroupValue

    group = factory.SubFactory(GroupCustomerFactory)
    year = 2026
    source = "checkup"
    amount = 50000


class UnitMergerFactory(DjangoModelFactory):
    """A record that is gone was united with a unit."""

    class Meta:
        model = models.UnitMerger

    group = factory.SubFactory(GroupCustomerFactory)
    merged_id = factory.Sequence(lambda n: 10**9 + n)
    before: dict = {"kept": {}, "other": {"name": "旧厂"}}
    moved: dict = {}
    dropped: dict = {}
    at = dt.datetime(2026, 6, 1, 2, tzinfo=dt.UTC)


class BinnedUnitFactory(DjangoModelFactory):
    """A unit in the bin."""

    class Meta:
        model = models.BinnedUnit

    group = factory.SubFactory(GroupCustomerFactory, is_binned=True)
    reason = "重复建档"
    binned_by = factory.SubFactory(StaffMemberFactory)
    binned_at = dt.datetime(2026, 6, 1, 2, tzinfo=dt.UTC)
    purge_at = dt.datetime(2026, 7, 1, 2, tzinfo=dt.UTC)


class GroupFileFactory(DjangoModelFactory):
    """A file kept with a unit, of which nothing lies on disk."""

    class Meta:
        model = models.GroupFile

    group = factory.SubFactory(GroupCustomerFactory)
    storage_name = factory.Sequence(lambda n: f"unit-file-{n}")
    title = "合同.pdf"
    content_type = "application/pdf"
    size = 10
    sha256 = "0" * 64


class GroupMemberFactory(DjangoModelFactory):
    """A member who is no key person."""

    class Meta:
        model = models.GroupMember

    group = factory.SubFactory(GroupCustomerFactory)
    patient = factory.SubFactory(PatientFactory)
