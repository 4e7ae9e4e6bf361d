"""How a command finds the hospital that it is told."""

from django.conf import settings
from django.core.management.base import CommandError
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import Hospital
from hospital_crm.tenancy.directory import hospital_by_slug


def hospital_named(slug: str, *, language: str | None = None) -> Hospital:
    """The active hospital at `/<slug>/`.

    Refuses (CommandError) an address that no hospital has or whose hospital is switched off, in `language` or that of
    the installation: whoever reads the refusal is known to no hospital.
    """
    hospital = hospital_by_slug(slug)
    if hospital is None:
        with translation.override(language or settings.LANGUAGE_CODE):
            raise CommandError(_("There is no active hospital “%(slug)s”.") % {"slug": slug})
    return hospital
