"""A campaign: what for, to whom, over which channel, in which state; its words in each language; its history."""

import datetime as dt

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import StaffMember
from campaigns.models.querysets import CampaignQuerySet, OfCampaignQuerySet
from hospital_crm.tenancy.fields import HospitalForeignKey, PublicIdField
from hospital_crm.tenancy.models import HospitalModel, scoped_manager
from patients.models import Segment

# PRODUCT §4.5: these are always commercial; any other is so where its author says so.
COMMERCIAL_KINDS = ("news", "services", "offer")


def _staff(label: object, **options: object) -> HospitalForeignKey:
    """A member of staff who did something to the campaign."""
    return HospitalForeignKey(
        StaffMember,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=label,
        **options,
    )


class Campaign(HospitalModel):
    """One message to many people over one channel. Only the moves of `campaigns.domain.states` are made.

    `segment` says to whom; `segment_version` is the version that was sent for approval: it is approved and frozen by no
    other. Nobody in `writers` approves it. `starts_at`, `latest_start_at` and `ends_at` are moments of the hospital's
    day: what has not started by the latest is held for approval, and of one that is sent once nothing leaves after its
    end. `per_hour` is how many messages are queued in an hour at most, 0 as fast as they go. `holdout_percent` of those
    who may be written to get nothing, so that the effect can be told. `counted` is what the freezing found: how many
    for each outcome; `came` what people have done since, worked out once a day (`campaigns.domain.effect`).
    `is_commercial` is raised and never lowered; `review_number` with its last day is that of the medical advert
    (医疗广告审查证明). One with an `occasion` stands: from its start until it is paused or cancelled it writes on each
    day to those for whom it is the day (`campaigns.domain.occasions`).
    """

    class Kind(models.TextChoices):
        NEWS = "news", _("hospital news")
        REMINDER = "reminder", _("health reminder")
        OWN_REMINDER = "own_reminder", _("custom health reminder")
        ADVANCES = "advances", _("medical advances")
        KNOWLEDGE = "knowledge", _("health knowledge")
        SERVICES = "services", _("departments and new techniques")
        GREETING = "greeting", _("greeting")
        OFFER = "offer", _("offers and check-up packages")

    class Channel(models.TextChoices):
        EMAIL = "email", _("e-mail")
        SMS = "sms", _("text message")
        WECHAT = "wechat", _("WeChat")
        LETTER = "letter", _("letter")

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        IN_APPROVAL = "in_approval", _("in approval")
        SCHEDULED = "scheduled", _("scheduled")
        HELD = "held", _("missed its start")
        RUNNING = "running", _("being sent")
        PAUSED = "paused", _("paused")
        DONE = "done", _("sent")
        CANCELLED = "cancelled", _("cancelled")

    public_id = PublicIdField()
    name = models.CharField(_("name of the campaign"), max_length=60)
    kind = models.CharField(_("kind of campaign"), max_length=12, choices=Kind.choices)
    channel = models.CharField(_("channel"), max_length=6, choices=Channel.choices, default=Channel.EMAIL)
    is_commercial = models.BooleanField(_("commercial"), default=False)
    review_number = models.CharField(_("review number of the medical advert"), max_length=60, blank=True)
    review_until = models.DateField(_("review valid until"), null=True, blank=True)
    segment = HospitalForeignKey(
        Segment, models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name=_("segment")
    )
    segment_version = models.PositiveIntegerField(_("version of the segment"), null=True, blank=True)
    holdout_percent = models.PositiveSmallIntegerField(_("held out, in percent"), default=10)
    per_hour = models.PositiveIntegerField(_("messages an hour"), default=0)
    starts_at = models.DateTimeField(_("starts at"), null=True, blank=True)
    latest_start_at = models.DateTimeField(_("starts at the latest"), null=True, blank=True)
    ends_at = models.DateTimeField(_("nothing leaves after"), null=True, blank=True)
    effect_days = models.PositiveSmallIntegerField(_("days in which visits count"), default=30)

    occasion = models.CharField(_("occasion"), max_length=20, blank=True, db_collation="C")
    occasion_number = models.PositiveSmallIntegerField(_("months or days"), default=0)
    greeted_on = models.DateField(_("greeted last on"), null=True, blank=True)

    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.DRAFT)
    state_at = models.DateTimeField(_("in this state since"), db_default=Now())
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    writers = ArrayField(models.BigIntegerField(), default=list, editable=False)
    author = _staff(_("author"))
    approved_by = _staff(_("approved by"))
    approved_at = models.DateTimeField(_("approved at"), null=True, blank=True)
    started_at = models.DateTimeField(_("started at"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    counted = models.JSONField(_("counted at the start"), default=dict, blank=True)
    came = models.JSONField(_("what came of it"), default=dict, blank=True)
    came_on = models.DateField(_("worked out on"), null=True, blank=True)
    copied_from = HospitalForeignKey(
        "campaigns.Campaign", models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    created_at = models.DateTimeField(_("created at"), db_default=Now())

    objects = scoped_manager(CampaignQuerySet)

    class Meta:
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="campaign_has_a_name"),
            models.CheckConstraint(
                condition=~Q(kind__in=COMMERCIAL_KINDS) | Q(is_commercial=True), name="campaign_kind_is_commercial"
            ),
            models.CheckConstraint(condition=Q(holdout_percent__lte=50), name="campaign_holdout_at_most_half"),
            models.CheckConstraint(
                condition=Q(starts_at__isnull=True)
                | Q(latest_start_at__isnull=True)
                | Q(latest_start_at__gte=F("starts_at")),
                name="campaign_latest_after_start",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("author")), name="campaign_approved_by_another"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["scheduled", "running", "paused", "done"]) | Q(approved_by__isnull=False),
                name="campaign_goes_approved",
            ),
        ]
        indexes = [
            models.Index(fields=["hospital", "-id"], name="campaign_list_idx"),
            models.Index(fields=["hospital", "state", "-id"], name="campaign_state_idx"),
            models.Index(fields=["hospital", "starts_at"], name="campaign_start_idx"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def batch(self) -> str:
        """What the outbox calls the sending of this campaign."""
        return f"campaign:{self.pk}"

    @property
    def stands(self) -> bool:
        """Whether it goes on day after day, to those for whom it is the day."""
        return bool(self.occasion)

    @property
    def has_blocks(self) -> bool:
        """Whether its words are blocks under a subject, not one short text."""
        return self.channel in (self.Channel.EMAIL, self.Channel.LETTER)

    @property
    def segment_has_changed(self) -> bool:
        """Whether the segment asks something else by now than what was sent for approval."""
        return bool(self.segment and self.segment_version and self.segment.version != self.segment_version)

    def is_over(self, now: dt.datetime) -> bool:
        """Whether nothing of it leaves any more."""
        return self.ends_at is not None and self.ends_at <= now

    @property
    def is_written(self) -> bool:
        """Whether its words and audience may still be changed."""
        return self.state == self.State.DRAFT


class CampaignText(HospitalModel):
    """The words of a campaign in one language. Of a mail: subject, preview and blocks (`campaigns.domain.blocks`), of a
    letter the same without a preview; of a text message or WeChat: `body`, and under which number the provider keeps
    it.
    """

    campaign = HospitalForeignKey(Campaign, models.CASCADE, related_name="texts", db_index=False)
    language = models.CharField(_("language"), max_length=10)
    subject = models.CharField(_("subject of the mail"), max_length=100, blank=True)
    preview = models.CharField(_("preview in the inbox"), max_length=120, blank=True)
    blocks = models.JSONField(_("blocks"), default=list, blank=True)
    body = models.TextField(_("message text"), max_length=1000, blank=True)
    provider_template = models.CharField(_("template of the provider"), max_length=80, blank=True)

    objects = scoped_manager(OfCampaignQuerySet)

    class Meta:
        verbose_name = _("words of a campaign")
        verbose_name_plural = _("words of campaigns")
        constraints = [
            models.UniqueConstraint(fields=["hospital", "campaign", "language"], name="campaigntext_once"),
            models.CheckConstraint(
                condition=Q(language__in=["zh-hans", "zh-hant", "en"]), name="campaigntext_language_known"
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.campaign_id} {self.language}"


class CampaignChange(HospitalModel):
    """A campaign came into a state: when, by whom (nobody: by itself), and why."""

    append_only = True

    campaign = HospitalForeignKey(Campaign, models.CASCADE, related_name="changes", db_index=False)
    at = models.DateTimeField(_("at"))
    state = models.CharField(_("state"), max_length=12, choices=Campaign.State.choices)
    by = _staff(_("by"))
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("change of a campaign")
        verbose_name_plural = _("changes of campaigns")
        ordering = ["id"]
        indexes = [models.Index(fields=["hospital", "campaign", "id"], name="campaignchange_idx")]

    def __str__(self) -> str:
        return f"#{self.campaign_id}: {self.state}"
