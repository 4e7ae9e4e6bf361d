"""What patients itself knows for the label rules: visits, kept and missed revisits, recommendations, VIP.

A visit is a day on which the person came, whatever for and to however many departments; a stay is one visit. A revisit
is kept by a visit from `EARLY` days before the planned day until `LATE` days after it, and missed when that time is
over without one. What happens after the day asked for does not count.
"""

from django.utils.translation import gettext_lazy as _

from patients.domain.staging import HOSPITAL
from patients.label_facts import DAYS, MONEY, RATIO, YES_NO, FactSource, LabelFact, register

EARLY, LATE = 14, 30
_PLANNED = "e.revisit_on > %(day)s::date - interval '24 months'"
_RECENT = "admitted_on > %(day)s::date - interval '24 months'"

_VISITS = f"""
select patient_id,
       count(distinct admitted_on) as visits_total,
       count(distinct admitted_on) filter (where {_RECENT}) as visits_24m,
       count(distinct department_id) filter (where {_RECENT}) as departments_24m,
       round(count(distinct (admitted_on, department_id))
                   filter (where {_RECENT} and department_id is not null)::numeric
             / nullif(count(distinct department_id) filter (where {_RECENT}), 0), 1) as visits_per_department_24m,
       count(distinct admitted_on) filter (where {_RECENT} and kind = 'checkup') as checkups_24m,
       count(distinct admitted_on) filter (where {_RECENT} and kind <> 'checkup') as treatments_24m,
       count(distinct admitted_on) filter (where {_RECENT} and kind = 'emergency') as emergencies_24m,
       count(*) filter (where {_RECENT} and disposition = 'against_advice') as against_advice_24m,
       sum(fees) filter (where {_RECENT}) as fees_24m,
       %(day)s::date - max(case when kind = 'inpatient' and discharged_on is null then %(day)s::date
                                else least(%(day)s::date, coalesce(discharged_on, admitted_on)) end
                          ) as days_since_visit,
       %(day)s::date - min(admitted_on) as days_since_first
  from patients_encounter
 where hospital_id = {HOSPITAL} and patient_id = any(%(ids)s) and not is_cancelled and admitted_on <= %(day)s
 group by patient_id
"""

_REVISITS = f"""
select e.patient_id,
       count(*) filter (where kept.yes and {_PLANNED}) as revisits_kept_24m,
       count(*) filter (where not kept.yes and {_PLANNED}) as revisits_missed_24m,
       (array_agg((not kept.yes)::int order by e.revisit_on desc, e.id desc))[1] as last_revisit_missed
  from patients_encounter e
  cross join lateral (
        select exists (select from patients_encounter f
                        where f.hospital_id = {HOSPITAL} and f.patient_id = e.patient_id and not f.is_cancelled
                          and f.admitted_on > e.admitted_on and f.admitted_on <= %(day)s
                          and f.admitted_on between e.revisit_on - {EARLY} and e.revisit_on + {LATE}) as yes
       ) kept
 where e.hospital_id = {HOSPITAL} and e.patient_id = any(%(ids)s) and not e.is_cancelled
   and e.revisit_on is not null and (kept.yes or e.revisit_on + {LATE} < %(day)s)
 group by e.patient_id
"""

_REFERRALS = f"""
select referrer_id as patient_id, count(*) as referrals
  from patients_patient
 where hospital_id = {HOSPITAL} and referrer_id = any(%(ids)s)
 group by referrer_id
"""

_PERSON = f"""
select id as patient_id, (category = 'vip')::int as is_vip
  from patients_patient where hospital_id = {HOSPITAL} and id = any(%(ids)s)
"""


def connect() -> None:
    """Called once by the app's `ready`."""
    register(
        FactSource(
            "visits",
            (
                LabelFact("visits_total", _("visits so far")),
                LabelFact("visits_24m", _("visits in 24 months")),
                LabelFact("days_since_visit", _("days since the last visit"), DAYS, None),
                LabelFact("days_since_first", _("days since the first visit"), DAYS, None),
                LabelFact("departments_24m", _("departments in 24 months")),
                LabelFact("visits_per_department_24m", _("visits per department in 24 months"), RATIO, None),
                LabelFact("checkups_24m", _("health checks in 24 months")),
                LabelFact("treatments_24m", _("visits for treatment in 24 months")),
                LabelFact("emergencies_24m", _("emergency visits in 24 months")),
                LabelFact("against_advice_24m", _("left against advice in 24 months")),
                LabelFact("fees_24m", _("fees in 24 months"), MONEY, None),
            ),
            _VISITS,
        )
    )
    register(
        FactSource(
            "revisits",
            (
                LabelFact("revisits_kept_24m", _("revisits kept in 24 months")),
                LabelFact("revisits_missed_24m", _("revisits missed in 24 months")),
                LabelFact("last_revisit_missed", _("last planned revisit missed"), YES_NO, None),
            ),
            _REVISITS,
        )
    )
    register(FactSource("referrals", (LabelFact("referrals", _("people recommended to the hospital")),), _REFERRALS))
    register(FactSource("person", (LabelFact("is_vip", _("VIP"), YES_NO),), _PERSON))
