"""Django admin of accounts."""

from accounts.admin import organisation, platform, rights  # noqa: F401
