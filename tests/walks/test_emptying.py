"""What a test commits is gone after it, from every table; what each migrate makes stays, and North stands as before."""

import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command

from accounts.models import Hospital, Role
from hospital_crm.tenancy.scope import hospital_scope
from tests.walks.rows import fill, fingerprint


@pytest.mark.sql
@pytest.mark.django_db(transaction=True)
def test_flush_leaves_every_table_as_it_stood_before_the_first_test(north: Hospital) -> None:
    made, standing = (Permission.objects.count(), ContentType.objects.count()), fingerprint(but=set())
    fill(north)
    with hospital_scope(north):
        Role.objects.update(rank=0)
    filled = fingerprint(but=set())
    assert min(rows for rows, _content in filled.values()) > 0
    assert filled["accounts_role"] != standing["accounts_role"]
    call_command("flush", verbosity=0, interactive=False)
    assert fingerprint(but=set()) == standing
    assert standing["accounts_hospital"][0] == 1
    assert (Permission.objects.count(), ContentType.objects.count()) == made
