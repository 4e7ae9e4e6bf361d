"""Who stands beside a person as feeds tell it: also without a telephone, which may come later."""

import pytest

from accounts.models import Hospital
from integrations.domain.fhir import as_inbound
from integrations.domain.receiving import receive
from integrations.models import InboundRecord
from patients.models import Relation
from tests.integrations.factories import FeedFactory
from tests.integrations.fhir_resources import bundle, patient
from tests.integrations.hl7_messages import adt
from tests.integrations.outside import NOW, apply_all, states

pytestmark = pytest.mark.django_db


def beside() -> list[tuple[str, str, str]]:
    return list(Relation.objects.order_by("name", "phone").values_list("name", "kind", "phone"))


def test_a_relative_without_a_telephone_is_kept_once(in_north: Hospital) -> None:
    feed = FeedFactory()
    apply_all(feed, [adt("A28", "1", more="NK1|1|乔红|MTH^母亲"), adt("A31", "2", more="NK1|1|乔红|MTH^母亲")])
    assert beside() == [("乔红", "母亲", "")]


def test_a_telephone_told_later_goes_to_the_relative_who_is_known(in_north: Hospital) -> None:
    feed = FeedFactory()
    apply_all(feed, [adt("A28", "1", more="NK1|1|乔红|MTH^母亲")])
    apply_all(feed, [adt("A31", "2", more="NK1|1|乔红|MTH^母亲||13900000002")])
    assert beside() == [("乔红", "母亲", "13900000002")]
    apply_all(feed, [adt("A31", "3", more="NK1|1|乔红|MTH^母亲||13900000003\rNK1|2|乔红|MTH^母亲")])
    assert beside() == [("乔红", "母亲", "13900000002"), ("乔红", "母亲", "13900000003")]


@pytest.mark.parametrize("name", ["无", "无名氏", "甘书远", ""])
def test_nobody_is_no_relative(in_north: Hospital, name: str) -> None:
    apply_all(FeedFactory(), [adt("A28", "1", more=f"NK1|1|{name}|SEL^本人")])
    assert beside() == []


def test_resources_name_relatives_without_a_telephone_too(in_north: Hospital) -> None:
    feed = FeedFactory(kind="fhir", name="fhir")
    contact = {"name": {"text": "乔红"}, "relationship": [{"text": "女儿"}]}
    relative = {
        "resourceType": "RelatedPerson", "id": "r1", "patient": {"reference": "urn:uuid:p1"},
        "name": [{"text": "乔兰"}], "relationship": [{"text": "母亲"}],
    }  # fmt: skip
    receive(feed, [as_inbound(bundle(patient(contact=[contact]), relative))], now=NOW, ask=False)
    apply_all(feed, [])
    assert (states(), beside()) == ([("applied", "")], [("乔兰", "母亲", ""), ("乔红", "女儿", "")])
    assert InboundRecord.objects.get().reason_detail["applied"] == {"Patient": 1, "RelatedPerson": 1}
