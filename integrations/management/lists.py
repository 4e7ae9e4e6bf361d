"""What the commands that bring a list in have in common."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Hospital
from integrations.domain.at_once import Asked, bring_in_file, try_file
from integrations.domain.errors import ImportRefused
from integrations.readers.tabular.errors import UnreadableFile


def brought_in(hospital: Hospital, path: Path, asked: Asked, *, is_dry: bool) -> dict[str, Any]:
    """The result of bringing the file in, or of trying it. A file that is not there or is refused ends the command."""
    if not path.is_file():
        raise CommandError(_("There is no file %(path)s.") % {"path": path})
    try:
        return (try_file if is_dry else bring_in_file)(hospital, path, asked=asked, now=timezone.now())
    except (UnreadableFile, ImportRefused) as error:
        raise CommandError(str(error)) from error
