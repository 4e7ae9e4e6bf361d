"""Decisions of a demo hospital about being approached: with a signed sheet, waiting for a mail or for a second member
of staff, a guardian's, a refusal of the own, one who refuses to be sorted, and a wording of the hospital's own.
"""

import datetime as dt
import io

from PIL import Image, ImageDraw

from accounts.actors import Actor
from accounts.models import Hospital
from hospital_crm.private_files.intake import examine
from hospital_crm.tenancy.scope import hospital_scope
from patients.domain import consent_evidence, reach, wordings
from patients.domain.consents import withdraw
from patients.domain.granting import Yes, grant
from patients.models import Consent, Patient
from patients.shipped.wordings import TEXTS, VERSION

_OWN = "2026-11"
_SHEET = {"source": "paper", "wording_version": VERSION, "language": "zh-hans"}
_SPOKEN = {"source": "counter", "wording_version": VERSION, "language": "zh-hans"}


def decide(hospital: Hospital, *, manager: Actor, agent: Actor, now: dt.datetime) -> None:
    """One person for each kind of decision."""
    with hospital_scope(hospital):
        known = Patient.objects.filter(contact_state="open", birth_date__isnull=False, birth_date__year__lt=2000)
        people = list(known.exclude(phone="").order_by("-sort_on", "-id")[60:66])
        text = {"zh-hans": TEXTS["community"]["zh-hans"].replace("社区活动", "活动")}
        wordings.publish(purpose="community", version=_OWN, texts=text, actor=manager, now=now)
        for place, person in enumerate(people):
            _decide(place, person, agent, now - dt.timedelta(hours=place))


def _decide(place: int, person: Patient, agent: Actor, now: dt.datetime) -> None:
    """What the person of this place decided."""
    if place == 0:
        proof = consent_evidence.keep(person, examine("签字单.png", [_sheet()]), actor=agent, now=now)
        yes = Yes(purpose="education", channel="sms", evidence=proof.public_id, **_SHEET)
        grant(person=person, yes=yes, actor=agent, now=now)
    elif place == 1:
        reach.add_contact(person, f"demo{person.pk}@example.invalid", system="email", actor=agent)
        grant(person=person, yes=Yes(purpose="marketing_mail", channel="any", **_SPOKEN), actor=agent, now=now)
    elif place == 2:
        withdraw(person=person, purpose="calls", source="phone", actor=agent, now=now - dt.timedelta(days=9))
        grant(person=person, yes=Yes(purpose="calls", channel="any", **_SPOKEN), actor=agent, now=now)
    elif place == 3:
        withdraw(person=person, purpose=Consent.Purpose.PROFILING, source="counter", actor=agent, now=now)
    elif place == 4:
        said = {"said_by": "guardian", "guardian_name": "甘若溪", "guardian_relation": "女儿"}
        withdraw(person=person, purpose="satisfaction", channel="phone", source="phone", actor=agent, now=now, **said)
    else:
        grant(person=person, yes=Yes(purpose="points", channel="any", **_SPOKEN), actor=agent, now=now)


def _sheet() -> bytes:
    """A picture of a sheet with a stroke for a signature."""
    picture, target = Image.new("L", (420, 594), 250), io.BytesIO()
    pen = ImageDraw.Draw(picture)
    for line in range(12):
        pen.line((40, 60 + line * 28, 380, 60 + line * 28), fill=170, width=3)
    pen.line((220, 500, 260, 470, 300, 510, 350, 480), fill=30, width=4)
    picture.save(target, "PNG")
    return target.getvalue()
