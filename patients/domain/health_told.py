"""What visits and health checks told of somebody's health, in short: medicines that were taken home within a year, and
what the newest check found abnormal. Clinical text: whoever asks has made sure that the reader may read it.
"""

import datetime as dt

from dateutil.relativedelta import relativedelta
from django.utils.translation import gettext as _

from hospital_crm.tenancy.together import Few, read_together
from patients.models import CheckupFinding, Encounter, Medication, Patient

LOOK_BACK = relativedelta(years=1)
_MOST = 12
_READ = 60


def health_told(patient: Patient, day: dt.date) -> tuple[list[str], list[str]]:
    """Medicines, the newest visit first and each name once; abnormal findings of the newest check that found anything
    at all. Both in lines, at most twelve.
    """
    checks = Encounter.objects.valid().filter(patient=patient, kind=Encounter.Kind.CHECKUP)
    newest = checks.filter(checkupfinding_lines__isnull=False).order_by("-admitted_on", "-pk").values("pk")[:1]
    taken = Medication.objects.filter(
        encounter__patient=patient, encounter__is_cancelled=False, encounter__admitted_on__gte=day - LOOK_BACK
    )
    found = read_together(
        medicines=Few(
            taken.order_by("-encounter__admitted_on", "-encounter_id", "rank")[:_READ],
            ("text", "dosage", "is_long_term"),
        ),
        findings=Few(
            CheckupFinding.objects.filter(encounter__in=newest, is_abnormal=True).order_by("rank")[:_MOST],
            ("item", "value", "advice"),
        ),
    )
    medicines: dict[str, str] = {}
    for line in found["medicines"]:
        medicines.setdefault(line.text, _medicine(line))
    return list(medicines.values())[:_MOST], [_finding(line) for line in found["findings"]]


def _medicine(line: Medication) -> str:
    said = f"{line.text} {line.dosage}".strip()
    return _("%(medicine)s (long-term)") % {"medicine": said} if line.is_long_term else said


def _finding(line: CheckupFinding) -> str:
    said = f"{line.item} {line.value}".strip()
    return _("%(finding)s: %(advice)s") % {"finding": said, "advice": line.advice} if line.advice else said
