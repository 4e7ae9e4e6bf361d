"""People for programs: read only, masked, the same people as on the pages, on record like them. Session sign-in."""

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.access import get_visible_or_404
from accounts.audit import log_access
from accounts.calendar import today
from patients.domain.lists import CHIPS, PeopleList
from patients.domain.rows import person_rows
from patients.domain.search import find_people
from patients.models import Encounter, Patient


class PersonSerializer(serializers.Serializer):
    """A person as a list shows one."""

    public_id = serializers.UUIDField()
    name = serializers.CharField()
    sex = serializers.CharField()
    age = serializers.IntegerField(allow_null=True)
    tier = serializers.CharField()
    department = serializers.CharField()
    diagnosis = serializers.CharField()
    region = serializers.CharField()
    phone = serializers.CharField()
    record_number = serializers.CharField()
    last_visit_on = serializers.DateField(allow_null=True)
    contact_state = serializers.CharField(source="state")


class StaySerializer(serializers.ModelSerializer):
    """A stay without clinical text."""

    department = serializers.CharField(source="department.name", default="")

    class Meta:
        model = Encounter
        fields = ["public_id", "kind", "admitted_on", "discharged_on", "department", "disposition"]


class ListQuery(serializers.Serializer):
    """The filters of the list; the same as in the address of the page."""

    tier = serializers.ChoiceField(choices=list(CHIPS), default="", allow_blank=True)
    department = serializers.IntegerField(required=False)
    disease = serializers.CharField(default="", allow_blank=True, max_length=3)
    region = serializers.CharField(default="", allow_blank=True, max_length=40)
    after = serializers.CharField(default="", allow_blank=True, max_length=60)


class PeopleView(APIView):
    """GET: one page of people, latest visit first; `next` is the cursor for `after`, '' at the end."""

    requires = ("patients.list",)

    def get(self, request: Request) -> Response:
        """The page."""
        query = ListQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        values, actor = query.validated_data, request.actor
        people = PeopleList.described(actor, request.query_params)
        page = people.page(after=values["after"])
        log_access(actor, "list", [patient.pk for patient in page.rows], page="api")
        rows = person_rows(page.rows, actor, today())
        return Response({"results": PersonSerializer(rows, many=True).data, "next": page.older})


class SearchView(APIView):
    """POST `q`: people whom the text fits. By POST, so that no name or number stands in an address."""

    requires = ("patients.list",)

    def post(self, request: Request) -> Response:
        """The people found, at most fifty."""
        text = request.data.get("q", "") if isinstance(request.data, dict) else ""
        found = find_people(request.actor, str(text)[:60], page="api")
        return Response({"results": PersonSerializer(person_rows(found, request.actor, today()), many=True).data})


class PersonView(APIView):
    """GET: one person with the latest stays."""

    requires = ("patients.view",)

    def get(self, request: Request, public_id: Any) -> Response:
        """The person."""
        rows = Patient.objects.select_related("last_department")
        patient = get_visible_or_404(rows, request.actor, public_id=public_id)
        log_access(request.actor, "view", [patient.pk], page="api")
        stays = Encounter.objects.valid().filter(patient=patient).select_related("department").order_by("-admitted_on")
        if not request.actor.can("patients.care"):
            stays = stays.none()
        person = PersonSerializer(person_rows([patient], request.actor, today())[0]).data
        return Response({**person, "stays": StaySerializer(stays[:50], many=True).data})
