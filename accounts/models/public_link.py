"""Links without log-in, and when they were opened."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hospital_crm.tenancy.fields import HospitalForeignKey
from hospital_crm.tenancy.models import HospitalModel, scoped_manager


class PublicLink(HospitalModel):
    """The right to one page about one row, for whoever holds the address; until it expires or is closed.

    `kind` is registered with `accounts.public_links`, `object_id` is a row of the kind's own table, `extra` a short
    code that the kind understands, such as a purpose. The token in the address is derived from these and the
    generation with a key outside the database, so that it can be written again into the next mail; only its keyed hash
    is kept. A link that was closed or has expired opens nothing again: the next one is another generation.
    """

    kind = models.CharField(_("kind"), max_length=30, db_collation="C")
    object_id = models.BigIntegerField(_("object"))
    extra = models.CharField(_("what it asks about"), max_length=30, blank=True, default="", db_collation="C")
    generation = models.PositiveSmallIntegerField(_("generation"), default=1)
    token_hash = models.CharField(max_length=64, editable=False, db_collation="C")
    made_at = models.DateTimeField(_("made at"))
    expires_at = models.DateTimeField(_("expires at"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)

    objects = scoped_manager()

    class Meta:
        verbose_name = _("link without log-in")
        verbose_name_plural = _("links without log-in")
        constraints = [
            models.UniqueConstraint(fields=["token_hash"], name="publiclink_token_names_one"),
            models.UniqueConstraint(
                fields=["hospital", "kind", "object_id", "extra", "generation"], name="publiclink_generation_once"
            ),
            models.CheckConstraint(condition=~Q(kind="") & ~Q(token_hash=""), name="publiclink_is_of_a_kind"),
            models.CheckConstraint(
                condition=Q(expires_at__isnull=True) | Q(expires_at__gt=F("made_at")), name="publiclink_lives_a_while"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk}"


class PublicLinkOpening(HospitalModel):
    """Somebody, or a program that looks through mail, has opened a link. Says nothing about who it was."""

    append_only = True

    link = HospitalForeignKey(PublicLink, models.PROTECT, related_name="openings", db_index=False)
    at = models.DateTimeField(_("at"))
    by_program = models.BooleanField(_("perhaps a program"), default=False)

    objects = scoped_manager()

    class Meta:
        verbose_name = _("opening of a link")
        verbose_name_plural = _("openings of links")
        indexes = [models.Index(fields=["hospital", "link", "at"], name="linkopening_link_idx")]

    def __str__(self) -> str:
        return f"#{self.link_id}"
