"""Who is let in, what a token may, how a refusal is told."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.utils import timezone

from accounts import lockout
from accounts.api import rights
from accounts.models import ApiToken, AuditEvent, Hospital, LoginFailure, RowChange, StaffMember, StaffRole
from accounts.scopes import SCOPES
from hospital_crm.tenancy.scope import hospital_scope
from tests.api.systems import System, token_of
from tests.cast import Cast, MountedClient

pytestmark = pytest.mark.django_db
Systems = Callable[..., System]

NEEDS = {
    "people/": "patients.read",
    "encounters/?since=2026-11-01T00:00:00Z": "encounters.read",
    "units/": "groups.read",
    "orders/": "orders.read",
}


def told(answer: object) -> tuple[int, str, str]:
    """Status, code and kind of a refusal."""
    return answer.status_code, answer.json()["code"], answer["Content-Type"]  # type: ignore[attr-defined, index]


def test_without_a_token_nothing_is_told(north: Hospital, client_as: Callable[[str], MountedClient]) -> None:
    answer = System(north, "").get("people/")
    assert told(answer) == (401, "not_authenticated", "application/problem+json")
    assert answer["WWW-Authenticate"] == "Bearer"
    assert client_as("centre_manager").get("api/v1/people/").status_code == 401


@pytest.mark.parametrize("address", NEEDS)
def test_each_scope_opens_its_own_part_alone(system: Systems, address: str) -> None:
    assert system("centre_manager", NEEDS[address]).get(address).status_code == 200
    others = [code for code in SCOPES if code != NEEDS[address]]
    refused = system("centre_manager", *others).get(address)
    assert told(refused) == (403, "permission_denied", "application/problem+json")


def test_scope_never_lends_more_than_the_role(system: Systems) -> None:
    officer = system("information_officer")
    assert {address: officer.get(address).status_code for address in NEEDS} == {
        "people/": 200,
        "encounters/?since=2026-11-01T00:00:00Z": 200,
        "units/": 403,
        "orders/": 403,
    }
    assert {one["scope"]: one["granted"] for one in officer.get("token/").json()["scopes"]} == {
        "patients.read": True,
        "patients.create": False,
        "patients.change": False,
        "patients.write": False,
        "encounters.read": True,
        "groups.read": False,
        "orders.read": False,
        "orders.write": False,
    }


def test_token_of_another_hospital_opens_nothing(north: Hospital, zhao: StaffMember, cast: Cast) -> None:
    _token, secret = token_of(zhao, "centre_manager", list(SCOPES))
    assert System(zhao.hospital, secret).get("people/").status_code == 200
    assert told(System(north, secret).get("people/"))[:2] == (401, "authentication_failed")


@pytest.mark.parametrize(
    "values",
    [
        {"state": "revoked"},
        {"state": "asked", "decided_at": None},
        {"state": "refused"},
        {"asked_at": timezone.now() - dt.timedelta(days=9), "expires_at": timezone.now() - dt.timedelta(seconds=1)},
    ],
    ids=["revoked", "asked", "refused", "expired"],
)
def test_token_that_is_not_valid_opens_nothing(system: Systems, values: dict) -> None:
    assert told(system("agent", **values).get("people/"))[:2] == (401, "authentication_failed")


def test_token_ends_with_the_work_or_the_role_of_whom_it_acts_for(north: Hospital, cast: Cast, system: Systems) -> None:
    caller = system("agent")
    assert caller.get("people/").status_code == 200
    with hospital_scope(north):
        StaffMember.objects.filter(pk=cast.sun.pk).update(is_active=False)
    assert caller.get("people/").status_code == 401
    with hospital_scope(north):
        StaffMember.objects.filter(pk=cast.sun.pk).update(is_active=True)
        StaffRole.objects.filter(staff=cast.sun).delete()
    assert caller.get("people/").status_code == 401


def test_too_many_calls_are_refused_until_the_minute_is_over(system: Systems, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rights, "READS_PER_MINUTE", 2)
    monkeypatch.setattr(
        rights, "this_minute", lambda key, now: counts.setdefault(key, []).append(1) or len(counts[key])
    )
    counts: dict[str, list[int]] = {}
    caller, other = system(), system()
    assert [caller.get("people/").status_code for _time in range(3)] == [200, 200, 429]
    answer = caller.get("people/")
    assert told(answer) == (429, "throttled", "application/problem+json")
    assert 0 < int(answer["Retry-After"]) <= 60
    assert other.get("people/").status_code == 200


def test_refusal_is_in_the_language_of_the_caller_else_of_the_hospital(system: Systems) -> None:
    caller = system()
    spoken = {
        language: caller.get("orders/x/", **{"Accept-Language": language}).json()["title"]
        for language in ("en", "zh-hant")
    }
    assert spoken == {"en": "Unknown address or row", "zh-hant": "找不到"}
    assert caller.get("orders/x/").json()["title"] == "找不到"


def test_wrong_kinds_of_asking_are_told_as_problems(system: Systems) -> None:
    caller = system()
    assert told(caller.get("people/", Accept="text/html"))[:2] == (406, "not_acceptable")
    assert told(caller.call("DELETE", "people/"))[:2] == (405, "method_not_allowed")
    assert told(caller.get("nowhere/"))[:2] == (404, "not_found")
    assert told(caller.get("people"))[:2] == (404, "not_found")
    assert told(caller.post("people/search/", b"{"))[:2] == (400, "parse_error")
    form = caller._client.post(
        "/north/api/v1/people/search/", {"q": "x"}, headers={"Authorization": f"Bearer {caller.secret}"}
    )
    assert told(form)[:2] == (415, "unsupported_media_type")


def test_refusals_are_on_record(north: Hospital, cast: Cast, system: Systems) -> None:
    system("agent", "patients.read").get("units/")
    with hospital_scope(north):
        rows = AuditEvent.objects.filter(verb="access.refused").values_list("actor_name", "role_code", "detail__page")
        assert list(rows) == [("孙客服", "agent", "api:units:list")]


def test_when_a_token_was_used_is_noted_and_its_secret_stands_nowhere(north: Hospital, system: Systems) -> None:
    caller = system()
    caller.get("token/")
    with hospital_scope(north):
        token = ApiToken.objects.get()
        assert token.last_used_at is not None
        assert caller.secret not in str(vars(token))
        changes = RowChange.objects.filter(table_name="accounts_apitoken").values_list("operation", "changes")
        assert [operation for operation, _said in changes] == ["INSERT"]
        assert token.token_hash not in str(list(changes))


def test_row_changes_by_a_token_name_whom_it_acts_for(north: Hospital, cast: Cast, system: Systems) -> None:
    from tests.patients.factories import PatientFactory

    with hospital_scope(north):
        patient = PatientFactory()
    system().post(f"people/{patient.public_id}/contact-points/", {"value": "13900001234"})
    with hospital_scope(north):
        change = RowChange.objects.get(table_name="patients_contactpoint")
        assert (change.user_id, change.staff_id) == (cast.qian.user.pk, cast.qian.pk)


def test_refused_secrets_are_on_record_without_the_secret_and_do_not_fill_the_table(
    north: Hospital, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts: dict[str, list[int]] = {}
    monkeypatch.setattr(lockout, "REFUSED_TOKENS_PER_MINUTE", 2)
    monkeypatch.setattr(
        lockout, "this_minute", lambda key, now: counts.setdefault(key, []).append(1) or len(counts[key])
    )
    guesser = System(north, "crm_guessed")
    assert [guesser.get("people/").status_code for _time in range(4)] == [401] * 4
    assert (
        list(LoginFailure.objects.values_list("username", "ip_address", "reason")) == [("", "127.0.0.1", "token")] * 2
    )
    assert System(north, "").get("people/").status_code == 401
    assert LoginFailure.objects.count() == 2
