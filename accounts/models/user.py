"""The account a person signs in with. One account may belong to staff of several hospitals."""

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.core.validators import RegexValidator
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models.hospital import LANGUAGE_CHOICES

THEME_CHOICES = [("auto", _("as the device")), ("light", _("light")), ("dark", _("dark"))]


class UserManager(BaseUserManager):
    """Makes accounts."""

    def create_user(self, username: str, password: str | None = None, **fields: object) -> "User":
        """A new account; without a password nobody can sign in with it."""
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username: str, password: str | None = None, **fields: object) -> "User":
        """A platform operator (平台运维): hospitals and accounts, never a hospital's rows. Leaves a platform event: a
        command made the account, and no operator did.
        """
        from accounts import audit  # it imports the models

        with transaction.atomic(using=self._db):
            user = self.create_user(username, password, is_operator=True, **fields)
            audit.record_platform("platform.user.add", user, operator=None, is_operator=True)
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """An account:

    how somebody signs in, in which language and theme. Rights come from roles at a hospital, not from here.
    """

    username = models.CharField(
        _("user name"),
        max_length=60,
        unique=True,
        validators=[RegexValidator(r"^[\w.@+-]+$", _("Letters, digits and . @ + - _ only."))],
    )
    name = models.CharField(_("name"), max_length=60, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    language = models.CharField(_("language"), max_length=10, choices=LANGUAGE_CHOICES, blank=True)
    theme = models.CharField(_("appearance"), max_length=5, choices=THEME_CHOICES, default="auto")
    must_change_password = models.BooleanField(_("must change password"), default=False)
    password_changed_at = models.DateTimeField(_("password changed at"), null=True, blank=True, editable=False)
    is_operator = models.BooleanField(_("platform operator"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    date_joined = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: list[str] = []

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        ordering = ["username"]

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        """The name shown on screens."""
        return self.name

    def get_short_name(self) -> str:
        """How the administration greets somebody."""
        return self.name

    @property
    def is_staff(self) -> bool:
        """Django admin outside hospitals is for platform operators."""
        return self.is_operator
