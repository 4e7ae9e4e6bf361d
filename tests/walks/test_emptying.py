"""What a test commits is gone after it, from every table; what each migrate makes again stays."""

import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command

from accounts.models import Hospital
from tests.walks.rows import fill, fingerprint


@pytest.mark.sql
@pytest.mark.django_db(transaction=True)
def test_flush_leaves_no_row_of_any_table(north: Hospital) -> None:
    fill(north)
    made = Permission.objects.count(), ContentType.objects.count()
    assert min(rows for rows, _content in fingerprint(but=set()).values()) > 0
    call_command("flush", verbosity=0, interactive=False)
    assert {table for table, (rows, _content) in fingerprint(but=set()).items() if rows} == set()
    assert (Permission.objects.count(), ContentType.objects.count()) == made
