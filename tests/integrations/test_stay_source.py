"""Every stay tells who told it last: the feed by its name, or a list."""

from typing import Any

import pytest

from accounts.models import Hospital
from hospital_crm.tenancy.scope import hospital_scope
from integrations.domain.fhir import as_inbound
from integrations.domain.receiving import receive
from integrations.models import Feed
from patients.models import Encounter
from tests.cast import Cast, client_of
from tests.integrations.factories import FeedFactory
from tests.integrations.fhir_resources import bundle, encounter, patient
from tests.integrations.hl7_messages import adt, pv1
from tests.integrations.outside import NOW, apply_all

pytestmark = pytest.mark.django_db


@pytest.fixture
def his() -> Feed:
    return FeedFactory(title="门诊住院系统")


def sources() -> list[str]:
    return list(Encounter.objects.order_by("id").values_list("source", flat=True))


def test_a_stay_tells_which_feed_told_it_last(in_north: Hospital, his: Feed) -> None:
    apply_all(his, [adt("A01", "1", pv1=pv1())])
    region = FeedFactory(kind="fhir", name="region", title="区域平台", number_domain="region")
    receive(region, [as_inbound(bundle(patient(), encounter()))], now=NOW, ask=False)
    apply_all(region, [])
    assert sources() == ["门诊住院系统", "区域平台"]
    other = FeedFactory(name="icu", title="重症系统")
    apply_all(other, [adt("A02", "2", pv1=pv1().replace("^12|", "^7|"))])
    assert sources() == ["重症系统", "区域平台"]
    apply_all(his, [adt("A08", "3", pv1=pv1().replace("^12|", "^7|"))])
    assert sources() == ["重症系统", "区域平台"]  # nothing of the stay has changed


def test_a_stay_that_moves_is_told_by_whoever_moved_it(in_north: Hospital, his: Feed) -> None:
    apply_all(his, [adt("A01", "1", pv1=pv1())])
    moved = adt("A45", "2", pid="PID|1||M2^^^H^MR||乔明||19700304|F", pv1=pv1(), more="MRG|M1^^^H^MR||||V1")
    apply_all(FeedFactory(name="icu", title="重症系统"), [moved])
    assert Encounter.objects.get(is_cancelled=False).source == "重症系统"


def test_a_stay_of_a_list_says_so_until_a_feed_tells_more(north: Hospital, bring: Any, cast: Cast) -> None:
    bring()
    with hospital_scope(north):
        assert set(sources()) == {"list"}
        stay = Encounter.objects.order_by("id").first()
        assert stay is not None and stay.get_source_display() == "名单"
    reader = client_of(cast.sun)
    with hospital_scope(north):
        Encounter.objects.filter(pk=stay.pk).update(source="区域平台")
    html = reader.get(reader.url("patients:stay", stay.public_id)).content.decode()
    assert "区域平台" in html
