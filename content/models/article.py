"""An article of the library, and what it says in each language from one approval to the next."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import Department, StaffMember
from content.models.querysets import ArticleQuerySet, VersionQuerySet
from hospital_crm.tenancy.fields import HospitalForeignKey, PublicIdField
from hospital_crm.tenancy.models import HospitalModel, scoped_manager


class Language(models.TextChoices):
    """What an article is written in. The names are those of the languages themselves."""

    SIMPLIFIED = "zh-hans", "简体中文"
    TRADITIONAL = "zh-hant", "繁體中文"
    ENGLISH = "en", "English"


class Article(HospitalModel):
    """Something the hospital has to tell, in one language or several: `versions` hold the words.

    `code` marks the shipped ones, which have no owner. `name` is what the library is searched by: the title of the
    version that was last written.
    """

    class Kind(models.TextChoices):
        KNOWLEDGE = "knowledge", _("health knowledge")
        GUIDE = "guide", _("guide to a visit")
        NEWS = "news", _("hospital news")
        ADVANCES = "advances", _("medical advances")
        SERVICES = "services", _("departments and techniques")
        CHECKUP = "checkup", _("health checks and offers")

    public_id = PublicIdField()
    code = models.CharField(_("shipped as"), max_length=30, blank=True, editable=False)
    kind = models.CharField(_("kind of article"), max_length=10, choices=Kind.choices, default=Kind.KNOWLEDGE)
    name = models.CharField(_("title of the article"), max_length=80)
    department = HospitalForeignKey(
        Department,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("department"),
    )
    owner = HospitalForeignKey(
        StaffMember,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("owner"),
    )
    created_at = models.DateTimeField(_("created at"), db_default=Now())

    objects = scoped_manager(ArticleQuerySet)

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        constraints = [
            models.UniqueConstraint(fields=["hospital", "code"], condition=~Q(code=""), name="article_shipped_once"),
            models.CheckConstraint(condition=~Q(name=""), name="article_has_a_name"),
        ]
        indexes = [
            models.Index(fields=["hospital", "-id"], name="article_list_idx"),
            models.Index(fields=["hospital", "kind", "-id"], name="article_kind_idx"),
        ]

    def __str__(self) -> str:
        return self.name


class ArticleVersion(HospitalModel):
    """What an article says in one language. Only the moves of `content.domain.articles` are made, and an approved text
    is never changed: who changes it writes the next version.

    `writers` are the ids of all who wrote of it; none of them approves it. `decided_by` approved or sent it back; the
    shipped ones have nobody. At most one version of a language is approved, and at most one is worked on.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        IN_APPROVAL = "in_approval", _("in approval")
        APPROVED = "approved", _("approved")
        RETIRED = "retired", _("retired")

    article = HospitalForeignKey(Article, models.CASCADE, related_name="versions", db_index=False)
    language = models.CharField(_("language"), max_length=10, choices=Language.choices)
    number = models.PositiveIntegerField(_("version"), default=1)
    title = models.CharField(_("title of the article"), max_length=80)
    summary = models.CharField(_("summary"), max_length=200, blank=True)
    body = models.TextField(_("text of the article"), max_length=20000, blank=True)
    video_url = models.URLField(_("video"), max_length=300, blank=True)
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.DRAFT)
    writers = ArrayField(models.BigIntegerField(), default=list, editable=False)
    author = HospitalForeignKey(
        StaffMember, models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name=_("author")
    )
    changed_at = models.DateTimeField(_("changed at"))
    submitted_at = models.DateTimeField(_("sent for approval at"), null=True, blank=True)
    decided_by = HospitalForeignKey(
        StaffMember,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("approved or returned by"),
    )
    decided_at = models.DateTimeField(_("approved or returned at"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    objects = scoped_manager(VersionQuerySet)

    class Meta:
        verbose_name = _("version of an article")
        verbose_name_plural = _("versions of articles")
        ordering = ["language", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["hospital", "article", "language", "number"], name="article_version_once"),
            models.UniqueConstraint(
                fields=["hospital", "article", "language"],
                condition=Q(state="approved"),
                name="article_approved_once",
            ),
            models.UniqueConstraint(
                fields=["hospital", "article", "language"],
                condition=Q(state__in=["draft", "in_approval"]),
                name="article_worked_on_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "in_approval", "approved", "retired"]), name="article_state_known"
            ),
            models.CheckConstraint(condition=~Q(title=""), name="article_has_a_title"),
            models.CheckConstraint(
                condition=~Q(state="approved") | Q(author__isnull=True) | ~Q(decided_by=F("author")),
                name="article_approved_by_another",
            ),
        ]
        indexes = [
            models.Index(fields=["hospital", "state", "article"], name="article_state_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.language} {self.number})"

    @property
    def is_open(self) -> bool:
        """Written, or waiting for approval."""
        return self.state in (self.State.DRAFT, self.State.IN_APPROVAL)
