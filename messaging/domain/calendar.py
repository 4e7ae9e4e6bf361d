"""The rules of contact of the hospital in scope, as its settings and its days without contact say."""

from accounts.models import HospitalSettings
from hospital_crm.tenancy.scope import required_hospital
from messaging.domain.contact_rules import Blackout, ContactRules
from messaging.models import BlackoutDay


def rules_of_hospital() -> ContactRules:
    """Two small statements; made once per unit of work."""
    hours = HospitalSettings.objects.values_list("care_from_hour", "care_until_hour").first()
    days = BlackoutDay.objects.values_list("first_on", "last_on", "stops")
    blackouts = tuple(Blackout(first, last, stops == BlackoutDay.Stops.ALL) for first, last, stops in days)
    return ContactRules(required_hospital().tz, care_hours=hours or (8, 21), blackouts=blackouts)
