"""The tables behind `accounts.models.public_link`."""

import django.db.models.deletion
from django.db import migrations, models

import hospital_crm.tenancy.fields
import hospital_crm.tenancy.scope


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0019_renewal"),
    ]

    operations = [
        migrations.CreateModel(
            name="PublicLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(db_collation="C", max_length=30, verbose_name="kind")),
                ("object_id", models.BigIntegerField(verbose_name="object")),
                (
                    "extra",
                    models.CharField(
                        blank=True, db_collation="C", default="", max_length=30, verbose_name="what it asks about"
                    ),
                ),
                ("generation", models.PositiveSmallIntegerField(default=1, verbose_name="generation")),
                ("token_hash", models.CharField(db_collation="C", editable=False, max_length=64)),
                ("made_at", models.DateTimeField(verbose_name="made at")),
                ("expires_at", models.DateTimeField(blank=True, null=True, verbose_name="expires at")),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="closed at")),
                (
                    "hospital",
                    models.ForeignKey(
                        db_index=False,
                        default=hospital_crm.tenancy.scope.current_hospital,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.hospital",
                    ),
                ),
            ],
            options={
                "verbose_name": "link without log-in",
                "verbose_name_plural": "links without log-in",
                "constraints": [
                    models.UniqueConstraint(fields=("token_hash",), name="publiclink_token_names_one"),
                    models.UniqueConstraint(
                        fields=("hospital", "kind", "object_id", "extra", "generation"),
                        name="publiclink_generation_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", ""), _negated=True), models.Q(("token_hash", ""), _negated=True)
                        ),
                        name="publiclink_is_of_a_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("expires_at__isnull", True), ("expires_at__gt", models.F("made_at")), _connector="OR"
                        ),
                        name="publiclink_lives_a_while",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PublicLinkOpening",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(verbose_name="at")),
                ("by_program", models.BooleanField(default=False, verbose_name="perhaps a program")),
                (
                    "hospital",
                    models.ForeignKey(
                        db_index=False,
                        default=hospital_crm.tenancy.scope.current_hospital,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.hospital",
                    ),
                ),
                (
                    "link",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="openings",
                        to="accounts.publiclink",
                    ),
                ),
            ],
            options={
                "verbose_name": "opening of a link",
                "verbose_name_plural": "openings of links",
                "indexes": [models.Index(fields=["hospital", "link", "at"], name="linkopening_link_idx")],
            },
        ),
    ]
