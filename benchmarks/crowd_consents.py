"""What the people of a large hospital have allowed: four of ten decided about text messages, some of them twice, one of
ten about e-mail.
"""

from django.db import connection, transaction

from accounts.models import Hospital
from benchmarks.crowd_tables import model_defaults
from hospital_crm.tenancy.scope import hospital_scope
from patients.models import Consent

TABLE = "patients_consent"
_DECIDED = """
insert into patients_consent (hospital_id, patient_id, purpose, channel, decision, said_by, source, wording_version, at)
select hospital_id, id, %(purpose)s, %(channel)s, case when id %% 7 = %(no)s then 'withdrawn' else 'granted' end,
       case when id %% 7 = %(no)s then 'staff' else 'self' end, 'counter', '1',
       now() - (%(days)s + id %% 90) * interval '1 day'
  from patients_patient where hospital_id = %(h)s and id %% %(of)s < %(part)s
"""
_ROUNDS = (
    {"purpose": "marketing_sms", "channel": "any", "no": 0, "days": 400, "of": 10, "part": 4},
    {"purpose": "marketing_sms", "channel": "sms", "no": 1, "days": 100, "of": 20, "part": 1},
    {"purpose": "marketing_mail", "channel": "email", "no": 2, "days": 200, "of": 10, "part": 1},
)


def ensure(hospital: Hospital) -> None:
    """Writes the decisions unless there are some."""
    with hospital_scope(hospital):
        if Consent.objects.exists():
            return
    with connection.cursor() as cursor:
        with transaction.atomic(), model_defaults(cursor, [TABLE]):
            for decided in _ROUNDS:
                cursor.execute(_DECIDED, {"h": hospital.pk, **decided})
        cursor.execute(f"vacuum analyze {TABLE}")
