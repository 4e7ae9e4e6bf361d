"""One plain factory per model of what people are sorted by: segments, labels, possible duplicates."""

import datetime as dt

import factory
from factory.django import DjangoModelFactory

from patients import models
from tests.patients.factories import PatientFactory


class SegmentFactory(DjangoModelFactory):
    """People of 65 and more, for everybody who works with segments; its first version stands, and found its members."""

    class Meta:
        model = models.Segment
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"老年人{n}")
    shared_with = ["*"]  # noqa: RUF012
    facts = ["age"]  # noqa: RUF012
    refreshed_version = 1

    @factory.post_generation
    def rule(self, create: bool, extracted: object, **kwargs: object) -> None:
        lines = extracted or {"mode": "all", "parts": [{"fact": "age", "op": "at_least", "values": ["65"]}]}
        models.SegmentVersion.objects.create(segment=self, number=1, rule=lines)


class SegmentMemberFactory(DjangoModelFactory):
    """In the segment for some days."""

    class Meta:
        model = models.SegmentMember

    segment = factory.SubFactory(SegmentFactory)
    patient = factory.SubFactory(PatientFactory)
    since_on = dt.date(2026, 3, 2)


class SegmentCountFactory(DjangoModelFactory):
    """How many were in it on a day."""

    class Meta:
        model = models.SegmentCount

    segment = factory.SubFactory(SegmentFactory)
    on = dt.date(2026, 3, 2)
    version = 1
    members = 1


class LabelRuleSetFactory(DjangoModelFactory):
    """A version that was retired, without lines."""

    class Meta:
        model = models.LabelRuleSet

    version = factory.Sequence(lambda n: 1000 + n)
    state = "retired"


class PersonLabelFactory(DjangoModelFactory):
    """Somebody who comes for the first time, by rules."""

    class Meta:
        model = models.PersonLabel

    patient = factory.SubFactory(PatientFactory)
    axis = "visit_cycle"
    value = "first"
    since_at = dt.datetime(2026, 5, 21, 1, 0, tzinfo=dt.UTC)
    decided_at = dt.datetime(2026, 5, 21, 1, 0, tzinfo=dt.UTC)
    rule_set = factory.SubFactory(LabelRuleSetFactory)
    lines = factory.LazyFunction(lambda: ["C4"])
    inputs = factory.LazyFunction(lambda: {"visits_total": 1})


class DuplicateCandidateFactory(DjangoModelFactory):
    """Two records of the same name and birth date that nobody has looked at."""

    class Meta:
        model = models.DuplicateCandidate

    left_id = factory.LazyAttribute(lambda row: PatientFactory(name="谢小平").pk)
    right_id = factory.LazyAttribute(lambda row: PatientFactory(name="谢小平").pk)
    score = 60
    reasons = factory.LazyFunction(lambda: ["same_name", "same_birth", "same_sex"])
    facts = "-"
