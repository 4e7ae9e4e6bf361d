"""People and their stays for programs: the same people as on the pages, masked, without clinical text, on record."""

import datetime as dt
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.fields import empty
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import get_visible_or_404
from accounts.actors import TokenActor
from accounts.api.problems import Refused
from accounts.api.schema import described, page_shape
from accounts.api.views import SIZE, ApiView, PageQuery, paged
from accounts.calendar import today
from accounts.models import Department
from hospital_crm.crypto import whole_hash
from hospital_crm.tenancy.keyset import Key, page_of
from patients.domain import masking
from patients.domain.lists import PeopleList
from patients.domain.reach import RecordError, add_contact, change_contact
from patients.domain.search import SHOWN, people_matching
from patients.models import ContactPoint, Encounter, Patient

GONE = ("erased", "binned")
BY_ADMISSION = Key("admitted_on", dt.date.fromisoformat)
BY_TELLING = Key("source_at", dt.datetime.fromisoformat, ascending=True)


class PersonSerializer(serializers.Serializer):
    """A person. Name and numbers are masked unless the token reads them whole; what belongs to care is null or '' for a
    token that does not read stays.
    """

    id = serializers.UUIDField(source="public_id")
    name = serializers.CharField()
    sex = serializers.CharField(help_text="M, F, or U where it is not known")
    age = serializers.IntegerField(allow_null=True)
    kind = serializers.CharField()
    region = serializers.CharField()
    phone = serializers.CharField()
    record_number = serializers.CharField()
    contact_state = serializers.CharField(help_text="open, stopped, deceased")
    tier = serializers.CharField()
    department = serializers.CharField()
    last_visit_on = serializers.DateField(allow_null=True)


def person(patient: Patient, actor: TokenActor, day: dt.date) -> dict[str, Any]:
    """What a token is told of a person."""
    care, whole = actor.can("patients.care"), actor.sees_whole
    return PersonSerializer(
        {
            "public_id": patient.public_id,
            "name": patient.name if whole else masking.mask_name(patient.name),
            "sex": patient.sex,
            "age": patient.age_on(day),
            "kind": patient.kind,
            "region": patient.region,
            "phone": patient.phone if whole else masking.mask_phone(patient.phone),
            "record_number": patient.mrn if whole else masking.mask_number(patient.mrn),
            "contact_state": patient.contact_state,
            "tier": patient.care_tier if care else "",
            "department": patient.last_department.name if care and patient.last_department else "",
            "last_visit_on": patient.last_visit_on if care else None,
        }
    ).data


class DepartmentField(serializers.CharField):
    """A department of the hospital by its name or code."""

    default_error_messages = {"unknown": _("There is no such department.")}

    def run_validation(self, data: Any = empty) -> int:
        """Its number."""
        text = super().run_validation(data)
        found = Department.objects.filter(name=text).first() or Department.objects.filter(code=text).first()
        return found.pk if found is not None else self.fail("unknown")


class PeopleQuery(PageQuery):
    """What the list of people is filtered by; filters hold together. Tier and department need the scope of stays."""

    tier = serializers.ChoiceField(choices=["A", "B", "C"], required=False)
    department = DepartmentField(required=False, max_length=60)
    region = serializers.CharField(required=False, max_length=40)
    kind = serializers.ChoiceField(choices=Patient.Kind.values, required=False)


class PeopleView(ApiView):
    """The people of the hospital that the token may see."""

    requires = ("patients.list",)

    @described(
        "People, latest first",
        page_shape(PersonSerializer),
        name="people_list",
        tag="people",
        query=PeopleQuery,
        also=(422,),
    )
    def get(self, request: Request) -> Response:
        """One page."""
        asked, actor = self.read_query(PeopleQuery), self.actor
        care = actor.can("patients.care")
        if not care and (asked.get("tier") or asked.get("department")):
            raise Refused(_("To filter by tier or department the token must read stays."))
        values: dict[str, Any] = {key: asked[key] for key in ("region",) if asked.get(key)}
        values |= {key: [asked[key]] for key in ("department", "kind") if asked.get(key)}
        people = PeopleList(actor=actor, chip=asked.get("tier", ""), values=values)
        page = people.page(after=asked["after"], size=SIZE)
        self.log("list", [patient.pk for patient in page.rows])
        day = today()
        return paged(page, [person(patient, actor, day) for patient in page.rows])


class SearchSerializer(serializers.Serializer):
    """What is searched: a name, its pinyin or initials, a telephone number or its last four digits, a record or
    identity number. A token that does not read whole values finds by a whole number or four last digits alone.
    """

    q = serializers.CharField(max_length=60)


class FoundSerializer(serializers.Serializer):
    """Who was found."""

    results = PersonSerializer(many=True)


class SearchView(ApiView):
    """Search by POST, so that no name or number stands in an address."""

    requires = ("patients.list",)

    @described("Search people, at most fifty", FoundSerializer, tag="people", body=SearchSerializer)
    def post(self, request: Request) -> Response:
        """The people whom the text fits."""
        text = self.read_body(SearchSerializer)["q"]
        people = people_matching(self.actor, text, is_whole=not self.actor.sees_whole)
        found = list(people.select_related("last_department")[:SHOWN])
        self.log("search", [patient.pk for patient in found])
        day = today()
        return Response({"results": [person(patient, self.actor, day) for patient in found]})


class OfPersonView(ApiView):
    """What hangs on one person."""

    def person(self, public_id: UUID) -> Patient:
        """The person, if the token may see him; one whose record was erased is gone."""
        rows = Patient.objects.exclude(contact_state__in=GONE).select_related("last_department").one_by_one()
        patient: Patient = get_visible_or_404(rows, self.actor, public_id=public_id)
        return patient


class PersonView(OfPersonView):
    """One person."""

    requires = ("patients.view",)

    @described("One person", PersonSerializer, tag="people", also=(404,))
    def get(self, request: Request, public_id: UUID) -> Response:
        """The person."""
        patient = self.person(public_id)
        self.log("view", [patient.pk])
        return Response(person(patient, self.actor, today()))


class StaySerializer(serializers.Serializer):
    """A stay or visit, without clinical text. `told_at`: when the hospital's system last told of it."""

    id = serializers.UUIDField(source="public_id")
    person = serializers.UUIDField(source="patient.public_id")
    kind = serializers.CharField()
    admitted_on = serializers.DateField()
    discharged_on = serializers.DateField(allow_null=True)
    department = serializers.CharField(source="department.name", default="")
    ward = serializers.CharField(source="ward.name", default="")
    attending = serializers.CharField(source="attending.name", default="")
    disposition = serializers.CharField()
    is_cancelled = serializers.BooleanField()
    told_at = serializers.DateTimeField(source="source_at")


def _stays() -> QuerySet[Encounter]:
    return Encounter.objects.select_related("patient", "department", "ward", "attending").only(
        *("public_id", "kind", "admitted_on", "discharged_on", "disposition", "is_cancelled", "source_at"),
        *("patient__public_id", "department__name", "ward__name", "attending__name"),
    )


class StaysOfPersonView(OfPersonView):
    """The stays and visits of one person."""

    requires = ("patients.care",)

    @described(
        "Stays of a person, latest first", page_shape(StaySerializer), tag="encounters", query=PageQuery, also=(404,)
    )
    def get(self, request: Request, public_id: UUID) -> Response:
        """One page."""
        patient, after = self.person(public_id), self.read_query(PageQuery)["after"]
        page = page_of(Encounter.objects.filter(patient=patient), BY_ADMISSION, fetch=_stays(), after=after, size=SIZE)
        self.log("view", [patient.pk], is_named=False)
        return paged(page, StaySerializer(page.rows, many=True).data)


class StaysQuery(PageQuery):
    """Stays told of since a moment."""

    since = serializers.DateTimeField()


class StaysView(ApiView):
    """Stays and visits of all people, in the order in which the hospital's system told of them."""

    requires = ("patients.care",)

    @described("Stays told of since a moment", page_shape(StaySerializer), tag="encounters", query=StaysQuery)
    def get(self, request: Request) -> Response:
        """One page; a stay that was corrected or cancelled comes again."""
        asked = self.read_query(StaysQuery)
        rows = Encounter.objects.visible_to(self.actor).filter(source_at__gte=asked["since"])
        rows = rows.exclude(patient__contact_state__in=GONE)
        page = page_of(rows, BY_TELLING, fetch=_stays(), after=asked["after"], size=SIZE)
        self.log("list", sorted({stay.patient_id for stay in page.rows}), is_named=False)
        return paged(page, StaySerializer(page.rows, many=True).data)


class ContactPointSerializer(serializers.Serializer):
    """A telephone number or address of a person, masked unless the token reads it whole."""

    id = serializers.CharField()
    system = serializers.CharField()
    value = serializers.CharField()
    purpose = serializers.CharField()
    owner_relation = serializers.CharField()
    rank = serializers.IntegerField()
    state = serializers.CharField(source="number_state")
    valid_from = serializers.DateField(allow_null=True)
    valid_until = serializers.DateField(allow_null=True)
    may_be_dialled = serializers.BooleanField()


class ContactPointsSerializer(serializers.Serializer):
    """How a person is reached, tried in this order."""

    results = ContactPointSerializer(many=True)


class ContactChangeSerializer(serializers.Serializer):
    """What is known about a number: purpose, whose it is, place in the order, state, validity."""

    purpose = serializers.ChoiceField(choices=ContactPoint.Purpose.choices, required=False, allow_blank=True)
    owner_relation = serializers.CharField(max_length=20, required=False, allow_blank=True)
    rank = serializers.IntegerField(min_value=1, max_value=100, required=False)
    state = serializers.ChoiceField(choices=ContactPoint.NumberState.choices, source="number_state", required=False)
    valid_from = serializers.DateField(required=False, allow_null=True)
    valid_until = serializers.DateField(required=False, allow_null=True)


class ContactSerializer(ContactChangeSerializer):
    """A number or address that a system learned of; it is tried after those already known."""

    rank = None
    system = serializers.ChoiceField(choices=ContactPoint.System.choices, default=ContactPoint.System.PHONE)
    value = serializers.CharField(max_length=120)


def contact_id(point: ContactPoint) -> str:
    """The name of a number outside: the row has none of its own, and its count stays in the house."""
    return whole_hash(f"contact:{point.pk}")[:32]


def contact(point: ContactPoint, actor: TokenActor) -> dict[str, Any]:
    """What a token is told of a number."""
    value = point.value if actor.sees_whole else masking.mask_contact(point.system, point.value)
    fields = ("system", "purpose", "owner_relation", "rank", "number_state", "valid_from", "valid_until")
    said = {name: getattr(point, name) for name in (*fields, "may_be_dialled")}
    return ContactPointSerializer({**said, "id": contact_id(point), "value": value}).data


def _check_days(first: dt.date | None, last: dt.date | None) -> None:
    if first and last and last < first:
        raise Refused(_("It ends before it begins."))


class ContactPointsView(OfPersonView):
    """How a person is reached."""

    requires = ("patients.view",)
    changes = ("patients.edit",)

    @described("Numbers and addresses of a person", ContactPointsSerializer, tag="people", also=(404,))
    def get(self, request: Request, public_id: UUID) -> Response:
        """All of them, those no longer valid too."""
        patient = self.person(public_id)
        self.log("view", [patient.pk])
        points = ContactPoint.objects.filter(patient=patient).order_by("rank", "id")
        return Response({"results": [contact(point, self.actor) for point in points]})

    @described(
        "Add a number or address",
        ContactPointSerializer,
        tag="people",
        status=(200, 201),
        body=ContactSerializer,
        also=(404, 422),
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """201; one that is known already stays as it is: 200."""
        patient, said = self.person(public_id), dict(self.read_body(ContactSerializer))
        _check_days(said.get("valid_from"), said.get("valid_until"))
        value, system = said.pop("value"), said.pop("system")
        known = set(ContactPoint.objects.filter(patient=patient).values_list("pk", flat=True))
        try:
            point = add_contact(patient, value, system=system, actor=self.actor, **said)
        except RecordError as refusal:
            raise Refused(str(refusal)) from refusal
        self.log("view", [patient.pk])
        return Response(contact(point, self.actor), status=200 if point.pk in known else 201)


class ContactPointView(OfPersonView):
    """One number or address."""

    requires = changes = ("patients.edit",)

    @described(
        "Change what is known about a number",
        ContactPointSerializer,
        tag="people",
        body=ContactChangeSerializer,
        also=(404, 422),
    )
    def patch(self, request: Request, public_id: UUID, contact_id: str) -> Response:
        """The number itself is never changed: another one is added."""
        patient, said = self.person(public_id), self.read_body(ContactChangeSerializer, partial=True)
        point = _point(patient, contact_id)
        _check_days(said.get("valid_from", point.valid_from), said.get("valid_until", point.valid_until))
        change_contact(point, said, actor=self.actor)
        self.log("view", [patient.pk])
        point.refresh_from_db()
        return Response(contact(point, self.actor))


def _point(patient: Patient, name: str) -> ContactPoint:
    for point in ContactPoint.objects.filter(patient=patient):
        if contact_id(point) == name:
            return point
    raise Http404
