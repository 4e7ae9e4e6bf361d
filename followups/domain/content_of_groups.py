"""How content the people of each group and stage are, by which the strategies of the groups are measured."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from followups.models.outcomes import Satisfaction
from patients.domain.staging import HOSPITAL, fetched
from patients.label_measures import Measure, Part, register
from patients.models.label_words import VALUES

_ANSWERED = f"""
select p.orientation, p.life_cycle, p.visit_cycle, count(*) filter (where o.satisfaction >= %(content)s), count(*)
  from followups_followuporder o
  join patients_patient p on p.hospital_id = {HOSPITAL} and p.id = o.patient_id and p.contact_state <> 'erased'
 where o.hospital_id = {HOSPITAL} and o.satisfaction > 0 and o.completed_at >= %(since)s
   and o.state in ('submitted', 'filed')
 group by 1, 2, 3
"""


def connect() -> None:
    """Called once by the app's wiring."""
    register(Measure("content", _("Content, share of the answers"), content))


def content(since: dt.datetime) -> Mapping[str, Mapping[str, Part]]:
    """Of the answers to the question on satisfaction in steps completed since, those that are content or very content,
    by the labels that the people have today. Not asked and not said are no answers.
    """
    found: dict[str, dict[str, Part]] = {str(axis): defaultdict(Part) for axis in VALUES}
    for *labels, n, answered in fetched(_ANSWERED, {"since": since, "content": Satisfaction.GOOD}):
        for by_label, label in zip(found.values(), labels, strict=True):
            by_label[label] += Part(n, answered)
    return found
