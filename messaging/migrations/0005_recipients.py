"""A message goes to a member of staff, to a person, or to an address that some app knows; over more channels."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

import hospital_crm.tenancy.fields

CHANNELS = [
    ("bell", "bell"),
    ("email", "e-mail"),
    ("sms", "text message"),
    ("wechat", "WeChat"),
    ("wecom", "WeCom"),
    ("letter", "letter"),
]
NO_ADDRESS = Q(("address_label", ""), ("address_source", ""), ("address_source_id__isnull", True))
TO_STAFF = Q(("person__isnull", True), ("staff__isnull", False)) & NO_ADDRESS
TO_PERSON = Q(("person__isnull", False), ("staff__isnull", True)) & NO_ADDRESS
TO_ADDRESS = (
    Q(("address_source_id__isnull", False), ("person__isnull", True), ("staff__isnull", True))
    & ~Q(("address_source", ""))
    & ~Q(("address_label", ""))
    & ~Q(("address", ""))
)


def word(label: str, length: int) -> models.CharField:
    return models.CharField(blank=True, db_default="", default="", max_length=length, verbose_name=label)


class Migration(migrations.Migration):
    dependencies = [
        ("messaging", "0004_lines"),
        ("patients", "0001_patient"),
    ]

    operations = [
        migrations.AlterField(
            model_name="message",
            name="staff",
            field=hospital_crm.tenancy.fields.HospitalForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="messages",
                to="accounts.staffmember",
                verbose_name="member of staff",
            ),
        ),
        migrations.AddField(
            model_name="message",
            name="person",
            field=hospital_crm.tenancy.fields.HospitalForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="messages",
                to="patients.patient",
                verbose_name="person",
            ),
        ),
        migrations.AddField("message", "address_label", word("whose address", 120)),
        migrations.AddField("message", "address_source", word("source of the address", 40)),
        migrations.AddField(
            "message",
            "address_source_id",
            models.BigIntegerField(blank=True, null=True, verbose_name="row of the source"),
        ),
        migrations.AddField("message", "batch", word("sending it belongs to", 60)),
        migrations.AddField("message", "provider_reference", word("reference of the provider", 128)),
        migrations.AddField("message", "journal", word("journal of the worker", 120)),
        migrations.AlterField(
            "message", "channel", models.CharField(choices=CHANNELS, max_length=10, verbose_name="channel")
        ),
        migrations.RemoveConstraint("message", "message_channel_known"),
        migrations.AddConstraint(
            "message",
            models.CheckConstraint(
                condition=Q(("channel__in", [code for code, _label in CHANNELS])), name="message_channel_known"
            ),
        ),
        migrations.AddConstraint(
            "message",
            models.CheckConstraint(condition=TO_STAFF | TO_PERSON | TO_ADDRESS, name="message_one_recipient"),
        ),
        migrations.AddConstraint(
            "message",
            models.CheckConstraint(
                condition=Q(("staff__isnull", False)) | ~Q(("channel__in", ["bell", "wecom"])),
                name="message_bell_is_for_staff",
            ),
        ),
    ]
