"""What every row of an attached file has in common, and how the file goes with it."""

from functools import partial
from typing import Any

from django.apps import apps
from django.db import models, transaction
from django.db.models.signals import class_prepared, post_delete
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hospital_crm.private_files import vault
from hospital_crm.tenancy.fields import HospitalForeignKey, PublicIdField
from hospital_crm.tenancy.models import HospitalModel
from hospital_crm.tenancy.scope import required_hospital


class PrivateFile(HospitalModel):
    """A file kept for a hospital: the name people see, what it is, its size and SHA-256, who attached it and when.

    The bytes lie in `vault` under `storage_name`, in the folder that the model names with `folder`; they are deleted
    on the commit that deletes the row. What a deletion past the ORM leaves is swept at night.
    """

    folder: str

    public_id = PublicIdField()
    storage_name = models.CharField(max_length=60, db_collation="C", editable=False)
    title = models.CharField(_("file name"), max_length=120)
    content_type = models.CharField(_("kind of file"), max_length=100)
    size = models.PositiveBigIntegerField(_("size"))
    sha256 = models.CharField("SHA-256", max_length=64, db_collation="C")
    uploaded_by = HospitalForeignKey(
        "accounts.StaffMember",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("attached by"),
    )
    uploaded_at = models.DateTimeField(_("attached at"), default=timezone.now)

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(fields=["hospital", "storage_name"], name="%(app_label)s_%(class)s_stored_once")
        ]

    def __str__(self) -> str:
        return f"{self._meta.model_name} #{self.pk}"


def kinds_of_files() -> list[type[PrivateFile]]:
    """Every model whose rows are attached files."""
    return [model for model in apps.get_models() if issubclass(model, PrivateFile)]


def sweep_strays() -> int:
    """Delete the files of the hospital in scope that no row knows any more; answers how many."""
    hospital_id, swept = required_hospital().pk, 0
    for model in kinds_of_files():
        known = set(model.objects.values_list("storage_name", flat=True))
        swept += vault.sweep(model.folder, hospital_id=hospital_id, known=known)
    return swept


def _delete_file(sender: type[PrivateFile], instance: PrivateFile, **_kwargs: Any) -> None:
    gone = partial(vault.remove, instance.storage_name, hospital_id=required_hospital().pk, folder=sender.folder)
    transaction.on_commit(gone)


def _watch(sender: Any, **_kwargs: Any) -> None:
    if issubclass(sender, PrivateFile) and not sender._meta.abstract:
        post_delete.connect(_delete_file, sender=sender, dispatch_uid=f"private file of {sender._meta.label}")


class_prepared.connect(_watch, dispatch_uid="private files")
