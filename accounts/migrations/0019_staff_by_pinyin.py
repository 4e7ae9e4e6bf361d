"""Staff are listed by the reading of their names."""

from django.db import migrations

import hospital_crm.tenancy.fields


class Migration(migrations.Migration):
    dependencies = [("accounts", "0018_classification_rights")]

    operations = [
        migrations.AlterModelOptions(
            name="staffmember",
            options={"ordering": ["name_order"], "verbose_name": "member of staff", "verbose_name_plural": "staff"},
        ),
        migrations.AddField(
            model_name="staffmember",
            name="name_order",
            field=hospital_crm.tenancy.fields.NameOrderField(
                blank=True,
                db_collation="C",
                default="",
                editable=False,
                max_length=500,
                of="name",
                verbose_name="order of names",
            ),
        ),
    ]
