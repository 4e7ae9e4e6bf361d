"""People and their stays for programs: the same people as on the pages, masked, without clinical text, on record.

A program enters a person by the form and the rules by which staff do.
"""

import datetime as dt
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.exceptions import APIException
from rest_framework.fields import empty
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import NotVisible, get_visible_or_404
from accounts.actors import TokenActor
from accounts.api.problems import Conflict, ProblemSerializer, Refused, told
from accounts.api.repeats import once
from accounts.api.schema import described, page_shape
from accounts.api.views import SIZE, ApiView, PageQuery, paged
from accounts.calendar import today
from accounts.models import Department
from hospital_crm.tenancy.keyset import Key, page_of
from patients.domain import masking
from patients.domain.lists import PeopleList
from patients.domain.people import create_person
from patients.domain.reach import ErasedBefore, RecordError
from patients.domain.search import SHOWN, people_matching
from patients.domain.similar import Similar, likely_meant
from patients.domain.unions import kept_for
from patients.forms import PersonForm
from patients.models import Encounter, Patient
from patients.person_fields import PersonFieldsSerializer, WasErased

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
    division_code = serializers.CharField(help_text="GB/T 2260, of the county or district; '' where it is not known")
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
            "division_code": patient.division_code,
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
    region = serializers.CharField(
        required=False, max_length=40, help_text="A name as people have it, or the beginning of a code of GB/T 2260"
    )
    kind = serializers.ChoiceField(choices=Patient.Kind.values, required=False)


class NewPersonSerializer(PersonFieldsSerializer):
    """A person whom no feed has brought, as the form of a new person asks for one. `source`: the name of the token
    where nothing is said. Where somebody may be meant already: `duplicates` is `accepted`, with the reason; where the
    person's record was erased, `erased`.
    """

    name = serializers.CharField(max_length=100)
    phone = serializers.CharField(max_length=40, required=False, allow_blank=True)
    identity_number = serializers.CharField(
        max_length=40, required=False, allow_blank=True, help_text="Proves birth date and sex and fills them in"
    )
    duplicates = serializers.ChoiceField(choices=["accepted"], required=False)
    first = ("name", "phone", "identity_number")
    last = ("duplicates", "erased", "reason")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Whoever insists says why."""
        if attrs.get("duplicates") and not attrs.get("reason"):
            raise serializers.ValidationError({"reason": _("Say why it is somebody else.")})
        return super().validate(attrs)


class CandidateSerializer(PersonSerializer):
    """Somebody who may be meant, and what speaks for it."""

    reasons = serializers.ListField(child=serializers.CharField())


class DuplicatesProblemSerializer(ProblemSerializer):
    """Somebody may be on record already (`duplicates`); `candidates` are those that the token may read. Or the record
    of the person was erased (`erased`), and nobody is told.
    """

    candidates = CandidateSerializer(many=True, required=False)


class PerhapsKnown(Conflict):
    """Somebody who is on record may be meant."""

    default_detail = _("Perhaps on record already. If it is somebody else, send duplicates: accepted, with the reason.")
    default_code = "duplicates"

    def __init__(self, candidates: list[dict[str, Any]]) -> None:
        super().__init__()
        self.more = {"title": str(_("Perhaps on record already")), "candidates": candidates}


class PeopleView(ApiView):
    """The people of the hospital that the token may see, and a new one."""

    requires = ("patients.list",)
    changes = ("patients.edit",)
    scope_to_change = "patients.create"

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

    @described(
        "Enter a person whom no feed has brought",
        PersonSerializer,
        name="people_create",
        tag="people",
        status=201,
        body=NewPersonSerializer,
        also=(409,),
        problems={409: DuplicatesProblemSerializer},
        is_change=True,
    )
    @once
    def post(self, request: Request) -> Response:
        """201 with the person; 409 with those who may be meant already, or where the person's record was erased, unless
        that was accepted with a reason.
        """
        said, day = self.read_body(NewPersonSerializer), today()
        values = _entered(said, self.actor, day)
        asked = {"phone": values.pop("phone"), "identity_number": said.get("identity_number", "")}
        meant = likely_meant(self.actor, name=values["name"], birth_date=values["birth_date"], **asked)
        if meant and "duplicates" not in said:
            return self._perhaps_known(meant, day)
        despite = {"despite": [one.patient for one in meant], "reason": said["reason"]} if meant else {}
        again = said["reason"] if "erased" in said else ""
        try:
            patient = create_person(values, **asked, **despite, again=again, actor=self.actor)
        except ErasedBefore as refusal:
            raise WasErased from refusal
        except RecordError as refusal:
            raise Refused(str(refusal)) from refusal
        self.log("view", [patient.pk])
        return Response(person(patient, self.actor, day), status=201)

    def _perhaps_known(self, meant: list[Similar], day: dt.date) -> Response:
        """Candidates are told to a token that reads people; that there are some, to every one."""
        self.log("search", [one.patient.pk for one in meant])
        shown = meant if self.actor.can("patients.list") else []
        return told(PerhapsKnown([{**person(one.patient, self.actor, day), "reasons": one.reasons} for one in shown]))


def _entered(said: dict[str, Any], actor: TokenActor, day: dt.date) -> dict[str, Any]:
    """What was sent, by the rules of the form; refused field by field."""
    given = {name: str(value) for name, value in said.items() if value is not None}
    starting = {"kind": Patient.Kind.PATIENT, "category": Patient.Category.GENERAL, "sex": Patient.Sex.UNKNOWN}
    source = {} if given.get("source") or actor.token is None else {"source": actor.token.name[:40]}
    form = PersonForm({**starting, **given, **source}, actor=actor, clinical=False, today=day)
    if not form.is_valid():
        names = {"mrn": "record_number"}
        raise Refused({names.get(name, name): list(faults) for name, faults in form.errors.items()})
    return dict(form.cleaned_data)


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
        found = people_matching(self.actor, text, limit=SHOWN, is_whole=not self.actor.sees_whole)
        self.log("search", [patient.pk for patient in found])
        day = today()
        return Response({"results": [person(patient, self.actor, day) for patient in found]})


class MergedProblemSerializer(ProblemSerializer):
    """The record was united with another; `person` is the one to go on with."""

    person = serializers.UUIDField()


class Merged(APIException):
    """The record is one with another by now."""

    status_code = 410
    default_detail = _("This record was united with another: go on with that one.")
    default_code = "merged"

    def __init__(self, kept: UUID, name: str = "person") -> None:
        super().__init__()
        self.more = {name: str(kept)}


UNITED = {"also": (404, 410), "problems": {410: MergedProblemSerializer}}


class OfPersonView(ApiView):
    """What hangs on one person."""

    def person(self, public_id: UUID) -> Patient:
        """The person, if the token may see him. One whose record was erased or lies in the bin is not there; of a
        record that was united with another, that one is named.
        """
        rows = Patient.objects.exclude(contact_state__in=GONE).select_related("last_department").one_by_one()
        try:
            patient: Patient = get_visible_or_404(rows, self.actor, public_id=public_id)
        except NotVisible:
            kept = kept_for(public_id)
            if kept is None or not rows.visible_to(self.actor).filter(public_id=kept).exists():
                raise
            raise Merged(kept) from None
        return patient


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
        "Stays of a person, latest first", page_shape(StaySerializer), tag="encounters", query=PageQuery, **UNITED
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
