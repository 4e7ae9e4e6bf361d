"""References, public names and the prefix lookup of tenant rows."""

import uuid

import pytest
from django import forms
from django.db import connection
from django.http import Http404

from accounts.access import get_visible_or_404
from accounts.models import Department, StaffMember, Ward
from hospital_crm.tenancy.fields import HospitalForeignKey
from hospital_crm.tenancy.scope import hospital_scope
from patients.models import Patient
from tests.accounts.factories import DepartmentFactory, StaffMemberFactory

pytestmark = [pytest.mark.tenancy, pytest.mark.django_db]


class WardForm(forms.ModelForm):
    class Meta:
        model = Ward
        fields = ("name", "department")


def test_form_offers_the_departments_of_the_hospital_it_is_made_in(north, south):
    for hospital, name in ((north, "心内科"), (south, "综合内科")):
        with hospital_scope(hospital):
            DepartmentFactory(name=name)
            choices = [str(choice) for choice in WardForm().fields["department"].queryset]
            assert choices == [name]


def test_form_refuses_the_row_of_another_hospital(north, south):
    with hospital_scope(south):
        foreign = DepartmentFactory()
    with hospital_scope(north):
        form = WardForm({"name": "一病区", "department": foreign.pk})
        assert list(form.errors) == ["department"]


def test_reference_has_no_simple_key(db):
    fields = [f for f in Ward._meta.concrete_fields if isinstance(f, HospitalForeignKey)]
    assert [(f.name, f.db_constraint) for f in fields] == [("department", False)]


def test_public_ids_are_random(in_north):
    first, second = StaffMemberFactory(), StaffMemberFactory()
    assert first.public_id.version == 4
    assert first.public_id != second.public_id


def test_prefix_lookup_is_an_index_condition_under_the_policy(in_north):
    with connection.cursor() as cursor:
        cursor.execute("set local enable_seqscan = off")
        plan = Patient.objects.filter(name__prefix="王").order_by().values("pk").explain()
    assert "Index Cond" in plan
    assert "^@" in plan


def test_prefix_takes_wildcards_literally(in_north):
    from tests.patients.factories import PatientFactory

    PatientFactory(name="王小明")
    assert Patient.objects.filter(name__prefix="王%").count() == 0
    assert Patient.objects.filter(name__prefix="王小").count() == 1


def test_invisible_and_malformed_ids_are_404(actor, in_north):
    for public_id in (uuid.uuid4(), "nonsense"):
        with pytest.raises(Http404):
            get_visible_or_404(Patient, actor("agent"), public_id=public_id)


def test_department_of_another_hospital_does_not_exist(north, south):
    with hospital_scope(south):
        foreign = DepartmentFactory()
    with hospital_scope(north):
        assert Department.objects.filter(pk=foreign.pk).first() is None
        assert StaffMember.objects.count() == 0
