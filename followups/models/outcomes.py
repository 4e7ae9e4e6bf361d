"""What can come of an attempt (PRODUCT §3): reached, not reached, life; and how content the person is."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from followups.models.tiers import Channel


class Outcome(models.TextChoices):
    """The result of one attempt."""

    COMPLETED = "completed", _("completed")
    COMPLETED_FAMILY = "completed_family", _("answered by family")
    PARTLY = "partly", _("partly, agreed a time")
    REFUSED_NOW = "refused_now", _("refused this time")
    REFUSED_FOR_GOOD = "refused_for_good", _("refused for good")
    WRONG_PERSON = "wrong_person", _("somebody else answered")
    NO_ANSWER = "no_answer", _("no answer")
    BUSY = "busy", _("busy")
    SWITCHED_OFF = "switched_off", _("switched off")
    SUSPENDED = "suspended", _("number suspended")
    NO_SUCH_NUMBER = "no_such_number", _("number does not exist")
    BLOCKED = "blocked", _("blocked")
    NOBODY_HOME = "nobody_home", _("visited, nobody there")
    LETTER_SENT = "letter_sent", _("letter sent")
    DIED = "died", _("has died")
    READMITTED = "readmitted", _("readmitted")
    TRANSFERRED = "transferred", _("transferred")
    LOST = "lost", _("lost")
    BARRIER = "barrier", _("language or hearing barrier")


class OutcomeGroup(models.TextChoices):
    """The three rows of outcome keys."""

    REACHED = "reached", _("reached")
    NOT_REACHED = "not_reached", _("not reached")
    LIFE = "life", _("life")


REACHED = (
    Outcome.COMPLETED,
    Outcome.PARTLY,
    Outcome.COMPLETED_FAMILY,
    Outcome.REFUSED_NOW,
    Outcome.REFUSED_FOR_GOOD,
    Outcome.WRONG_PERSON,
)
NOT_REACHED = (
    Outcome.NO_ANSWER,
    Outcome.BUSY,
    Outcome.SWITCHED_OFF,
    Outcome.SUSPENDED,
    Outcome.NO_SUCH_NUMBER,
    Outcome.BLOCKED,
    Outcome.NOBODY_HOME,
    Outcome.LETTER_SENT,
)
LIFE = (Outcome.DIED, Outcome.READMITTED, Outcome.TRANSFERRED, Outcome.LOST, Outcome.BARRIER)

# The person's care was spoken about, by the person or by family.
EFFECTIVE = (Outcome.COMPLETED, Outcome.COMPLETED_FAMILY)
# The number itself is at fault: the contact point is flagged.
NUMBER_FAULTS = {Outcome.NO_SUCH_NUMBER: "dead", Outcome.SUSPENDED: "suspended", Outcome.WRONG_PERSON: "wrong"}
# What itself tells how it was tried; nobody was rung up.
WAYS = {Outcome.NOBODY_HOME: Channel.VISIT, Outcome.LETTER_SENT: Channel.LETTER}
# Somebody was called; learning of a readmission or a death need not be a call.
CALLS = frozenset({*REACHED, *NOT_REACHED, Outcome.BARRIER} - WAYS.keys())


class NextStep(models.TextChoices):
    """What the caller advised or agreed."""

    NONE = "none", _("nothing further")
    CALL_AGAIN = "call_again", _("another call agreed")
    OUTPATIENT = "outpatient", _("come to outpatients")
    EMERGENCY = "emergency", _("come to emergency")
    PHYSICIAN = "physician", _("physician calls back")
    DRESSING = "dressing", _("dressing change")
    MEDICINE = "medicine", _("medicine explained")
    OTHER = "other", _("other, see note")


class AnsweredBy(models.TextChoices):
    """Who spoke."""

    PATIENT = "patient", _("the person")
    FAMILY = "family", _("family")
    OTHER = "other", _("somebody else")


class Satisfaction(models.IntegerChoices):
    """How content the person is with the hospital as a whole; nought where it was not asked or not said."""

    VERY_GOOD = 5, _("very content")
    GOOD = 4, _("content")
    FAIR = 3, _("so so")
    POOR = 2, _("not content")
    VERY_POOR = 1, _("not content at all")
    NOT_SAID = 0, _("not asked, or did not say")


# Answers to which belongs what the person is not content with.
LOW = (Satisfaction.VERY_POOR, Satisfaction.POOR)


class SecondCall(models.TextChoices):
    """Why there was a second call of the day, although a person is called once a day."""

    CALLED_BACK = "called_back", _("the person called back")
    ASKED = "asked", _("asked to be called again today")
    CUT_OFF = "cut_off", _("the line was cut")
