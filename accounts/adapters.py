"""How allauth fits this house: administrators make accounts, sign-in ends at one's hospital, secrets are encrypted."""

import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.app_settings import REAUTHENTICATION_TIMEOUT
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from hospital_crm import crypto


class StaffAccountAdapter(DefaultAccountAdapter):
    """No sign-up from outside, no mail from allauth: messages to staff have one door, and it is not here."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody makes an account for himself."""
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """The first page of the hospital one signed in at; outside, the entrance, which knows where one works."""
        return reverse("home") if getattr(request, "hospital", None) else "/"

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        """Back to the sign-in page of the same hospital."""
        return reverse("account_login")

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """On to work after the forced first change; the same page as after signing in."""
        return self.get_login_redirect_url(request)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Not of who has just given the password to sign in; allauth alone would ask for it twice in a row."""
        if not super().is_reauthentication_required(app=app, **kwargs):
            return False
        records = get_authentication_records(self.request, self.request.user)
        return not records or time.time() - records[-1]["at"] > REAUTHENTICATION_TIMEOUT

    def is_ajax(self, request: HttpRequest) -> bool:
        """htmx takes pages, not JSON."""
        return False


class SecondFactorAdapter(DefaultMFAAdapter):
    """Secrets of authenticator applications are kept encrypted."""

    def encrypt(self, text: str) -> str:
        """As stored."""
        return crypto.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        """As used."""
        return crypto.decrypt(encrypted_text)

    def get_totp_label(self, user: User) -> str:  # type: ignore[override]
        """What the application shows under the issuer."""
        return user.username

    def get_totp_issuer(self) -> str:
        """The name of the product in the reader's language."""
        return _("Hospital CRM")
