"""The words of a protocol: tiers, triggers, channels, who is asked."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Tier(models.TextChoices):
    """How closely somebody is followed; A is the closest."""

    A = "A", _("A priority")
    B = "B", _("B routine")
    C = "C", _("C general")


class Trigger(models.TextChoices):
    """What opens a run."""

    STAY = "stay", _("inpatient stay")
    CHECKUP = "checkup", _("health check")
    CONTRACT = "contract", _("contract contact")
    OUTPATIENT = "outpatient", _("outpatient pick")


class Channel(models.TextChoices):
    """How a step reaches the person."""

    PHONE = "phone", _("telephone")
    MESSAGE = "message", _("message")
    VISIT = "visit", _("home visit")
    LETTER = "letter", _("letter")


class StepKind(models.TextChoices):
    """What a step is."""

    CALL = "call", _("call")
    QUESTIONNAIRE = "questionnaire", _("questionnaire")
    MESSAGE = "message", _("message")


class AssigneeRole(models.TextChoices):
    """The rungs of the dispatch ladder."""

    ATTENDING = "attending", _("attending physician")
    NURSE = "nurse", _("responsible nurse")
    DEPARTMENT_HEAD = "department_head", _("department head")
    CENTRE = "centre", _("service centre")
