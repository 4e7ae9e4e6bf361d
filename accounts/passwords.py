"""The hospital's password rule: ten characters of three kinds."""

import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

KINDS_NEEDED = 3


def kinds_in(password: str) -> int:
    """How many of lower case, upper case, digit and other occur. A 汉字 counts as other."""
    found = {"Ll": "lower", "Lu": "upper", "Nd": "digit"}
    return len({found.get(unicodedata.category(character), "other") for character in password})


class ThreeKindsValidator:
    """Refuses a password with fewer than three kinds of characters."""

    def validate(self, password: str, user: object = None) -> None:
        """Raises ValidationError naming the rule."""
        if kinds_in(password) < KINDS_NEEDED:
            raise ValidationError(self.get_help_text(), code="password_too_few_kinds")

    def get_help_text(self) -> str:
        """The rule in one sentence."""
        return _("Use at least three kinds of characters: lower case, upper case, digits, others.")
