"""Which hospital a request is for, and what happens around it."""

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import get_script_prefix, get_urlconf, reverse

from accounts.models import Department
from hospital_crm.tenancy.directory import forget
from hospital_crm.tenancy.middleware import HospitalMiddleware
from hospital_crm.tenancy.scope import current_hospital
from tests.accounts.factories import DepartmentFactory

pytestmark = [pytest.mark.tenancy, pytest.mark.django_db]


def ask(path: str, view=lambda request: HttpResponse("ok"), **extra: str) -> HttpResponse:
    return HospitalMiddleware(view)(RequestFactory().get(path, **extra))


def test_first_segment_names_the_hospital_and_is_mounted(north):
    def view(request):
        return HttpResponse(f"{current_hospital().slug} {request.path_info} {reverse('home')}")

    assert ask("/north/patients/", view).content.decode() == "north /patients/ /north/"


def test_prefix_and_urlconf_are_put_back(north):
    ask("/north/")
    assert (get_script_prefix(), get_urlconf()) == ("/", None)


def test_hospital_without_slash_is_redirected(north):
    response = ask("/north")
    assert (response.status_code, response["Location"]) == (301, "/north/")


@pytest.mark.parametrize("path", ["/nowhere/patients/", "/accounts/login/", "/"])
def test_other_segments_are_outside_hospitals(north, path):
    assert ask(path, lambda request: HttpResponse(str(request.hospital))).content == b"None"


def test_inactive_hospital_is_not_found(north):
    north.is_active = False
    north.save()
    assert ask("/north/", lambda request: HttpResponse(str(request.hospital))).content == b"None"


def test_own_host_name_needs_no_segment(north):
    north.host_name = "crm.north.example"
    north.save()

    def view(request):
        return HttpResponse(f"{request.hospital.slug} {reverse('home')}")

    assert ask("/patients/", view, HTTP_HOST="crm.north.example").content == b"north /"


def test_answer_below_500_is_kept(north):
    def view(request):
        DepartmentFactory(name="眼科")
        return HttpResponse(status=422)

    ask("/north/", view)
    assert Department._base_manager.filter(name="眼科").exists()


def test_answer_of_500_takes_everything_back(north):
    def view(request):
        DepartmentFactory(name="眼科")
        return HttpResponse(status=500)

    ask("/north/", view)
    assert not Department._base_manager.filter(name="眼科").exists()


def test_link_from_outside_a_request_is_absolute(north):
    assert north.url("home") == settings.PUBLIC_BASE_URL.rstrip("/") + "/north/"
    north.host_name = "crm.north.example"
    assert north.url("home") == "https://crm.north.example/"


def test_hospital_saved_elsewhere_is_found_after_forgetting(north):
    assert ask("/north/").status_code == 200
    type(north).objects.filter(pk=north.pk).update(is_active=False)
    forget()
    assert ask("/north/", lambda request: HttpResponse(str(request.hospital))).content == b"None"
