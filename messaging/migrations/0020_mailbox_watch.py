"""How the mailboxes of accounts are read."""

import django.db.models.deletion
from django.db import migrations, models

import hospital_crm.tenancy.fields
import hospital_crm.tenancy.scope


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_staff_places"),
        ("messaging", "0019_letters_taken_out"),
    ]

    operations = [
        migrations.CreateModel(
            name="MailboxWatch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("read_at", models.DateTimeField(blank=True, null=True, verbose_name="last read at")),
                ("failing_since", models.DateTimeField(blank=True, null=True, verbose_name="not read since")),
                (
                    "trouble",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("server", "the server is not reached"),
                            ("login", "user name or password is refused"),
                            ("folder", "the folder cannot be opened"),
                            ("secret", "the password on record cannot be read"),
                            ("broken", "the line broke while it was read"),
                        ],
                        max_length=10,
                        verbose_name="why it is not read",
                    ),
                ),
                ("told_at", models.DateTimeField(blank=True, null=True, verbose_name="administrators told at")),
                (
                    "account",
                    hospital_crm.tenancy.fields.HospitalForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="messaging.gatewayaccount",
                        verbose_name="gateway account",
                    ),
                ),
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
                "verbose_name": "watch on a mailbox",
                "verbose_name_plural": "watches on mailboxes",
            },
        ),
        migrations.AddConstraint(
            model_name="mailboxwatch",
            constraint=models.UniqueConstraint(fields=("hospital", "account"), name="mailboxwatch_once"),
        ),
        migrations.AddConstraint(
            model_name="mailboxwatch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("failing_since", None), ("trouble", "")),
                    models.Q(("failing_since__isnull", False), models.Q(("trouble", ""), _negated=True)),
                    _connector="OR",
                ),
                name="mailboxwatch_fails_with_a_reason",
            ),
        ),
    ]
