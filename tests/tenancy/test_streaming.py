"""A streamed answer is written after every middleware: it opens the hospital itself, or has no rows to give."""

from collections.abc import Iterator

import pytest
from django.http import StreamingHttpResponse
from django.test import RequestFactory
from django_scopes.exceptions import ScopeError

from accounts.models import Department, Hospital
from hospital_crm.tenancy.middleware import HospitalMiddleware
from hospital_crm.tenancy.scope import current_hospital, hospital_scope
from tests.accounts.factories import DepartmentFactory

pytestmark = [pytest.mark.tenancy, pytest.mark.django_db]


def streamed(hospital: Hospital, *, opens_hospital: bool) -> bytes:
    """What a view streams at this hospital, read as a server reads it: after the request."""

    def names() -> Iterator[str]:
        yield from Department.objects.order_by("name").values_list("name", flat=True)

    def scoped() -> Iterator[str]:
        with hospital_scope(hospital):
            yield from names()

    def view(request: object) -> StreamingHttpResponse:
        return StreamingHttpResponse(scoped() if opens_hospital else names())

    answer = HospitalMiddleware(view)(RequestFactory().get(f"/{hospital.slug}/"))
    assert current_hospital() is None
    return b"".join(answer)


@pytest.fixture
def departments(north: Hospital, south: Hospital) -> None:
    for hospital, name in ((north, "眼科"), (south, "骨科")):
        with hospital_scope(hospital):
            DepartmentFactory(name=name)


def test_stream_that_opens_its_hospital_gives_own_rows_only(north: Hospital, departments: None) -> None:
    assert streamed(north, opens_hospital=True).decode() == "眼科"


def test_stream_without_a_hospital_raises_and_gives_nothing(north: Hospital, departments: None) -> None:
    with pytest.raises(ScopeError):
        streamed(north, opens_hospital=False)
