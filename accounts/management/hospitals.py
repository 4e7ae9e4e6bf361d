"""How a command finds the hospital that it is told."""

from django.conf import settings
from django.core.management.base import CommandError
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import Hospital
from hospital_crm.tenancy.directory import hospital_by_slug


def hospital_named(slug: str, *, language: str | None = None, also_off: bool = False) -> Hospital:
    """The active hospital at `/<slug>/`; with `also_off`, one that is switched off too.

    Refuses (CommandError) an address that no such hospital has, in `language` or that of the installation: whoever
    reads the refusal is known to no hospital.
    """
    hospital = Hospital.objects.filter(slug=slug).first() if also_off else hospital_by_slug(slug)
    if hospital is not None:
        return hospital
    with translation.override(language or settings.LANGUAGE_CODE):
        words = _("There is no hospital “%(slug)s”.") if also_off else _("There is no active hospital “%(slug)s”.")
        raise CommandError(words % {"slug": slug})
