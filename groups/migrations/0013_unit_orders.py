"""State, relationship, liaison and members of a unit as a list goes by them."""

from django.db import migrations, models


def ranked(field, *codes):
    whens = (models.When(then=models.Value(rank), **{field: code}) for rank, code in enumerate(codes, 1))
    return models.GeneratedField(
        db_persist=True,
        expression=models.Case(*whens, default=models.Value(0)),
        output_field=models.SmallIntegerField(),
    )


class Migration(migrations.Migration):
    dependencies = [
        ("groups", "0012_unit_order_indexes"),
    ]

    operations = [
        migrations.AddField(
            model_name="groupcustomer",
            name="status_order",
            field=ranked("status", "nearby", "negotiating", "signed", "ended"),
        ),
        migrations.AddField(
            model_name="groupcustomer",
            name="relation_order",
            field=ranked("relation", "checkup", "designated", "management", "referral", "neighbour", "other"),
        ),
        migrations.AddField(
            model_name="groupcustomer",
            name="owner_order",
            field=models.CharField(
                blank=True, db_collation="C", db_default="", default="", editable=False, max_length=500
            ),
        ),
        migrations.AddField(
            model_name="groupcustomer",
            name="member_count",
            field=models.PositiveIntegerField(db_default=0, default=0, editable=False, verbose_name="members"),
        ),
    ]
