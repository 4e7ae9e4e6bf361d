"""What people did with mails that many got: opened them, clicked a link in them; or what a program did for them."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hospital_crm.tenancy.fields import HospitalForeignKey
from hospital_crm.tenancy.models import HospitalModel
from messaging.models.message import Message
from patients.models import Patient


class LinkedPage(HospitalModel):
    """A page that mails lead to; links to it are written down on the way. `digest` names it in their addresses."""

    append_only = True

    url = models.TextField(_("address"))
    digest = models.CharField(max_length=16, editable=False)

    class Meta:
        verbose_name = _("page that mails lead to")
        verbose_name_plural = _("pages that mails lead to")
        constraints = [models.UniqueConstraint(fields=["hospital", "digest"], name="linkedpage_once")]

    def __str__(self) -> str:
        return self.url


class Reading(HospitalModel):
    """A mail was opened, or a link in it was. `seconds`: since it was handed over. `suspicion`: why it may have been a
    program that looks at mails before or for people.
    """

    class Kind(models.TextChoices):
        OPENED = "opened", _("opened")
        CLICKED = "clicked", _("clicked")

    class Suspicion(models.TextChoices):
        NONE = "", "—"
        AGENT = "agent", _("a program by its own name")
        AT_ONCE = "at_once", _("just after the hand-over")
        EVERYTHING = "everything", _("several links at the same moment")

    message = HospitalForeignKey(
        Message, models.CASCADE, related_name="readings", db_index=False, verbose_name=_("message")
    )
    person = HospitalForeignKey(Patient, models.CASCADE, related_name="+", db_index=False, verbose_name=_("person"))
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    page = HospitalForeignKey(
        LinkedPage, models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name=_("page")
    )
    at = models.DateTimeField(_("at"))
    seconds = models.PositiveIntegerField(_("seconds since the hand-over"))
    suspicion = models.CharField(
        _("perhaps a program"), max_length=10, choices=Suspicion.choices, default=Suspicion.NONE, blank=True
    )

    class Meta:
        verbose_name = _("reading of a mail")
        verbose_name_plural = _("readings of mails")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="opened", page__isnull=True) | Q(kind="clicked", page__isnull=False),
                name="reading_of_a_page",
            ),
            models.CheckConstraint(
                condition=Q(suspicion__in=["", "agent", "at_once", "everything"]), name="reading_suspicion_known"
            ),
        ]
        indexes = [
            models.Index(fields=["hospital", "message", "kind", "at"], name="reading_message_idx"),
            models.Index(fields=["hospital", "person"], name="reading_person_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.at}"
