"""The liaison exports the list of the own units under the rules of every export, and nothing clinical."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.domain import exports
from accounts.domain.exports import ExportError
from accounts.models import Export, Hospital
from groups.domain.unit_list import UNITS
from groups.domain.unit_list import ids as ids_of_units
from patients.domain.people_list import PEOPLE
from tests.groups.factories import GroupCustomerFactory

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 6, 1, 2, tzinfo=dt.UTC)


def asked(liaison: Actor, **given: Any) -> Export:
    said = {
        "entry": UNITS,
        "query": "",
        "columns": [],
        "format": "csv",
        "reason": "走访名单",
        "row_limit": 500,
        **given,
    }
    return exports.ask(actor=liaison, now=NOW, **said)


def test_the_liaison_exports_own_units_only(in_north: Hospital, actor: Callable[[str], Actor]) -> None:
    liaison = actor("liaison")
    own, _foreign = GroupCustomerFactory(owner=liaison.staff), GroupCustomerFactory()
    assert asked(liaison).state == Export.State.QUEUED
    assert list(ids_of_units(liaison, "")) == [own.pk]


def test_more_than_500_units_wait_for_approval_and_a_reason_is_needed(
    in_north: Hospital, actor: Callable[[str], Actor]
) -> None:
    liaison = actor("liaison")
    assert asked(liaison, row_limit=501).state == Export.State.ASKED
    with pytest.raises(ExportError, match=_("Say what the export is for.")):
        asked(liaison, reason=" ")


def test_nothing_clinical_and_nothing_whole_of_members_leaves_with_the_liaison(
    in_north: Hospital, actor: Callable[[str], Actor]
) -> None:
    liaison = actor("liaison")
    made = asked(liaison, entry=PEOPLE, columns=["name", "tier", "diagnosis", "visit", "department", "tags"])
    assert made.columns == ["name"]
    with pytest.raises(ExportError):
        asked(liaison, entry=PEOPLE, is_whole=True)
