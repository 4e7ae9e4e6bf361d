"""What was heard and what the rules read of a person is clinical: shown to clinical roles and to whoever holds open
work, to nobody else.
"""

from collections.abc import Callable

import pytest
from django.utils import timezone

from accounts.models import Hospital
from followups.models import FollowUpOrder, Review
from hospital_crm.tenancy.scope import hospital_scope
from patients.models import PatientNote
from tests.cast import Cast, MountedClient
from tests.followups.factories import DissatisfactionFactory, ReviewFactory, TierAssignmentFactory, TierRuleFactory
from tests.followups.scene import order_of, submitted_of

pytestmark = pytest.mark.django_db
ClientAs = Callable[[str], MountedClient]
FINDING, COMPLAINT, RULE, WHY, REASON = "切口渗液", "换药太痛", "C50.900", "患者在外院化疗", "渗液请写清楚"
TITLE = "恶性肿瘤治疗中"
CLINICAL = {FINDING, COMPLAINT, RULE, WHY, REASON}


@pytest.fixture
def order(north: Hospital, cast: Cast) -> FollowUpOrder:
    """Dr Chen's returned order of somebody with a red flag, a dissatisfaction and a tier by diagnosis."""
    with hospital_scope(north):
        made = order_of(cast, cast.chen, attending=cast.chen, state="returned", late_reason=WHY)
        flagged = submitted_of(cast, cast.chen, patient=made.patient, has_finding=True, note=FINDING)
        DissatisfactionFactory(order=flagged, patient=made.patient, text=COMPLAINT)
        ReviewFactory(order=made, kind=Review.Kind.CENTRE, verdict=Review.Verdict.RETURNED, reason=REASON)
        protocol = made.run.protocol
        TierRuleFactory(protocol=protocol, condition="malignancy", code="A3", title={"zh-hans": TITLE})
        fired = [{"code": "A3", "field": "encounter.diagnosis_code", "value": RULE}]
        TierAssignmentFactory(encounter=made.run.encounter, protocol=protocol, fired=fired)
    return made


def told(client: MountedClient, path: str) -> set[str]:
    """The clinical words that a page says."""
    answer = client.get(path)
    assert answer.status_code == 200
    return {word for word in CLINICAL if word in answer.content.decode()}


@pytest.mark.parametrize("role", ["agent", "centre_manager"])
def test_who_holds_nothing_reads_no_clinical_word_of_an_order(
    order: FollowUpOrder, client_as: ClientAs, role: str
) -> None:
    for page in ("", "why/", "result/", "print/"):
        answer = client_as(role).get(f"followups/orders/{order.public_id}/{page}").content.decode()
        assert {word for word in CLINICAL | {TITLE} if word in answer} == set(), page


def test_who_cares_reads_them(order: FollowUpOrder, client_as: ClientAs) -> None:
    assert told(client_as("physician"), f"followups/orders/{order.public_id}/") == CLINICAL
    assert told(client_as("physician"), f"followups/orders/{order.public_id}/why/") == {RULE}


def test_agent_who_holds_the_order_reads_them_until_it_is_at_its_end(
    order: FollowUpOrder, cast: Cast, client_as: ClientAs, in_north: Hospital
) -> None:
    FollowUpOrder.objects.filter(pk=order.pk).update(assignee=cast.sun)
    assert told(client_as("agent"), f"followups/orders/{order.public_id}/") == CLINICAL
    FollowUpOrder.objects.filter(pk=order.pk).update(state="filed")
    assert told(client_as("agent"), f"followups/orders/{order.public_id}/") == set()


def test_review_shows_only_what_was_sent(
    order: FollowUpOrder, cast: Cast, client_as: ClientAs, in_north: Hospital
) -> None:
    sent = submitted_of(cast, cast.chen)
    client = client_as("centre_manager")
    assert client.get(f"followups/review/?order={sent.public_id}").context["opened"].order == sent
    for state in ("planned", "dispatched", "attempted", "returned", "refused", "lost"):
        FollowUpOrder.objects.filter(pk=sent.pk).update(state=state)
        assert client.get(f"followups/review/?order={sent.public_id}").status_code == 404
    empty_return = client.post(f"followups/review/{sent.public_id}/", {"act": "return", "reason": ""})
    assert empty_return.status_code == 302


def test_notes_are_read_by_who_cares_and_by_who_wrote_them(
    order: FollowUpOrder, cast: Cast, client_as: ClientAs, in_north: Hospital
) -> None:
    for author, text in ((cast.chen, "医师的笔记"), (cast.sun, "客服的笔记")):
        PatientNote.objects.create(patient=order.patient, author=author, text=text, noted_at=timezone.now())

    def read(role: str) -> set[str]:
        text = client_as(role).get(f"patients/{order.patient.public_id}/?show=").content.decode()
        return {word for word in ("医师的笔记", "客服的笔记") if word in text}

    assert read("physician") == {"医师的笔记", "客服的笔记"}
    assert read("agent") == {"客服的笔记"}
    assert read("information_officer") == set()
