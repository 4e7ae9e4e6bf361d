"""Other systems that tell us things by themselves, and everything they have sent."""

import datetime as dt
import uuid

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import StaffMember
from hospital_crm.crypto import decrypt_bytes
from hospital_crm.tenancy.fields import HospitalForeignKey, PublicIdField
from hospital_crm.tenancy.models import HospitalModel, scoped_manager
from integrations.models.conflict import MatchConflict
from integrations.readers.problems import SENTENCES, sentence
from integrations.readers.remedies import remedy
from patients.domain.masking import mask_any_number


class FeedQuerySet(models.QuerySet):
    """Feeds."""

    def visible_to(self, actor: object) -> "FeedQuerySet":
        """All of the hospital: who looks after them is a matter of capability."""
        return self

    def in_use(self) -> "FeedQuerySet":
        """Those that may send."""
        return self.filter(is_active=True)


class Feed(HospitalModel):
    """A system that sends messages: which language it speaks, how its words are read, when its silence alarms.

    `number_domain` goes before the keys of its visits, so that two systems may count alike. `settings`: what a reader
    needs to know of this system (`zone`, `charset`). `silence_minutes`: after so long without a message the information
    officers are told; empty never. `token_hash`: keyed hash of the credential with which it signs in, '' without one.
    `last_received_at` and `emptied_count`, of how many messages the content was emptied, are kept here, so that health
    asks for no search.
    """

    class Kind(models.TextChoices):
        HL7 = "hl7", "HL7 v2"
        FHIR = "fhir", "FHIR R4"
        LIST = "list", _("lists")

    SENDING = (Kind.HL7, Kind.FHIR)  # lists come through the wizard, and nobody enters a feed for them

    public_id = PublicIdField()
    kind = models.CharField(_("protocol of messages"), max_length=4, choices=Kind.choices)
    name = models.SlugField(_("short name"), max_length=40)
    title = models.CharField(_("name"), max_length=60)
    is_active = models.BooleanField(_("in use"), default=True)
    number_domain = models.CharField(_("before its numbers"), max_length=20, default="his")
    settings = models.JSONField(_("how it is read"), default=dict, blank=True)
    silence_minutes = models.PositiveIntegerField(_("alarm after so many silent minutes"), null=True, blank=True)
    silence_told_at = models.DateTimeField(_("silence told at"), null=True, blank=True, editable=False)
    token_hash = models.CharField(max_length=64, blank=True, editable=False, db_collation="C")
    last_received_at = models.DateTimeField(_("last message"), null=True, blank=True, editable=False)
    emptied_count = models.PositiveBigIntegerField(_("messages emptied"), default=0, db_default=0, editable=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = scoped_manager(FeedQuerySet)

    class Meta:
        verbose_name = _("feed")
        verbose_name_plural = _("feeds")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["hospital", "name"], name="feed_name_once"),
            models.CheckConstraint(condition=Q(kind__in=["hl7", "fhir", "list"]), name="feed_kind_is_known"),
            models.UniqueConstraint(
                fields=["token_hash"], condition=~Q(token_hash=""), name="feed_token_names_one_feed"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class InboundRecordQuerySet(models.QuerySet):
    """Messages."""

    def visible_to(self, actor: object) -> "InboundRecordQuerySet":
        """All of the hospital: who looks at the queue is a matter of capability."""
        return self

    def due(self) -> "InboundRecordQuerySet":
        """Those to be applied, in the order in which they came."""
        return self.filter(state=InboundRecord.State.RECEIVED).order_by("id")

    def unnamed(self) -> "InboundRecordQuerySet":
        """Those that are not applied and of which nobody has looked up yet whom they name."""
        return self.filter(state__in=InboundRecord.NOT_APPLIED, named__isnull=True, emptied_at__isnull=True)

    def outlived(self, before: dt.datetime) -> "InboundRecordQuerySet":
        """Those that came and were settled before a moment, and whose content is still kept, the oldest first. Few are
        settled long after they came, so that the index of those that came finds them.
        """
        settled = self.filter(state__in=InboundRecord.SETTLED, emptied_at__isnull=True)
        for moment in ("applied_at", "settled_at"):
            settled = settled.filter(Q(**{f"{moment}__isnull": True}) | Q(**{f"{moment}__lt": before}))
        return settled.filter(received_at__lt=before).exclude(raw=b"").order_by("received_at")


class InboundRecord(HospitalModel):
    """One message or resource as it came, encrypted, and what became of it.

    The number of the row is its place in the order of its feed: rows of a feed are written one after the other. The
    same message again (its number in the source, event and content) is the same row. `corrected` is the message as
    somebody corrected it, '' while it is as it came; what came is never changed. Of somebody whose record is erased
    both are emptied, and of every message that came and was settled long ago (`emptied_at`). The row stays, so that the
    same message is known if it comes again. `patient_id` is the person it is about, `people` everybody where it is
    about several. `named`: of a message that is not applied, the keyed hashes of the numbers that it names, so that
    erasing finds it also where nobody knew whom it is about; NULL while that was not looked up, and once it is applied.
    """

    class State(models.TextChoices):
        RECEIVED = "received", _("received")
        APPLIED = "applied", _("applied")
        IGNORED = "ignored", _("not applied on purpose")
        SET_ASIDE = "set_aside", _("set aside")
        WAITING = "waiting", _("waiting for a decision")
        KEPT = "kept", _("kept for later")

    PROBLEMS = ("set_aside", "waiting")
    SETTLED = ("applied", "ignored")
    NOT_APPLIED = ("ignored", "set_aside", "waiting", "kept")

    public_id = PublicIdField()
    feed = HospitalForeignKey(Feed, models.PROTECT, related_name="records", db_index=False, verbose_name=_("feed"))
    external_id = models.CharField(_("number in the source"), max_length=100, db_collation="C")
    event = models.CharField(_("event"), max_length=30)
    content_hash = models.CharField(max_length=64, editable=False, db_collation="C")
    raw = models.BinaryField(editable=False)
    corrected = models.BinaryField(default=bytes, editable=False)
    size = models.PositiveIntegerField(_("bytes"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.RECEIVED)
    reason = models.CharField(_("reason"), max_length=40, blank=True)
    reason_detail = models.JSONField(default=dict, editable=False)
    findings = models.JSONField(_("remarks"), default=list, editable=False)
    conflict = HospitalForeignKey(
        MatchConflict, models.SET_NULL, null=True, related_name="records", db_index=False, verbose_name=_("ruling")
    )
    patient_id = models.BigIntegerField(_("person"), null=True, editable=False)
    people = ArrayField(models.BigIntegerField(), verbose_name=_("people"), null=True, editable=False)
    named = ArrayField(models.BigIntegerField(), null=True, editable=False)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    times_received = models.PositiveIntegerField(_("times received"), default=1)
    received_at = models.DateTimeField(_("received at"))
    applied_at = models.DateTimeField(_("applied at"), null=True)
    emptied_at = models.DateTimeField(_("content emptied at"), null=True, editable=False)
    settled_by = HospitalForeignKey(
        StaffMember, models.PROTECT, null=True, related_name="+", db_index=False, verbose_name=_("by")
    )
    settled_at = models.DateTimeField(_("settled at"), null=True)
    note = models.CharField(_("note"), max_length=200, blank=True)

    objects = scoped_manager(InboundRecordQuerySet)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        constraints = [
            models.UniqueConstraint(
                fields=["hospital", "feed", "external_id", "event", "content_hash"], name="inboundrecord_once"
            ),
            models.CheckConstraint(
                condition=~Q(state="applied") | Q(applied_at__isnull=False), name="inboundrecord_applied_at_a_time"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["set_aside", "ignored"]) | ~Q(reason=""), name="inboundrecord_has_its_reason"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["received", "applied", "ignored", "set_aside", "waiting", "kept"]),
                name="inboundrecord_state_is_known",
            ),
            models.CheckConstraint(
                condition=Q(emptied_at__isnull=True) | Q(raw=b"", corrected=b""),
                name="inboundrecord_emptied_holds_nothing",
            ),
        ]
        indexes = [
            models.Index(fields=["hospital", "id"], condition=Q(state="received"), name="inboundrecord_due_idx"),
            models.Index(fields=["hospital", "state", "-id"], name="inboundrecord_state_idx"),
            models.Index(fields=["hospital", "feed", "state", "-id"], name="inboundrecord_feed_idx"),
            models.Index(
                fields=["hospital", "feed", "state", "reason"],
                condition=Q(state__in=["set_aside", "waiting"]),
                name="inboundrecord_reason_idx",
            ),
            models.Index(
                fields=["hospital", "conflict"], condition=Q(conflict__isnull=False), name="inboundrecord_conflict_idx"
            ),
            models.Index(
                fields=["hospital", "received_at"],
                condition=Q(state__in=["applied", "ignored"], emptied_at__isnull=True),
                name="inboundrecord_full_idx",
            ),
            models.Index(
                fields=["hospital", "patient_id"],
                condition=Q(patient_id__isnull=False),
                name="inboundrecord_person_idx",
            ),
            models.Index(fields=["hospital", "-id"], condition=~Q(findings=[]), name="inboundrecord_remarks_idx"),
            GinIndex(fields=["people"], condition=Q(people__isnull=False), name="inboundrecord_people_idx"),
            GinIndex(fields=["named"], condition=Q(named__isnull=False), name="inboundrecord_named_idx"),
            models.Index(
                fields=["hospital", "id"],
                condition=Q(
                    state__in=["ignored", "set_aside", "waiting", "kept"], named__isnull=True, emptied_at__isnull=True
                ),
                name="inboundrecord_unnamed_idx",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def number_shown(self) -> str:
        """Its number in the source as people see it. In FHIR that is the id of a resource, which many systems make of
        the record number: only one that is drawn (UUID) tells nothing.
        """
        if self.feed.kind != Feed.Kind.FHIR or _is_drawn(self.external_id):
            return self.external_id
        return mask_any_number(self.external_id)

    @property
    def is_emptied(self) -> bool:
        """Whether what it said is gone: it was kept long enough, or the record of its person was erased."""
        return not (self.raw or self.corrected)

    @property
    def message(self) -> bytes:
        """What is to be applied: the message as it was corrected, else as it came."""
        return decrypt_bytes(bytes(self.corrected or self.raw))

    @property
    def reason_words(self) -> str:
        """The reason in the active language; '' where there is none."""
        return sentence(self.reason, self.reason_detail) if self.reason in SENTENCES else self.reason

    @property
    def remedy_words(self) -> str:
        """What to do about it while it is set aside or waits; '' otherwise."""
        return remedy(self.reason) if self.state in self.PROBLEMS else ""

    @property
    def finding_words(self) -> list[str]:
        """The remarks in the active language, each once."""
        return [sentence(code, {}) if code in SENTENCES else code for code in dict.fromkeys(self.findings)]

    @property
    def lag(self) -> dt.timedelta | None:
        """How long it waited before it was applied."""
        return self.applied_at - self.received_at if self.applied_at else None


def _is_drawn(number: str) -> bool:
    try:
        uuid.UUID(number)
    except ValueError:
        return False
    return True
